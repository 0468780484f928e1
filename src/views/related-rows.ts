/** The facts of one related source as a list, made once for each of its versions. */
import type {SourceLease} from '../store/source-pool.ts';

export class RelatedRows {
  readonly lease: SourceLease<unknown>;
  #made: {readonly version: number; readonly rows: readonly unknown[]} | undefined;

  constructor(lease: SourceLease<unknown>) {
    this.lease = lease;
  }

  /** Until when its rows are known to be so: now, as long as its stream lives. */
  asOf(now: number): number {
    const {state, lastByteAt} = this.lease.status();
    return state === 'stale' ? (lastByteAt ?? now) : now;
  }

  isRead(): boolean {
    return this.lease.status().state !== 'syncing';
  }

  /** undefined where the user may not read the kind, or the cluster does not serve it. */
  rows(): readonly unknown[] | undefined {
    const {state} = this.lease.status();
    if (state === 'forbidden' || state === 'absent') return undefined;
    const version = this.lease.collection.versions.all;
    if (this.#made?.version !== version) this.#made = {version, rows: [...this.lease.collection.entries()].map(entry => entry.row)};
    return this.#made?.rows;
  }
}
