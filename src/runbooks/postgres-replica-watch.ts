/** Waits for a replica to be safe, and to stay so: one good look proves little, since members refresh what they say once a loop. */

import type {LogPlace} from '../domain/log-place.ts';
import {formatBytes} from '../domain/postgres/byte-size.ts';
import {agreedLeader, type DatabaseSeen, podOf} from '../domain/postgres/database-seen.ts';
import type {MemberPod} from '../domain/postgres/member-pod.ts';
import type {Topology} from '../domain/postgres/patroni-topology.ts';
import {ordinalOf} from '../domain/postgres/postgres-cluster.ts';
import {type Barrier, isBarrierPassed, replicaSafety, type SafetyOptions} from '../domain/postgres/replica-safety.ts';
import {formatWalPosition} from '../domain/postgres/wal-position.ts';
import {joinWords, type Words} from '../domain/words.ts';
import type {Reader} from '../engine/reader.ts';
import type {DatabaseName} from './postgres-kinds.ts';
import {lostLog} from './postgres-lost-log.ts';
import {readBarrier, readDatabase} from './postgres-world.ts';

const loopSecondsDefault = 10;

export type ReplicaLook = {
  readonly seen: DatabaseSeen;
  /** What keeps it from being safe; undefined where nothing does, on the first look or on the last of three that are a loop apart. */
  readonly trouble: Words | undefined;
  /** Where waiting mends nothing: what was lost, and what a person can do. */
  readonly lost?: Words;
  /** What shows that it is safe. */
  readonly proof?: Words;
  readonly isSteady: boolean;
};

export type ReplicaWatch = (reader: Reader) => Promise<ReplicaLook>;

/** Remembers since when the replica was safe on each look; forgotten with the engine, and then watched for anew. */
export function watchReplica(database: DatabaseName, member: string, options: SafetyOptions = {}): ReplicaWatch {
  let safeSince: number | undefined;
  return async reader => {
    const look = await lookAtReplica(reader, database, member, options);
    const {seen, trouble} = look;
    safeSince = trouble === undefined ? (safeSince ?? seen.now) : undefined;
    const steadyMs = 2 * (seen.settings?.loopSeconds ?? loopSecondsDefault) * 1000;
    return {...look, isSteady: safeSince !== undefined && seen.now - safeSince >= steadyMs};
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
    const texts = unsafe.map(({text}) => text);
    return {seen, trouble: joinWords(texts, '; '), ...(lost === undefined ? {} : {lost})};
  }
  return {seen, ...(await passBarrier(reader, database, seen, member))};
}

async function passBarrier(
  reader: Reader,
  database: DatabaseName,
  seen: DatabaseSeen,
  member: string,
): Promise<Pick<ReplicaLook, 'trouble' | 'proof'>> {
  const agreed = agreedLeader(seen);
  const [leader, replica] = [podOf(seen, agreed.kind === 'agreed' ? agreed.name : ''), podOf(seen, member)];
  if (leader === undefined || replica === undefined)
    return {trouble: {en: 'the pods of leader and replica are not there', ru: 'подов лидера и реплики нет'}};
  const barrier = await readBarrier(reader, database, leader, replica);
  if (barrier === undefined)
    return {trouble: {en: `${leader.name} does not tell its position in the log`, ru: `${leader.name} не сообщает свою позицию в журнале`}};
  const {flushed, replayed} = barrier;
  if (isBarrierPassed(barrier)) return {trouble: undefined, proof: sayProof(seen, leader, member, barrier)};
  const trouble =
    replayed === undefined
      ? {en: `${member} does not tell what it has replayed`, ru: `${member} не сообщает, что уже воспроизведено`}
      : {
          en: `${member} lacks ${formatBytes(flushed - replayed)} that were on the leader’s disk`,
          ru: `${member} не хватает ${formatBytes(flushed - replayed)} из того, что было на диске лидера`,
        };
  return {trouble};
}

/** What the verdict stands on, for whoever doubts it later. */
function sayProof({reports, cluster, disks}: DatabaseSeen, leader: MemberPod, member: string, {flushed, replayed}: Barrier): Words {
  const {timeline, systemId} = reports.get(member) ?? {};
  const volume = disks.find(({ordinal}) => ordinal === ordinalOf(cluster.name, member))?.volume?.name;
  const [has, had] = [formatWalPosition(replayed ?? 0), formatWalPosition(flushed)];
  const rest = `timeline ${timeline}, system ${systemId}`;
  return {
    en: `replayed ${has}, ${leader.name} led at ${had}; ${rest}, volume ${volume ?? 'unknown'}`,
    ru: `воспроизведено ${has}, лидер ${leader.name} был на ${had}; ${rest}, том ${volume ?? 'неизвестен'}`,
  };
}

/** Where the members say what they are at. */
export function memberLogs({cluster, pods}: Pick<DatabaseSeen, 'cluster' | 'pods'>): readonly LogPlace[] {
  return pods.map(({name}) => ({namespace: cluster.namespace, pod: name, container: 'postgres'}));
}

/** Members with role, state, timeline and lag, on one line. */
export function sayMembers({topology}: Pick<DatabaseSeen, 'topology'>): Words {
  if (topology === undefined) return {en: 'no member answers', ru: 'ни один узел базы не отвечает'};
  return joinWords(topology.members.map(sayMember), '; ');
}

function sayMember({name, role, state, timeline, lagBytes}: Topology['members'][number]): Words {
  const on = timeline === undefined ? {en: '', ru: ''} : {en: ` on timeline ${timeline}`, ru: ` на timeline ${timeline}`};
  const lag = sayLag(lagBytes);
  return {
    en: `${name} ${role} ${state || 'without Patroni'}${on.en}${lag.en}`,
    ru: `${name} ${role} ${state || 'без Patroni'}${on.ru}${lag.ru}`,
  };
}

function sayLag(bytes: number | 'unknown' | undefined): Words {
  if (bytes === undefined) return {en: '', ru: ''};
  if (bytes === 'unknown') return {en: ', lag unknown', ru: ', отставание неизвестно'};
  return {en: `, ${formatBytes(bytes)} behind`, ru: `, отстаёт на ${formatBytes(bytes)}`};
}
