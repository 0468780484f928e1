/** A DaemonSet has one pod on each of its nodes; a new template goes round a few nodes at a time. */
import {readFields, readString} from '../../../../domain/fields.ts';
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {groupCatalogue} from '../../node-catalogue.ts';
import {generatedSuffix} from '../../seed-workloads.ts';
import {second} from '../../seeding.ts';
import {type WorkloadRow, workloadCatalogue} from '../../workload-catalogue.ts';
import {refOfObject} from '../../world-client.ts';
import type {ReactionStage} from '../reaction.ts';
import {isLeaving, isPodReady, podOf, podsOf, startPods} from './pods.ts';
import {firstRevision, keepRevision, revisionLabel} from './revisions.ts';

/** Of a hundred nodes: the demo has no hour for a rollout. */
const atOncePercent = 20;
const goneLooksMax = 30;

export async function* playDaemonSet(stage: ReactionStage, path: string): AsyncGenerator<number> {
  const [namespace = '', name = ''] = path.split('/');
  yield 500;
  const set = await stage.client.find({apiVersion: 'apps/v1', kind: 'DaemonSet', name, namespace});
  if (set === undefined || isLeaving(set)) return;
  const revision = await keepRevision(stage, set);
  const first = await firstRevision(stage, set);
  const isNew = (pod: KubeObject) => (pod.metadata.labels?.[revisionLabel] ?? first) === revision;
  await tell(stage, set, isNew);
  yield* fill(stage, set, revision);
  await tell(stage, set, isNew);
  if (readString(set, 'spec.updateStrategy.type') === 'OnDelete') return;
  for (;;) {
    const pods = await podsOf(stage, set);
    const old = pods.filter(pod => !isLeaving(pod) && !isNew(pod));
    if (old.length === 0) break;
    const batch = old.slice(0, Math.max(1, Math.ceil((pods.length * atOncePercent) / 100)));
    for (const pod of batch) await stage.client.remove(refOfObject(pod));
    for (const pod of batch) yield* awaitGone(stage, pod);
    yield* fill(stage, set, revision);
    await tell(stage, set, isNew);
    if ((await podsOf(stage, set)).some(pod => isNew(pod) && !isPodReady(pod))) break;
  }
  await tell(stage, set, isNew);
}

/** A kubelet that is silent ends nothing. */
async function* awaitGone(stage: ReactionStage, pod: KubeObject): AsyncGenerator<number> {
  for (let look = 0; look < goneLooksMax && (await stage.client.find(refOfObject(pod))) !== undefined; look += 1) yield second;
}

/** One of almost everywhere runs on the nodes of groups that were made later, too. */
async function nodesFor(stage: ReactionStage, {metadata}: KubeObject): Promise<readonly string[]> {
  const isRowOf = (row: WorkloadRow) => row.namespace === metadata.namespace && row.name === metadata.name && row.kind === 'DaemonSet';
  const groups = workloadCatalogue.find(isRowOf)?.groups;
  const isEverywhere = groups === undefined || groups.length > 3;
  const isMeant = (group: string) =>
    groups?.includes(group) === true || (isEverywhere && !groupCatalogue.some(row => row.name === group && groups !== undefined));
  const nodes = await stage.client.list('v1', 'Node');
  return nodes.filter(node => isMeant(node.metadata.labels?.['node.deckhouse.io/group'] ?? '')).map(node => node.metadata.name);
}

async function* fill(stage: ReactionStage, set: KubeObject, revision: string): AsyncGenerator<number> {
  const nodes = await nodesFor(stage, set);
  const pods = await podsOf(stage, set);
  const placed = new Set(pods.map(pod => readString(pod, 'spec.nodeName') ?? ''));
  const places = new Map(
    nodes
      .filter(node => !placed.has(node))
      .map(node => [`${set.metadata.name}-${generatedSuffix(`${node}/${stage.nowMs()}/${stage.random()}`)}`, node]),
  );
  const template = readFields(set, 'spec.template');
  const drafts = [...places.keys()].map(name => podOf(set, name, template, {[revisionLabel]: revision}));
  yield* startPods(stage, drafts, draft => places.get(draft.metadata.name) ?? '');
}

async function tell(stage: ReactionStage, set: KubeObject, isNew: (pod: KubeObject) => boolean): Promise<void> {
  const pods = (await podsOf(stage, set)).filter(pod => !isLeaving(pod));
  const ready = pods.filter(isPodReady).length;
  const wanted = (await nodesFor(stage, set)).length;
  const live = await stage.client.find(refOfObject(set));
  await stage.client.patchStatus(refOfObject(set), {
    observedGeneration: live?.metadata.generation ?? 1,
    desiredNumberScheduled: wanted,
    currentNumberScheduled: pods.length,
    updatedNumberScheduled: pods.filter(isNew).length,
    numberReady: ready,
    numberAvailable: ready,
    numberUnavailable: Math.max(0, wanted - ready),
    numberMisscheduled: 0,
  });
}
