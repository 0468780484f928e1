/** The kinds around a database, and the rights to look at them. */
import type {KindRef, ObjectRef} from '../domain/object-ref.ts';
import {kindOf, type Permission, type TargetDefinition} from '../engine/define-runbook.ts';
import {namespaced} from './workload-kinds.ts';

export const databaseTarget: Extract<TargetDefinition, {kind: 'object'}> = {
  kind: 'object',
  group: 'acid.zalan.do',
  plural: 'postgresqls',
  objectKind: 'postgresql',
  versions: ['v1'],
  isNamespaced: true,
};

export const databaseKind = kindOf(databaseTarget, 'v1');
export const endpointsKind = namespaced('', 'v1', 'endpoints', 'Endpoints');
export const configMapKind = namespaced('', 'v1', 'configmaps', 'ConfigMap');
export const eventKind = namespaced('', 'v1', 'events', 'Event');
export const volumeKind: KindRef = {group: '', version: 'v1', plural: 'persistentvolumes', kind: 'PersistentVolume', isNamespaced: false};
export const storageClassKind: KindRef = {
  group: 'storage.k8s.io',
  version: 'v1',
  plural: 'storageclasses',
  kind: 'StorageClass',
  isNamespaced: false,
};

/** Namespace and name of a database, of its StatefulSet, its service and its scope in Patroni. */
export type DatabaseName = {readonly namespace: string; readonly name: string};

export function databaseNameOf({namespace = '', name}: Pick<ObjectRef, 'namespace' | 'name'>): DatabaseName {
  return {namespace, name};
}

export function databaseRef({namespace, name}: DatabaseName): ObjectRef {
  return {kind: databaseKind, namespace, name};
}

/** Looking at a database and running what only reads inside its members. */
export const lookPermissions: readonly Permission[] = [
  {verbs: ['get'], group: 'acid.zalan.do', resource: 'postgresqls', scope: 'target'},
  {verbs: ['get'], group: 'apps', resource: 'statefulsets', scope: 'target'},
  {verbs: ['list'], group: '', resource: 'pods', scope: 'target'},
  // A WebSocket is opened by GET, and authorized as `get`; from 1.35 on `create` is asked for as well.
  {verbs: ['get', 'create'], group: '', resource: 'pods/exec', scope: 'target'},
  {verbs: ['list'], group: '', resource: 'persistentvolumeclaims', scope: 'target'},
  {verbs: ['get'], group: '', resource: 'persistentvolumes'},
  {verbs: ['get'], group: '', resource: 'endpoints', scope: 'target'},
  {verbs: ['get'], group: '', resource: 'configmaps', scope: 'target'},
];
