/** The port to what runs inside pods: processes, logs and sockets. The cluster client and the embedded server implement it. */
import type {Phrase} from './messages/phrase.ts';
import type {KubeStatus} from './status-error.ts';

export type PodRef = {readonly namespace: string; readonly name: string};

export type TerminalSize = {readonly columns: number; readonly rows: number};

export type AttachRequest = {
  readonly pod: PodRef;
  /** Needed where the pod has several. */
  readonly container?: string;
  readonly hasInput?: boolean;
  /** The process gets a terminal: all its output is `stdout`, and sizes matter. */
  readonly isTerminal?: boolean;
  /** Leaves the process, as `close` does. */
  readonly signal?: AbortSignal;
  /** Until the process is reached; milliseconds. */
  readonly timeoutMs?: number;
};

/** An argument list: no shell reads it. */
export type ExecRequest = AttachRequest & {readonly command: readonly string[]};

export type OutputChunk = {readonly stream: 'stdout' | 'stderr'; readonly bytes: Uint8Array};

export type ProcessOutcome =
  | {readonly kind: 'exited'; readonly code: number}
  /** The node says that it could not run the command, or not to its end. */
  | {readonly kind: 'failed'; readonly status: KubeStatus}
  /** The connection ended before anybody said how it went: what the command does may have happened or may still happen. */
  | {readonly kind: 'unknown'; readonly phrase: Phrase};

export type PodProcess = {
  /** To be read once: while nobody reads, the process is held back and its outcome is not heard. Leaving the loop leaves the process. */
  readonly output: AsyncIterable<OutputChunk>;
  /** Never rejects. */
  readonly outcome: Promise<ProcessOutcome>;
  /** Resolves when the connection has taken the bytes; bytes for a process that has ended are dropped. */
  write(bytes: Uint8Array): Promise<void>;
  /** The process reads the end of its input; its output goes on. */
  endInput(): void;
  resize(size: TerminalSize): void;
  /** Leaves the process; it may go on without us. */
  close(): void;
};

export type LogRequest = {
  readonly pod: PodRef;
  readonly container?: string;
  /** Goes on with what is written from now on. */
  readonly isFollowed?: boolean;
  /** Of the container before its last restart. */
  readonly isPrevious?: boolean;
  /** Each line begins with the time at which it was written, RFC 3339 with nanoseconds, and a space. */
  readonly hasTimestamps?: boolean;
  /** Only the last so many lines of what is there. */
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  /** RFC 3339. */
  readonly sinceTime?: string;
  readonly limitBytes?: number;
  readonly signal?: AbortSignal;
};

/** One TCP connection to a port inside a pod. */
export type PodConnection = {
  /** Ends when the pod closes it; throws TransportError where the port was not reached or the connection broke. */
  readonly data: AsyncIterable<Uint8Array>;
  write(bytes: Uint8Array): Promise<void>;
  close(): void;
};

/** What the server refuses is thrown as StatusError, what never became an answer as TransportError. */
export type PodStreams = {
  exec(request: ExecRequest): Promise<PodProcess>;
  attach(request: AttachRequest): Promise<PodProcess>;
  /** Asked for with the first step of the loop, where it may throw. Leaving the loop, or the signal, closes the connection. */
  log(request: LogRequest): AsyncIterable<Uint8Array>;
  connectPort(request: {readonly pod: PodRef; readonly port: number; readonly signal?: AbortSignal}): Promise<PodConnection>;
};
