/** The kinds that run pods, and those beside them. */
import type {KindRef} from '../domain/object-ref.ts';

export const deploymentKind = appsKind('deployments', 'Deployment');
export const statefulSetKind = appsKind('statefulsets', 'StatefulSet');
export const daemonSetKind = appsKind('daemonsets', 'DaemonSet');
export const replicaSetKind = appsKind('replicasets', 'ReplicaSet');
export const controllerRevisionKind = appsKind('controllerrevisions', 'ControllerRevision');
export const podKind = namespaced('', 'v1', 'pods', 'Pod');
export const claimKind = namespaced('', 'v1', 'persistentvolumeclaims', 'PersistentVolumeClaim');
export const jobKind = namespaced('batch', 'v1', 'jobs', 'Job');
export const autoscalerKind = namespaced('autoscaling', 'v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler');

export function namespaced(group: string, version: string, plural: string, kind: string): KindRef {
  return {group, version, plural, kind, isNamespaced: true};
}

function appsKind(plural: string, kind: string): KindRef {
  return namespaced('apps', 'v1', plural, kind);
}
