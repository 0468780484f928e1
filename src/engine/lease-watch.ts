/** Who holds leases that are not ours, for screens: seen by a shared watch, judged by our own clock. Takes and renews nothing. */
import type {Clock} from '../domain/clock.ts';
import type {RunCarrier} from '../domain/run-carrier.ts';
import type {LeaseFeed} from './lease.ts';
import type {LeaseRecord} from './lease-record.ts';

type Seen = {
  readonly lease: LeaseRecord;
  /** By the monotonic clock; `isRenewed`: that change was seen as it happened. */
  readonly changedAtMs: number;
  readonly isRenewed: boolean;
};

type Watched = {stop(): void; seen?: Seen};

export type LeaseWatchOptions = {
  readonly feed: LeaseFeed;
  readonly clock: Clock;
  readonly namespace: string;
  /** Counts where a lease promises nothing. */
  readonly durationMs: number;
  onChange(): void;
};

export class LeaseWatch {
  readonly #options: LeaseWatchOptions;
  readonly #watched = new Map<string, Watched>();

  constructor(options: LeaseWatchOptions) {
    this.#options = options;
  }

  /** Watched from the first time that it is asked for, until it is forgotten. */
  holderOf(name: string): RunCarrier {
    const seen = (this.#watched.get(name) ?? this.#watch(name)).seen;
    if (seen === undefined) return {kind: 'unseen'};
    const {holder: identity, acquiredAt: since, renewedAt: heardAt} = seen.lease;
    if (identity === '') return {kind: 'nobody'};
    return this.#isLive(seen) ? {kind: 'live', identity, since} : {kind: 'silent', identity, heardAt};
  }

  forget(name: string): void {
    this.#watched.get(name)?.stop();
    this.#watched.delete(name);
  }

  stop(): void {
    for (const name of [...this.#watched.keys()]) this.forget(name);
  }

  /** The times in a lease are another clock's: they count only until its first renewal was seen. */
  #isLive({lease, changedAtMs, isRenewed}: Seen): boolean {
    const {clock, durationMs} = this.#options;
    const promisedMs = lease.durationMs > 0 ? lease.durationMs : durationMs;
    if (clock.monotonic() - changedAtMs > promisedMs) return false;
    return isRenewed || clock.now() - Date.parse(lease.renewedAt) <= promisedMs;
  }

  #watch(name: string): Watched {
    const {feed, namespace} = this.#options;
    const watched: Watched = {stop: () => subscription.stop()};
    this.#watched.set(name, watched);
    const subscription = feed.subscribe(namespace, name, lease => this.#see(watched, lease));
    return watched;
  }

  #see(watched: Watched, lease: LeaseRecord | undefined): void {
    const {clock, onChange} = this.#options;
    const before = watched.seen;
    if (lease === undefined) delete watched.seen;
    // A list that is read again is no sign of life.
    else if (lease.resourceVersion !== before?.lease.resourceVersion)
      watched.seen = {lease, changedAtMs: clock.monotonic(), isRenewed: before !== undefined};
    if (before?.lease.holder !== lease?.holder) onChange();
  }
}
