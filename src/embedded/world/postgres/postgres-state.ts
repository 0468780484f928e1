/**
 * What the simulated members of all clusters are at one moment: plain data, so that a world can be copied and goes on from
 * where it stood. Disks live with their PersistentVolumes, processes with their pods, and a cluster's lock with its name.
 */

/** Numbered rows that a disk holds, or a writer was told are safe: closed ranges, ascending. */
export type Rows = readonly (readonly [from: number, to: number])[];

export type Table = {readonly rows: number; readonly bytes: number};

/** Never changed, only replaced: two disks may hold the same. */
export type Content = {
  readonly lsn: number;
  readonly ledger: Rows;
  /** By database, then by table. */
  readonly databases: Readonly<Record<string, Readonly<Record<string, Table>>>>;
  /** The numbered rows in databases that nobody writes to: put aside, or not yet put in place. */
  readonly ledgers?: Readonly<Record<string, Rows>>;
  /** By database, besides what every one has. */
  readonly extensions?: Readonly<Record<string, readonly string[]>>;
  /** How often rows were changed in a database and stayed as many. */
  readonly changes?: Readonly<Record<string, number>>;
  /** The same of its schema and its large objects. */
  readonly catalogChanges?: Readonly<Record<string, number>>;
  /** Of databases that are not open to all. */
  readonly upkeep?: Readonly<Record<string, {readonly limit: number; readonly isReadOnly: boolean}>>;
};

export type StoredFile = {readonly bytes: string};

export type Disk = {
  /** '' where nothing has been put on it. */
  systemId: string;
  timeline: number;
  content: Content;
  /** Where each earlier timeline ended. */
  history: (readonly [timeline: number, lsn: number])[];
  /** By path below the mount. */
  files: Record<string, StoredFile>;
  capacityBytes: number;
};

export type MemberState =
  | 'initializing new cluster'
  | 'creating replica'
  | 'starting'
  | 'running'
  | 'stopping'
  | 'stopped'
  | 'start failed';

export type BaseBackup = {
  readonly startedAtMs: number;
  /** When the leader's checkpoint will have happened; undefined once it has. */
  checkpointAtMs: number | undefined;
  readonly totalBytes: number;
  streamedBytes: number;
};

export type Member = {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly podUid: string;
  readonly ip: string;
  /** Name of its PersistentVolume. */
  readonly volume: string;
  state: MemberState;
  sinceMs: number;
  startedAtMs: number;
  backup?: BaseBackup | undefined;
  /** The process ended by itself; the kubelet starts it again. */
  failure?: {message: string; restarts: number; atMs: number} | undefined;
  /** Its pod was told to go: once stopped it does not come back. */
  isLeaving?: boolean | undefined;
  /** Its node is gone: it neither answers nor stops. */
  isLost?: boolean | undefined;
  /** It went with its node, and comes back with it. */
  isNodeLost?: boolean | undefined;
  /** What was last told of it in the API server, and when. */
  told?: {text: string; atMs: number} | undefined;
};

export type SwitchoverRequest = {
  readonly leader: string;
  readonly candidate: string;
  readonly askedAtMs: number;
  /** When the leader begins to stop, and when its lock is free. */
  readonly stopsAtMs: number;
  readonly freeAtMs: number;
};

export type Cluster = {
  readonly namespace: string;
  readonly name: string;
  /** '' before the first start. */
  systemId: string;
  /** Name of the member that holds the lock. */
  leader: string | undefined;
  acquiredAtMs: number;
  transitions: number;
  /** Until when a lock that nobody renews is believed. */
  lockUntilMs: number;
  /** Who may take the free lock; anybody where absent. */
  heir?: string | undefined;
  switchover?: SwitchoverRequest | undefined;
  syncStandby?: {name: string; sinceMs: number} | undefined;
  /** Who writes was told to stop. */
  isAppHeld?: boolean | undefined;
  history: (readonly [timeline: number, lsn: number, reason: string, atIso: string, leader: string])[];
  steppedAtMs: number;
  /** The leader's position as the others know it: as old as its last word. */
  optime: number;
  told?: {text: string; atMs: number} | undefined;
};

export type PostgresState = {
  readonly disks: Record<string, Disk>;
  /** By the uid of the pod. */
  readonly members: Record<string, Member>;
  /** By `namespace/name`. */
  readonly clusters: Record<string, Cluster>;
  /** Of each cluster: the next number, and what it was told is safe. */
  readonly writers: Record<string, {next: number; acknowledged: Rows}>;
};

export function emptyState(): PostgresState {
  return {disks: {}, members: {}, clusters: {}, writers: {}};
}

export function copyState(state: PostgresState): PostgresState {
  return structuredClone(state);
}

export const emptyContent: Content = {lsn: 0, ledger: [], databases: {}};

export function addRows(rows: Rows, from: number, to: number): Rows {
  const last = rows.at(-1);
  return last !== undefined && last[1] + 1 === from ? [...rows.slice(0, -1), [last[0], to]] : [...rows, [from, to]];
}

export function countRows(rows: Rows): number {
  return rows.reduce((count, [from, to]) => count + to - from + 1, 0);
}

/** Of `wanted`, those that `held` does not have. */
export function missingRows(wanted: Rows, held: Rows): number {
  const common = wanted.reduce(
    (count, [from, to]) => count + held.reduce((sum, [low, high]) => sum + Math.max(0, Math.min(to, high) - Math.max(from, low) + 1), 0),
    0,
  );
  return countRows(wanted) - common;
}

export function bytesOf({databases}: Content): number {
  return Object.values(databases)
    .flatMap(tables => Object.values(tables))
    .reduce((sum, {bytes}) => sum + bytes, 7_500_000 * Object.keys(databases).length);
}
