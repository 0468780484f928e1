/** A StatefulSet: pods by number, replaced from the highest down, one at a time. */
import {readFields, readList, readNumber, readString} from '../../../../domain/fields.ts';
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {second} from '../../seeding.ts';
import {refOfObject} from '../../world-client.ts';
import type {ReactionStage} from '../reaction.ts';
import {isLeaving, isPodReady, podOf, podsOf, startPods, startWaiting} from './pods.ts';
import {firstRevision, keepRevision, revisionLabel} from './revisions.ts';

/** Longer than a pod takes to stop. */
const goneLooksMax = 30;

export async function* playStatefulSet(stage: ReactionStage, path: string): AsyncGenerator<number> {
  const [namespace = '', name = ''] = path.split('/');
  yield 500;
  const set = await stage.client.find({apiVersion: 'apps/v1', kind: 'StatefulSet', name, namespace});
  // Those that keep claims are looked after by a controller of their own.
  if (set === undefined || isLeaving(set) || readList(set, 'spec.volumeClaimTemplates').length > 0) return;
  const revision = await keepRevision(stage, set);
  const first = await firstRevision(stage, set);
  const wanted = readNumber(set, 'spec.replicas') ?? 1;
  await tell(stage, set, {revision, first});
  yield* fill(stage, set, revision, wanted);
  for (const pod of (await numbered(stage, set)).filter(({number}) => number >= wanted)) yield* dismiss(stage, pod.pod);
  await tell(stage, set, {revision, first});
  if (readString(set, 'spec.updateStrategy.type') === 'OnDelete') return;
  const from = readNumber(set, 'spec.updateStrategy.rollingUpdate.partition') ?? 0;
  for (let number = wanted - 1; number >= from; number -= 1) {
    const found = (await numbered(stage, set)).find(each => each.number === number);
    if (found === undefined || isOf(found.pod, {revision, first})) continue;
    yield* dismiss(stage, found.pod);
    yield* fill(stage, set, revision, wanted);
    const isWell = (await numbered(stage, set)).some(each => each.number === number && isPodReady(each.pod));
    await tell(stage, set, {revision, first});
    // The next one is left alone while this one does not run.
    if (!isWell) return;
  }
  await tell(stage, set, {revision, first}, from === 0);
}

type Revisions = {readonly revision: string; readonly first: string | undefined};

/** A pod of before the revisions has no label: it is of the first one. */
function isOf({metadata}: KubeObject, {revision, first}: Revisions): boolean {
  return (metadata.labels?.[revisionLabel] ?? first) === revision;
}

async function numbered(stage: ReactionStage, set: KubeObject) {
  const pods = await podsOf(stage, set);
  return pods
    .map(pod => ({pod, number: Number(pod.metadata.name.slice(set.metadata.name.length + 1))}))
    .sort((left, right) => right.number - left.number);
}

async function* dismiss(stage: ReactionStage, pod: KubeObject): AsyncGenerator<number> {
  await stage.client.remove(refOfObject(pod));
  for (let look = 0; look < goneLooksMax; look += 1) {
    const live = await stage.client.find(refOfObject(pod));
    if (live?.metadata.uid !== pod.metadata.uid) return;
    yield second;
  }
}

async function* fill(stage: ReactionStage, set: KubeObject, revision: string, wanted: number): AsyncGenerator<number> {
  const pods = await numbered(stage, set);
  const template = readFields(set, 'spec.template');
  for (let number = 0; number < wanted; number += 1) {
    if (pods.some(each => each.number === number)) continue;
    const name = `${set.metadata.name}-${number}`;
    await stage.client.remove({apiVersion: 'v1', kind: 'Pod', name, namespace: set.metadata.namespace ?? ''});
    yield* startPods(stage, [podOf(set, name, template, {[revisionLabel]: revision, 'statefulset.kubernetes.io/pod-name': name})]);
  }
  yield* startWaiting(
    stage,
    pods.map(({pod}) => pod),
  );
}

async function tell(stage: ReactionStage, set: KubeObject, {revision, first}: Revisions, isOver = false): Promise<void> {
  const pods = (await podsOf(stage, set)).filter(pod => !isLeaving(pod));
  const ready = pods.filter(isPodReady).length;
  const live = await stage.client.find(refOfObject(set));
  const current = readString(live, 'status.currentRevision') ?? first ?? revision;
  const ofNew = pods.filter(pod => isOf(pod, {revision, first})).length;
  await stage.client.patchStatus(refOfObject(set), {
    observedGeneration: live?.metadata.generation ?? 1,
    replicas: pods.length,
    readyReplicas: ready,
    availableReplicas: ready,
    updatedReplicas: ofNew,
    currentReplicas: isOver ? ofNew : pods.length - (current === revision ? 0 : ofNew),
    updateRevision: revision,
    currentRevision: isOver ? revision : current,
  });
}
