/** The kinds that runbooks act on, in the versions that they understand. */
import type {TargetDefinition} from '../engine/define-runbook.ts';

type ObjectTarget = Extract<TargetDefinition, {kind: 'object'}>;

export const nodeTarget = clusterScoped('', 'nodes', 'Node', 'v1');
export const moduleReleaseTarget = clusterScoped('deckhouse.io', 'modulereleases', 'ModuleRelease', 'v1alpha1');

function clusterScoped(group: string, plural: string, objectKind: string, ...versions: readonly string[]): ObjectTarget {
  return {kind: 'object', group, plural, objectKind, versions, isNamespaced: false};
}
