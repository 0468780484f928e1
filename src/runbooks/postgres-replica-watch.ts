/** Waits for a replica to be safe, and to stay so: one good look proves little, since members refresh what they say once a loop. */

import type {LogPlace} from '../domain/log-place.ts';
import {formatBytes} from '../domain/postgres/byte-size.ts';
import {agreedLeader, type DatabaseSeen, podOf} from '../domain/postgres/database-seen.ts';
import {isBarrierPassed, replicaSafety, type SafetyOptions} from '../domain/postgres/replica-safety.ts';
import type {Words} from '../domain/words.ts';
import type {Reader} from '../engine/reader.ts';
import type {DatabaseName} from './postgres-kinds.ts';
import {lostLog} from './postgres-lost-log.ts';
import {readBarrier, readDatabase} from './postgres-world.ts';

const loopSecondsDefault = 10;

export type ReplicaLook = {
  readonly seen: DatabaseSeen;
  /** What keeps it from being safe; '' where nothing does, on the first look or on the last of three that are a loop apart. */
  readonly trouble: string;
  /** Where waiting mends nothing: what was lost, and what a person can do. */
  readonly lost?: Words;
  readonly isSteady: boolean;
};

export type ReplicaWatch = (reader: Reader) => Promise<ReplicaLook>;

/** Remembers since when the replica was safe on each look; forgotten with the engine, and then watched for anew. */
export function watchReplica(database: DatabaseName, member: string, options: SafetyOptions = {}): ReplicaWatch {
  let safeSince: number | undefined;
  return async reader => {
    const {seen, trouble, lost} = await lookAtReplica(reader, database, member, options);
    safeSince = trouble === '' ? (safeSince ?? seen.now) : undefined;
    const steadyMs = 2 * (seen.settings?.loopSeconds ?? loopSecondsDefault) * 1000;
    return {seen, trouble, ...(lost === undefined ? {} : {lost}), isSteady: safeSince !== undefined && seen.now - safeSince >= steadyMs};
  };
}

/** One look, with the exact barrier where nothing else speaks against the replica. */
export async function lookAtReplica(
  reader: Reader,
  database: DatabaseName,
  member: string,
  options: SafetyOptions = {},
): Promise<Omit<ReplicaLook, 'isSteady'>> {
  const seen = await readDatabase(reader, database);
  const unsafe = replicaSafety(seen, member, options);
  if (unsafe.length > 0) {
    const lost = unsafe.some(({code}) => code === 'not-streaming') ? await lostLog(reader, seen, member) : undefined;
    return {seen, trouble: unsafe.map(({text}) => text).join('; '), ...(lost === undefined ? {} : {lost})};
  }
  return {seen, trouble: await barrierTrouble(reader, database, seen, member)};
}

async function barrierTrouble(reader: Reader, database: DatabaseName, seen: DatabaseSeen, member: string): Promise<string> {
  const agreed = agreedLeader(seen);
  const [leader, replica] = [podOf(seen, agreed.kind === 'agreed' ? agreed.name : ''), podOf(seen, member)];
  if (leader === undefined || replica === undefined) return 'the pods of leader and replica are not there';
  const barrier = await readBarrier(reader, database, leader, replica);
  if (barrier === undefined) return `${leader.name} does not tell its position in the log`;
  if (isBarrierPassed(barrier)) return '';
  const {flushed, replayed} = barrier;
  return replayed === undefined
    ? `${member} does not tell what it has replayed`
    : `${member} lacks ${formatBytes(flushed - replayed)} that were on the leader’s disk`;
}

/** Where the members say what they are at. */
export function memberLogs({cluster, pods}: Pick<DatabaseSeen, 'cluster' | 'pods'>): readonly LogPlace[] {
  return pods.map(({name}) => ({namespace: cluster.namespace, pod: name, container: 'postgres'}));
}

/** Members with role, state, timeline and lag, on one line. */
export function sayMembers({topology}: Pick<DatabaseSeen, 'topology'>): string {
  if (topology === undefined) return 'no member answers';
  return topology.members
    .map(({name, role, state, timeline, lagBytes}) => {
      const lag = lagBytes === undefined ? '' : lagBytes === 'unknown' ? ', lag unknown' : `, ${formatBytes(lagBytes)} behind`;
      return `${name} ${role} ${state || 'without Patroni'}${timeline === undefined ? '' : ` on timeline ${timeline}`}${lag}`;
    })
    .join('; ');
}
