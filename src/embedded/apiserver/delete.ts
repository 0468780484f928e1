/** DELETE of one object: at once, or marked and left to its finalizers or to its kubelet. */
import {isFields} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import {crdCollection} from './admission.ts';
import {ApiFault} from './api-fault.ts';
import {keyOf, readGraceSeconds, withMetadata} from './api-object.ts';
import {markCrdForDeletion} from './crd-deletion.ts';
import type {DeleteOptions} from './delete-options.ts';
import type {ServedType} from './resource-registry.ts';
import {type ServerState, toTimestamp} from './server-state.ts';

export type Deletion = {
  readonly object: KubeObject;
  /** False when the object is still there, marked. */
  readonly isGone: boolean;
};

const immortal = new Set(['default', 'kube-system', 'kube-public']);
export const orphanFinalizer = 'orphan';
export const foregroundFinalizer = 'foregroundDeletion';

export function deleteStored(state: ServerState, served: ServedType, object: KubeObject, options: DeleteOptions): Deletion {
  checkPreconditions(served, object, options);
  state.admission?.validate(served, undefined, object);
  switch (served.collection) {
    case 'namespaces':
      return deleteNamespace(state, object);
    case crdCollection:
      return markedOnce(state, served, object, () => markCrdForDeletion(object, nowOf(state)));
    case 'pods':
      return deletePod(state, served, withPropagation(object, options), object, options);
    default:
      return deletePlain(state, served, withPropagation(object, options), object);
  }
}

function deletePlain(state: ServerState, served: ServedType, wanted: KubeObject, stored: KubeObject): Deletion {
  if ((wanted.metadata.finalizers ?? []).length === 0) return remove(state, served, wanted);
  if (stored.metadata.deletionTimestamp !== undefined && wanted === stored) return {object: stored, isGone: false};
  return store(state, served, mark(wanted, nowOf(state), 0));
}

/** With no kubelet to wait for a pod goes at once; on a node it stays until somebody deletes it with grace 0. */
function deletePod(state: ServerState, served: ServedType, wanted: KubeObject, stored: KubeObject, options: DeleteOptions): Deletion {
  const current = stored.metadata.deletionTimestamp === undefined ? undefined : (readGraceSeconds(stored) ?? 0);
  if (current !== undefined && current > 0) return shortenGrace(state, served, wanted, current, options.graceSeconds);
  const grace = current ?? podGrace(stored, options.graceSeconds);
  const marked = current === undefined ? mark(wanted, endOf(state, grace), grace) : wanted;
  if (grace > 0 || (marked.metadata.finalizers ?? []).length > 0) {
    return marked === stored ? {object: stored, isGone: false} : store(state, served, marked);
  }
  return remove(state, served, marked);
}

function shortenGrace(state: ServerState, served: ServedType, wanted: KubeObject, current: number, asked: number | undefined): Deletion {
  if (asked === undefined || asked >= current) return {object: wanted, isGone: false};
  const startMs = Date.parse(wanted.metadata.deletionTimestamp ?? '') - current * 1000;
  const endMs = Math.max(startMs + asked * 1000, state.clock.now());
  const marked = withMetadata(wanted, {deletionTimestamp: toTimestamp(endMs), deletionGracePeriodSeconds: asked});
  const isHeld = asked > 0 || (marked.metadata.finalizers ?? []).length > 0;
  return isHeld ? store(state, served, marked) : remove(state, served, marked);
}

function podGrace(pod: KubeObject, asked: number | undefined): number {
  const spec = isFields(pod.spec) ? pod.spec : {};
  const phase = isFields(pod.status) ? pod.status.phase : undefined;
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  if (isOver || typeof spec.nodeName !== 'string' || spec.nodeName === '') return 0;
  const own = typeof spec.terminationGracePeriodSeconds === 'number' ? spec.terminationGracePeriodSeconds : 0;
  return asked ?? own;
}

function deleteNamespace(state: ServerState, namespace: KubeObject): Deletion {
  const {name, deletionTimestamp} = namespace.metadata;
  if (immortal.has(name)) throw ApiFault.forbidden({group: '', plural: 'namespaces'}, name, 'this namespace may not be deleted');
  if (deletionTimestamp !== undefined) return {object: namespace, isGone: false};
  const marked = withMetadata(namespace, {deletionTimestamp: nowOf(state)});
  const status = {...(isFields(namespace.status) && namespace.status), phase: 'Terminating'};
  return {object: state.storage.put('namespaces', name, {...marked, status}), isGone: false};
}

function markedOnce(state: ServerState, served: ServedType, object: KubeObject, marked: () => KubeObject): Deletion {
  return object.metadata.deletionTimestamp === undefined ? store(state, served, marked()) : {object, isGone: false};
}

/** The finalizers by which the garbage collector knows what to do with dependents. */
function withPropagation(object: KubeObject, {propagation}: DeleteOptions): KubeObject {
  const before = object.metadata.finalizers ?? [];
  if (propagation === undefined) return object;
  const others = before.filter(finalizer => finalizer !== orphanFinalizer && finalizer !== foregroundFinalizer);
  const finalizers = [...others, ...ownFinalizers(propagation)];
  const isSame = finalizers.length === before.length && finalizers.every(finalizer => before.includes(finalizer));
  return isSame ? object : withMetadata(object, {finalizers: finalizers.length === 0 ? undefined : finalizers});
}

function ownFinalizers(propagation: NonNullable<DeleteOptions['propagation']>): readonly string[] {
  switch (propagation) {
    case 'Background':
      return [];
    case 'Foreground':
      return [foregroundFinalizer];
    case 'Orphan':
      return [orphanFinalizer];
  }
}

function mark(object: KubeObject, at: string, graceSeconds: number): KubeObject {
  if (object.metadata.deletionTimestamp !== undefined) return object;
  const {generation} = object.metadata;
  return withMetadata(object, {
    deletionTimestamp: at,
    deletionGracePeriodSeconds: graceSeconds,
    ...(generation !== undefined && {generation: generation + 1}),
  });
}

function store(state: ServerState, served: ServedType, object: KubeObject): Deletion {
  return {object: state.storage.put(served.collection, keyOf(object), object), isGone: false};
}

function remove(state: ServerState, served: ServedType, object: KubeObject): Deletion {
  const gone = state.storage.remove(served.collection, keyOf(object));
  return {object: withMetadata(object, {resourceVersion: gone?.metadata.resourceVersion}), isGone: true};
}

export function checkPreconditions({type}: ServedType, {metadata}: KubeObject, {uid, resourceVersion}: DeleteOptions): void {
  const named = {group: type.group, plural: type.kind};
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`;
    throw ApiFault.conflict(named, metadata.name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`;
    throw ApiFault.conflict(named, metadata.name, why);
  }
}

function nowOf(state: ServerState): string {
  return toTimestamp(state.clock.now());
}

function endOf(state: ServerState, graceSeconds: number): string {
  return toTimestamp(state.clock.now() + graceSeconds * 1000);
}
