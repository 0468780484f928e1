/** What controllers and scheduler do when a pod has gone: another of the same owner, on a node that takes it. */
import type {Clock} from '../../domain/clock.ts';
import {type Fields, isFields, readString} from '../../domain/fields.ts';
import type {KubeObject, OwnerReference} from '../../domain/kube-object.ts';
import type {Stage} from './life.ts';
import {isNodeReady} from './place-pod.ts';
import {podConditions} from './pod-shape.ts';
import {generatedSuffix} from './seed-workloads.ts';
import {second} from './seeding.ts';
import {type Draft, type Ref, refOf} from './world-client.ts';

const startMs = 3 * second;
const groupLabel = 'node.deckhouse.io/group';

export async function replacePod(stage: Stage, clock: Clock, gone: KubeObject): Promise<void> {
  const owner = gone.metadata.ownerReferences?.find(({controller}) => controller === true);
  if (owner === undefined || !(await wantsAnother(stage, gone, owner))) return;
  const draft = draftOf(stage, gone, owner);
  const nodes = await stage.client.list('v1', 'Node');
  const node = owner.kind === 'DaemonSet' ? readString(gone, 'spec.nodeName') : chooseNode(stage, nodes, gone);
  await stage.client.create({...draft, status: node === undefined ? noRoom(nodes.length) : {phase: 'Pending'}});
  if (node === undefined) return;
  const ref = refOf(draft);
  await stage.client.bind(ref, node);
  const {name, namespace = ''} = ref;
  const message = `Successfully assigned ${namespace}/${name} to ${node}`;
  await stage.say({about: ref, type: 'Normal', reason: 'Scheduled', message, source: 'default-scheduler'});
  clock.setTimer(startMs * (1 + stage.random()), () => void run(stage, ref, gone).catch(() => undefined));
}

/** Jobs do not run twice, and owners that are going make no more. */
async function wantsAnother(stage: Stage, {metadata}: KubeObject, {apiVersion, kind, name}: OwnerReference): Promise<boolean> {
  if (!['ReplicaSet', 'StatefulSet', 'DaemonSet'].includes(kind)) return false;
  const owner = await stage.client.find({apiVersion, kind, name, namespace: metadata.namespace ?? ''});
  return owner !== undefined && owner.metadata.deletionTimestamp === undefined;
}

/** A StatefulSet keeps the name. */
function draftOf(stage: Stage, {metadata, spec}: KubeObject, owner: OwnerReference): Draft {
  const {nodeName: _old, ...rest} = isFields(spec) ? spec : {};
  const {namespace, labels} = metadata;
  const name = owner.kind === 'StatefulSet' ? metadata.name : `${metadata.name.slice(0, -5)}${generatedSuffix(String(stage.random()))}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name, ...(namespace !== undefined && {namespace}), ...(labels !== undefined && {labels}), ownerReferences: [{...owner}]},
    spec: rest,
  };
}

/** Another node of the same group, where one takes pods. */
function chooseNode(stage: Stage, nodes: readonly KubeObject[], gone: KubeObject): string | undefined {
  const before = readString(gone, 'spec.nodeName');
  const group = nodes.find(({metadata}) => metadata.name === before)?.metadata.labels?.[groupLabel];
  const open = nodes.filter(node => isNodeReady(node) && isFields(node.spec) && node.spec.unschedulable !== true);
  const fit = open.filter(({metadata}) => metadata.labels?.[groupLabel] === group);
  return fit[Math.floor(stage.random() * fit.length)]?.metadata.name;
}

function noRoom(nodes: number): Fields {
  const message = `0/${nodes} nodes are available: ${nodes} node(s) were unschedulable or didn't match Pod's node affinity/selector.`;
  return {phase: 'Pending', conditions: [{type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message}]};
}

async function run(stage: Stage, pod: Ref, gone: KubeObject): Promise<void> {
  const before = isFields(gone.status) ? gone.status : {};
  const running = (statuses: unknown) =>
    (Array.isArray(statuses) ? statuses.filter(isFields) : []).map(status => ({
      ...status,
      ready: true,
      started: true,
      restartCount: 0,
      state: {running: {startedAt: stage.nowIso()}},
      lastState: {},
    }));
  await stage.client.patchStatus(pod, {
    phase: 'Running',
    startTime: stage.nowIso(),
    conditions: podConditions(true, stage.nowIso()),
    containerStatuses: running(before.containerStatuses),
    ...(before.podIP !== undefined && {podIP: before.podIP, podIPs: before.podIPs}),
  });
}
