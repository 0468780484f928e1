/** PostgreSQL clusters: whether one can be written, survives the loss of a member, and stands as it is asked to. */
import {judgeDeletion} from '../deletion.ts';
import {phrase} from '../messages/phrase.ts';
import {type Verdict, verdictOf} from '../verdict.ts';
import {formatBytes} from './byte-size.ts';
import type {DatabaseFacts} from './database.ts';
import type {PatroniRecord} from './patroni-record.ts';
import {leaderOf, type MemberStanding, standingsOf} from './standing.ts';
import type {ClaimFacts} from './watched-disk.ts';
import type {MemberFacts} from './watched-member.ts';

export type DatabaseSurroundings = {
  readonly now: number;
  /** Of this cluster; undefined where they may not be read. */
  readonly members: readonly MemberFacts[] | undefined;
  readonly record: PatroniRecord | undefined;
  readonly claims: readonly ClaimFacts[] | undefined;
};

/** What Patroni itself refuses to promote from where nothing else is set in Spilo. */
const lagBytesMaxDefault = 33_554_432;
/** A member that is being made may take so long before its absence is called broken: the copy of a large database takes hours. */
const buildingStates = new Set(['creating replica', 'starting', 'restarting', 'initializing new cluster', 'Pending', 'ContainerCreating']);

export function judgeDatabase(facts: DatabaseFacts, surroundings: DatabaseSurroundings): Verdict {
  if (facts.deletion !== undefined) return judgeDeletion(facts.deletion);
  if (facts.instances === 0) return verdictOf('ok', phrase('verdict.postgres.off'));
  return (
    judgeStatus(facts) ??
    judgeLeader(surroundings) ??
    judgeMembers(facts, surroundings) ??
    judgeDisks(facts, surroundings) ??
    judgeEnd(facts, surroundings)
  );
}

function judgeStatus({status}: DatabaseFacts): Verdict | undefined {
  switch (status) {
    case 'UpdateFailed':
    case 'SyncFailed':
    case 'CreateFailed':
    case 'Invalid':
      return verdictOf('broken', phrase('verdict.postgres.failed', status));
    case 'Creating':
      return verdictOf('busy', phrase('verdict.postgres.creating'));
    default:
      return undefined;
  }
}

function judgeLeader({now, members, record}: DatabaseSurroundings): Verdict | undefined {
  // Neither pods nor locks: the user may not read them, or nothing is there yet.
  if (members === undefined || record === undefined) return undefined;
  const leader = leaderOf(record, now);
  if (leader === undefined) return verdictOf('broken', phrase('verdict.postgres.noLeader'));
  const pod = members.find(member => member.name === leader);
  if (pod === undefined) return verdictOf('broken', phrase('verdict.postgres.leaderGone', leader));
  if (pod.patroni !== undefined && !pod.patroni.isPrimary && !pod.patroni.isStandbyLeader)
    return verdictOf('busy', phrase('verdict.postgres.handingOver', leader));
  if (record.isPaused) return verdictOf('waiting', phrase('verdict.postgres.paused'));
  if (record.switchover !== undefined) return verdictOf('busy', phrase('verdict.postgres.switching', record.switchover.to));
  return undefined;
}

function judgeMembers({instances = 0}: DatabaseFacts, {now, members, record}: DatabaseSurroundings): Verdict | undefined {
  if (members === undefined || record === undefined) return undefined;
  const recreated = members.find(({isToBeRecreated}) => isToBeRecreated);
  if (recreated !== undefined) return verdictOf('busy', phrase('verdict.postgres.recreating', recreated.name));
  const standings = standingsOf(members, record, now);
  const off = standings.find(({role, isFollowing}) => role !== 'leader' && !isFollowing);
  if (off !== undefined) return judgeOff(off);
  if (members.length < instances) return verdictOf('waiting', phrase('verdict.postgres.tooFew', members.length, instances));
  if (members.length > instances) return verdictOf('busy', phrase('verdict.postgres.tooMany', members.length, instances));
  const late = standings.find(({lagBytes = 0}) => lagBytes > (record.lagBytesMax ?? lagBytesMaxDefault));
  return late === undefined ? undefined : verdictOf('waiting', phrase('verdict.postgres.lags', late.name, formatBytes(late.lagBytes ?? 0)));
}

function judgeOff({name, state}: MemberStanding): Verdict {
  const word = buildingStates.has(state) || state === 'Terminating' ? 'busy' : 'broken';
  return verdictOf(word, phrase('verdict.postgres.notFollowing', name, state));
}

/** A changed class moves no data by itself: the claims keep theirs until each disk is replaced. */
function judgeDisks({storageClass}: DatabaseFacts, {claims}: DatabaseSurroundings): Verdict | undefined {
  if (storageClass === undefined) return undefined;
  const others = (claims ?? []).filter(claim => claim.storageClass !== undefined && claim.storageClass !== storageClass);
  if (others.length === 0) return undefined;
  const classes = [...new Set(others.map(claim => claim.storageClass ?? ''))];
  const members = others.map(({name}) => name.replace(/^pgdata-/, '')).toSorted();
  return verdictOf('waiting', phrase('verdict.postgres.otherClass', classes, members));
}

function judgeEnd({status}: DatabaseFacts, {members}: DatabaseSurroundings): Verdict {
  switch (status) {
    case undefined:
      return verdictOf('unknown', phrase('verdict.noStatus'));
    case 'Running':
      return verdictOf(
        'ok',
        members?.some(({patroni}) => patroni?.isStandbyLeader) === true ? phrase('verdict.postgres.standby') : undefined,
      );
    case 'Updating':
      return verdictOf('busy', phrase('verdict.postgres.updating'));
    default:
      return verdictOf('unknown', phrase('verdict.unknownPhase', status));
  }
}
