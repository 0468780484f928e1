/**
 * What one candidate has seen of a Lease, and when by its own monotonic clock it last saw it change. Expiry is judged
 * from that alone: the times that stand in the record come from another clock.
 */
import {isOlderVersion} from '../domain/resource-version.ts';
import type {LeaseRecord} from './lease-record.ts';

/** A holder that promises more than this is not believed. */
const durationMsMax = 600_000;

export class ObservedLease {
  readonly #durationMs: number;
  #lease: LeaseRecord | undefined;
  #changedAtMs = 0;
  #isGone = false;

  /** `durationMs` counts where the record promises nothing. */
  constructor(durationMs: number) {
    this.#durationMs = durationMs;
  }

  /** What it was when last seen; also after it vanished. */
  get lease(): LeaseRecord | undefined {
    return this.#lease;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** false for what is older than what was seen before. */
  see(lease: LeaseRecord, nowMs: number): boolean {
    const before = this.#lease;
    if (before !== undefined && isOlderVersion(lease.resourceVersion, before.resourceVersion)) return false;
    if (before === undefined || !isSameTerm(lease, before)) this.#changedAtMs = nowMs;
    this.#lease = lease;
    this.#isGone = false;
    return true;
  }

  vanish(): void {
    this.#isGone = true;
  }

  /**
   * When, by the monotonic clock, the lease is free for `identity`. One that vanished is still its holder's for the time
   * promised: somebody else deleted it, and the holder does not know yet.
   */
  freeAtMs(identity: string): number {
    const lease = this.#lease;
    if (lease === undefined || lease.holder === '' || lease.holder === identity) return Number.NEGATIVE_INFINITY;
    const promisedMs = lease.durationMs > 0 ? Math.min(lease.durationMs, durationMsMax) : this.#durationMs;
    return this.#changedAtMs + promisedMs;
  }
}

function isSameTerm(left: LeaseRecord, right: LeaseRecord): boolean {
  return (
    left.uid === right.uid &&
    left.holder === right.holder &&
    left.durationMs === right.durationMs &&
    left.transitions === right.transitions &&
    left.acquiredAt === right.acquiredAt &&
    left.renewedAt === right.renewedAt
  );
}
