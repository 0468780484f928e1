/** What draining a node means for each of its pods, and which disruption budgets stand in the way. */
import {readDeletion} from './deletion.ts';
import {readNumber, readString} from './fields.ts';
import type {KubeObject} from './kube-object.ts';
import {readSelector, selects} from './label-selector.ts';
import {objectKey} from './object-ref.ts';

export type PodFate =
  /** Of a DaemonSet that is there, or a static pod: it would only come back. */
  'stays' | 'evict' | 'leaving';

/** `daemonSets`: `namespace/name` of those that exist. */
export function podFate(pod: KubeObject, daemonSets: ReadonlySet<string>): PodFate {
  const {annotations = {}, namespace = '', ownerReferences = []} = pod.metadata;
  if (annotations['kubernetes.io/config.mirror'] !== undefined) return 'stays';
  const owner = ownerReferences.find(({controller}) => controller === true);
  const isOfDaemonSet = owner?.kind === 'DaemonSet' && daemonSets.has(`${namespace}/${owner.name}`);
  if (isOfDaemonSet && !isFinished(pod)) return 'stays';
  return readDeletion(pod) === undefined ? 'evict' : 'leaving';
}

/** A pod that nothing makes anew once it is gone. */
export function isUnowned({metadata}: KubeObject): boolean {
  return (
    metadata.annotations?.['kubernetes.io/config.mirror'] === undefined &&
    !metadata.ownerReferences?.some(({controller}) => controller === true)
  );
}

function isFinished(pod: KubeObject): boolean {
  const phase = readString(pod, 'status.phase');
  return phase === 'Succeeded' || phase === 'Failed';
}

/** `namespace/name` of the budgets that allow no eviction of the pod now. */
export function refusingBudgets(pod: KubeObject, budgets: readonly KubeObject[]): readonly string[] {
  if (isFinished(pod)) return [];
  return budgets
    .filter(budget => {
      if (budget.metadata.namespace !== pod.metadata.namespace) return false;
      const selector = readSelector(budget, 'spec.selector');
      return (
        selector !== undefined && selects(selector, pod.metadata.labels ?? {}) && (readNumber(budget, 'status.disruptionsAllowed') ?? 0) < 1
      );
    })
    .map(({metadata}) => objectKey(metadata));
}
