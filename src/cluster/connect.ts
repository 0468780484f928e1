/** From a context's name to a cluster that can be asked: what the wiring starts with. */
import type {KubePort} from '../domain/kube-port.ts';
import type {PodStreams} from '../domain/pod-streams.ts';
import type {ConnectionSettings} from './kubeconfig.ts';
import {createPodStreams} from './pod-streams.ts';
import type {RequestTally} from './request-tally.ts';
import {resolveConnection} from './resolve-connection.ts';
import {createTransport, type TransportOptions} from './transport.ts';

export type ClusterConnection = {
  readonly port: KubePort;
  readonly streams: PodStreams;
  readonly context: string;
  readonly clusterName: string;
  readonly userName: string;
  readonly namespace: string;
  readonly serverUrl: string;
  readonly requests: RequestTally;
  /** Only where the user's credential plugin may talk to a person: runs it on the terminal, which must be free for it. */
  login?(): Promise<void>;
  close(): Promise<void>;
};

/** Throws KubeconfigError; sends nothing yet. The current context where `contextName` is undefined. */
export function connect(settings: ConnectionSettings, contextName: string | undefined, options: TransportOptions): ClusterConnection {
  const connection = resolveConnection(settings, contextName);
  const transport = createTransport(connection, options);
  return {
    port: transport,
    streams: createPodStreams(transport, options.clock, new URL(connection.server).host),
    context: connection.contextName,
    clusterName: connection.clusterName,
    userName: connection.userName,
    namespace: connection.namespace,
    serverUrl: connection.server,
    requests: transport.requests,
    ...(transport.login === undefined ? {} : {login: transport.login}),
    close: transport.close,
  };
}
