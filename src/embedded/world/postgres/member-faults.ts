/** What can go wrong with members, switched on and off while they run, and how fast they are. */

export type MemberFaults = {
  /** Replicas whose WAL receiver stands still: by name. */
  frozenReplicas?: readonly string[] | undefined;
  /** Replicas that run, and whose WAL receiver finds no way to the leader: by name. */
  deafReplicas?: readonly string[] | undefined;
  /** Replicas that run, and whose next part of the log the leader has removed: by name. */
  cutOffReplicas?: readonly string[] | undefined;
  /** The cluster follows another one. */
  isStandbyCluster?: boolean | undefined;
  isPaused?: boolean | undefined;
  /** Members with the tag `nofailover`. */
  noFailover?: readonly string[] | undefined;
  isSynchronous?: boolean | undefined;
  /** Said by the settings alone: the simulated leader acknowledges all the same. */
  isStrict?: boolean | undefined;
  /** Whoever has only so much time for a commit waits for it in vain. */
  areCommitsHeld?: boolean | undefined;
  scheduledSwitchover?: {readonly at: string; readonly from: string; readonly to?: string} | undefined;
  /**
   * `refused`: 503 and nothing happens. `late`: 503, and it happens a quarter of a minute later. `slow`: the old leader stops
   * for 40 s and the answer is `Switchover status unknown`. `declined`: 412, and nothing was tried. `other`: a third wins, or nobody where there is none.
   */
  switchover?: 'refused' | 'declined' | 'late' | 'slow' | undefined;
  /** The checkpoint that a base backup waits for takes its whole time. */
  hasSlowCheckpoint?: boolean | undefined;
  /** So many base backups end with an error. Counted down. */
  failedBackups?: number | undefined;
  /** Leaders demote themselves; nothing is written to the API server. */
  isStoreDown?: boolean | undefined;
  hasPendingRestart?: boolean | undefined;
  doesArchivingFail?: boolean | undefined;
  maximumLagOnFailover?: number | undefined;
  /** So many dumps come out cut, and pg_dump says that all went well. Counted down. */
  spoiledDumps?: number | undefined;
  /** Writes are not counted (track_counts). */
  areWritesUncounted?: boolean | undefined;
  /** The endpoints name an address that nobody has. */
  hasStaleEndpoint?: boolean | undefined;
};

export type MemberPace = {
  readonly baseBackupBytesPerS: number;
  readonly streamBytesPerS: number;
  /** What a base backup waits for where nobody says CHECKPOINT. */
  readonly checkpointMs: number;
  readonly slowCheckpointMs: number;
  readonly loopWaitMs: number;
  readonly ttlMs: number;
  /** From its process to its first look at the cluster. */
  readonly wakeMs: number;
  readonly startMs: number;
  readonly stopMs: number;
  readonly rowsPerS: number;
};

export const realPace: MemberPace = {
  baseBackupBytesPerS: 40_000_000,
  streamBytesPerS: 60_000_000,
  checkpointMs: 24_000,
  slowCheckpointMs: 147_000,
  loopWaitMs: 10_000,
  ttlMs: 30_000,
  wakeMs: 1000,
  startMs: 1500,
  stopMs: 1500,
  rowsPerS: 5,
};

export const sparePatroniLag = 33_554_432;
