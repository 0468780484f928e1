/**
 * Servers made of objects that exist already: a copy of a running server, or of objects that were read from any cluster. Uids,
 * versions and status stay as they are, so that what was planned against the originals fits the copy.
 */
import type {KubeObject} from '../../domain/kube-object.ts';
import {isStored, keyOf, readDraft, storageKey, withMetadata} from './api-object.ts';
import {typesOfCrd} from './crd.ts';
import {createObject} from './create.ts';
import {generateUid} from './identity.ts';
import {toStorageVersion} from './object-version.ts';
import {ResourceRegistry, type ServedType} from './resource-registry.ts';
import {type ServerState, toTimestamp} from './server-state.ts';
import {Storage, type StorageEntry, type StorageEvent} from './storage.ts';

export type Copy = {
  readonly storage: Storage;
  readonly registry: ResourceRegistry;
  /** Uids of owners that are not in the copy: what they own is not taken for garbage. */
  readonly absentOwners: ReadonlySet<string>;
  /** Objects of kinds that no CRD among them brings. */
  readonly leftOut: readonly KubeObject[];
};

const crdKind = 'CustomResourceDefinition';

export function copyOfObjects(objects: readonly KubeObject[], {random, clock}: Pick<ServerState, 'random' | 'clock'>): Copy {
  const registry = new ResourceRegistry();
  for (const crd of objects) if (crd.kind === crdKind) registry.serveCrd(crd.metadata.name, typesOfCrd(crd));
  const leftOut: KubeObject[] = [];
  const entries: StorageEntry[] = [];
  const born = toTimestamp(clock.now());
  for (const object of objects) {
    const served = registry.findKind(object.apiVersion ?? '', object.kind ?? '');
    if (served === undefined) leftOut.push(object);
    else entries.push({collection: served.collection, object: toStored(served, object, born, () => generateUid(random))});
  }
  const numbered = entries.map((entry, index) => ({entry, index, version: versionOf(entry.object)}));
  numbered.sort((one, other) => one.version - other.version || one.index - other.index);
  return {
    storage: Storage.filledWith(numbered.map(({entry}) => entry)),
    registry,
    absentOwners: absentOwnersOf(entries.map(({object}) => object)),
    leftOut,
  };
}

export function copyOfServer({storage, registry}: Pick<Copy, 'storage' | 'registry'>, absentOwners: ReadonlySet<string>): Copy {
  return {storage: Storage.copyOf(storage), registry: new ResourceRegistry(registry), absentOwners, leftOut: []};
}

/** All that is there, as if it had just come. */
export function* presentEvents({storage, registry}: ServerState): Generator<StorageEvent> {
  for (const {collection} of registry.stored()) {
    for (const object of storage.scan(collection, '')) {
      yield {revision: storage.revision, collection, type: 'ADDED', key: keyOf(object), object, previous: undefined};
    }
  }
}

/** Namespaces that the objects stand in, and those that every cluster has, where they are missing. */
export function makeMissingNamespaces(state: ServerState, first: readonly string[]): void {
  const served = state.registry.find('', 'v1', 'namespaces');
  if (served === undefined) throw new Error('the table of built-in kinds has no namespaces');
  const names = new Set(first);
  for (const {type, collection} of state.registry.stored()) {
    if (!type.isNamespaced) continue;
    for (const {metadata} of state.storage.scan(collection, '')) names.add(metadata.namespace ?? '');
  }
  for (const name of names) {
    if (state.storage.get('namespaces', name) !== undefined) continue;
    createObject(state, served, undefined, {apiVersion: 'v1', kind: 'Namespace', metadata: {name}});
  }
}

/** An object that was written by hand may lack what only a server gives. */
function toStored(served: ServedType, object: KubeObject, born: string, makeUid: () => string): KubeObject {
  const {uid, resourceVersion = '0', creationTimestamp} = readDraft(object, served.type.kind, served.type.version).metadata;
  const whole = withMetadata(object, {uid: uid ?? makeUid(), resourceVersion, creationTimestamp: creationTimestamp ?? born});
  const stored = toStorageVersion(served, whole);
  if (!isStored(stored)) throw new Error(`an object of the copy has no name: ${storageKey(object.metadata.namespace, served.collection)}`);
  return stored;
}

/** Later than all others where there is none. */
function versionOf({metadata}: KubeObject): number {
  const version = Number(metadata.resourceVersion);
  return Number.isSafeInteger(version) && version > 0 ? version : Number.MAX_SAFE_INTEGER;
}

function absentOwnersOf(objects: readonly KubeObject[]): ReadonlySet<string> {
  const there = new Set(objects.map(({metadata}) => metadata.uid));
  const named = objects.flatMap(({metadata}) => (metadata.ownerReferences ?? []).map(({uid}) => uid));
  return new Set(named.filter(uid => !there.has(uid)));
}
