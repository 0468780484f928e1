/** Rows that are committed on the leader, and how they come to the replicas. */

import {diskOf, leaderOf, type StepParts} from './cluster-step.ts';
import {isFrozen} from './database-content.ts';
import type {Content, Member} from './postgres-state.ts';
import {addRows} from './postgres-state.ts';

const bytesPerRow = 240;

/** Commits what the writer asks for since the last step, and tells it. */
export function writeRows(parts: StepParts): void {
  const {state, cluster, pace, elapsedMs, nowMs} = parts;
  const key = `${cluster.namespace}/${cluster.name}`;
  const leader = leaderOf(parts);
  if (cluster.isAppHeld === true || leader === undefined || pace.rowsPerS <= 0 || elapsedMs <= 0 || isFrozen(diskOf(parts, leader).content))
    return;
  const writer = state.writers[key] ?? {next: 1, acknowledged: []};
  // Whole rows by the clock: the same however often somebody looks.
  const rows = Math.floor((nowMs * pace.rowsPerS) / 1000) - Math.floor(((nowMs - elapsedMs) * pace.rowsPerS) / 1000);
  if (rows <= 0) return;
  const last = writer.next + rows - 1;
  const disk = diskOf(parts, leader);
  const {content} = disk;
  disk.content = {...content, lsn: content.lsn + rows * bytesPerRow, ledger: addRows(content.ledger, writer.next, last)};
  state.writers[key] = {next: last + 1, acknowledged: addRows(writer.acknowledged, writer.next, last)};
}

/** From `source`, which is the leader unless it is one that stops. */
export function replicate(parts: StepParts, source = leaderOf(parts)): void {
  if (source === undefined) return;
  const from = diskOf(parts, source);
  for (const member of parts.members) {
    if (member === source || member.state !== 'running' || member.isLost === true) continue;
    if (parts.faults.frozenReplicas?.includes(member.name) === true || isDeaf(parts, member)) continue;
    const disk = diskOf(parts, member);
    if (disk.content === from.content && disk.timeline === from.timeline) continue;
    disk.content = isDiverged(disk, from) ? from.content : caughtUp(disk.content, from.content, parts);
    disk.timeline = from.timeline;
    disk.history = [...from.history];
  }
}

/** It wrote what the leader's timeline does not have: pg_rewind throws that away. */
function isDiverged(
  disk: {readonly timeline: number; readonly content: Content},
  from: {readonly history: readonly (readonly [number, number])[]},
): boolean {
  const end = from.history.find(([timeline]) => timeline === disk.timeline)?.[1];
  return end !== undefined && disk.content.lsn > end;
}

function caughtUp(content: Content, source: Content, {pace, elapsedMs}: StepParts): Content {
  const reach = content.lsn + (pace.streamBytesPerS * elapsedMs) / 1000;
  return reach >= source.lsn ? source : {...content, lsn: Math.max(content.lsn, Math.floor(reach))};
}

/** Runs beside a leader. */
export function isFollowing(parts: Pick<StepParts, 'cluster' | 'members' | 'faults'>, member: Member): boolean {
  return leaderOf(parts) !== undefined && member.state === 'running' && member.isLost !== true && member.name !== parts.cluster.leader;
}

/** And takes its WAL. */
export function isStreaming(parts: Pick<StepParts, 'cluster' | 'members' | 'faults'>, member: Member): boolean {
  return isFollowing(parts, member) && !isDeaf(parts, member);
}

function isDeaf({faults: {deafReplicas, cutOffReplicas}}: Pick<StepParts, 'faults'>, {name}: Member): boolean {
  return deafReplicas?.includes(name) === true || cutOffReplicas?.includes(name) === true;
}
