/** What Patroni's REST API answers, in the shapes of its versions 2.1 to 4.1. */
import {compareVersions, parseVersion} from '../../../domain/query/version-order.ts';
import {diskOf, leaderOf, type StepParts} from './cluster-step.ts';
import type {Member} from './postgres-state.ts';
import {isStreaming} from './replication.ts';
import type {RestAnswer} from './switchover.ts';

export type AnswerParts = StepParts & {
  /** Of Patroni: `3.0.2`. */
  readonly version: string;
  /** Pods of the cluster in which Patroni does not run yet. */
  readonly silent: readonly string[];
};

const serverVersion = 150_018;

export function isFrom(version: string, first: string): boolean {
  const [own, other] = [parseVersion(version), parseVersion(first)];
  return own !== undefined && other !== undefined && compareVersions(own, other) >= 0;
}

export function lsnText(lsn: number): string {
  const part = (value: number) => Math.floor(value).toString(16).toUpperCase();
  return `${part(lsn / 2 ** 32)}/${part(lsn % 2 ** 32)}`;
}

/** As a replica calls itself: from 3.0.4 on it says whether it streams. */
function stateOf(parts: AnswerParts, member: Member): string {
  return isStreaming(parts, member) && isFrom(parts.version, '3.0.4') ? 'streaming' : member.state;
}

function roleOf({cluster, faults}: AnswerParts, {name}: Member, nowMs: number): string {
  if (name === cluster.leader) return faults.isStandbyCluster === true ? 'standby_leader' : 'leader';
  const isStandby = faults.isSynchronous === true && cluster.syncStandby?.name === name && nowMs >= cluster.syncStandby.sinceMs;
  return isStandby ? 'sync_standby' : 'replica';
}

export function answerCluster(parts: AnswerParts): RestAnswer {
  const {cluster, faults, version, silent, members, nowMs} = parts;
  const rows = members.filter(({isLost}) => isLost !== true).map(member => clusterRow(parts, member, nowMs));
  const waiting = silent.map(name => ({name, role: 'replica', state: '', api_url: null, lag: 'unknown'}));
  const body = {
    members: [...rows, ...waiting].sort((one, other) => (one.name < other.name ? -1 : 1)),
    ...(faults.isPaused === true && {pause: true}),
    ...(faults.scheduledSwitchover !== undefined && {scheduled_switchover: faults.scheduledSwitchover}),
    ...(isFrom(version, '3.3.0') && {scope: cluster.name}),
  };
  return {status: 200, body: JSON.stringify(body)};
}

function clusterRow(parts: AnswerParts, member: Member, nowMs: number) {
  const {cluster, faults, version} = parts;
  const {name, ip, state} = member;
  const isUp = state === 'running' || state === 'starting';
  const disk = diskOf(parts, member);
  const isLeader = name === cluster.leader;
  const isKnown = state === 'running';
  const lag = Math.max(0, cluster.optime - disk.content.lsn);
  const lsn = lsnText(disk.content.lsn);
  return {
    name,
    role: roleOf(parts, member, nowMs),
    state: stateOf(parts, member),
    api_url: `http://${ip}:8008/patroni`,
    host: ip,
    port: 5432,
    ...(isUp && isKnown && {timeline: disk.timeline}),
    ...(faults.noFailover?.includes(name) === true && {tags: {nofailover: true}}),
    ...(faults.hasPendingRestart === true && {pending_restart: true}),
    ...(!isLeader && isKnown && isFrom(version, '4.1.0') && {receive_lag: lag, receive_lsn: lsn, replay_lag: lag, replay_lsn: lsn, lsn}),
    ...(!isLeader && {lag: isKnown ? lag : 'unknown'}),
  };
}

/** `page` other than `patroni` asks for a status: 200 where the member is that. */
export function answerMember(parts: AnswerParts, member: Member, page: 'patroni' | 'leader'): RestAnswer {
  const isLeader = leaderOf(parts)?.name === member.name;
  return {status: page === 'patroni' || isLeader ? 200 : 503, body: JSON.stringify(memberPage(parts, member, isLeader))};
}

function memberPage(parts: AnswerParts, member: Member, isLeader: boolean) {
  const {cluster, faults, version, nowMs} = parts;
  const common = {
    dcs_last_seen: Math.floor(nowMs / 1000),
    ...(cluster.systemId !== '' && member.state === 'running' && {database_system_identifier: cluster.systemId}),
    ...(faults.hasPendingRestart === true && {pending_restart: true}),
    ...(faults.isPaused === true && {pause: true}),
    patroni: {version, scope: cluster.name, ...(isFrom(version, '3.2.0') && {name: member.name})},
  };
  const unlocked = cluster.leader === undefined ? {cluster_unlocked: true} : {};
  if (member.state !== 'running') {
    const role = member.state === 'starting' || member.state === 'stopping' ? 'replica' : 'uninitialized';
    return {state: member.state, role, ...unlocked, ...common};
  }
  const disk = diskOf(parts, member);
  const {lsn} = disk.content;
  const started = `${new Date(member.startedAtMs).toISOString().replace('T', ' ').replace('Z', '000')}+00:00`;
  const first = {state: 'running', postmaster_start_time: started};
  if (isLeader) {
    const role = isFrom(version, '4.0.0') ? 'primary' : 'master';
    const replication = replicationOf(parts);
    const rows = replication.length === 0 ? {} : {replication};
    return {...first, role, server_version: serverVersion, xlog: {location: lsn}, timeline: disk.timeline, ...rows, ...common};
  }
  const xlog = {received_location: lsn, replayed_location: lsn, replayed_timestamp: null, paused: false};
  const isStandby = roleOf(parts, member, nowMs) === 'sync_standby';
  return {
    ...first,
    role: 'replica',
    server_version: serverVersion,
    xlog,
    ...(isStandby && {sync_standby: true}),
    timeline: disk.timeline,
    ...(isStreaming(parts, member) && isFrom(version, '3.0.4') && {replication_state: 'streaming'}),
    ...unlocked,
    ...common,
  };
}

/** As the leader sees those that take its WAL. */
function replicationOf(parts: AnswerParts) {
  const {members, faults, cluster} = parts;
  return members.flatMap(member => {
    const row = {usename: 'standby', application_name: member.name, client_addr: member.ip};
    const isSync = faults.isSynchronous === true && cluster.syncStandby?.name === member.name;
    const sync = {sync_state: isSync ? 'sync' : 'async', sync_priority: isSync ? 1 : 0};
    if (isStreaming(parts, member)) return [{...row, state: 'streaming', ...sync}];
    return member.backup === undefined ? [] : [{...row, application_name: 'pg_basebackup', state: 'backup', ...sync}];
  });
}

export function configOf({faults, pace}: Pick<StepParts, 'faults' | 'pace'>) {
  return {
    ttl: pace.ttlMs / 1000,
    loop_wait: pace.loopWaitMs / 1000,
    retry_timeout: 10,
    maximum_lag_on_failover: faults.maximumLagOnFailover ?? 33_554_432,
    ...(faults.isPaused === true && {pause: true}),
    ...(faults.isSynchronous === true && {synchronous_mode: true}),
    ...(faults.isStrict === true && {synchronous_mode_strict: true}),
    postgresql: {
      use_pg_rewind: true,
      use_slots: true,
      parameters: {wal_level: 'replica', wal_log_hints: 'on', hot_standby: 'on', max_wal_senders: 10, max_replication_slots: 10},
    },
  };
}
