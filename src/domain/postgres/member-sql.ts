/** The statements that are asked of members; those that give more than one value answer in JSON. */

/** On the leader: everything committed up to here is on its disk. */
export const flushLsnSql = 'select pg_current_wal_flush_lsn()';

/** On a replica: everything up to here is visible in it; empty on a leader that never was a replica. */
export const replayLsnSql = 'select pg_last_wal_replay_lsn()';

/** On the leader: who streams from it. */
export const replicationSql = rowsOf(
  'select application_name, state, sync_state, flush_lsn, replay_lsn, extract(epoch from replay_lag) as replay_lag_seconds from pg_stat_replication order by application_name',
);

/** On the leader, while a replica is being copied. */
export const baseBackupSql = rowsOf('select phase, backup_total, backup_streamed from pg_stat_progress_basebackup');

export const identitySql =
  "select json_build_object('version', current_setting('server_version_num')::int, 'systemId', (select system_identifier::text from pg_control_system()), 'timeline', (select timeline_id from pg_control_checkpoint()), 'isInRecovery', pg_is_in_recovery())";

export const databasesSql = rowsOf(
  'select datname, pg_database_size(oid) as bytes from pg_database where not datistemplate order by datname',
);

export const archiverSql = rowsOf('select failed_count, last_failed_time, last_archived_time from pg_stat_archiver');

/** What each slot keeps on the leader's disk, in bytes. */
export const slotsSql = rowsOf(
  'select slot_name, active, pg_wal_lsn_diff(pg_current_wal_flush_lsn(), restart_lsn) as retained_bytes from pg_replication_slots order by slot_name',
);

/** On the leader: from where on it still has the log, in bytes; what is older was removed. */
export const oldestLogSql =
  "select min(('x' || substr(name, 9, 8))::bit(32)::bigint * 4294967296 + ('x' || substr(name, 17, 8))::bit(32)::bigint * pg_size_bytes(current_setting('wal_segment_size'))) from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$'";

/** On a replica: empty where it takes the log from its leader alone. Servers before 12 have no such setting. */
export const restoreCommandSql = "select coalesce(current_setting('restore_command', true), '')";

/**
 * Commits a transaction that holds nothing but a message in the log: no table is needed, and none is touched. It has an id and has
 * written, so that its commit waits for synchronous standbys like any other.
 */
export const writeProbeSql = "select pg_logical_emit_message(true, 'deckhand', 'probe')";

/** A base backup waits for one; a switchover is quicker after one. */
export const checkpointSql = 'checkpoint';

function rowsOf(select: string): string {
  return `select coalesce(json_agg(row_to_json(r)), '[]') from (${select}) r`;
}
