/**
 * Patroni in miniature: takes the members of one cluster from where they stood to where they stand now. Who leads is a lock
 * that is renewed, released or runs out; everything else follows from it.
 */
import {timestamp} from '../seeding.ts';
import {diskOf, leaderOf, type StepParts, takeLock} from './cluster-step.ts';
import {startMember} from './member-start.ts';
import type {Cluster, Member} from './postgres-state.ts';
import {replicate, writeRows} from './replication.ts';
import {advanceSwitchover} from './switchover.ts';

export type World = Pick<StepParts, 'state' | 'faults' | 'pace' | 'firstContent'>;

export function stepCluster(world: World, cluster: Cluster, nowMs: number): void {
  const members = Object.values(world.state.members)
    .filter(({namespace, cluster: name}) => namespace === cluster.namespace && name === cluster.name)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const parts: StepParts = {...world, cluster, members, nowMs, elapsedMs: nowMs - cluster.steppedAtMs};
  cluster.steppedAtMs = nowMs;
  keepLock(parts);
  if (leaderOf(parts) !== undefined) writeRows(parts);
  replicate(parts);
  advanceSwitchover(parts);
  for (const member of members) startMember(parts, member);
  stopMembers(parts);
  elect(parts);
  chooseStandby(parts);
}

function keepLock(parts: StepParts): void {
  const {cluster, members, nowMs, pace, faults} = parts;
  if (faults.isStoreDown === true) return;
  const holder = members.find(({name, isLost}) => name === cluster.leader && isLost !== true);
  if (holder !== undefined && (holder.state === 'running' || holder.state === 'stopping')) cluster.lockUntilMs = nowMs + pace.ttlMs;
  if (cluster.leader !== undefined && nowMs >= cluster.lockUntilMs) cluster.leader = undefined;
}

/** One that was told to stop has handed over what it had before it is gone. */
function stopMembers(parts: StepParts): void {
  const {cluster, members, nowMs, pace} = parts;
  for (const member of members) {
    if (member.state !== 'stopping' || cluster.switchover?.leader === member.name || nowMs - member.sinceMs < pace.stopMs) continue;
    if (cluster.leader === member.name) {
      replicate({...parts, elapsedMs: Number.POSITIVE_INFINITY}, member);
      cluster.leader = undefined;
    }
    member.state = 'stopped';
    member.sinceMs = nowMs;
  }
}

function elect(parts: StepParts): void {
  const {cluster, members, faults} = parts;
  if (cluster.leader !== undefined || faults.isStoreDown === true || cluster.systemId === '') return;
  if (faults.isPaused === true && cluster.heir === undefined) return;
  const able = members.filter(
    member =>
      member.state === 'running' &&
      member.isLost !== true &&
      faults.noFailover?.includes(member.name) !== true &&
      (cluster.heir === undefined || member.name === cluster.heir) &&
      (faults.isSynchronous !== true || cluster.syncStandby === undefined || cluster.syncStandby.name === member.name),
  );
  const lsn = (member: Member) => diskOf(parts, member).content.lsn;
  const [best] = [...able].sort((one, other) => lsn(other) - lsn(one));
  if (best !== undefined) promote(parts, best);
  else if (!members.some(({name, state}) => name === cluster.heir && state === 'running')) cluster.heir = undefined;
}

/** The record that ends a timeline, and what a new leader writes first. */
const promotionBytes = 576;

export function promote({state, cluster, nowMs, pace}: StepParts, member: Member): void {
  const disk = diskOf({state}, member);
  const {lsn} = disk.content;
  disk.history = [...disk.history, [disk.timeline, lsn]];
  cluster.history = [...cluster.history, [disk.timeline, lsn, 'no recovery target specified', timestamp(nowMs), member.name]];
  disk.timeline += 1;
  disk.content = {...disk.content, lsn: lsn + promotionBytes};
  takeLock(cluster, member, nowMs, pace.ttlMs);
}

/** Patroni asks the new standby for its word before it counts on it. */
const standbyMs = 10_000;

function chooseStandby({cluster, members, faults, nowMs}: StepParts): void {
  if (faults.isSynchronous !== true || cluster.leader === undefined) {
    cluster.syncStandby = undefined;
    return;
  }
  const fit = members.find(({name, state, isLost}) => name !== cluster.leader && state === 'running' && isLost !== true);
  const {syncStandby} = cluster;
  const isKept = syncStandby !== undefined && members.some(({name, state}) => name === syncStandby.name && state === 'running');
  if (!isKept) cluster.syncStandby = fit === undefined ? undefined : {name: fit.name, sinceMs: nowMs + standbyMs};
}
