/** One request inside the server, and what becomes of it: a whole answer, a stream of events, or a stream into a pod. */
import type {PodSession} from './pod-runtime.ts';

export type UserInfo = {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
};

export type ApiCall = {
  readonly method: string;
  /** Decoded path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly user: UserInfo;
};

/** Pulled by whoever writes to the client: nothing is kept for a client that does not read. */
export type EventSource = {
  /** The next lines, as soon as there are any; undefined at the end. */
  next(): Promise<string | undefined>;
  close(): void;
};

export type ApiAnswer = {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
} & ({readonly body: string} | {readonly events: EventSource} | {readonly session: PodSession});

export function jsonAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): ApiAnswer {
  return {status, headers: {'content-type': 'application/json', ...headers}, body: JSON.stringify(body)};
}

export function textAnswer(status: number, body: string): ApiAnswer & {readonly body: string} {
  return {status, headers: {'content-type': 'text/plain; charset=utf-8'}, body};
}

const truths = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);

/** A query parameter as Go's strconv.ParseBool reads it: `watch=True` is what Patroni sends. */
export function isTrue(value: string | null): boolean {
  return value !== null && truths.has(value);
}

/** Path and query as the handler takes them. */
export function splitPath(target: string): Pick<ApiCall, 'path' | 'query'> {
  const end = target.indexOf('?');
  const path = end === -1 ? target : target.slice(0, end);
  return {path: decodePath(path), query: new URLSearchParams(end === -1 ? '' : target.slice(end + 1))};
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
