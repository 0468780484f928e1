/** A member's configuration: the Kubernetes DCS with Endpoints, as Spilo sets it, and the shortest times that Patroni allows. */

export const patroni = {
  scope: 'commander-postgres',
  namespace: 'd8-commander',
  labels: {application: 'spilo'},
  scopeLabel: 'cluster-name',
  roleLabel: 'spilo-role',
  /** How long a leader that says nothing more remains the leader. */
  ttlSeconds: 20,
};

/** Of the user `postgres`, in every member. */
export const postgresPassword = 'supersecret';

export type MemberAddress = {readonly ip: string; readonly port: number; readonly restPort: number};

export type MemberOptions = {
  readonly name: string;
  readonly address: MemberAddress;
  /** Of the member alone: its socket, and its data unless that has a folder of its own. */
  readonly folder: string;
  readonly dataFolder?: string;
  readonly binFolder: string;
  readonly scope?: string;
  readonly namespace?: string;
  /** Of the kubeconfig. */
  readonly context?: string;
  /** What holds the cluster's state: ConfigMaps where not Endpoints. */
  readonly hasEndpoints?: boolean;
  /** Spilo's default: the API server is looked up in the Endpoints `kubernetes`, and spoken to at the address found there. */
  readonly bypassesService?: boolean;
  /** A base backup waits for a checkpoint that takes its time, as in Spilo. */
  readonly hasSlowCheckpoint?: boolean;
};

export function memberConfig(options: MemberOptions): object {
  const {name, address, folder, binFolder, scope = patroni.scope, namespace = patroni.namespace, context = 'demo'} = options;
  const {ip, port, restPort} = address;
  const {dataFolder = `${folder}/data`, hasEndpoints = true, bypassesService = true, hasSlowCheckpoint = false} = options;
  return {
    scope,
    name,
    restapi: {listen: `${ip}:${restPort}`, connect_address: `${ip}:${restPort}`},
    kubernetes: {
      // Patroni looks for `kind-kind` and not for the current context unless it is told.
      context,
      namespace,
      labels: patroni.labels,
      scope_label: patroni.scopeLabel,
      role_label: patroni.roleLabel,
      // Unknown to 3.0, which always writes these; needed from 4.0 on.
      leader_label_value: 'master',
      follower_label_value: 'replica',
      standby_leader_label_value: 'master',
      ...(hasEndpoints && {use_endpoints: true}),
      bypass_api_service: bypassesService,
      pod_ip: ip,
      ports: [{port, name: 'postgresql'}],
    },
    bootstrap: {
      dcs: {
        ttl: patroni.ttlSeconds,
        loop_wait: 2,
        retry_timeout: 3,
        maximum_lag_on_failover: 33_554_432,
        postgresql: {
          use_pg_rewind: true,
          use_slots: true,
          parameters: {wal_level: 'replica', wal_log_hints: 'on', hot_standby: 'on', max_connections: 50, shared_buffers: '32MB'},
        },
      },
      initdb: [{encoding: 'UTF8'}, {locale: 'C.UTF-8'}, 'data-checksums'],
    },
    postgresql: {
      listen: `${ip}:${port}`,
      connect_address: `${ip}:${port}`,
      use_unix_socket: true,
      use_unix_socket_repl: true,
      bin_dir: binFolder,
      data_dir: dataFolder,
      pgpass: `${folder}/pgpass`,
      parameters: {unix_socket_directories: folder, logging_collector: 'off', fsync: 'off'},
      pg_hba: [
        'local all all trust',
        'local replication standby trust',
        'host replication standby 127.0.0.0/8 md5',
        'host all all 127.0.0.0/8 md5',
      ],
      ...(!hasSlowCheckpoint && {basebackup: [{checkpoint: 'fast'}]}),
      authentication: {
        superuser: {username: 'postgres', password: postgresPassword},
        replication: {username: 'standby', password: 'replsecret'},
        rewind: {username: 'postgres', password: postgresPassword},
      },
    },
  };
}
