/** How many copies of the data there are that could be lived on, and how many are left once a disk goes. */
import {agreedLeader, type DatabaseSeen, diskOf} from './database-seen.ts';
import type {MemberDisk, MemberVolume} from './member-disk.ts';
import {memberName, ordinalOf} from './postgres-cluster.ts';
import {replicaSafety} from './replica-safety.ts';

export type SafeCopy = {
  readonly kind: 'leader' | 'replica' | 'volume' | 'dump';
  /** Of the member, the volume or the dump. */
  readonly name: string;
  /** Holds every row acknowledged so far; a volume that was put away or a dump holds those of before. */
  readonly isWhole: boolean;
};

export type PutAway = {
  /** Shut down cleanly and set to Retain. */
  readonly volumes?: readonly MemberVolume[];
  /** Names of dumps that passed every check. */
  readonly dumps?: readonly string[];
};

export function safeCopies(seen: DatabaseSeen, {volumes = [], dumps = []}: PutAway = {}): readonly SafeCopy[] {
  const kept = volumes.filter(({policy, phase}) => policy === 'Retain' && phase === 'Released');
  return [
    ...memberCopies(seen),
    ...kept.map(({name}) => ({kind: 'volume', name, isWhole: false}) as const),
    ...dumps.map(name => ({kind: 'dump', name, isWhole: false}) as const),
  ];
}

function memberCopies(seen: DatabaseSeen): readonly SafeCopy[] {
  const leader = agreedLeader(seen);
  if (leader.kind !== 'agreed') return [];
  const ordinal = ordinalOf(seen.cluster.name, leader.name);
  const disk = ordinal === undefined ? undefined : diskOf(seen, ordinal);
  const replicas = seen.pods.map(({name}) => name).filter(name => name !== leader.name && replicaSafety(seen, name).length === 0);
  return [
    ...(isStanding(disk) ? [{kind: 'leader', name: leader.name, isWhole: true} as const] : []),
    ...replicas.map(name => ({kind: 'replica', name, isWhole: true}) as const),
  ];
}

function isStanding(disk: MemberDisk | undefined): boolean {
  return disk?.isBound === true && !disk.isTerminating;
}

/** Whole copies that are left where the disk of this member goes. */
export function copiesWithout({cluster}: DatabaseSeen, copies: readonly SafeCopy[], ordinal: number): number {
  return copies.filter(({name, isWhole}) => isWhole && name !== memberName(cluster.name, ordinal)).length;
}
