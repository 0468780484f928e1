/** Dry run: the whole way of a write, on a store that takes nothing. */

import type {KubeObject} from '../../domain/kube-object.ts';
import {withMetadata} from './api-object.ts';
import type {ServerState} from './server-state.ts';
import type {ObjectStore, StorageListener} from './storage.ts';

/** The state that a write works on: the real one, or one that forgets all that is written to it. */
export function stateForWrite(state: ServerState, isDryRun: boolean): ServerState {
  return isDryRun ? {...state, storage: new DryStore(state.storage)} : state;
}

class DryStore implements ObjectStore {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  get revision(): number {
    return this.#store.revision;
  }

  get compactedRevision(): number {
    return this.#store.compactedRevision;
  }

  get(collection: string, key: string): KubeObject | undefined {
    return this.#store.get(collection, key);
  }

  /** An object that exists keeps its version; a new one has none. */
  put(collection: string, key: string, object: KubeObject): KubeObject {
    return withMetadata(object, {resourceVersion: this.get(collection, key)?.metadata.resourceVersion});
  }

  remove(collection: string, key: string): KubeObject | undefined {
    return this.get(collection, key);
  }

  count(collection: string): number {
    return this.#store.count(collection);
  }

  scan(collection: string, prefix: string, after?: string): Iterable<KubeObject> {
    return this.#store.scan(collection, prefix, after);
  }

  scanAt(revision: number, collection: string, prefix: string, after?: string): Iterable<KubeObject> {
    return this.#store.scanAt(revision, collection, prefix, after);
  }

  eventAt(revision: number): ReturnType<ObjectStore['eventAt']> {
    return this.#store.eventAt(revision);
  }

  listen(collection: string, listener: StorageListener): () => void {
    return this.#store.listen(collection, listener);
  }

  onCommit(): void {}

  endWatches(): void {}

  compact(): void {}
}
