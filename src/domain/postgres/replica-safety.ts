/** Why a replica is not yet one that may lead, or stand alone while another copy goes. Nothing said: it is. */
import {formatBytes} from './byte-size.ts';
import {agreedLeader, type DatabaseSeen, diskOf, podOf} from './database-seen.ts';
import type {MemberPod} from './member-pod.ts';
import type {MemberReport} from './patroni-report.ts';
import type {TopologyMember} from './patroni-topology.ts';
import {ordinalOf} from './postgres-cluster.ts';

/** Far under what most clusters take for a failover; a cluster that takes less is asked for no more than that. */
const lagBytesMax = 1_048_576;
const stableMs = 60_000;
/** Between the clocks of a member and of who looks. */
const clockSkewMs = 30_000;

export type UnsafeCode =
  | 'no-leader'
  | 'paused'
  | 'switchover-scheduled'
  | 'failover-pending'
  | 'rolling-update'
  | 'stale-dcs'
  | 'not-a-member'
  | 'not-sync-standby'
  | 'not-streaming'
  | 'other-timeline'
  | 'foreign-data'
  | 'lag'
  | 'no-failover-tag'
  | 'pod'
  | 'pod-replaced'
  | 'disk';

/** `text` stands alone: a lower-case clause with the fact in it. */
export type Unsafe = {readonly code: UnsafeCode; readonly text: string};

export type SafetyOptions = {
  /** What its disk must be on; absent: any. */
  readonly storageClass?: string;
  /** The pod that was looked at before; another one is another member. */
  readonly podUid?: string;
  /** It is to take the lead: under synchronous replication only a synchronous standby may. */
  readonly isToLead?: boolean;
};

export function replicaSafety(seen: DatabaseSeen, member: string, options: SafetyOptions = {}): readonly Unsafe[] {
  const leader = agreedLeader(seen);
  if (leader.kind !== 'agreed') return [{code: 'no-leader', text: leader.why}];
  const found = seen.topology?.members.find(({name}) => name === member);
  if (found === undefined) return [...clusterReasons(seen), {code: 'not-a-member', text: `${member} is not in the cluster`}];
  return [
    ...clusterReasons(seen),
    ...freshness(seen, leader.name),
    ...memberReasons(seen, leader.name, found, options),
    ...podReasons(podOf(seen, member), member, seen.now, options),
    ...diskReasons(seen, member, options),
  ];
}

/** What holds for every member: nobody else may be about to move the lead. */
export function clusterReasons({topology, dcs, pods}: DatabaseSeen): readonly Unsafe[] {
  const scheduled = topology?.scheduledSwitchover;
  const marked = pods.filter(({isRollingUpdateWanted}) => isRollingUpdateWanted).map(({name}) => name);
  return [
    ...when(topology?.isPaused === true, 'paused', 'the cluster is in maintenance mode: nobody would take over'),
    ...when(
      scheduled !== undefined,
      'switchover-scheduled',
      `a switchover to ${scheduled?.to || 'any member'} is scheduled for ${scheduled?.at}`,
    ),
    ...when(dcs.isFailoverPending, 'failover-pending', 'a switchover is asked for already'),
    ...when(marked.length > 0, 'rolling-update', `the operator means to make ${marked.join(', ')} anew`),
  ];
}

function freshness({reports, settings, now}: DatabaseSeen, leader: string): readonly Unsafe[] {
  const seenAt = reports.get(leader)?.dcsSeenAt;
  if (seenAt === undefined) return [];
  const age = now - seenAt * 1000;
  const ageMax = 2 * (settings?.loopSeconds ?? 10) * 1000 + clockSkewMs;
  return when(age > ageMax, 'stale-dcs', `${leader} last saw the API server ${Math.round(age / 1000)} s ago`);
}

function memberReasons(
  {reports, settings}: DatabaseSeen,
  leader: string,
  found: TopologyMember,
  {isToLead = false}: SafetyOptions,
): readonly Unsafe[] {
  const leading = reports.get(leader);
  const report = reports.get(found.name);
  const isReplica = found.role === 'replica' || found.role === 'sync_standby' || found.role === 'quorum_standby';
  if (!isReplica) return [{code: 'not-a-member', text: `${found.name} is no replica but ${found.role}`}];
  const {isSynchronous} = settings ?? {isSynchronous: false};
  const {lagBytes} = found;
  const lagMax = Math.min(lagBytesMax, settings?.failoverLagMax ?? lagBytesMax);
  return [
    ...when(
      isToLead && isSynchronous && found.role === 'replica',
      'not-sync-standby',
      `${found.name} is no synchronous standby yet, and replication is synchronous`,
    ),
    ...when(
      !isStreaming(found, leading),
      'not-streaming',
      `${found.name} is ${found.state || 'without Patroni'}, not streaming${aheadText(report, leading)}`,
    ),
    ...when(
      report?.timeline === undefined || report.timeline !== leading?.timeline,
      'other-timeline',
      `${found.name} is on timeline ${report?.timeline ?? '?'}, ${leader} on ${leading?.timeline ?? '?'}`,
    ),
    ...when(
      report?.systemId === undefined || report.systemId !== leading?.systemId,
      'foreign-data',
      `${found.name} holds system ${report?.systemId ?? '?'}, ${leader} ${leading?.systemId ?? '?'}`,
    ),
    ...when(
      typeof lagBytes !== 'number' || lagBytes > lagMax,
      'lag',
      `${found.name} is ${typeof lagBytes === 'number' ? formatBytes(lagBytes) : 'an unknown number of bytes'} behind`,
    ),
    ...when(found.isNoFailover, 'no-failover-tag', `${found.name} is tagged nofailover`),
  ];
}

/** Patroni before 3.0.4 calls a replica running whether it streams or not: there the leader's own list decides. */
function isStreaming({name, state}: TopologyMember, leading: MemberReport | undefined): boolean {
  if (state === 'streaming') return true;
  return state === 'running' && leading?.streamers.some(each => each.member === name && each.state === 'streaming') === true;
}

/** A server refuses to send what it does not have: such a replica never streams again by itself. */
function aheadText(report: MemberReport | undefined, leading: MemberReport | undefined): string {
  const ahead = (report?.position ?? 0) - (leading?.position ?? Number.POSITIVE_INFINITY);
  return ahead > 0 ? `: it is ${formatBytes(ahead)} ahead of its leader, and has to be made anew (patronictl reinit)` : '';
}

function podReasons(pod: MemberPod | undefined, member: string, now: number, {podUid}: SafetyOptions): readonly Unsafe[] {
  if (pod === undefined) return [{code: 'pod', text: `there is no pod ${member}`}];
  if (podUid !== undefined && pod.uid !== podUid) return [{code: 'pod-replaced', text: `the pod ${member} was made anew meanwhile`}];
  const runs = pod.runningSince === undefined ? undefined : now - pod.runningSince;
  return [
    ...when(pod.isTerminating, 'pod', `the pod ${member} is on its way out`),
    ...when(pod.phase !== 'Running' || runs === undefined, 'pod', `the pod ${member} is ${pod.phase || 'unknown'}`),
    ...when(
      pod.restarts > 0 && runs !== undefined && runs < stableMs,
      'pod',
      `the container of ${member} was restarted ${Math.round((runs ?? 0) / 1000)} s ago`,
    ),
  ];
}

function diskReasons(seen: DatabaseSeen, member: string, {storageClass}: SafetyOptions): readonly Unsafe[] {
  const ordinal = ordinalOf(seen.cluster.name, member);
  const disk = ordinal === undefined ? undefined : diskOf(seen, ordinal);
  if (disk === undefined) return [{code: 'disk', text: `${member} has no claim`}];
  const {name} = disk.claim;
  return [
    ...when(!disk.isBound, 'disk', `the claim ${name} is not bound`),
    ...when(disk.isTerminating, 'disk', `the claim ${name} is on its way out`),
    ...when(
      storageClass !== undefined && disk.storageClass !== storageClass,
      'disk',
      `the claim ${name} is on class ${disk.storageClass || '(none)'}, not ${storageClass}`,
    ),
  ];
}

function when(is: boolean, code: UnsafeCode, text: string): readonly Unsafe[] {
  return is ? [{code, text}] : [];
}

/**
 * Who may take the lead under synchronous replication; undefined where it is not, or where nobody stands by. Of two members it is the
 * other one, whether or not Patroni has said so yet. Of several standbys it is one that need not go away itself: on the new class.
 */
export function standbyOf({settings, topology, cluster, disks}: DatabaseSeen, leader: string, newClass: string): string | undefined {
  if (settings?.isSynchronous !== true) return undefined;
  const others = (topology?.members ?? []).filter(({name}) => name !== leader);
  const standbys = cluster.instances === 2 ? others : others.filter(({role}) => role === 'sync_standby');
  const isMoved = (name: string): boolean =>
    disks.some(({ordinal, storageClass}) => ordinal === ordinalOf(cluster.name, name) && storageClass === newClass);
  const names = standbys.map(({name}) => name).toSorted();
  return names.find(isMoved) ?? names[0];
}

/** The exact barrier: everything that the leader had on its disk at one moment is visible in the replica. */
export type Barrier = {readonly flushed: number; readonly replayed: number | undefined};

export function isBarrierPassed({flushed, replayed}: Barrier): boolean {
  return replayed !== undefined && replayed >= flushed;
}
