/** What PostgreSQL in a member answers to the statements that deckhand sends. */
import {
  archiverSql,
  baseBackupSql,
  checkpointSql,
  databasesSql,
  flushLsnSql,
  identitySql,
  oldestLogSql,
  replayLsnSql,
  replicationSql,
  restoreCommandSql,
  slotsSql,
  writeProbeSql,
} from '../../../domain/postgres/member-sql.ts';
import {writeMarkSql} from '../../../domain/postgres/write-mark.ts';
import {diskOf, leaderOf} from './cluster-step.ts';
import {changesOf} from './database-content.ts';
import {answerStatement} from './database-statements.ts';
import {type AnswerParts, lsnText} from './patroni-answers.ts';
import {bytesOf, type Disk, type Member} from './postgres-state.ts';
import {isStreaming} from './replication.ts';

/** `rows` absent: a statement that gives none. `refusal`: the connection itself. */
export type SqlAnswer = {readonly rows?: string} | {readonly error: string} | {readonly refusal: string};

const serverVersionNumber = 150_018;
const catalogBytes = 7_500_000;

export function answerSql(parts: AnswerParts, member: Member, statement: string, database: string): SqlAnswer {
  const disk = diskOf(parts, member);
  if (disk.content.databases[database] === undefined) return {refusal: `database "${database}" does not exist`};
  const isLeader = leaderOf(parts)?.name === member.name;
  const {lsn} = disk.content;
  switch (statement) {
    case flushLsnSql:
      return isLeader ? {rows: lsnText(lsn)} : {error: 'recovery is in progress'};
    case replayLsnSql:
      return {rows: isLeader ? '' : lsnText(lsn)};
    case replicationSql:
      return {rows: JSON.stringify(isLeader ? replicas(parts) : [])};
    case baseBackupSql:
      return {rows: JSON.stringify(isLeader ? backups(parts) : [])};
    case identitySql:
      return {
        rows: JSON.stringify({
          version: serverVersionNumber,
          systemId: disk.systemId,
          timeline: disk.timeline,
          isInRecovery: !isLeader,
        }),
      };
    case databasesSql:
      return {rows: JSON.stringify(databases(parts, member))};
    case archiverSql:
      return {rows: JSON.stringify([archiver(parts)])};
    case slotsSql:
      return {rows: JSON.stringify(isLeader ? slots(parts, member) : [])};
    case oldestLogSql:
      return {rows: String(oldestLog(parts))};
    case restoreCommandSql:
      return {rows: ''};
    case writeProbeSql:
      return isLeader ? {rows: lsnText(lsn)} : {error: 'cannot assign TransactionIds during recovery'};
    case writeMarkSql:
      return {rows: JSON.stringify(writeMark(parts, member, database))};
    case checkpointSql:
      return checkpoint(parts, isLeader);
    default:
      return answerOther(disk, statement, database, isLeader);
  }
}

function answerOther(disk: Disk, statement: string, database: string, isLeader: boolean): SqlAnswer {
  const answer = answerStatement(disk.content, statement, database);
  if (answer === undefined) return {error: `syntax error at or near "${statement.split(/\s/)[0] ?? ''}"`};
  if ('error' in answer) return answer;
  if (answer.content === undefined) return answer.rows === undefined ? {} : {rows: answer.rows};
  if (!isLeader) return {error: 'cannot execute ALTER DATABASE in a read-only transaction'};
  disk.content = answer.content;
  return {};
}

function replicas(parts: AnswerParts) {
  const {members, cluster, faults} = parts;
  return members
    .filter(member => isStreaming(parts, member))
    .map(member => {
      const lsn = lsnText(diskOf(parts, member).content.lsn);
      const isSync = faults.isSynchronous === true && cluster.syncStandby?.name === member.name;
      return {
        application_name: member.name,
        state: 'streaming',
        sync_state: isSync ? 'sync' : 'async',
        flush_lsn: lsn,
        replay_lsn: lsn,
        replay_lag_seconds: null,
      };
    });
}

type BackupRow = {readonly phase: string; readonly backup_total: number | null; readonly backup_streamed: number};

function backups({members}: AnswerParts): readonly BackupRow[] {
  return members.flatMap(({backup}): readonly BackupRow[] => {
    if (backup === undefined) return [];
    if (backup.checkpointAtMs !== undefined) {
      return [{phase: 'waiting for checkpoint to finish', backup_total: null, backup_streamed: 0}];
    }
    return [{phase: 'streaming database files', backup_total: backup.totalBytes, backup_streamed: Math.floor(backup.streamedBytes)}];
  });
}

function databases(parts: AnswerParts, member: Member) {
  const {content} = diskOf(parts, member);
  return Object.entries(content.databases)
    .map(([datname, tables]) => ({datname, bytes: catalogBytes + Object.values(tables).reduce((sum, {bytes}) => sum + bytes, 0)}))
    .sort((one, other) => (one.datname < other.datname ? -1 : 1));
}

function writeMark(parts: AnswerParts, member: Member, database: string) {
  const {content} = diskOf(parts, member);
  return {
    isCounted: parts.faults.areWritesUncounted !== true,
    since: [new Date(member.startedAtMs).toISOString()],
    rows: changesOf(content, database),
    catalog: content.catalogChanges?.[database] ?? 0,
  };
}

function archiver({faults, nowMs}: AnswerParts) {
  const at = new Date(nowMs - 60_000).toISOString();
  return faults.doesArchivingFail === true
    ? {failed_count: 214, last_failed_time: at, last_archived_time: null}
    : {failed_count: 0, last_failed_time: null, last_archived_time: at};
}

function slots(parts: AnswerParts, leader: Member) {
  const {members} = parts;
  const {lsn} = diskOf(parts, leader).content;
  return members
    .filter(member => member !== leader)
    .map(member => ({
      slot_name: member.name.replaceAll('-', '_'),
      active: isStreaming(parts, member),
      retained_bytes: Math.max(0, lsn - diskOf(parts, member).content.lsn),
    }));
}

/** All of it, but for what a replica that is cut off would need. */
function oldestLog(parts: AnswerParts): number {
  const cutOff = parts.members.filter(({name}) => parts.faults.cutOffReplicas?.includes(name) === true);
  return Math.max(0, ...cutOff.map(member => diskOf(parts, member).content.lsn + 1));
}

/** Whoever waits for one waits no longer. */
function checkpoint({members, nowMs}: AnswerParts, isLeader: boolean): SqlAnswer {
  for (const {backup} of isLeader ? members : []) {
    if (backup?.checkpointAtMs !== undefined) backup.checkpointAtMs = Math.min(backup.checkpointAtMs, nowMs);
  }
  return {};
}

export function usedBytes(parts: AnswerParts, member: Member): number {
  const disk = diskOf(parts, member);
  return bytesOf(disk.content) + Object.values(disk.files).reduce((sum, {bytes}) => sum + bytes.length, 0);
}
