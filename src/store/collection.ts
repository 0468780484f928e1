/**
 * The rows of one source, by uid. Changes wait until the flush and are coalesced per object meanwhile, so that a burst
 * costs the screen one reading. Rows stand outside the zustand store, which holds only the versions counted here.
 */
import type {Entry, ServerColumn, SourceChange} from '../domain/source.ts';

/** Counts flushes that changed something. A namespace has the count of its last one, and none while nothing is in it. */
export type Versions = {readonly all: number; readonly namespaces: Readonly<Record<string, number>>};

export const noVersions: Versions = {all: 0, namespaces: {}};

/** What readers see: constant between two flushes, never copied. */
export type Collection<Row> = {
  readonly size: number;
  /** The server's columns, in the table form; [] until they came. */
  readonly columns: readonly ServerColumn[];
  readonly versions: Versions;
  get(uid: string): Entry<Row> | undefined;
  /** In no particular order. */
  entries(): Iterable<Entry<Row>>;
};

export class PendingCollection<Row> implements Collection<Row> {
  readonly #entries = new Map<string, Entry<Row>>();
  readonly #sizes = new Map<string, number>();
  readonly #pending = new Map<string, SourceChange<Row>>();
  #columns: readonly ServerColumn[] = [];
  #columnsPending: readonly ServerColumn[] | undefined;
  #versions = noVersions;

  get size(): number {
    return this.#entries.size;
  }

  get columns(): readonly ServerColumn[] {
    return this.#columns;
  }

  get versions(): Versions {
    return this.#versions;
  }

  get(uid: string): Entry<Row> | undefined {
    return this.#entries.get(uid);
  }

  entries(): Iterable<Entry<Row>> {
    return this.#entries.values();
  }

  putColumns(columns: readonly ServerColumn[]): void {
    this.#columnsPending = columns;
  }

  /** The last word on an object wins; one that came and went between two flushes was never there. */
  put(changes: readonly SourceChange<Row>[]): void {
    for (const change of changes) {
      if (change.type === 'upsert') this.#pending.set(change.entry.uid, change);
      else if (this.#entries.has(change.uid)) this.#pending.set(change.uid, change);
      else this.#pending.delete(change.uid);
    }
  }

  /** Whether readers see anything new. */
  flush(): boolean {
    const touched = new Set<string>();
    for (const change of this.#pending.values()) touched.add(this.#apply(change));
    this.#pending.clear();
    const hasNewColumns = this.#columnsPending !== undefined;
    this.#columns = this.#columnsPending ?? this.#columns;
    this.#columnsPending = undefined;
    if (touched.size === 0 && !hasNewColumns) return false;
    const namespaces: Record<string, number> = {...this.#versions.namespaces};
    const all = this.#versions.all + 1;
    for (const namespace of touched) {
      if (this.#sizes.has(namespace)) namespaces[namespace] = all;
      else delete namespaces[namespace];
    }
    this.#versions = {all, namespaces};
    return true;
  }

  /** The namespace that has changed. */
  #apply(change: SourceChange<Row>): string {
    const {uid, namespace} = change.type === 'upsert' ? change.entry : change;
    const before = this.#entries.size;
    if (change.type === 'upsert') this.#entries.set(uid, change.entry);
    else this.#entries.delete(uid);
    const size = (this.#sizes.get(namespace) ?? 0) + this.#entries.size - before;
    if (size > 0) this.#sizes.set(namespace, size);
    else this.#sizes.delete(namespace);
    return namespace;
  }
}
