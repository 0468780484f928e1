/**
 * The one port to a Kubernetes API server. The undici transport, the embedded server's in-process face and the
 * fault decorators of the tests implement it; everything above speaks it.
 */
import {type Phrase, sayInEnglish} from './messages/phrase.ts';

export type KubeRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute path with its query, already encoded: `/api/v1/pods?limit=500`. */
  readonly path: string;
  /** Lower-case names. `accept` defaults to `application/json`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** Whole request for `request`, time to headers for `stream`; milliseconds. The transport's own default where absent; Infinity waits. */
  readonly timeoutMs?: number;
};

export type KubeResponse = {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type KubeStream = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends when the server ends it; throws TransportError when the connection breaks. Leaving the loop closes the connection. */
  readonly body: AsyncIterable<Uint8Array>;
};

/** An HTTP answer of any status is a value; only what never became an answer throws (TransportError). */
export type KubePort = {
  request(request: KubeRequest): Promise<KubeResponse>;
  stream(request: KubeRequest): Promise<KubeStream>;
};

export type TransportErrorKind = 'refused' | 'unreachable' | 'dns' | 'tls' | 'reset' | 'timeout' | 'aborted' | 'auth' | 'protocol';

/** No answer came. `kind` says why in one word, `phrase` in one sentence fit for the screen. */
export class TransportError extends Error {
  readonly kind: TransportErrorKind;
  readonly phrase: Phrase;

  constructor(kind: TransportErrorKind, phrase: Phrase, options?: ErrorOptions) {
    super(sayInEnglish(phrase), options);
    this.name = 'TransportError';
    this.kind = kind;
    this.phrase = phrase;
  }
}
