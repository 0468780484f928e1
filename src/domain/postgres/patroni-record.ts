/**
 * What Patroni keeps of a cluster in Kubernetes: annotations of Endpoints, or of ConfigMaps where it is set up so. Which of
 * the two is seen, not assumed; the leader is who holds the lock there, whatever the pods' labels say.
 */
import {isFields, readItems, readString} from '../fields.ts';
import type {KubeObject} from '../kube-object.ts';
import {parseFields} from './watched-member.ts';

/** One of the objects: they differ in the end of their names. */
export type PatroniObject = {
  readonly namespace: string;
  readonly name: string;
  readonly cluster: string;
  readonly store: 'Endpoints' | 'ConfigMaps';
  readonly leader: string | undefined;
  /** RFC 3339, by the leader's clock: only that it changes says something. */
  readonly renewedAt: string | undefined;
  /** When this state of it came here, epoch milliseconds by our clock. */
  readonly seenAt: number;
  readonly ttlSeconds: number | undefined;
  /** The leader's position in bytes of WAL when it last renewed the lock. */
  readonly leaderPosition: number | undefined;
  /** Where clients of the write service are sent; Endpoints only. */
  readonly addresses: readonly string[];
  readonly systemId: string | undefined;
  readonly isPaused: boolean | undefined;
  readonly isSynchronous: boolean | undefined;
  readonly lagBytesMax: number | undefined;
  readonly syncStandbys: readonly string[];
  /** A switchover that was ordered and is not done. */
  readonly switchover: {readonly from: string; readonly to: string; readonly at: string} | undefined;
};

export type PatroniRecord = {
  readonly store: 'Endpoints' | 'ConfigMaps';
  readonly leader: string | undefined;
  readonly renewedAt: string | undefined;
  readonly seenAt: number;
  readonly ttlSeconds: number;
  readonly leaderPosition: number | undefined;
  readonly addresses: readonly string[];
  readonly systemId: string | undefined;
  readonly isPaused: boolean;
  readonly isSynchronous: boolean;
  readonly lagBytesMax: number | undefined;
  readonly syncStandbys: readonly string[];
  readonly switchover: PatroniObject['switchover'];
};

const clusterLabel = 'cluster-name';
const ttlSecondsDefault = 30;

export function readPatroniObject(object: KubeObject, seenAt: number, store: 'Endpoints' | 'ConfigMaps'): PatroniObject {
  const {namespace = '', name, labels, annotations = {}} = object.metadata;
  const config = parseFields(annotations.config);
  const switchover = name.endsWith('-failover') && (annotations.member !== undefined || annotations.leader !== undefined);
  return {
    namespace,
    name,
    cluster: labels?.[clusterLabel] ?? '',
    store,
    leader: annotations.leader || undefined,
    renewedAt: annotations.renewTime,
    seenAt,
    ttlSeconds: numberOf(annotations.ttl),
    leaderPosition: numberOf(annotations.optime),
    addresses: readAddresses(object),
    systemId: annotations.initialize,
    isPaused: config && config.pause === true,
    isSynchronous: config && config.synchronous_mode !== undefined && config.synchronous_mode !== false,
    lagBytesMax: typeof config?.maximum_lag_on_failover === 'number' ? config.maximum_lag_on_failover : undefined,
    syncStandbys: (annotations.sync_standby ?? '').split(',').filter(Boolean),
    switchover: switchover ? {from: annotations.leader ?? '', to: annotations.member ?? '', at: annotations.scheduled_at ?? ''} : undefined,
  };
}

/** undefined where Patroni has written nothing of this cluster, or it may not be read. */
export function patroniRecordOf(
  objects: readonly PatroniObject[],
  {namespace, name}: {readonly namespace: string; readonly name: string},
): PatroniRecord | undefined {
  const own = objects.filter(object => object.namespace === namespace && object.cluster === name);
  const lock = own
    .filter(({store, name: object}) => object === (store === 'Endpoints' ? name : `${name}-leader`))
    .toSorted((a, b) => (b.renewedAt ?? '').localeCompare(a.renewedAt ?? ''))
    .at(0);
  if (lock === undefined) return undefined;
  const ofStore = (suffix: string): PatroniObject | undefined =>
    own.find(({store, name: object}) => store === lock.store && object === `${name}-${suffix}`);
  const config = ofStore('config');
  return {
    store: lock.store,
    leader: lock.leader,
    renewedAt: lock.renewedAt,
    seenAt: lock.seenAt,
    ttlSeconds: lock.ttlSeconds ?? ttlSecondsDefault,
    leaderPosition: lock.leaderPosition,
    addresses: lock.addresses,
    systemId: config?.systemId,
    isPaused: config?.isPaused === true,
    isSynchronous: config?.isSynchronous === true,
    lagBytesMax: config?.lagBytesMax,
    syncStandbys: ofStore('sync')?.syncStandbys ?? [],
    switchover: ofStore('failover')?.switchover,
  };
}

function readAddresses(object: KubeObject): readonly string[] {
  if (!isFields(object) || !Array.isArray(object.subsets)) return [];
  return readItems(object, 'subsets', subset => readItems(subset, 'addresses', address => readString(address, 'ip') ?? '')).flat();
}

function numberOf(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || text === '' || Number.isNaN(value) ? undefined : value;
}
