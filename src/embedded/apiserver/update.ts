/** Replaces an object, or its status alone: what PUT and PATCH have in common. */
import {isDeepStrictEqual} from 'node:util';
import type {KubeObject} from '../../domain/kube-object.ts';
import {checkValid, complete} from './admission.ts';
import {ApiFault} from './api-fault.ts';
import {type Draft, isStored, keyOf, readGraceSeconds, withMetadata} from './api-object.ts';
import {immutableFaults} from './builtin-immutability.ts';
import {hasGeneration, needsVersion} from './builtin-rules.ts';
import {checkNamespace} from './create.ts';
import {managedFieldsOf, type Track, withOwners} from './field-tracking.ts';
import {updateFaults} from './metadata-validation.ts';
import {removeIfFinal} from './namespaces.ts';
import type {ServedType} from './resource-registry.ts';
import {invalid} from './schema/field-error.ts';
import type {ServerState} from './server-state.ts';

/** Which part of the object the request may change. */
export type UpdatePart = 'main' | 'status' | 'finalize';

/** Without `track` the owners of its fields stay as they are. */
export function replaceObject(
  state: ServerState,
  served: ServedType,
  current: KubeObject,
  draft: Draft,
  part: UpdatePart,
  track?: Track,
): KubeObject {
  checkIdentity(draft, current);
  checkVersion(served, draft, current);
  const given = complete(served, withServerFields(draft, current));
  const merged = mergePart(served, mutated(state, served, given, current), current, part);
  checkValid(served, merged, [...updateFaults(draft, current), ...immutableFaults(served.collection, merged, current)], current);
  state.admission?.validate(served, merged, current);
  // What policies change belongs to nobody.
  const managedFields = track === undefined ? managedFieldsOf(current) : track(mergePart(served, given, current, part));
  const next = withOwners(withGeneration(served, merged, current), current, managedFields);
  if (next === current) return current;
  return settle(state, served, next, current);
}

function mutated(state: ServerState, served: ServedType, draft: Draft, current: KubeObject): Draft {
  const changed = state.admission?.mutate(served, draft, current) ?? draft;
  return changed === draft ? draft : complete(served, withServerFields(changed, current));
}

/** The identity of the object that the path names. */
function checkIdentity(draft: Draft, {metadata}: KubeObject): void {
  const name = draft.metadata.name ?? '';
  if (name === '')
    throw ApiFault.badRequest(`the name of the object (${metadata.name} based on URL) was undeterminable: name must be provided`);
  if (name !== metadata.name)
    throw ApiFault.badRequest(`the name of the object (${name}) does not match the name on the URL (${metadata.name})`);
  checkNamespace(draft, metadata.namespace);
}

function checkVersion(served: ServedType, draft: Draft, {metadata}: KubeObject): void {
  const version = draft.metadata.resourceVersion ?? '';
  if (version !== '' && !/^\d+$/.test(version)) {
    throw new ApiFault(500, undefined, `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`);
  }
  if (version === '' || version === '0') {
    if (!needsVersion(served)) return;
    const fault = invalid('metadata.resourceVersion', 0, 'must be specified for an update');
    throw ApiFault.invalid({kind: served.type.plural, group: served.type.group}, metadata.name, [fault]);
  }
  if (version !== metadata.resourceVersion) throw ApiFault.conflict(served.type, metadata.name);
}

/** What clients send back unchanged or not at all, and never decide. */
function withServerFields(draft: Draft, current: KubeObject): Draft {
  const {uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, namespace} = current.metadata;
  const deletionGracePeriodSeconds = readGraceSeconds(current);
  return withMetadata(draft, {
    uid,
    resourceVersion,
    generation,
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    namespace,
  });
}

function mergePart(served: ServedType, draft: Draft, current: KubeObject, part: UpdatePart): Draft {
  switch (part) {
    case 'main':
      return served.type.hasStatus ? withField(draft, 'status', current.status) : draft;
    case 'status':
      return withField(current, 'status', draft.status);
    case 'finalize':
      return withField(current, 'spec', draft.spec);
  }
}

function withField<T extends Draft | KubeObject>(object: T, field: 'spec' | 'status', value: unknown): T {
  const {[field]: _before, ...rest} = object;
  // The same object but for one field that the type leaves unknown.
  return (value === undefined ? rest : {...rest, [field]: value}) as T;
}

/** The generation counts changes of anything but metadata and status. */
function withGeneration(served: ServedType, draft: Draft, current: KubeObject): KubeObject {
  if (!isStored(draft)) throw new Error(`update lost the identity of ${served.collection}/${current.metadata.name}`);
  const {generation} = current.metadata;
  if (!hasGeneration(served) || generation === undefined || isDeepStrictEqual(countedPart(served, draft), countedPart(served, current)))
    return draft;
  return withMetadata(draft, {generation: generation + 1});
}

function countedPart(served: ServedType, {metadata: _metadata, status, ...rest}: KubeObject): unknown {
  return served.type.hasStatus ? rest : {...rest, status};
}

/** Stores; an object that waited only for its finalizers goes when the last one does. */
function settle(state: ServerState, served: ServedType, next: KubeObject, current: KubeObject): KubeObject {
  const {storage} = state;
  const {collection} = served;
  const isWaiting = current.metadata.deletionTimestamp !== undefined && (readGraceSeconds(current) ?? 0) === 0;
  const isHeld = (next.metadata.finalizers ?? []).length > 0;
  if (collection === 'namespaces') {
    const stored = storage.put(collection, keyOf(next), next);
    removeIfFinal(state, stored);
    return stored;
  }
  if (!isWaiting || isHeld) return storage.put(collection, keyOf(next), next);
  storage.remove(collection, keyOf(next));
  return next;
}
