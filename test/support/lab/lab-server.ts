/** The API server of a lab: the embedded one, or real etcd, kube-apiserver, controllers and scheduler. */
import {randomBytes} from 'node:crypto';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {systemClock} from '../../../src/cli/system-clock.ts';
import {connect} from '../../../src/cluster/connect.ts';
import {loadConnections} from '../../../src/cluster/kubeconfig.ts';
import {readNumber, readString, readTime} from '../../../src/domain/fields.ts';
import type {KubePort} from '../../../src/domain/kube-port.ts';
import type {PodStreams} from '../../../src/domain/pod-streams.ts';
import type {ApiHandler} from '../../../src/embedded/apiserver/api-server.ts';
import {type ControlPlane, startControlPlane} from '../control-plane/start.ts';
import {startEmbeddedServer} from '../embedded-server.ts';
import {giveToPostgres} from '../postgres-user.ts';
import {controllerAccount} from '../runs/run-cluster.ts';
import {AuditTail, effectOf} from './effect-watch.ts';
import {startKubeletFace} from './kubelet-face.ts';
import type {NodeAgent} from './node-agent.ts';
import type {Deletion} from './safety-witness.ts';

export type ServerKind = 'embedded' | 'real';

export type LabServer = {
  readonly kind: ServerKind;
  /** As one who may do everything. */
  readonly port: KubePort;
  readonly streams: PodStreams;
  readonly kubeconfigPath: string;
  /** Of a user of its own, who may do everything: what the controller does can be told from what others do. */
  readonly controllerToken: string;
  /** What the controller deleted of disks and pods, oldest first; not what it made for itself. */
  deletions(): readonly Deletion[];
  /** What the controller did, oldest first. */
  effects(): readonly string[];
  /** Where the API server reaches the nodes; the embedded one has the agent beside it. */
  readonly kubeletPort: number | undefined;
  /** Of the real one. */
  readonly plane: ControlPlane | undefined;
  close(): Promise<void>;
};

const controller = 'controller';
/** The one of a test, and the one that has the rights of its account alone. */
const controllers = [controller, controllerAccount];
/** Ordinary users of the real one, without rights until somebody binds some. */
export const labPeople = {requester: 'ivan', approver: 'olga'} as const;

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
  const controllerToken = randomBytes(16).toString('hex');
  const deletions: Deletion[] = [];
  const effects: string[] = [];
  const note =
    (handle: ApiHandler): ApiHandler =>
    call => {
      const answer = handle(call);
      const effect = call.user.username === controller && answer.status < 300 ? effectOf(call) : undefined;
      if (effect !== undefined) effects.push(effect);
      const [, resource, name] = /\/(persistentvolumeclaims|pods)\/([^/?]+)$/.exec(call.path) ?? [];
      if (call.method === 'DELETE' && call.user.username === controller && answer.status < 300 && isWatched(resource, name))
        deletions.push({atMs: Date.now(), resource, name: name ?? ''});
      return answer;
    };
  const server = await startEmbeddedServer({
    crds: true,
    runtime: agent.runtime,
    users: [{token: controllerToken, user: {username: controller, uid: '', groups: ['system:masters']}}],
    wrap: handle => note(wrap === undefined ? handle : wrap(handle)),
  });
  return {
    kind: 'embedded',
    port: server.port,
    streams: server.server.streams,
    kubeconfigPath: server.kubeconfigPath,
    controllerToken,
    deletions: () => deletions,
    effects: () => effects,
    kubeletPort: undefined,
    plane: undefined,
    close: () => server.close(),
  };
}

async function startReal(agent: NodeAgent): Promise<LabServer> {
  const plane = await startControlPlane({
    components: ['controllers', 'scheduler'],
    auditLog: true,
    users: [{name: controller, groups: ['system:masters']}, ...Object.values(labPeople).map(name => ({name, groups: ['people']}))],
  });
  await plane.applyCrds(join(import.meta.dirname, '../../../deploy/crds/platform'));
  const kubelet = await startKubeletFace(agent);
  const tail = new AuditTail(plane.auditLog ?? '', controllers);
  const effects: string[] = [];
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
    controllerToken: plane.user(controller).token,
    deletions: () => readDeletions(plane.auditLog ?? ''),
    effects: () => {
      effects.push(...tail.next().flatMap(request => effectOf(request) ?? []));
      return effects;
    },
    kubeletPort: kubelet.port,
    plane,
    close: async () => {
      await connection.close();
      await plane.stop();
      await kubelet.close();
    },
  };
}

function isWatched(resource: unknown, name = ''): resource is Deletion['resource'] {
  return (resource === 'persistentvolumeclaims' || resource === 'pods') && !name.startsWith('deckhand-');
}

/** From the audit log: a line for each request that was answered. */
function readDeletions(path: string): readonly Deletion[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap(line => {
    if (!line.includes('"verb":"delete"') || !controllers.some(name => line.includes(`"username":"${name}"`))) return [];
    const entry: unknown = JSON.parse(line);
    const resource = readString(entry, 'objectRef.resource');
    const isDone = (readNumber(entry, 'responseStatus.code') ?? 500) < 300;
    const name = readString(entry, 'objectRef.name') ?? '';
    if (!isWatched(resource, name) || !isDone) return [];
    return [{atMs: readTime(entry, 'requestReceivedTimestamp') ?? 0, resource, name}];
  });
}

/** Readable by the user that runs Patroni. */
export function copyForPostgres(kubeconfigPath: string, copy: string): void {
  mkdirSync(dirname(copy), {recursive: true});
  writeFileSync(copy, readFileSync(kubeconfigPath), {mode: 0o600});
  giveToPostgres(copy);
}
