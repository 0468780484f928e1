/** How built-in kinds differ from each other when they are written: tables by resource name. */

import {resourceName} from '../../domain/resource.ts';
import type {NameRule} from './metadata-syntax.ts';
import type {ServedType} from './resource-registry.ts';
import type {ResourceType} from './resource-type.ts';

/** PUT to a name that is free creates. */
const createdOnUpdate = new Set([
  'endpoints',
  'events',
  'limitranges',
  'services',
  'leases.coordination.k8s.io',
  'runtimeclasses.node.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'roles.rbac.authorization.k8s.io',
]);

/** PUT without a resourceVersion is refused, as it is for every kind of a CRD. */
const needVersion = new Set([
  'csidrivers.storage.k8s.io',
  'csinodes.storage.k8s.io',
  'csistoragecapacities.storage.k8s.io',
  'volumeattachments.storage.k8s.io',
  'customresourcedefinitions.apiextensions.k8s.io',
  'leases.coordination.k8s.io',
  'poddisruptionbudgets.policy',
  'runtimeclasses.node.k8s.io',
]);

/** metadata.generation counts changes of the spec. */
const haveGeneration = new Set([
  'pods',
  'podtemplates',
  'replicationcontrollers',
  'daemonsets.apps',
  'deployments.apps',
  'replicasets.apps',
  'statefulsets.apps',
  'horizontalpodautoscalers.autoscaling',
  'cronjobs.batch',
  'jobs.batch',
  'endpointslices.discovery.k8s.io',
  'ingressclasses.networking.k8s.io',
  'ingresses.networking.k8s.io',
  'networkpolicies.networking.k8s.io',
  'poddisruptionbudgets.policy',
  'priorityclasses.scheduling.k8s.io',
  'customresourcedefinitions.apiextensions.k8s.io',
  'deviceclasses.resource.k8s.io',
  'resourceslices.resource.k8s.io',
]);

/** DELETE answers with the object that was deleted; the others answer with a Status. */
const returnDeleted = new Set([
  'namespaces',
  'persistentvolumeclaims',
  'persistentvolumes',
  'pods',
  'podtemplates',
  'resourcequotas',
  'serviceaccounts',
  'services',
  'csidrivers.storage.k8s.io',
  'csinodes.storage.k8s.io',
  'storageclasses.storage.k8s.io',
  'volumeattachments.storage.k8s.io',
  'deviceclasses.resource.k8s.io',
  'resourceclaims.resource.k8s.io',
  'resourceclaimtemplates.resource.k8s.io',
  'resourceslices.resource.k8s.io',
]);

export function isCreatedOnUpdate(served: ServedType): boolean {
  return createdOnUpdate.has(served.collection);
}

export function needsVersion({collection, crdName}: ServedType): boolean {
  return crdName !== undefined || needVersion.has(collection);
}

export function hasGeneration({collection, crdName}: ServedType): boolean {
  return crdName !== undefined || haveGeneration.has(collection);
}

export function returnsDeleted({collection}: ServedType): boolean {
  return returnDeleted.has(collection);
}

/** A kubelet registers its node together with its status. */
export function keepsStatusOnCreate({collection, type}: ServedType): boolean {
  return !type.hasStatus || collection === 'nodes';
}

export function nameRule(type: ResourceType): NameRule {
  if (type.group === 'rbac.authorization.k8s.io') return 'path';
  const name = resourceName(type);
  return name === 'namespaces' || name === 'services' ? 'label' : 'subdomain';
}
