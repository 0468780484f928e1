/** The port to what plays the nodes: processes, logs and sockets of pods. Whoever makes a server of its own world brings one. */
import type {KubeObject} from '../../domain/kube-object.ts';
import type {OutputChunk, TerminalSize} from '../../domain/pod-streams.ts';

/** A container that the pod has and that runs, or for a log has run. */
export type ContainerPlace = {readonly pod: KubeObject; readonly container: string};

export type LogLine = {readonly atMs: number; readonly text: string};

export type ContainerLog = {
  /** Oldest first. */
  readonly past: readonly LogLine[];
  /** What is written after `past`; ends with the container or with the signal. */
  follow(signal: AbortSignal): AsyncIterable<LogLine>;
};

/** What a process in a pod has of its client. */
export type ProcessIo = {
  /** Ends when the client says so or leaves. */
  readonly input: AsyncIterable<Uint8Array>;
  /** Resolves when the client can take more, at once where it has left. */
  write(stream: OutputChunk['stream'], bytes: Uint8Array | string): Promise<void>;
  onResize(hear: (size: TerminalSize) => void): void;
  readonly isTerminal: boolean;
  /** The client has left. */
  readonly signal: AbortSignal;
};

export type ProcessExit =
  | {readonly kind: 'exited'; readonly code: number}
  /** The node could not run it: no such program. */
  | {readonly kind: 'failed'; readonly message: string};

export type PortIo = {
  readonly input: AsyncIterable<Uint8Array>;
  write(bytes: Uint8Array | string): Promise<void>;
  readonly signal: AbortSignal;
};

export type PodRuntime = {
  /** undefined where nothing is kept of that container's life. */
  log(place: ContainerPlace, life: 'present' | 'previous'): ContainerLog | undefined;
  exec(place: ContainerPlace, command: readonly string[], io: ProcessIo): Promise<ProcessExit>;
  attach(place: ContainerPlace, io: ProcessIo): Promise<ProcessExit>;
  /** Ends with the connection; rejects with the reason where nothing listens. */
  connectPort(pod: KubeObject, port: number, io: PortIo): Promise<void>;
};

/** What a granted stream leads to; whoever carries it brings the ends. */
export type PodSession =
  | {readonly kind: 'process'; readonly isTerminal: boolean; run(io: ProcessIo): Promise<ProcessExit>}
  | {readonly kind: 'port'; readonly port: number; run(io: PortIo): Promise<void>};
