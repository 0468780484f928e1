/** The port to forwarded ports: a local address whose connections go to a port of a pod. */
import type {Phrase} from './messages/phrase.ts';
import type {PodRef, PodStreams} from './pod-streams.ts';

export type PortForward = {
  readonly pod: PodRef;
  readonly port: number;
  /** On the loopback address. */
  readonly localPort: number;
  /** Open now. */
  connectionCount(): number;
  /** Why the last connection did not reach the pod; undefined once one did. */
  failure(): Phrase | undefined;
  close(): void;
};

/** Takes the pod's own number where it is free here, else any. `onChange` hears of connections and failures. */
export type ForwardPort = (
  streams: PodStreams,
  request: {readonly pod: PodRef; readonly port: number},
  onChange: () => void,
) => Promise<PortForward>;
