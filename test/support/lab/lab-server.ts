/** The API server of a lab: the embedded one, or real etcd, kube-apiserver, controllers and scheduler. */
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {systemClock} from '../../../src/cli/system-clock.ts';
import {connect} from '../../../src/cluster/connect.ts';
import {loadConnections} from '../../../src/cluster/kubeconfig.ts';
import type {KubePort} from '../../../src/domain/kube-port.ts';
import type {PodStreams} from '../../../src/domain/pod-streams.ts';
import type {ApiHandler} from '../../../src/embedded/apiserver/api-server.ts';
import {type ControlPlane, startControlPlane} from '../control-plane/start.ts';
import {startEmbeddedServer} from '../embedded-server.ts';
import {giveToPostgres} from '../postgres-user.ts';
import {startKubeletFace} from './kubelet-face.ts';
import type {NodeAgent} from './node-agent.ts';

export type ServerKind = 'embedded' | 'real';

export type LabServer = {
  readonly kind: ServerKind;
  /** As one who may do everything. */
  readonly port: KubePort;
  readonly streams: PodStreams;
  readonly kubeconfigPath: string;
  /** Where the API server reaches the nodes; the embedded one has the agent beside it. */
  readonly kubeletPort: number | undefined;
  /** Of the real one. */
  readonly plane: ControlPlane | undefined;
  close(): Promise<void>;
};

/** In the kubeconfigs that Patroni reads. */
export const contextOf = {embedded: 'demo', real: 'control-plane'} as const;

export async function startLabServer(
  kind: ServerKind,
  agent: NodeAgent,
  wrap: ((handle: ApiHandler) => ApiHandler) | undefined,
): Promise<LabServer> {
  return kind === 'embedded' ? startEmbedded(agent, wrap) : startReal(agent);
}

async function startEmbedded(agent: NodeAgent, wrap: ((handle: ApiHandler) => ApiHandler) | undefined): Promise<LabServer> {
  const server = await startEmbeddedServer({crds: true, runtime: agent.runtime, ...(wrap !== undefined && {wrap})});
  return {
    kind: 'embedded',
    port: server.port,
    streams: server.server.streams,
    kubeconfigPath: server.kubeconfigPath,
    kubeletPort: undefined,
    plane: undefined,
    close: () => server.close(),
  };
}

async function startReal(agent: NodeAgent): Promise<LabServer> {
  const plane = await startControlPlane({components: ['controllers', 'scheduler'], auditLog: true});
  await plane.applyCrds(join(import.meta.dirname, '../../../deploy/crds/platform'));
  const kubelet = await startKubeletFace(agent);
  const kubeconfigPath = plane.user('admin').kubeconfig;
  const settings = await loadConnections({env: {KUBECONFIG: kubeconfigPath}, home: '/nowhere', flags: {}});
  const connection = await connect(settings, undefined, {
    clock: systemClock,
    env: {},
    version: '0',
    isReadOnly: false,
    onCredentialNotice: () => undefined,
  });
  return {
    kind: 'real',
    port: connection.port,
    streams: connection.streams,
    kubeconfigPath,
    kubeletPort: kubelet.port,
    plane,
    close: async () => {
      await connection.close();
      await plane.stop();
      await kubelet.close();
    },
  };
}

/** Readable by the user that runs Patroni. */
export function copyForPostgres(kubeconfigPath: string, copy: string): void {
  mkdirSync(dirname(copy), {recursive: true});
  writeFileSync(copy, readFileSync(kubeconfigPath), {mode: 0o600});
  giveToPostgres(copy);
}
