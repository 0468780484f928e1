/** The mark of a CRD that is to go: it stays until its last object is gone. */
import {isFields} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import {withMetadata} from './api-object.ts';

export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

export function markCrdForDeletion(crd: KubeObject, at: string): KubeObject {
  const finalizers = [...(crd.metadata.finalizers ?? []), cleanupFinalizer];
  const status = isFields(crd.status) ? crd.status : {};
  const conditions = Array.isArray(status.conditions) ? status.conditions : [];
  const terminating = {
    type: 'Terminating',
    status: 'True',
    lastTransitionTime: at,
    reason: 'InstanceDeletionInProgress',
    message: 'CustomResource deletion is in progress',
  };
  return {...withMetadata(crd, {finalizers, deletionTimestamp: at}), status: {...status, conditions: [...conditions, terminating]}};
}
