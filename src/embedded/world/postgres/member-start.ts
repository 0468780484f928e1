/** How a member comes up: on its own data, on a copy of the leader's, or as the first of a new cluster. */
import {digits} from '../seeding.ts';
import {diskOf, leaderOf, type StepParts, takeLock} from './cluster-step.ts';
import {bytesOf, type Member, type MemberState} from './postgres-state.ts';

const initMs = 2500;
const retryMs = 10_000;

export function startMember(parts: StepParts, member: Member): void {
  if (member.isLost === true || member.isLeaving === true) return;
  switch (member.state) {
    case 'stopped':
      wake(parts, member);
      break;
    case 'initializing new cluster':
      initialize(parts, member);
      break;
    case 'creating replica':
      copy(parts, member);
      break;
    case 'starting':
      if (parts.nowMs - member.sinceMs >= parts.pace.startMs) serve(parts, member);
      break;
    default:
  }
}

function enter({nowMs}: StepParts, member: Member, state: MemberState, delayMs = 0): void {
  member.state = state;
  member.sinceMs = nowMs + delayMs;
}

function serve(parts: StepParts, member: Member): void {
  enter(parts, member, 'running');
  member.startedAtMs = parts.nowMs;
  member.failure = undefined;
}

function wake(parts: StepParts, member: Member): void {
  const {cluster, nowMs, pace} = parts;
  if (nowMs - member.sinceMs < pace.wakeMs) return;
  const disk = diskOf(parts, member);
  if (disk.systemId === '') {
    if (cluster.systemId !== '') {
      if (leaderOf(parts) !== undefined) beginCopy(parts, member);
    } else if (!parts.members.some(({state}) => state === 'initializing new cluster')) {
      // The first to come makes the cluster; the others wait for it.
      enter(parts, member, 'initializing new cluster');
    }
    return;
  }
  if (cluster.systemId === '' || disk.systemId === cluster.systemId) {
    cluster.systemId = disk.systemId;
    enter(parts, member, 'starting');
    return;
  }
  const message = `CRITICAL: system ID mismatch, node ${member.name} belongs to a different cluster: ${cluster.systemId} != ${disk.systemId}`;
  member.failure = {message, restarts: (member.failure?.restarts ?? 0) + 1, atMs: nowMs};
  enter(parts, member, 'stopped', retryMs);
}

function initialize(parts: StepParts, member: Member): void {
  const {cluster, nowMs, pace, firstContent} = parts;
  if (nowMs - member.sinceMs < initMs) return;
  const disk = diskOf(parts, member);
  disk.systemId = systemIdFor(member.podUid);
  disk.timeline = 1;
  disk.content = {...firstContent, lsn: 0x3000000 + bytesOf(firstContent)};
  cluster.systemId = disk.systemId;
  serve(parts, member);
  takeLock(cluster, member, nowMs, pace.ttlMs);
}

/** 64 bits, the upper half a time. */
export function systemIdFor(text: string): string {
  return `77107${BigInt(`0x${digits(text, 14)}`)
    .toString()
    .padStart(17, '0')
    .slice(0, 14)}`;
}

function beginCopy(parts: StepParts, member: Member): void {
  const {faults, pace, nowMs} = parts;
  const leader = leaderOf(parts);
  if (leader === undefined) return;
  const checkpointMs = faults.hasSlowCheckpoint === true ? pace.slowCheckpointMs : pace.checkpointMs;
  member.backup = {
    startedAtMs: nowMs,
    checkpointAtMs: nowMs + checkpointMs,
    totalBytes: bytesOf(diskOf(parts, leader).content),
    streamedBytes: 0,
  };
  enter(parts, member, 'creating replica');
}

function copy(parts: StepParts, member: Member): void {
  const {backup} = member;
  const {nowMs, elapsedMs, pace, faults, cluster} = parts;
  const leader = leaderOf(parts);
  if (leader === undefined || backup === undefined) {
    giveUp(parts, member);
    return;
  }
  if (backup.checkpointAtMs !== undefined) {
    if (nowMs < backup.checkpointAtMs) return;
    backup.checkpointAtMs = undefined;
    return;
  }
  if ((faults.failedBackups ?? 0) > 0) {
    faults.failedBackups = (faults.failedBackups ?? 0) - 1;
    giveUp(parts, member);
    return;
  }
  backup.streamedBytes = Math.min(backup.totalBytes, backup.streamedBytes + (pace.baseBackupBytesPerS * elapsedMs) / 1000);
  if (backup.streamedBytes < backup.totalBytes) return;
  const [own, source] = [diskOf(parts, member), diskOf(parts, leader)];
  own.systemId = cluster.systemId;
  own.timeline = source.timeline;
  own.content = source.content;
  own.history = [...source.history];
  member.backup = undefined;
  enter(parts, member, 'starting');
}

function giveUp(parts: StepParts, member: Member): void {
  member.backup = undefined;
  enter(parts, member, 'stopped', parts.pace.loopWaitMs - parts.pace.wakeMs);
}
