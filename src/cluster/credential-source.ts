/** The port between the transport and whatever proves who we are. */
import type {Clock} from '../domain/clock.ts';
import type {Phrase} from '../domain/messages/phrase.ts';

/** The same object as long as nothing changed: a request that was refused says with it what was refused. */
export type Credentials = {
  /** Value of the Authorization header. */
  readonly authorization?: string;
  readonly clientCertificate?: {readonly certificate: string; readonly key: string};
};

export type CredentialNotice =
  /** One line that a credential plugin wrote to its stderr, fit for the screen. */
  | {readonly kind: 'stderr'; readonly line: string}
  /** Nothing goes on until the user starts the login. */
  | {readonly kind: 'loginNeeded'; readonly phrase: Phrase}
  /** Something is wrong but we go on. */
  | {readonly kind: 'problem'; readonly phrase: Phrase};

export type CredentialSource = {
  /** Throws TransportError 'auth'. */
  current(): Promise<Credentials>;
  /** After a 401: true if there is now something else than `refused` to try. Throws TransportError 'auth'. */
  renew(refused: Credentials): Promise<boolean>;
  /** Only where a person can help: runs the plugin on the terminal, which must be free for it. */
  login?(): Promise<void>;
  close(): void;
};

export type CredentialPorts = {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onNotice: (notice: CredentialNotice) => void;
};
