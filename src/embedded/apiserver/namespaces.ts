/** Namespaces live and end: nothing is made in a missing or dying one, and a dying one is emptied before it goes. */
import {isFields} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import type {Resource} from '../../domain/resource.ts';
import {ApiFault} from './api-fault.ts';
import {keyOf} from './api-object.ts';
import {deleteStored} from './delete.ts';
import type {ServerState} from './server-state.ts';
import type {StorageEvent} from './storage.ts';

const collection = 'namespaces';
const resource = {group: '', plural: 'namespaces'};

/** Holds a namespace until it is empty. */
const holder = 'kubernetes';

export function checkNamespaceTakes({storage}: ServerState, type: Resource, namespace: string, name: string): void {
  const found = storage.get(collection, namespace);
  if (found === undefined) throw ApiFault.notFound(resource, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const cause = {reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace'};
  throw ApiFault.forbidden(type, name, why, [cause]);
}

export function specFinalizers(namespace: KubeObject): readonly unknown[] {
  const finalizers = isFields(namespace.spec) ? namespace.spec.finalizers : undefined;
  return Array.isArray(finalizers) ? finalizers : [];
}

/** Takes the namespace away once nobody holds it any more; the same object otherwise. */
export function removeIfFinal(state: ServerState, namespace: KubeObject): void {
  const {deletionTimestamp, finalizers} = namespace.metadata;
  if (deletionTimestamp === undefined || specFinalizers(namespace).length > 0 || (finalizers ?? []).length > 0) return;
  state.storage.remove(collection, namespace.metadata.name);
}

export class NamespaceController {
  readonly #state: ServerState;
  readonly #dying = new Set<string>();

  constructor(state: ServerState) {
    this.#state = state;
  }

  hear({collection: changed, object, type}: StorageEvent): void {
    if (changed === collection) {
      if (type !== 'DELETED' && object.metadata.deletionTimestamp !== undefined) this.#dying.add(object.metadata.name);
    } else if (type === 'DELETED' && object.metadata.namespace !== undefined) {
      this.#dying.add(object.metadata.namespace);
    }
  }

  /** Returns false when there was nothing to do. */
  work(): boolean {
    const names = [...this.#dying];
    this.#dying.clear();
    for (const name of names) this.#finish(name);
    return names.length > 0;
  }

  #finish(name: string): void {
    const namespace = this.#state.storage.get(collection, name);
    if (namespace?.metadata.deletionTimestamp === undefined || !specFinalizers(namespace).includes(holder)) return;
    if (!this.#empty(name)) return;
    const spec = {...(isFields(namespace.spec) && namespace.spec), finalizers: specFinalizers(namespace).filter(item => item !== holder)};
    removeIfFinal(this.#state, this.#state.storage.put(collection, name, {...namespace, spec}));
  }

  /** Asks everything inside to go; true when nothing is left. */
  #empty(name: string): boolean {
    const {storage, registry} = this.#state;
    let left = 0;
    for (const served of registry.stored()) {
      if (!served.type.isNamespaced) continue;
      for (const object of [...storage.scan(served.collection, `${name}/`)]) {
        if (object.metadata.deletionTimestamp === undefined) deleteStored(this.#state, served, object, {propagation: 'Background'});
        if (storage.get(served.collection, keyOf(object)) !== undefined) left++;
      }
    }
    return left === 0;
  }
}
