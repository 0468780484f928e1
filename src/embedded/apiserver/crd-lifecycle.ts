/** CRDs at run time: served in the tick in which they are written; emptied, unserved and removed when they are deleted. */
import {isDeepStrictEqual} from 'node:util';
import type {KubeObject} from '../../domain/kube-object.ts';
import {crdCollection} from './admission.ts';
import {keyOf, withMetadata} from './api-object.ts';
import {crdStatus, typesOfCrd} from './crd.ts';
import {cleanupFinalizer} from './crd-deletion.ts';
import {deleteStored} from './delete.ts';
import {type ServerState, toTimestamp} from './server-state.ts';
import type {StorageEvent} from './storage.ts';

export class CrdController {
  readonly #state: ServerState;
  readonly #changed = new Set<string>();

  constructor(state: ServerState) {
    this.#state = state;
  }

  hear({collection, key}: StorageEvent): void {
    if (collection === crdCollection) this.#changed.add(key);
    else if (this.#state.storage.get(crdCollection, collection)?.metadata.deletionTimestamp !== undefined) this.#changed.add(collection);
  }

  /** Returns false when there was nothing to do. */
  work(): boolean {
    const names = [...this.#changed];
    this.#changed.clear();
    for (const name of names) this.#follow(name);
    return names.length > 0;
  }

  #follow(name: string): void {
    const {storage, registry} = this.#state;
    const crd = storage.get(crdCollection, name);
    if (crd === undefined) {
      registry.unserveCrd(name);
      storage.endWatches(name);
      return;
    }
    if (crd.metadata.deletionTimestamp !== undefined) {
      if (this.#empty(name)) this.#release(crd);
      return;
    }
    registry.serveCrd(name, typesOfCrd(crd));
    const status = crdStatus(crd, toTimestamp(this.#state.clock.now()));
    if (!isDeepStrictEqual(status, crd.status)) storage.put(crdCollection, name, {...crd, status});
  }

  #empty(name: string): boolean {
    const {storage, registry} = this.#state;
    const served = registry.findCollection(name);
    if (served === undefined) return true;
    let left = 0;
    for (const object of [...storage.scan(name, '')]) {
      if (object.metadata.deletionTimestamp === undefined) deleteStored(this.#state, served, object, {});
      if (storage.get(name, keyOf(object)) !== undefined) left++;
    }
    return left === 0;
  }

  #release(crd: KubeObject): void {
    const {name} = crd.metadata;
    const finalizers = (crd.metadata.finalizers ?? []).filter(finalizer => finalizer !== cleanupFinalizer);
    if (finalizers.length === 0) this.#state.storage.remove(crdCollection, name);
    else if (finalizers.length !== crd.metadata.finalizers?.length)
      this.#state.storage.put(crdCollection, name, withMetadata(crd, {finalizers}));
  }
}
