/** POST /switchover of Patroni's REST API: what it refuses, what it promises, and how leadership moves. */

import {diskOf, leaderOf, type StepParts} from './cluster-step.ts';
import {sparePatroniLag} from './member-faults.ts';
import {replicate} from './replication.ts';

export type RestAnswer = {readonly status: number; readonly body: string};

/** The answer comes `afterMs` later, where leadership has not moved before. */
export type SwitchoverReply =
  | {readonly now: RestAnswer}
  | {readonly candidate: string; readonly timeoutMs: number; readonly late: RestAnswer};

const refusedMs = 1000;
const slowStopMs = 40_000;
const lateMs = 15_000;
const unknown: RestAnswer = {status: 503, body: 'Switchover status unknown'};
const failed: RestAnswer = {status: 503, body: 'Switchover failed'};

export function askSwitchover(
  parts: StepParts,
  {leader, candidate}: {readonly leader?: string; readonly candidate?: string},
): SwitchoverReply {
  const refusal = refusalOf(parts, leader, candidate);
  if (refusal !== undefined) return {now: refusal};
  const {cluster, members, faults, nowMs, pace} = parts;
  const chosen = candidate ?? members.find(({name, state}) => name !== leader && state === 'running')?.name ?? '';
  const refused = {candidate: chosen, timeoutMs: refusedMs, late: failed};
  if (faults.switchover === 'refused' || !isFit(parts, chosen)) return refused;
  const delayMs = faults.switchover === 'late' ? lateMs : 500;
  const stopMs = faults.switchover === 'slow' ? slowStopMs : pace.stopMs;
  cluster.switchover = {
    leader: leader ?? '',
    candidate: chosen,
    askedAtMs: nowMs,
    stopsAtMs: nowMs + delayMs,
    freeAtMs: nowMs + delayMs + stopMs,
  };
  return faults.switchover === 'late' ? refused : {candidate: chosen, timeoutMs: 2 * Math.max(10_000, pace.loopWaitMs), late: unknown};
}

/** Known without asking the candidate. */
function refusalOf(parts: StepParts, leader: string | undefined, candidate: string | undefined): RestAnswer | undefined {
  const {cluster, members, faults} = parts;
  const refuse = (status: number, body: string) => ({status, body});
  if (leader === undefined || leader === '') return refuse(400, 'Switchover could be performed only from a specific leader');
  if (faults.isPaused === true && candidate === undefined) {
    return refuse(400, 'Switchover is possible only to a specific candidate in a paused state');
  }
  if (cluster.leader === undefined || leader !== cluster.leader) return refuse(412, 'leader name does not match');
  if (candidate === undefined) {
    return members.length > 1 ? undefined : refuse(412, 'switchover is not possible: cluster does not have members except leader');
  }
  if (!members.some(({name}) => name === candidate) || candidate === leader) {
    return refuse(
      412,
      candidate === leader ? 'switchover is not possible: no good candidates have been found' : 'candidate does not exists',
    );
  }
  if (faults.isSynchronous === true && cluster.syncStandby?.name !== candidate) {
    return refuse(412, 'candidate name does not match with sync_standby');
  }
  const isKnown = faults.switchover !== 'declined' && members.some(({name, state}) => name === candidate && state === 'running');
  return isKnown ? undefined : refuse(412, 'switchover is not possible: no good candidates have been found');
}

/** What the leader finds out when it looks at the candidate. */
function isFit(parts: StepParts, candidate: string): boolean {
  const {members, faults} = parts;
  const member = members.find(({name}) => name === candidate);
  const leader = leaderOf(parts);
  if (member === undefined || leader === undefined || member.isLost === true) return false;
  if (faults.noFailover?.includes(candidate) === true) return false;
  const lag = diskOf(parts, leader).content.lsn - diskOf(parts, member).content.lsn;
  return lag <= (faults.maximumLagOnFailover ?? sparePatroniLag);
}

/** How long the old leader waits for a candidate that takes nothing. */
const senderTimeoutMs = 60_000;

export function advanceSwitchover(parts: StepParts): void {
  const {cluster, members, nowMs} = parts;
  const {switchover} = cluster;
  if (switchover === undefined) return;
  const old = members.find(({name}) => name === switchover.leader);
  const heir = members.find(({name, state}) => name === switchover.candidate && state === 'running');
  if (old === undefined || heir === undefined || cluster.leader !== switchover.leader) {
    cluster.switchover = undefined;
    return;
  }
  if (nowMs < switchover.stopsAtMs) return;
  if (old.state === 'running') {
    old.state = 'stopping';
    old.sinceMs = nowMs;
  }
  if (nowMs < switchover.freeAtMs) return;
  replicate({...parts, elapsedMs: Number.POSITIVE_INFINITY}, old);
  const isBehind = diskOf(parts, heir).content.lsn < diskOf(parts, old).content.lsn;
  if (isBehind && nowMs < switchover.freeAtMs + senderTimeoutMs) return;
  cluster.switchover = undefined;
  cluster.leader = undefined;
  cluster.heir = switchover.candidate;
  old.state = 'stopped';
  old.sinceMs = nowMs + parts.pace.loopWaitMs / 4;
}
