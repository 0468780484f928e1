/** A database as a person wants to see it: members with their roles and disks, and which copies could be lived on. */
import {agreedLeader, type DatabaseSeen} from './database-seen.ts';
import type {MemberDisk} from './member-disk.ts';
import type {MemberPod} from './member-pod.ts';
import {leaderOf, type MemberRole} from './patroni-topology.ts';
import {memberName, type PostgresCluster} from './postgres-cluster.ts';
import {replicaSafety, type Unsafe} from './replica-safety.ts';
import {copiesWithout, type PutAway, type SafeCopy, safeCopies} from './safe-copies.ts';

export type MemberPicture = {
  readonly ordinal: number;
  readonly name: string;
  readonly role: MemberRole;
  readonly state: string;
  readonly timeline: number | undefined;
  readonly lagBytes: number | 'unknown' | undefined;
  readonly pod: MemberPod | undefined;
  readonly disk: MemberDisk | undefined;
  /** Why it could not lead now; [] for the leader and for a replica that could. */
  readonly unsafe: readonly Unsafe[];
  /** Whole copies that are left where its disk goes. */
  readonly copiesWithout: number;
};

export type DatabasePicture = {
  readonly cluster: PostgresCluster;
  readonly leader: string | undefined;
  readonly timeline: number | undefined;
  /** Why nobody is taken for the leader. */
  readonly trouble: string | undefined;
  readonly isPaused: boolean;
  readonly members: readonly MemberPicture[];
  readonly copies: readonly SafeCopy[];
};

export function databasePicture(seen: DatabaseSeen, putAway: PutAway = {}): DatabasePicture {
  const agreed = agreedLeader(seen);
  const leader = agreed.kind === 'agreed' ? agreed.name : undefined;
  const copies = safeCopies(seen, putAway);
  const ordinals = new Set([...seen.pods, ...seen.disks].map(({ordinal}) => ordinal));
  return {
    cluster: seen.cluster,
    leader,
    timeline: (leader === undefined ? undefined : seen.reports.get(leader)?.timeline) ?? leaderOf(seen.topology ?? {members: []})?.timeline,
    trouble: agreed.kind === 'agreed' ? undefined : agreed.why,
    isPaused: seen.topology?.isPaused === true,
    members: [...ordinals].toSorted((left, right) => left - right).map(ordinal => memberPicture(seen, ordinal, leader, copies)),
    copies,
  };
}

function memberPicture(seen: DatabaseSeen, ordinal: number, leader: string | undefined, copies: readonly SafeCopy[]): MemberPicture {
  const name = memberName(seen.cluster.name, ordinal);
  const found = seen.topology?.members.find(member => member.name === name);
  return {
    ordinal,
    name,
    role: found?.role ?? 'unknown',
    state: found?.state ?? '',
    timeline: found?.timeline,
    lagBytes: found?.lagBytes,
    pod: seen.pods.find(pod => pod.ordinal === ordinal),
    disk: seen.disks.find(disk => disk.ordinal === ordinal),
    unsafe: name === leader ? [] : replicaSafety(seen, name),
    copiesWithout: copiesWithout(seen, copies, ordinal),
  };
}
