/** What one step of a cluster works on, and the questions that every part of it asks. */
import type {MemberFaults, MemberPace} from './member-faults.ts';
import type {Cluster, Disk, Member, PostgresState} from './postgres-state.ts';

export type StepParts = {
  readonly state: PostgresState;
  readonly cluster: Cluster;
  readonly members: readonly Member[];
  readonly faults: MemberFaults;
  readonly pace: MemberPace;
  /** What a new cluster holds. */
  readonly firstContent: Disk['content'];
  readonly nowMs: number;
  readonly elapsedMs: number;
};

export function diskOf({state}: Pick<StepParts, 'state'>, {volume}: Member): Disk {
  const disk = state.disks[volume];
  if (disk === undefined) throw new Error(`there is no disk of the volume ${volume}`);
  return disk;
}

/** The member that holds the lock and serves. */
export function leaderOf({cluster, members, faults}: Pick<StepParts, 'cluster' | 'members' | 'faults'>): Member | undefined {
  if (faults.isStoreDown === true) return undefined;
  return members.find(({name, state, isLost}) => name === cluster.leader && state === 'running' && isLost !== true);
}

export function takeLock(cluster: Cluster, {name}: Member, nowMs: number, ttlMs: number): void {
  if (cluster.acquiredAtMs > 0) cluster.transitions += 1;
  cluster.leader = name;
  cluster.heir = undefined;
  cluster.acquiredAtMs = nowMs;
  cluster.lockUntilMs = nowMs + ttlMs;
  cluster.syncStandby = undefined;
}
