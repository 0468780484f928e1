/**
 * Shares sources among those who look: one LIST and WATCH for each key, closed 45 s after the last one has left. What
 * they bring is let through to readers ten times a second at most, rows and statuses together.
 */
import {createStore, type StoreApi} from 'zustand/vanilla';
import type {Clock, Timer} from '../domain/clock.ts';
import type {OpenSource, SourceHandle, SourceSpec, SourceStatus} from '../domain/source.ts';
import {type Collection, noVersions, PendingCollection, type Versions} from './collection.ts';
import {sourceKey} from './source-key.ts';

/** Back and forth between two views costs no new LIST. */
export const lingerMs = 45_000;
const flushEveryMs = 100;

/** By source key; a source that nobody holds any more has no entry. */
export type Freshness = {
  readonly versions: Readonly<Record<string, Versions>>;
  readonly statuses: Readonly<Record<string, SourceStatus>>;
};

export type SourceLease<Row> = {
  readonly key: string;
  readonly collection: Collection<Row>;
  /** As of the last flush, like the rows. */
  status(): SourceStatus;
  /** A second call does nothing. */
  release(): void;
};

export type SourcePool = {
  readonly store: StoreApi<Freshness>;
  acquire<Row>(spec: SourceSpec<Row>): SourceLease<Row>;
  /** Stops every source at once, held or not: the cluster is left. */
  close(): void;
};

export function createSourcePool(parts: {readonly open: OpenSource; readonly clock: Clock}): SourcePool {
  return new Pool(parts.open, parts.clock);
}

type Held<Row> = {
  readonly key: string;
  readonly spec: SourceSpec<Row>;
  readonly collection: Collection<Row>;
  readonly flush: () => boolean;
  handle: SourceHandle | undefined;
  status: SourceStatus;
  leases: number;
  closing: Timer | undefined;
};

const opening: SourceStatus = {state: 'syncing', restarts: 0};

class Pool implements SourcePool {
  readonly store: StoreApi<Freshness> = createStore<Freshness>()(() => ({versions: {}, statuses: {}}));
  readonly #open: OpenSource;
  readonly #clock: Clock;
  readonly #held = new Map<string, Held<unknown>>();
  readonly #dirty = new Set<Held<unknown>>();
  #flushing: Timer | undefined;
  #flushedAtMs = Number.NEGATIVE_INFINITY;

  constructor(open: OpenSource, clock: Clock) {
    this.#open = open;
    this.#clock = clock;
  }

  acquire<Row>(spec: SourceSpec<Row>): SourceLease<Row> {
    const held = this.#hold(spec);
    held.closing?.cancel();
    held.closing = undefined;
    held.leases += 1;
    let isReleased = false;
    return {
      key: held.key,
      collection: held.collection,
      status: () => this.store.getState().statuses[held.key] ?? opening,
      release: () => {
        if (isReleased) return;
        isReleased = true;
        held.leases -= 1;
        if (held.leases === 0) held.closing = this.#clock.setTimer(lingerMs, () => this.#close(held));
      },
    };
  }

  close(): void {
    for (const held of [...this.#held.values()]) this.#close(held);
  }

  #hold<Row>(spec: SourceSpec<Row>): Held<Row> {
    const key = sourceKey(spec);
    const known = this.#held.get(key);
    if (known !== undefined && isOfSameProjection(known, spec)) return known;
    const collection = new PendingCollection<Row>();
    const held: Held<Row> = {
      key,
      spec,
      collection,
      flush: () => collection.flush(),
      handle: undefined,
      status: opening,
      leases: 0,
      closing: undefined,
    };
    this.#held.set(key, held);
    this.store.setState(({versions, statuses}) => ({
      versions: {...versions, [key]: noVersions},
      statuses: {...statuses, [key]: opening},
    }));
    held.handle = this.#open(spec, {
      columns: columns => {
        collection.putColumns(columns);
        this.#mark(held);
      },
      changes: changes => {
        collection.put(changes);
        this.#mark(held);
      },
      status: status => {
        held.status = status;
        this.#mark(held);
      },
    });
    return held;
  }

  #close(held: Held<unknown>): void {
    held.closing?.cancel();
    held.handle?.stop();
    if (this.#held.get(held.key) !== held) return;
    this.#held.delete(held.key);
    this.#dirty.delete(held);
    this.store.setState(({versions, statuses}) => ({
      versions: without(versions, held.key),
      statuses: without(statuses, held.key),
    }));
  }

  /** The first change after a pause goes through in the same turn of the clock; what follows waits for the next flush. */
  #mark(held: Held<unknown>): void {
    this.#dirty.add(held);
    const dueMs = this.#flushedAtMs + flushEveryMs - this.#clock.monotonic();
    this.#flushing ??= this.#clock.setTimer(Math.max(0, dueMs), () => this.#flush());
  }

  #flush(): void {
    this.#flushing = undefined;
    this.#flushedAtMs = this.#clock.monotonic();
    const versions: Record<string, Versions> = {};
    const statuses: Record<string, SourceStatus> = {};
    for (const held of this.#dirty) {
      if (held.flush()) versions[held.key] = held.collection.versions;
      statuses[held.key] = held.status;
    }
    this.#dirty.clear();
    this.store.setState(before => ({
      versions: Object.keys(versions).length === 0 ? before.versions : {...before.versions, ...versions},
      statuses: {...before.statuses, ...statuses},
    }));
  }
}

/** Equal keys mean equal projection names, and a name stands for one projection: its rows are of one type. */
function isOfSameProjection<Row>(held: Held<unknown>, spec: SourceSpec<Row>): held is Held<Row> {
  return held.spec.projection.name === spec.projection.name;
}

function without<Value>(record: Readonly<Record<string, Value>>, key: string): Record<string, Value> {
  const {[key]: _gone, ...rest} = record;
  return rest;
}
