/**
 * The way of a database to another class, move by move: replicas first, then one switchover, then the disk of the old leader.
 * A database of one member gets a second one for the time. What an earlier attempt has done already is no move any more.
 */
import {memberName} from './postgres-cluster.ts';

export type PathMember = {
  readonly ordinal: number;
  /** Of its claim; undefined where the claim is gone or on its way out, and the disk only needs to be made anew. */
  readonly storageClass: string | undefined;
};

export type PathInput = {
  readonly cluster: string;
  readonly newClass: string;
  /** Those that are there, the one that was added for the time among them. */
  readonly members: readonly PathMember[];
  /** How many are to be left at the end. */
  readonly finalMembers: number;
  readonly leader: number;
  readonly timeline: number;
  /** A further copy is wanted while disks are replaced. */
  readonly isExtraWanted: boolean;
  /** Of a claim without a member; undefined where there is none. */
  readonly leftOrdinal: number | undefined;
  /** Who alone may take the lead now, where replication is synchronous; undefined where it is not, or nobody can say. */
  readonly standby: number | undefined;
};

/** Who leads while the move is made, on which timeline, and of how many members. */
type Stand = {readonly leader: string; readonly timeline: number; readonly instances: number};

export type Move = Stand &
  (
    | {readonly kind: 'add'; readonly member: string; readonly ordinal: number}
    | {readonly kind: 'replace'; readonly member: string; readonly ordinal: number}
    | {readonly kind: 'switchover'; readonly to: string; readonly isBack: boolean}
    | {readonly kind: 'scale-down'; readonly member: string; readonly ordinal: number}
    /** `isLeft`: of an earlier time, and nobody knows whose. */
    | {readonly kind: 'drop-claim'; readonly member: string; readonly ordinal: number; readonly isLeft: boolean}
  );

export function storagePath(input: PathInput): readonly Move[] {
  const {cluster, newClass, members, finalMembers, isExtraWanted} = input;
  const moves: Move[] = [];
  let {standby} = input;
  const stand = {leader: input.leader, timeline: input.timeline, instances: members.length};
  const at = (): Stand => ({leader: memberName(cluster, stand.leader), timeline: stand.timeline, instances: stand.instances});
  const replace = ({ordinal}: PathMember): void => {
    moves.push({...at(), kind: 'replace', member: memberName(cluster, ordinal), ordinal});
    if (ordinal === standby) standby = nextStandby(ordinal, stand);
  };
  const switchOver = (to: number, isBack: boolean): void => {
    moves.push({...at(), kind: 'switchover', to: memberName(cluster, to), isBack});
    if (standby !== undefined) standby = lasting.find(({ordinal}) => ordinal !== stand.leader && ordinal !== to)?.ordinal;
    stand.leader = to;
    stand.timeline += 1;
  };
  const isOld = ({storageClass}: PathMember): boolean => storageClass !== newClass;
  const lasting = members.filter(({ordinal}) => ordinal < finalMembers);
  const extra = members.find(({ordinal}) => ordinal === finalMembers);
  const extraMember = memberName(cluster, finalMembers);
  const old = lasting.filter(isOld);
  const isAdded = old.length > 0 && extra === undefined && (isExtraWanted || finalMembers === 1);
  if (isAdded) {
    moves.push({...at(), kind: 'add', member: extraMember, ordinal: finalMembers});
    stand.instances += 1;
  }
  for (const member of old.filter(({ordinal}) => ordinal !== stand.leader)) replace(member);
  const leading = old.find(({ordinal}) => ordinal === stand.leader);
  if (leading !== undefined) {
    const isExtraReady = isAdded || (extra !== undefined && !isOld(extra));
    const able = [...lasting, ...(isExtraReady ? [{ordinal: finalMembers}] : [])].filter(({ordinal}) => ordinal !== stand.leader);
    const heir = able.find(({ordinal}) => ordinal === standby) ?? lasting.find(({ordinal}) => ordinal !== stand.leader);
    // Where the added member is the only other one, it leads for the time, and from a disk of the new class.
    if (heir === undefined && extra !== undefined && isOld(extra)) replace(extra);
    switchOver(heir?.ordinal ?? finalMembers, false);
    replace(leading);
  }
  if (isAdded || extra !== undefined) {
    if (stand.leader >= finalMembers) switchOver(standby !== undefined && standby < finalMembers ? standby : 0, true);
    moves.push({...at(), kind: 'scale-down', member: extraMember, ordinal: finalMembers});
    stand.instances -= 1;
    moves.push({...at(), kind: 'drop-claim', member: extraMember, ordinal: finalMembers, isLeft: false});
  } else if (input.leftOrdinal !== undefined) {
    moves.push({...at(), kind: 'drop-claim', member: memberName(cluster, input.leftOrdinal), ordinal: input.leftOrdinal, isLeft: true});
  }
  return moves;
}

/** While a standby is away, Patroni takes another, and keeps to it; which one, can be told where there is one other. */
function nextStandby(away: number, {leader, instances}: {readonly leader: number; readonly instances: number}): number | undefined {
  if (instances === 2) return away;
  const others = Array.from({length: instances}, (_, ordinal) => ordinal).filter(ordinal => ordinal !== away && ordinal !== leader);
  return others.length === 1 ? others[0] : undefined;
}

/** Who leads on which timeline, in the order of the moves: anything else was not asked for. */
export function leadersOf(input: PathInput): ReadonlyMap<number, string> {
  const first = [input.timeline, memberName(input.cluster, input.leader)] as const;
  const later = storagePath(input).flatMap(move => (move.kind === 'switchover' ? [[move.timeline + 1, move.to] as const] : []));
  return new Map([first, ...later]);
}
