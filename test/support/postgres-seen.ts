/** One look at a database of two members, as its rules judge it. */
import type {DatabaseSeen} from '../../src/domain/postgres/database-seen.ts';
import {readMemberReport} from '../../src/domain/postgres/patroni-report.ts';
import {readTopology} from '../../src/domain/postgres/patroni-topology.ts';
import {clusters, reports} from './patroni-captures.ts';

export const [zero, one] = ['commander-postgres-0', 'commander-postgres-1'] as const;
export const now = 1_795_288_070_000;

export function pod(ordinal: number, change: Partial<DatabaseSeen['pods'][number]> = {}): DatabaseSeen['pods'][number] {
  return {
    ordinal,
    name: `commander-postgres-${ordinal}`,
    uid: `pod-${ordinal}`,
    phase: 'Running',
    isTerminating: false,
    node: `w${ordinal}`,
    ip: `127.0.1.1${ordinal}`,
    createdAt: now - 900_000,
    restarts: 0,
    runningSince: now - 900_000,
    isReady: true,
    isRollingUpdateWanted: false,
    owner: 'set-1',
    ...change,
  };
}

export function disk(ordinal: number, change: Partial<DatabaseSeen['disks'][number]> = {}): DatabaseSeen['disks'][number] {
  return {
    ordinal,
    claim: {name: `pgdata-commander-postgres-${ordinal}`, uid: `claim-${ordinal}`, resourceVersion: '1'},
    storageClass: 'old',
    isBound: true,
    isTerminating: false,
    size: '10Gi',
    accessModes: ['ReadWriteOnce'],
    volume: undefined,
    ...change,
  };
}

/** Patroni 4.1.4 with commander-postgres-1 leading and commander-postgres-0 streaming. */
export function seen(change: Partial<DatabaseSeen> = {}): DatabaseSeen {
  const [leader, replica] = [readMemberReport(reports.leader414), readMemberReport(reports.replica414)];
  if (leader === undefined || replica === undefined) throw new Error('unreadable');
  return {
    cluster: {
      namespace: 'd8-commander',
      name: 'commander-postgres',
      uid: 'cr',
      instances: 2,
      storageClass: 'old',
      size: '10Gi',
      status: 'Running',
      isManaged: false,
    },
    set: {uid: 'set-1', replicas: 2, readyReplicas: 2, storageClass: 'old', isKeepingClaims: true},
    pods: [pod(0), pod(1)],
    disks: [disk(0), disk(1)],
    topology: readTopology(clusters.healthy414),
    settings: {ttlSeconds: 30, loopSeconds: 10, failoverLagMax: 33_554_432, isSynchronous: false, isStrict: false},
    dcs: {kind: 'endpoints', leader: one, isFailoverPending: false, writeAddress: '127.0.1.11'},
    reports: new Map([
      [one, leader],
      [zero, replica],
    ]),
    isLeaderServing: true,
    now,
    ...change,
  };
}
