/** The versioned store under everything: collections of objects, one revision for all, and the last events of all. */
import type {KubeObject} from '../../domain/kube-object.ts';
import {keyOf} from './api-object.ts';
import {Collection} from './collection.ts';
import {checkStorable} from './size-limits.ts';

export type StorageEvent = {
  readonly revision: number;
  readonly collection: string;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly key: string;
  /** The new state; of a deletion the last state, with the revision of the deletion. */
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
};

/** An object with the version that it is to keep. */
export type StorageEntry = {readonly collection: string; readonly object: KubeObject};

export type StorageListener = {
  changed(event: StorageEvent): void;
  /** The kind is not served any more; no event will follow. */
  ended(): void;
};

/** Events kept for watches to resume from and for reads of the past; what is older is compacted. */
const EVENTS_MAX = 10_000;
/** The ring is cut in steps, so that a write does not move ten thousand entries each time. */
const EVENTS_SLACK = 2_000;

/** A revision that was compacted away, or one that has not been written yet. */
export class RevisionGone extends Error {}

/** What a store offers; a dry run works on another one. */
export type ObjectStore = Pick<Storage, keyof Storage>;

export class Storage {
  readonly #collections = new Map<string, Collection>();
  readonly #listeners = new Map<string, Set<StorageListener>>();
  readonly #onCommit: Array<(event: StorageEvent) => void> = [];
  /** Revisions are consecutive: the event of revision r stands at r − compacted − 1. */
  #events: StorageEvent[] = [];
  #revision = 1;
  #compacted = 1;

  /** A store whose past is forgotten. Objects come in the order of their versions; one without a number of its own gets the next. */
  static filledWith(entries: Iterable<StorageEntry>): Storage {
    const storage = new Storage();
    for (const {collection, object} of entries) {
      const version = Number(object.metadata.resourceVersion);
      const isKept = Number.isSafeInteger(version) && version >= storage.#revision;
      storage.#revision = isKept ? version : storage.#revision + 1;
      storage.#collectionOf(collection).set(keyOf(object), isKept ? object : withRevision(object, storage.#revision));
    }
    storage.#compacted = storage.#revision;
    return storage;
  }

  /** The objects and the revision of another store, without its past and its listeners. */
  static copyOf(other: Storage): Storage {
    const storage = new Storage();
    for (const [name, collection] of other.#collections) storage.#collections.set(name, collection.copy());
    storage.#revision = other.#revision;
    storage.#compacted = other.#revision;
    return storage;
  }

  get revision(): number {
    return this.#revision;
  }

  /** The last revision whose event is gone. */
  get compactedRevision(): number {
    return this.#compacted;
  }

  get(collection: string, key: string): KubeObject | undefined {
    return this.#collections.get(collection)?.get(key);
  }

  /** Stores the object with the next revision as its resourceVersion. */
  put(collection: string, key: string, object: KubeObject): KubeObject {
    const store = this.#collectionOf(collection);
    const previous = store.get(key);
    const revision = this.#revision + 1;
    const stored = withRevision(object, revision);
    checkStorable(stored);
    store.set(key, stored);
    this.#commit({revision, collection, type: previous === undefined ? 'ADDED' : 'MODIFIED', key, object: stored, previous});
    return stored;
  }

  /** The last state with the revision of the deletion; undefined where there was nothing. */
  remove(collection: string, key: string): KubeObject | undefined {
    const store = this.#collections.get(collection);
    const previous = store?.get(key);
    if (store === undefined || previous === undefined) return undefined;
    const revision = this.#revision + 1;
    const object = withRevision(previous, revision);
    store.delete(key);
    this.#commit({revision, collection, type: 'DELETED', key, object, previous});
    return object;
  }

  count(collection: string): number {
    return this.#collections.get(collection)?.size ?? 0;
  }

  /** Objects in key order whose key begins with `prefix` and comes after `after`, as they are now. */
  scan(collection: string, prefix: string, after = ''): Iterable<KubeObject> {
    return this.#collections.get(collection)?.scan(prefix, after) ?? [];
  }

  /** The same as it was at a revision that is still kept. */
  scanAt(revision: number, collection: string, prefix: string, after = ''): Iterable<KubeObject> {
    if (revision === this.#revision) return this.scan(collection, prefix, after);
    if (revision < this.#compacted || revision > this.#revision) throw new RevisionGone();
    const undone = this.#events.slice(revision - this.#compacted).filter(event => event.collection === collection);
    if (undone.length === 0) return this.scan(collection, prefix, after);
    const past = new Collection();
    for (const object of this.scan(collection, prefix)) past.set(keyOf(object), object);
    for (const event of undone.reverse()) {
      if (event.previous === undefined) past.delete(event.key);
      else past.set(event.key, event.previous);
    }
    return past.scan(prefix, after);
  }

  /** The event of one revision; undefined past the newest one. Throws RevisionGone where it was compacted. */
  eventAt(revision: number): StorageEvent | undefined {
    if (revision <= this.#compacted) throw new RevisionGone();
    return this.#events[revision - this.#compacted - 1];
  }

  listen(collection: string, listener: StorageListener): () => void {
    const listeners = this.#listeners.get(collection) ?? new Set();
    this.#listeners.set(collection, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Called for every write, before the writer goes on. */
  onCommit(hear: (event: StorageEvent) => void): void {
    this.#onCommit.push(hear);
  }

  endWatches(collection: string): void {
    const listeners = [...(this.#listeners.get(collection) ?? [])];
    for (const listener of listeners) listener.ended();
    this.#listeners.delete(collection);
  }

  /** Forgets all events up to now: nothing older than the present can be read or watched from any more. */
  compact(): void {
    this.#events = [];
    this.#compacted = this.#revision;
  }

  #collectionOf(name: string): Collection {
    const existing = this.#collections.get(name);
    if (existing !== undefined) return existing;
    const created = new Collection();
    this.#collections.set(name, created);
    return created;
  }

  #commit(event: StorageEvent): void {
    this.#revision = event.revision;
    this.#events.push(event);
    if (this.#events.length > EVENTS_MAX + EVENTS_SLACK) {
      this.#events = this.#events.slice(-EVENTS_MAX);
      this.#compacted = this.#revision - EVENTS_MAX;
    }
    for (const hear of this.#onCommit) hear(event);
    for (const listener of this.#listeners.get(event.collection) ?? []) listener.changed(event);
  }
}

function withRevision(object: KubeObject, revision: number): KubeObject {
  return {...object, metadata: {...object.metadata, resourceVersion: String(revision)}};
}
