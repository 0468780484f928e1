/** Why a replica is not yet one that may lead, or stand alone while another copy goes. Nothing said: it is. */
import type {Words} from '../words.ts';
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
export type Unsafe = {readonly code: UnsafeCode; readonly text: Words};

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
  if (found === undefined)
    return [
      ...clusterReasons(seen),
      {code: 'not-a-member', text: {en: `${member} is not in the cluster`, ru: `${member} не входит в кластер`}},
    ];
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
    ...when(topology?.isPaused === true, 'paused', {
      en: 'the cluster is in maintenance mode: nobody would take over',
      ru: 'кластер базы в режиме обслуживания: упавшего лидера никто не заменит',
    }),
    ...when(scheduled !== undefined, 'switchover-scheduled', {
      en: `a switchover to ${scheduled?.to || 'any member'} is scheduled for ${scheduled?.at}`,
      ru: `на ${scheduled?.at} назначена смена лидера${scheduled?.to ? ` на ${scheduled.to}` : ''}`,
    }),
    ...when(dcs.isFailoverPending, 'failover-pending', {
      en: 'a switchover is asked for already',
      ru: 'смена лидера уже запрошена',
    }),
    ...when(marked.length > 0, 'rolling-update', {
      en: `the operator means to make ${marked.join(', ')} anew`,
      ru: `оператор собирается пересоздать ${marked.join(', ')}`,
    }),
  ];
}

function freshness({reports, settings, now}: DatabaseSeen, leader: string): readonly Unsafe[] {
  const seenAt = reports.get(leader)?.dcsSeenAt;
  if (seenAt === undefined) return [];
  const age = now - seenAt * 1000;
  const ageMax = 2 * (settings?.loopSeconds ?? 10) * 1000 + clockSkewMs;
  return when(age > ageMax, 'stale-dcs', {
    en: `${leader} last saw the API server ${Math.round(age / 1000)} s ago`,
    ru: `${leader} последний раз видел API-сервер ${Math.round(age / 1000)} с назад`,
  });
}

function memberReasons(
  {reports, settings, pods, now}: DatabaseSeen,
  leader: string,
  found: TopologyMember,
  {isToLead = false}: SafetyOptions,
): readonly Unsafe[] {
  const leading = reports.get(leader);
  const report = reports.get(found.name);
  const isReplica = found.role === 'replica' || found.role === 'sync_standby' || found.role === 'quorum_standby';
  if (!isReplica)
    return [
      {
        code: 'not-a-member',
        text: {en: `${found.name} is no replica but ${found.role}`, ru: `${found.name} — не реплика, а ${found.role}`},
      },
    ];
  const {isSynchronous} = settings ?? {isSynchronous: false};
  const {lagBytes} = found;
  // Of one that does not follow yet, what is not known yet says nothing more.
  const isFollowing = isStreaming(found, leading);
  const lagMax = Math.min(lagBytesMax, settings?.failoverLagMax ?? lagBytesMax);
  return [
    ...when(isToLead && isSynchronous && found.role === 'replica', 'not-sync-standby', {
      en: `${found.name} is no synchronous standby yet, and replication is synchronous`,
      ru: `репликация синхронная, а ${found.name} ещё не синхронная реплика`,
    }),
    ...when(
      !isFollowing,
      'not-streaming',
      notStreaming(found, isSettled(podOf({pods}, found.name), found, now) ? aheadBytes(report, leading) : 0),
    ),
    ...differing([report?.timeline, leading?.timeline], [found.name, leader], isFollowing, 'other-timeline', (own, led) => ({
      en: `${found.name} is on timeline ${own}, ${leader} on ${led}`,
      ru: `у ${found.name} timeline ${own}, у ${leader} — ${led}`,
    })),
    ...differing([report?.systemId, leading?.systemId], [found.name, leader], isFollowing, 'foreign-data', (own, led) => ({
      en: `${found.name} holds system ${own}, ${leader} ${led}`,
      ru: `у ${found.name} система ${own}, у ${leader} — ${led}`,
    })),
    ...when(typeof lagBytes === 'number' ? lagBytes > lagMax : isFollowing, 'lag', {
      en: `${found.name} is ${typeof lagBytes === 'number' ? formatBytes(lagBytes) : 'an unknown number of bytes'} behind`,
      ru: `${found.name} отстаёт на ${typeof lagBytes === 'number' ? formatBytes(lagBytes) : 'неизвестное число байт'}`,
    }),
    ...when(found.isNoFailover, 'no-failover-tag', {en: `${found.name} is tagged nofailover`, ru: `у ${found.name} тег nofailover`}),
  ];
}

/** The replica's and the leader's own: what one of them does not tell speaks against a replica that follows. */
function differing(
  [own, led]: readonly [string | number | undefined, string | number | undefined],
  [replica, leader]: readonly [string, string],
  isFollowing: boolean,
  code: 'other-timeline' | 'foreign-data',
  text: (own: string | number, led: string | number) => Words,
): readonly Unsafe[] {
  if (own !== undefined && led !== undefined) return when(own !== led, code, text(own, led));
  const silent = own === undefined ? replica : leader;
  return when(isFollowing, code, {
    en: `${silent} does not tell its ${code === 'other-timeline' ? 'timeline' : 'system'}`,
    ru: `${silent} не сообщает ${code === 'other-timeline' ? 'timeline' : 'систему'}`,
  });
}

/** Patroni before 3.0.4 calls a replica running whether it streams or not: there the leader's own list decides. */
function isStreaming({name, state}: TopologyMember, leading: MemberReport | undefined): boolean {
  if (state === 'streaming') return true;
  return state === 'running' && leading?.streamers.some(each => each.member === name && each.state === 'streaming') === true;
}

/** Words of Patroni for a server that is up and takes no log from its leader. */
const idleStates: ReadonlySet<string> = new Set(['running', 'in archive recovery']);

/** Up for a while: of one that is being copied or has just started, positions tell nothing yet. */
function isSettled(pod: MemberPod | undefined, {state}: TopologyMember, now: number): boolean {
  return idleStates.has(state) && pod?.runningSince !== undefined && now - pod.runningSince >= stableMs;
}

/**
 * A server refuses to send what it does not have: such a replica never streams again by itself. The leader is asked after it, so
 * that what was written between the two answers makes nobody seem ahead.
 */
function aheadBytes(report: MemberReport | undefined, leading: MemberReport | undefined): number {
  const {position, timeline} = report ?? {};
  if (position === undefined || timeline === undefined || leading?.position === undefined) return 0;
  return timeline <= (leading.timeline ?? 0) ? position - leading.position : 0;
}

function notStreaming({name, state}: TopologyMember, ahead: number): Words {
  const isAhead = ahead > 0;
  const bytes = formatBytes(ahead);
  const told = isAhead ? `: it is ${bytes} ahead of its leader and will not follow it; if nobody misses those, patronictl reinit` : '';
  const said = isAhead ? `: она впереди лидера на ${bytes} и за ним не пойдёт; если эти записи не нужны — patronictl reinit` : '';
  return {
    en: `${name} is ${state || 'without Patroni'}, not streaming${told}`,
    ru: `${name} ${state || 'без Patroni'}, а не streaming${said}`,
  };
}

function podReasons(pod: MemberPod | undefined, member: string, now: number, {podUid}: SafetyOptions): readonly Unsafe[] {
  if (pod === undefined) return [{code: 'pod', text: {en: `there is no pod ${member}`, ru: `пода ${member} нет`}}];
  if (podUid !== undefined && pod.uid !== podUid)
    return [{code: 'pod-replaced', text: {en: `the pod ${member} was made anew meanwhile`, ru: `под ${member} тем временем пересоздан`}}];
  const runs = pod.runningSince === undefined ? undefined : now - pod.runningSince;
  return [
    ...when(pod.isTerminating, 'pod', {en: `the pod ${member} is on its way out`, ru: `под ${member} уходит`}),
    ...when(pod.phase !== 'Running' || runs === undefined, 'pod', {
      en: `the pod ${member} is ${pod.phase || 'unknown'}`,
      ru: `под ${member} в состоянии ${pod.phase || 'unknown'}`,
    }),
    ...when(pod.restarts > 0 && runs !== undefined && runs < stableMs, 'pod', {
      en: `the container of ${member} was restarted ${Math.round((runs ?? 0) / 1000)} s ago`,
      ru: `контейнер ${member} перезапустился ${Math.round((runs ?? 0) / 1000)} с назад`,
    }),
  ];
}

function diskReasons(seen: DatabaseSeen, member: string, {storageClass}: SafetyOptions): readonly Unsafe[] {
  const ordinal = ordinalOf(seen.cluster.name, member);
  const disk = ordinal === undefined ? undefined : diskOf(seen, ordinal);
  if (disk === undefined) return [{code: 'disk', text: {en: `${member} has no claim`, ru: `у ${member} нет заявки`}}];
  const {name} = disk.claim;
  return [
    ...when(!disk.isBound, 'disk', {en: `the claim ${name} is not bound`, ru: `заявка ${name} не Bound`}),
    ...when(disk.isTerminating, 'disk', {en: `the claim ${name} is on its way out`, ru: `заявка ${name} удаляется`}),
    ...when(storageClass !== undefined && disk.storageClass !== storageClass, 'disk', {
      en: `the claim ${name} is on class ${disk.storageClass || '(none)'}, not ${storageClass}`,
      ru: `заявка ${name} на классе ${disk.storageClass || '(нет)'}, а не ${storageClass}`,
    }),
  ];
}

function when(is: boolean, code: UnsafeCode, text: Words): readonly Unsafe[] {
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
