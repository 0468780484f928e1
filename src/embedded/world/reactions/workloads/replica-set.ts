/** A ReplicaSet has as many pods as it wants: what goes first is what does not run. */
import {readFields, readNumber, readString} from '../../../../domain/fields.ts';
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {generatedSuffix} from '../../seed-workloads.ts';
import {refOfObject} from '../../world-client.ts';
import type {ReactionStage} from '../reaction.ts';
import {isLeaving, isPodReady, podOf, podsOf, startPods, startWaiting} from './pods.ts';

export async function* playReplicaSet(stage: ReactionStage, path: string): AsyncGenerator<number> {
  const [namespace = '', name = ''] = path.split('/');
  yield 500;
  const set = await stage.client.find({apiVersion: 'apps/v1', kind: 'ReplicaSet', name, namespace});
  if (set === undefined || isLeaving(set)) return;
  yield* bringReplicas(stage, set);
  const owner = set.metadata.ownerReferences?.find(({controller}) => controller === true);
  if (owner !== undefined) stage.look(`deployment/${namespace}/${owner.name}`);
}

export async function* bringReplicas(stage: ReactionStage, set: KubeObject): AsyncGenerator<number> {
  const wanted = readNumber(set, 'spec.replicas') ?? 1;
  const pods = (await podsOf(stage, set)).filter(pod => !isLeaving(pod));
  const surplus = pods.toSorted(byWorth).slice(wanted);
  for (const pod of surplus) await stage.client.remove(refOfObject(pod));
  await countReplicas(stage, set);
  const template = readFields(set, 'spec.template');
  const drafts = Array.from({length: Math.max(0, wanted - pods.length)}, () =>
    podOf(set, `${set.metadata.name}-${generatedSuffix(`${stage.nowMs()}/${stage.random()}`)}`, template),
  );
  yield* startPods(stage, drafts);
  yield* startWaiting(
    stage,
    pods.filter(pod => !surplus.includes(pod)),
  );
  await countReplicas(stage, set);
}

/** The ready ones first, and the old before the young. */
function byWorth(left: KubeObject, right: KubeObject): number {
  const byReadiness = Number(isPodReady(right)) - Number(isPodReady(left));
  return (
    byReadiness ||
    (readString(left, 'metadata.creationTimestamp') ?? '').localeCompare(readString(right, 'metadata.creationTimestamp') ?? '')
  );
}

export async function countReplicas(stage: ReactionStage, set: KubeObject): Promise<{readonly total: number; readonly ready: number}> {
  const pods = (await podsOf(stage, set)).filter(pod => !isLeaving(pod));
  const ready = pods.filter(isPodReady).length;
  await stage.client.patchStatus(refOfObject(set), {
    replicas: pods.length,
    fullyLabeledReplicas: pods.length,
    readyReplicas: ready,
    availableReplicas: ready,
    observedGeneration: set.metadata.generation ?? 1,
  });
  return {total: pods.length, ready};
}
