/**
 * Follows replication over time, from what is watched alone: how long a member has been behind, and which copies hold every
 * row that was known to be written. Positions come once a loop of Patroni, so what this tells is up to a loop old; before
 * anything is destroyed the members themselves are asked.
 */
import type {PatroniRecord} from './patroni-record.ts';
import type {MemberStanding} from './standing.ts';
import type {Disk} from './watched-disk.ts';

export type Copies = {
  /** Names of members, the leader first. */
  readonly safe: readonly string[];
  /** Whose disk may go least: the leader's, or the only copy's. */
  readonly dearest: string | undefined;
};

/** An hour of loops. */
const samplesMax = 360;
/** Further behind than that a member is no copy of what was just written, whether or not it says that it streams. */
const behindMsMax = 60_000;

export class ReplicationWatch {
  /** Where the leader was, and when that was first seen here. */
  readonly #samples: {readonly position: number; readonly at: number}[] = [];
  /** By uid of the pod: the position to reach, or that it was reached while the member followed. */
  readonly #barriers = new Map<string, number | 'passed'>();
  #leaderlessSince: number | undefined;

  /** For how long nobody has led, as far as this has watched; undefined while somebody does. */
  leaderlessMs(leader: string | undefined, now: number): number | undefined {
    if (leader !== undefined) this.#leaderlessSince = undefined;
    else this.#leaderlessSince ??= now;
    return this.#leaderlessSince === undefined ? undefined : now - this.#leaderlessSince;
  }

  take(members: readonly MemberStanding[], record: PatroniRecord | undefined): void {
    const position = record?.leaderPosition;
    if (record !== undefined && position !== undefined && position !== this.#samples.at(-1)?.position) {
      this.#samples.push({position, at: record.seenAt});
      if (this.#samples.length > samplesMax) this.#samples.shift();
    }
    for (const member of members) this.#pass(member, position);
    const known = new Set(members.map(({uid}) => uid));
    for (const uid of this.#barriers.keys()) if (!known.has(uid)) this.#barriers.delete(uid);
  }

  /** For how long the leader has been further than that; 0 where it is not. */
  behindMs(position: number, now: number): number {
    const passed = this.#samples.find(sample => sample.position > position);
    return passed === undefined ? 0 : Math.max(0, now - passed.at);
  }

  copies(members: readonly MemberStanding[], leader: string | undefined, disks: readonly Disk[], now: number): Copies {
    if (leader === undefined) return {safe: [], dearest: undefined};
    const safe = members
      .filter(({name, isUp}) => isUp && isOnDisk(name, disks))
      .filter(member => member.name === leader || this.#isWhole(member, now))
      .map(({name}) => name)
      .toSorted((a, b) => Number(b === leader) - Number(a === leader));
    return {safe, dearest: safe[0]};
  }

  #isWhole({uid, position = 0}: MemberStanding, now: number): boolean {
    return this.#barriers.get(uid) === 'passed' && this.behindMs(position, now) <= behindMsMax;
  }

  /** From when it has reached where the leader was seen to be, until it follows no more. */
  #pass({uid, isFollowing, position}: MemberStanding, leaderPosition: number | undefined): void {
    if (!isFollowing || position === undefined || leaderPosition === undefined) {
      this.#barriers.delete(uid);
      return;
    }
    const barrier = this.#barriers.get(uid) ?? leaderPosition;
    this.#barriers.set(uid, barrier === 'passed' || position >= barrier ? 'passed' : barrier);
  }
}

/** Of a claim that is being deleted nothing is left once its pod has ended. */
function isOnDisk(member: string, disks: readonly Disk[]): boolean {
  return disks.some(disk => disk.member === member && disk.claim?.phase === 'Bound' && disk.claim.deletion === undefined);
}
