/** A Deployment rolls its pod template out: a ReplicaSet for each template, the new one up while the old ones go down. */
import {canonicalJson} from '../../../../domain/canonical-json.ts';
import {type Fields, readBoolean, readField, readFields, readNumber, readString} from '../../../../domain/fields.ts';
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {readRevision} from '../../../../domain/pod-revision.ts';
import {digits, second} from '../../seeding.ts';
import {refOfObject} from '../../world-client.ts';
import type {ReactionStage} from '../reaction.ts';
import {isLeaving, ownerReference, podsOf} from './pods.ts';
import {bringReplicas, countReplicas} from './replica-set.ts';

const revisionAnnotation = 'deployment.kubernetes.io/revision';
/** Rounds without a step forward: the new pods do not come up. */
const idleRoundsMax = 8;

type Counted = {readonly set: KubeObject; readonly total: number; readonly ready: number};

export async function* playDeployment(stage: ReactionStage, path: string): AsyncGenerator<number> {
  const [namespace = '', name = ''] = path.split('/');
  yield 500;
  const find = () => stage.client.find({apiVersion: 'apps/v1', kind: 'Deployment', name, namespace});
  let before = '';
  for (let idle = 0; idle < idleRoundsMax; ) {
    const deployment = await find();
    if (deployment === undefined || isLeaving(deployment)) return;
    const current = await currentSet(stage, deployment);
    const {isOver, seen} = yield* round(stage, deployment, current);
    if (isOver) return;
    idle = seen === before ? idle + 1 : 0;
    before = seen;
    yield second;
  }
}

async function* round(stage: ReactionStage, deployment: KubeObject, current: KubeObject | undefined) {
  const wanted = readNumber(deployment, 'spec.replicas') ?? 1;
  const isRecreate = readString(deployment, 'spec.strategy.type') === 'Recreate';
  const sets = await setsOf(stage, deployment);
  const old = sets.filter(({metadata}) => metadata.uid !== current?.metadata.uid);
  const counted = await countAll(stage, sets);
  const oldTotal = sum(counted.filter(({set}) => old.includes(set)).map(({total}) => total));
  const surge = isRecreate ? 0 : share(readField(deployment, 'spec.strategy.rollingUpdate.maxSurge') ?? '25%', wanted, Math.ceil);
  const spare = isRecreate
    ? wanted
    : share(readField(deployment, 'spec.strategy.rollingUpdate.maxUnavailable') ?? '25%', wanted, Math.floor);
  if (current !== undefined) {
    const room = isRecreate && oldTotal > 0 ? 0 : Math.max(0, wanted + Math.max(surge, spare === 0 ? 1 : 0) - oldTotal);
    const replicas = Math.min(wanted, Math.max(room, old.length === 0 ? wanted : 0));
    yield* bringReplicas(stage, await setReplicas(stage, current, replicas));
  }
  const available = sum((await countAll(stage, await setsOf(stage, deployment))).map(({ready}) => ready));
  yield* shrink(stage, old, Math.max(0, available - (wanted - spare)), isRecreate);
  return await tellStatus(stage, deployment, current, wanted);
}

/** Takes ready pods of old ReplicaSets away as far as `spare` allows; those that do not run go at once. */
async function* shrink(stage: ReactionStage, old: readonly KubeObject[], spare: number, isRecreate: boolean): AsyncGenerator<number> {
  let left = spare;
  for (const {set, total, ready} of await countAll(stage, old)) {
    if (total === 0 && (readNumber(set, 'spec.replicas') ?? 0) === 0) continue;
    const taken = isRecreate ? ready : Math.min(ready, left);
    left -= taken;
    yield* bringReplicas(stage, await setReplicas(stage, set, ready - taken));
  }
}

async function countAll(stage: ReactionStage, sets: readonly KubeObject[]): Promise<readonly Counted[]> {
  const counted: Counted[] = [];
  for (const set of sets) counted.push({set, ...(await countReplicas(stage, set))});
  return counted;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function share(given: unknown, of: number, round: (value: number) => number): number {
  const text = String(given);
  return text.endsWith('%') ? round((of * Number.parseInt(text, 10)) / 100) : Number.parseInt(text, 10);
}

async function setsOf({client}: ReactionStage, {metadata}: KubeObject): Promise<readonly KubeObject[]> {
  const sets = await client.list('apps/v1', 'ReplicaSet', metadata.namespace);
  return sets.filter(set => set.metadata.ownerReferences?.some(({uid, controller}) => controller === true && uid === metadata.uid));
}

async function setReplicas(stage: ReactionStage, set: KubeObject, replicas: number): Promise<KubeObject> {
  if (readNumber(set, 'spec.replicas') === replicas) return set;
  return stage.client.patch(refOfObject(set), {spec: {replicas}});
}

/** The one whose template is wanted; made where there is none, and numbered as the newest. undefined while paused without one. */
async function currentSet(stage: ReactionStage, deployment: KubeObject): Promise<KubeObject | undefined> {
  const template = readFields(deployment, 'spec.template');
  const sets = await setsOf(stage, deployment);
  const revisions = sets.map(set => ({set, ...readRevision(set)}));
  const found = revisions.find(revision => canonicalJson(plain(revision.template)) === canonicalJson(plain(template)));
  const newest = Math.max(0, ...revisions.map(({number}) => number));
  if (found !== undefined) {
    const number = found.number === newest && newest > 0 ? newest : newest + 1;
    await numberOff(stage, deployment, number);
    if (found.number === number) return found.set;
    return stage.client.patch(refOfObject(found.set), {metadata: {annotations: {[revisionAnnotation]: String(number)}}});
  }
  if (readBoolean(deployment, 'spec.paused') === true) return undefined;
  await numberOff(stage, deployment, newest + 1);
  return createSet(stage, deployment, template, newest + 1);
}

/** Without what is empty anyway. */
function plain(template: Fields): Fields {
  const {labels = {}, annotations = {}} = readFields(template, 'metadata');
  return {metadata: {labels, annotations}, spec: template.spec};
}

async function numberOff(stage: ReactionStage, deployment: KubeObject, number: number): Promise<void> {
  if (deployment.metadata.annotations?.[revisionAnnotation] === String(number)) return;
  await stage.client.patch(refOfObject(deployment), {metadata: {annotations: {[revisionAnnotation]: String(number)}}});
}

async function createSet(stage: ReactionStage, deployment: KubeObject, template: Fields, number: number): Promise<KubeObject> {
  const {name, namespace = ''} = deployment.metadata;
  const hash = digits(canonicalJson(template), 9);
  const metadata = readFields(template, 'metadata');
  const labels = {...readFields(metadata, 'labels'), 'pod-template-hash': hash};
  return stage.client.create({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      annotations: {[revisionAnnotation]: String(number)},
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {replicas: 0, selector: {matchLabels: labels}, template: {...template, metadata: {...metadata, labels}}},
  });
}

async function tellStatus(stage: ReactionStage, deployment: KubeObject, current: KubeObject | undefined, wanted: number) {
  const sets = await countAll(stage, await setsOf(stage, deployment));
  const updated = sets.find(({set}) => set.metadata.uid === current?.metadata.uid) ?? {total: 0, ready: 0};
  const total = sum(sets.map(({total: each}) => each));
  const ready = sum(sets.map(({ready: each}) => each));
  // Those on their way out count until they have gone.
  const leaving = (await Promise.all(sets.map(({set}) => podsOf(stage, set)))).flat().filter(isLeaving).length;
  const isOver = updated.total === wanted && updated.ready === wanted && total === wanted && leaving === 0;
  const at = stage.nowIso();
  const condition = (type: string, status: boolean, reason: string, message: string) => ({
    type,
    status: status ? 'True' : 'False',
    reason,
    message,
    lastUpdateTime: at,
    lastTransitionTime: at,
  });
  const isAvailable = ready >= wanted - 1 && (ready > 0 || wanted === 0);
  await stage.client.patchStatus(refOfObject(deployment), {
    observedGeneration: deployment.metadata.generation ?? 1,
    replicas: total + leaving,
    updatedReplicas: updated.total,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: Math.max(0, wanted - ready),
    conditions: [
      condition(
        'Available',
        isAvailable,
        isAvailable ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
        isAvailable ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
      ),
      isOver
        ? condition('Progressing', true, 'NewReplicaSetAvailable', 'The newest ReplicaSet has successfully progressed.')
        : condition('Progressing', true, 'ReplicaSetUpdated', 'The newest ReplicaSet is progressing.'),
    ],
  });
  return {isOver, seen: `${updated.total}/${updated.ready}/${total}/${leaving}`};
}
