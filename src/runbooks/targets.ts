/** The kinds that runbooks act on, in the versions that they understand. */
import {kindOf, type TargetDefinition} from '../engine/define-runbook.ts';

type ObjectTarget = Extract<TargetDefinition, {kind: 'object'}>;

export const nodeTarget = clusterScoped('', 'nodes', 'Node', 'v1');
export const nodeGroupTarget = clusterScoped('deckhouse.io', 'nodegroups', 'NodeGroup', 'v1');
export const instanceTarget = clusterScoped('deckhouse.io', 'instances', 'Instance', 'v1alpha2', 'v1alpha1');
export const staticInstanceTarget = clusterScoped('deckhouse.io', 'staticinstances', 'StaticInstance', 'v1alpha2', 'v1alpha1');
export const moduleTarget = clusterScoped('deckhouse.io', 'modules', 'Module', 'v1alpha1');
export const moduleConfigTarget = clusterScoped('deckhouse.io', 'moduleconfigs', 'ModuleConfig', 'v1alpha1');
export const moduleReleaseTarget = clusterScoped('deckhouse.io', 'modulereleases', 'ModuleRelease', 'v1alpha1');
export const moduleSourceTarget = clusterScoped('deckhouse.io', 'modulesources', 'ModuleSource', 'v1alpha1');
export const deckhouseReleaseTarget = clusterScoped('deckhouse.io', 'deckhousereleases', 'DeckhouseRelease', 'v1alpha1');
export const cronJobTarget: ObjectTarget = {
  kind: 'object',
  group: 'batch',
  plural: 'cronjobs',
  objectKind: 'CronJob',
  versions: ['v1'],
  isNamespaced: true,
};

export const moduleKind = kindOf(moduleTarget, 'v1alpha1');
export const moduleConfigKind = kindOf(moduleConfigTarget, 'v1alpha1');
export const moduleReleaseKind = kindOf(moduleReleaseTarget, 'v1alpha1');
export const moduleSourceKind = kindOf(moduleSourceTarget, 'v1alpha1');
export const pullOverrideKind = kindOf(clusterScoped('deckhouse.io', 'modulepulloverrides', 'ModulePullOverride', 'v1alpha2'), 'v1alpha2');

function clusterScoped(group: string, plural: string, objectKind: string, ...versions: readonly string[]): ObjectTarget {
  return {kind: 'object', group, plural, objectKind, versions, isNamespaced: false};
}
