/** What Patroni printed in the lab, as it stands on the wire; the ends of three answers that were clipped there are filled in. */

/** GET /cluster. */
export const clusters = {
  lagging302:
    '{"members": [{"name": "commander-postgres-0", "role": "replica", "state": "running", "api_url": "http://127.0.1.10:8008/patroni", "host": "127.0.1.10", "port": 5432, "timeline": 8, "lag": 64806784}, {"name": "commander-postgres-1", "role": "leader", "state": "running", "api_url": "http://127.0.1.11:8008/patroni", "host": "127.0.1.11", "port": 5432, "timeline": 8}]}',
  paused302:
    '{"members": [{"name": "commander-postgres-0", "role": "replica", "state": "running", "api_url": "http://127.0.1.10:8008/patroni", "host": "127.0.1.10", "port": 5432, "timeline": 8, "lag": 0}, {"name": "commander-postgres-1", "role": "leader", "state": "running", "api_url": "http://127.0.1.11:8008/patroni", "host": "127.0.1.11", "port": 5432, "timeline": 8}], "pause": true}',
  synchronous302:
    '{"members": [{"name": "commander-postgres-0", "role": "sync_standby", "state": "running", "api_url": "http://127.0.1.10:8008/patroni", "host": "127.0.1.10", "port": 5432, "timeline": 10, "lag": 0}, {"name": "commander-postgres-1", "role": "leader", "state": "running", "api_url": "http://127.0.1.11:8008/patroni", "host": "127.0.1.11", "port": 5432, "timeline": 10}]}',
  noFailover302:
    '{"members": [{"name": "commander-postgres-0", "role": "replica", "state": "running", "api_url": "http://127.0.1.10:8008/patroni", "host": "127.0.1.10", "port": 5432, "timeline": 12, "tags": {"nofailover": true}, "lag": 0}, {"name": "commander-postgres-1", "role": "leader", "state": "running", "api_url": "http://127.0.1.11:8008/patroni", "host": "127.0.1.11", "port": 5432, "timeline": 12}]}',
  restartPending302:
    '{"members": [{"name": "commander-postgres-0", "role": "replica", "state": "running", "api_url": "http://127.0.1.10:8008/patroni", "host": "127.0.1.10", "port": 5432, "timeline": 12, "pending_restart": true, "lag": 0}, {"name": "commander-postgres-1", "role": "leader", "state": "running", "api_url": "http://127.0.1.11:8008/patroni", "host": "127.0.1.11", "port": 5432, "timeline": 12, "pending_restart": true}]}',
  scheduled302:
    '{"members": [{"name": "commander-postgres-0", "role": "replica", "state": "running", "api_url": "http://127.0.1.10:8008/patroni", "host": "127.0.1.10", "port": 5432, "timeline": 12, "lag": 0}, {"name": "commander-postgres-1", "role": "leader", "state": "running", "api_url": "http://127.0.1.11:8008/patroni", "host": "127.0.1.11", "port": 5432, "timeline": 12}], "scheduled_switchover": {"at": "2027-01-01T00:00:00+00:00", "from": "commander-postgres-1", "to": "commander-postgres-0"}}',
  leaderless302:
    '{"members": [{"name": "commander-postgres-1", "role": "replica", "state": "stopped", "api_url": "http://127.0.1.11:8008/patroni", "host": "127.0.1.11", "port": 5432, "lag": "unknown"}]}',
  foreignPod302:
    '{"members": [{"name": "commander-postgres-0", "role": "leader", "state": "running", "api_url": "http://127.0.1.10:8008/patroni", "host": "127.0.1.10", "port": 5432, "timeline": 1}, {"name": "commander-postgres-1", "role": "replica", "state": "", "api_url": null, "lag": "unknown"}]}',
  healthy214:
    '{"members": [{"name": "commander-postgres-0", "role": "replica", "state": "running", "api_url": "http://127.0.1.10:8008/patroni", "host": "127.0.1.10", "port": 5432, "timeline": 19, "lag": 0}, {"name": "commander-postgres-1", "role": "leader", "state": "running", "api_url": "http://127.0.1.11:8008/patroni", "host": "127.0.1.11", "port": 5432, "timeline": 19}]}',
  healthy404:
    '{"members": [{"name": "commander-postgres-0", "role": "replica", "state": "streaming", "api_url": "http://127.0.1.10:8008/patroni", "host": "127.0.1.10", "port": 5432, "timeline": 24, "lag": 0}, {"name": "commander-postgres-1", "role": "leader", "state": "running", "api_url": "http://127.0.1.11:8008/patroni", "host": "127.0.1.11", "port": 5432, "timeline": 24}], "scope": "commander-postgres"}',
  healthy414:
    '{"members": [{"name": "commander-postgres-0", "role": "replica", "state": "streaming", "api_url": "http://127.0.1.10:8008/patroni", "host": "127.0.1.10", "port": 5432, "timeline": 28, "receive_lag": 0, "receive_lsn": "0/6F9274C8", "replay_lag": 0, "replay_lsn": "0/6F9274C8", "lag": 0, "lsn": "0/6F9274C8"}, {"name": "commander-postgres-1", "role": "leader", "state": "running", "api_url": "http://127.0.1.11:8008/patroni", "host": "127.0.1.11", "port": 5432, "timeline": 28}], "scope": "commander-postgres"}',
} as const;

/** GET /patroni. */
export const reports = {
  leader302:
    '{"state": "running", "postmaster_start_time": "2026-11-21 18:44:20.473536+00:00", "role": "master", "server_version": 150018, "xlog": {"location": 488940120}, "timeline": 12, "replication": [{"usename": "standby", "application_name": "commander-postgres-0", "client_addr": "127.0.0.1", "state": "streaming", "sync_state": "async", "sync_priority": 0}], "dcs_last_seen": 1795286795, "database_system_identifier": "7710694552836390720", "pending_restart": true, "patroni": {"version": "3.0.2", "scope": "commander-postgres"}}',
  replica302:
    '{"state": "running", "postmaster_start_time": "2026-11-21 18:39:08.823496+00:00", "role": "replica", "server_version": 150018, "xlog": {"received_location": 318771408, "replayed_location": 318771408, "replayed_timestamp": null, "paused": false}, "timeline": 8, "dcs_last_seen": 1795286397, "database_system_identifier": "7710694552836390720", "patroni": {"version": "3.0.2", "scope": "commander-postgres"}}',
  syncStandby302:
    '{"state": "running", "postmaster_start_time": "2026-11-21 18:41:05.098337+00:00", "role": "replica", "server_version": 150018, "xlog": {"received_location": 383619032, "replayed_location": 383619032, "replayed_timestamp": "2026-11-21 18:41:40.551143+00:00", "paused": false}, "sync_standby": true, "timeline": 10, "dcs_last_seen": 1795286510, "database_system_identifier": "7710694552836390720", "patroni": {"version": "3.0.2", "scope": "commander-postgres"}}',
  uninitialized302:
    '{"state": "stopped", "role": "uninitialized", "cluster_unlocked": true, "dcs_last_seen": 1795287698, "patroni": {"version": "3.0.2", "scope": "commander-postgres"}}',
  replica214:
    '{"state": "running", "postmaster_start_time": "2026-11-21 19:02:39.093100+00:00", "role": "replica", "server_version": 150018, "xlog": {"received_location": 1677722040, "replayed_location": 1677722040, "replayed_timestamp": null, "paused": false}, "timeline": 19, "dcs_last_seen": 1795287775, "database_system_identifier": "7710694552836390720", "patroni": {"version": "2.1.4", "scope": "commander-postgres"}}',
  replica404:
    '{"state": "running", "postmaster_start_time": "2026-11-21 19:05:42.279709+00:00", "role": "replica", "server_version": 150018, "xlog": {"received_location": 1795162112, "replayed_location": 1807149184, "replayed_timestamp": "2026-11-21 19:04:49.001190+00:00", "paused": false}, "timeline": 24, "replication_state": "streaming", "dcs_last_seen": 1795287950, "database_system_identifier": "7710694552836390720", "patroni": {"version": "4.0.4", "scope": "commander-postgres", "name": "commander-postgres-0"}}',
  leader414:
    '{"state": "running", "postmaster_start_time": "2026-11-21 19:07:29.329434+00:00", "role": "primary", "server_version": 150018, "xlog": {"location": 1871869184}, "timeline": 28, "replication": [{"usename": "standby", "application_name": "commander-postgres-0", "client_addr": "127.0.0.1", "state": "streaming", "sync_state": "async", "sync_priority": 0}], "dcs_last_seen": 1795288065, "database_system_identifier": "7710694552836390720", "patroni": {"version": "4.1.4", "scope": "commander-postgres", "name": "commander-postgres-1"}}',
  replica414:
    '{"state": "running", "postmaster_start_time": "2026-11-21 19:07:37.168826+00:00", "role": "replica", "server_version": 150018, "xlog": {"received_location": 1871869184, "replayed_location": 1871869184, "replayed_timestamp": "2026-11-21 19:06:43.041355+00:00", "paused": false}, "timeline": 28, "replication_state": "streaming", "dcs_last_seen": 1795288065, "database_system_identifier": "7710694552836390720", "patroni": {"version": "4.1.4", "scope": "commander-postgres", "name": "commander-postgres-0"}}',
} as const;
