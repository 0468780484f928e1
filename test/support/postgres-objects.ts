/** A PostgreSQL cluster as it stands in Kubernetes, for tests: its resource, pods with Patroni's words, Patroni's records, claims and volumes. */
import type {KubeObject} from '../../src/domain/kube-object.ts';
import {annotate, claim, configMap, endpoints, label, type Modifier, pod, postgresql, set, volume} from './objects.ts';

export const databaseName = 'commander-postgres';
const ofCluster: readonly Modifier[] = [label('application', 'spilo'), label('cluster-name', databaseName)];

export function database(...modifiers: readonly Modifier[]): KubeObject {
  return postgresql(
    databaseName,
    set('spec', {
      teamId: 'commander',
      numberOfInstances: 2,
      postgresql: {version: '15'},
      volume: {size: '10Gi', storageClass: 'fast'},
      resources: {requests: {cpu: 1, memory: '1Gi'}},
    }),
    set('status', {PostgresClusterStatus: 'Running'}),
    ...modifiers,
  );
}

/** `words`: what Patroni writes about the member; undefined where none runs yet. */
export function member(
  ordinal: number,
  words: Readonly<Record<string, unknown>> | undefined,
  ...modifiers: readonly Modifier[]
): KubeObject {
  const running = [
    set('spec', {nodeName: `worker-${ordinal}`, containers: [{name: 'postgres'}]}),
    set('status', {phase: 'Running', containerStatuses: [{name: 'postgres', ready: true, restartCount: 0, state: {running: {}}}]}),
  ];
  const said = words === undefined ? [] : [annotate('status', JSON.stringify(words))];
  return pod(`${databaseName}-${ordinal}`, ...ofCluster, ...running, ...said, ...modifiers);
}

export function leading(version = '3.0.2', position = 50_332_264): Readonly<Record<string, unknown>> {
  const role = Number(version.split('.')[0]) >= 4 ? 'primary' : 'master';
  return {state: 'running', role, version, xlog_location: position, timeline: 2};
}

export function following(version = '3.0.2', position = 50_332_264): Readonly<Record<string, unknown>> {
  const streams = version === '3.0.2' ? {} : {replication_state: 'streaming'};
  return {state: 'running', role: 'replica', version, xlog_location: position, timeline: 2, ...streams};
}

export function lockIn(store: 'Endpoints' | 'ConfigMaps', leader: string, annotations: Readonly<Record<string, string>> = {}): KubeObject {
  const words = {leader, ttl: '30', renewTime: '2026-01-02T12:00:00.000000+00:00', optime: '50332264', ...annotations};
  return store === 'Endpoints' ? endpoints(databaseName, ...said(words)) : configMap(`${databaseName}-leader`, ...said(words));
}

export function patroniObject(
  store: 'Endpoints' | 'ConfigMaps',
  suffix: string,
  annotations: Readonly<Record<string, string>>,
): KubeObject {
  return (store === 'Endpoints' ? endpoints : configMap)(`${databaseName}-${suffix}`, ...said(annotations));
}

export function diskOf(ordinal: number, storageClass: string, ...modifiers: readonly Modifier[]): readonly [KubeObject, KubeObject] {
  const name = `pgdata-${databaseName}-${ordinal}`;
  const bound = claim(
    name,
    ...ofCluster,
    set('spec', {storageClassName: storageClass, volumeName: `pvc-${ordinal}`}),
    set('status', {phase: 'Bound', capacity: {storage: '10Gi'}}),
    ...modifiers,
  );
  return [bound, volumeOf(`pvc-${ordinal}`, bound, storageClass)];
}

export function volumeOf(name: string, owner: KubeObject, storageClass: string, ...modifiers: readonly Modifier[]): KubeObject {
  const {namespace, name: claimName, uid} = owner.metadata;
  return volume(
    name,
    set('spec', {
      storageClassName: storageClass,
      capacity: {storage: '10Gi'},
      persistentVolumeReclaimPolicy: 'Delete',
      claimRef: {namespace, name: claimName, uid},
    }),
    set('status', {phase: 'Bound'}),
    ...modifiers,
  );
}

function said(annotations: Readonly<Record<string, string>>): readonly Modifier[] {
  return [...ofCluster, ...Object.entries(annotations).map(([name, value]) => annotate(name, value))];
}
