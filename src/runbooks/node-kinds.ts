/** The kinds around nodes, in the versions that every supported platform serves. */

import type {KindRef} from '../domain/object-ref.ts';
import type {Permission} from '../engine/define-runbook.ts';

export const nodeKind = coreKind('nodes', 'Node', false);
export const podKind = coreKind('pods', 'Pod', true);
export const eventKind = coreKind('events', 'Event', true);
export const daemonSetKind: KindRef = {group: 'apps', version: 'v1', plural: 'daemonsets', kind: 'DaemonSet', isNamespaced: true};
export const deploymentKind: KindRef = {group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment', isNamespaced: true};
export const budgetKind: KindRef = {
  group: 'policy',
  version: 'v1',
  plural: 'poddisruptionbudgets',
  kind: 'PodDisruptionBudget',
  isNamespaced: true,
};
export const nodeGroupKind = platformKind('nodegroups', 'NodeGroup', 'v1');
export const instanceVersions: readonly string[] = ['v1alpha2', 'v1alpha1'];
export const staticInstanceKind = platformKind('staticinstances', 'StaticInstance', 'v1alpha2');
export const credentialsKind = platformKind('sshcredentials', 'SSHCredentials', 'v1alpha2');

export const readNodes: Permission = {verbs: ['get', 'list'], group: '', resource: 'nodes'};
export const patchNode: Permission = {verbs: ['get', 'patch'], group: '', resource: 'nodes', scope: 'target'};
export const readGroups: Permission = {verbs: ['get', 'list'], group: 'deckhouse.io', resource: 'nodegroups'};
export const readInstances: Permission = {verbs: ['get', 'list'], group: 'deckhouse.io', resource: 'instances'};
export const readStaticInstances: Permission = {verbs: ['get', 'list'], group: 'deckhouse.io', resource: 'staticinstances'};
/** Whether the platform runs is told by its Deployment. */
export const readPlatform: Permission = {verbs: ['get'], group: 'apps', resource: 'deployments', scope: {namespace: 'd8-system'}};

function coreKind(plural: string, kind: string, isNamespaced: boolean): KindRef {
  return {group: '', version: 'v1', plural, kind, isNamespaced};
}

function platformKind(plural: string, kind: string, version: string): KindRef {
  return {group: 'deckhouse.io', version, plural, kind, isNamespaced: false};
}
