/** Follows owner references: dependents of what is gone are deleted, or released where the owner was orphaned. */
import type {KubeObject, OwnerReference} from '../../domain/kube-object.ts';
import {keyOf, storageKey, withMetadata} from './api-object.ts';
import {deleteStored, foregroundFinalizer, orphanFinalizer} from './delete.ts';
import {DependentIndex, type Place} from './dependent-index.ts';
import type {ServedType} from './resource-registry.ts';
import type {ServerState} from './server-state.ts';
import type {StorageEvent} from './storage.ts';

export class GarbageCollector {
  readonly #state: ServerState;
  readonly #dependents = new DependentIndex();
  /** Objects to look at, by uid. */
  readonly #suspects = new Map<string, Place>();

  constructor(state: ServerState) {
    this.#state = state;
  }

  hear({type, collection, key, object, previous}: StorageEvent): void {
    const {uid} = object.metadata;
    const owners = type === 'DELETED' ? [] : (object.metadata.ownerReferences ?? []);
    const before = previous?.metadata.ownerReferences ?? [];
    if (owners.length > 0 || before.length > 0) this.#dependents.update(uid, {collection, key}, owners, before);
    if (type === 'DELETED') {
      this.#suspects.delete(uid);
      for (const [dependent, place] of this.#dependents.of(uid)) this.#suspects.set(dependent, place);
      this.#suspectOwners(before, object.metadata.namespace);
    } else {
      if (owners.length > 0) this.#suspects.set(uid, {collection, key, uid});
      if (isWaitingForDependents(object)) this.#suspects.set(uid, {collection, key, uid});
      this.#suspectOwners(before, object.metadata.namespace);
    }
  }

  /** Returns false when there was nothing to do. */
  work(): boolean {
    const suspects = [...this.#suspects.values()];
    this.#suspects.clear();
    for (const place of suspects) this.#look(place);
    return suspects.length > 0;
  }

  /** An owner that waits for its dependents looks again when one of them changes. */
  #suspectOwners(references: readonly OwnerReference[], namespace: string | undefined): void {
    for (const {apiVersion, kind, name, uid} of references) {
      const served = this.#state.registry.findKind(apiVersion, kind);
      if (served === undefined) continue;
      const key = storageKey(served.type.isNamespaced ? namespace : undefined, name);
      this.#suspects.set(uid, {collection: served.collection, key, uid});
    }
  }

  #look(place: Place): void {
    const found = this.#find(place);
    if (found === undefined) return;
    const {served, object} = found;
    if (object.metadata.deletionTimestamp !== undefined && isWaitingForDependents(object)) this.#finishOwner(served, object);
    else if ((object.metadata.ownerReferences ?? []).length > 0) this.#judgeDependent(served, object);
  }

  #judgeDependent(served: ServedType, object: KubeObject): void {
    const references = object.metadata.ownerReferences ?? [];
    const living = references.filter(reference => this.#isAlive(reference, object));
    if (living.length === references.length) return;
    if (living.length > 0) this.#store(served, withMetadata(object, {ownerReferences: living}));
    else if (object.metadata.deletionTimestamp === undefined)
      deleteStored(this.#state, served, object, {propagation: keptPropagation(object)});
  }

  /** An owner whose kind is not served is taken to be alive: nobody can say that it is not. */
  #isAlive({apiVersion, kind, name, uid}: OwnerReference, dependent: KubeObject): boolean {
    const served = this.#state.registry.findKind(apiVersion, kind);
    if (served === undefined || this.#state.absentOwners?.has(uid) === true) return true;
    const namespace = served.type.isNamespaced ? dependent.metadata.namespace : undefined;
    return this.#state.storage.get(served.collection, storageKey(namespace, name))?.metadata.uid === uid;
  }

  #finishOwner(served: ServedType, owner: KubeObject): void {
    const finalizers = owner.metadata.finalizers ?? [];
    const dependents = [...this.#dependents.of(owner.metadata.uid)].flatMap(([, place]) => this.#find(place) ?? []);
    if (finalizers.includes(orphanFinalizer)) {
      for (const dependent of dependents) this.#release(dependent.served, dependent.object, owner.metadata.uid);
      this.#dropFinalizer(served, owner, orphanFinalizer);
      return;
    }
    for (const dependent of dependents) this.#deleteForeground(dependent.served, dependent.object);
    const isBlocked = [...this.#dependents.of(owner.metadata.uid)].some(([, place]) =>
      blocks(this.#find(place)?.object, owner.metadata.uid),
    );
    if (!isBlocked) this.#dropFinalizer(served, owner, foregroundFinalizer);
  }

  #deleteForeground(served: ServedType, object: KubeObject): void {
    if (object.metadata.deletionTimestamp !== undefined) return;
    const hasDependents = this.#dependents.of(object.metadata.uid).size > 0;
    deleteStored(this.#state, served, object, {propagation: hasDependents ? 'Foreground' : keptPropagation(object)});
  }

  #release(served: ServedType, object: KubeObject, ownerUid: string): void {
    const others = (object.metadata.ownerReferences ?? []).filter(reference => reference.uid !== ownerUid);
    this.#store(served, withMetadata(object, {ownerReferences: others.length === 0 ? undefined : others}));
  }

  #dropFinalizer(served: ServedType, object: KubeObject, finalizer: string): void {
    const finalizers = (object.metadata.finalizers ?? []).filter(item => item !== finalizer);
    const next = withMetadata(object, {finalizers: finalizers.length === 0 ? undefined : finalizers});
    if (finalizers.length > 0) this.#store(served, next);
    else this.#state.storage.remove(served.collection, keyOf(object));
  }

  #store({collection}: ServedType, object: KubeObject): void {
    this.#state.storage.put(collection, keyOf(object), object);
  }

  #find({collection, key, uid}: Place): {served: ServedType; object: KubeObject} | undefined {
    const object = this.#state.storage.get(collection, key);
    if (object === undefined || (uid !== undefined && object.metadata.uid !== uid)) return undefined;
    const served = this.#state.registry.findCollection(collection);
    return served === undefined ? undefined : {served, object};
  }
}

function isWaitingForDependents({metadata}: KubeObject): boolean {
  if (metadata.deletionTimestamp === undefined) return false;
  return (metadata.finalizers ?? []).some(finalizer => finalizer === orphanFinalizer || finalizer === foregroundFinalizer);
}

/** A dependent keeps the wish about its own dependents that its finalizers express. */
function keptPropagation({metadata}: KubeObject): 'Orphan' | 'Foreground' | 'Background' {
  const finalizers = metadata.finalizers ?? [];
  if (finalizers.includes(orphanFinalizer)) return 'Orphan';
  return finalizers.includes(foregroundFinalizer) ? 'Foreground' : 'Background';
}

function blocks(dependent: KubeObject | undefined, ownerUid: string): boolean {
  return (dependent?.metadata.ownerReferences ?? []).some(({uid, blockOwnerDeletion}) => uid === ownerUid && blockOwnerDeletion === true);
}
