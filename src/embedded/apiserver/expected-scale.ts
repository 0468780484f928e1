/** How many pods there should be: the sum of the scales of all that controls the pods that there are. */
import {isFields} from '../../domain/fields.ts';
import type {KubeObject, OwnerReference} from '../../domain/kube-object.ts';
import {resourceName} from '../../domain/resource.ts';
import {storageKey} from './api-object.ts';
import type {ServedType} from './resource-registry.ts';
import type {ServerState} from './server-state.ts';

/** Some pod has a controller whose scale nobody knows; the message is kube-controller-manager's. */
export class UnknownScale extends Error {}

/** Pods without a controller do not count. */
export function expectedScale(state: ServerState, pods: readonly KubeObject[]): number {
  const scales = new Map<string, number>();
  for (const pod of pods) {
    const reference = controllerOf(pod);
    if (reference === undefined) continue;
    const found = find(state, reference, pod.metadata.namespace);
    if (found === undefined) throw new UnknownScale(`found no controllers for pod ${JSON.stringify(pod.metadata.name)}`);
    const {served, object} = topOf(state, found);
    const {scale} = served.type;
    if (scale === undefined) throw new UnknownScale(`${resourceName(served.type)} does not implement the scale subresource`);
    scales.set(object.metadata.uid, replicasOf(object, scale.specPath));
  }
  return [...scales.values()].reduce((sum, replicas) => sum + replicas, 0);
}

type Found = {readonly served: ServedType; readonly object: KubeObject};

/** Of a ReplicaSet it is its Deployment that says how many. */
function topOf(state: ServerState, found: Found): Found {
  const reference = found.served.collection === 'replicasets.apps' ? controllerOf(found.object) : undefined;
  if (reference?.kind !== 'Deployment') return found;
  return find(state, reference, found.object.metadata.namespace) ?? found;
}

function find(
  {registry, storage}: ServerState,
  {apiVersion, kind, name, uid}: OwnerReference,
  namespace: string | undefined,
): Found | undefined {
  const served = registry.findKind(apiVersion, kind);
  const object = served && storage.get(served.collection, storageKey(served.type.isNamespaced ? namespace : undefined, name));
  return served !== undefined && object?.metadata.uid === uid ? {served, object} : undefined;
}

function controllerOf({metadata}: KubeObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({controller}) => controller === true);
}

function replicasOf(object: KubeObject, path: string): number {
  const steps = path.split('.').filter(step => step !== '');
  const value = steps.reduce<unknown>((inner, step) => (isFields(inner) ? inner[step] : undefined), object);
  return typeof value === 'number' ? value : 0;
}
