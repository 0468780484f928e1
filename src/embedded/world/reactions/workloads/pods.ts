/** Pods that controllers of the demo make, place and end. */
import {type Fields, isFields, readFields, readItems, readList, readString} from '../../../../domain/fields.ts';
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {isNodeReady} from '../../place-pod.ts';
import {podConditions} from '../../pod-shape.ts';
import {digits, second, spread} from '../../seeding.ts';
import {workloadCatalogue} from '../../workload-catalogue.ts';
import {type Draft, type Ref, refOf, refOfObject} from '../../world-client.ts';
import type {ReactionStage} from '../reaction.ts';

const groupLabel = 'node.deckhouse.io/group';
/** The registry of the demo has every image but these. */
const absentImages = /:(?:missing|broken|no-?such)[^:]*$/;
const startMs = 3 * second;

/** Those that the controller still counts. */
export async function podsOf({client}: ReactionStage, owner: KubeObject): Promise<readonly KubeObject[]> {
  const pods = await client.list('v1', 'Pod', owner.metadata.namespace);
  return pods.filter(
    ({metadata, status}) =>
      metadata.ownerReferences?.some(({uid, controller}) => controller === true && uid === owner.metadata.uid) === true &&
      !['Succeeded', 'Failed'].includes(readString(status, 'phase') ?? ''),
  );
}

export function isLeaving({metadata}: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

export function isPodReady(pod: KubeObject): boolean {
  return readList(pod, 'status.conditions').some(each => isFields(each) && each.type === 'Ready' && each.status === 'True');
}

export function ownerReference({apiVersion = '', kind = '', metadata}: KubeObject): Fields {
  return {apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true};
}

export function podOf(owner: KubeObject, name: string, template: Fields, labels: Readonly<Record<string, string>> = {}): Draft {
  const {namespace = ''} = owner.metadata;
  const given = readFields(template, 'metadata');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels: {
        ...strings(readFields(given, 'labels')),
        ...(namespace.startsWith('d8-') && {heritage: 'deckhouse'}),
        ...labels,
      },
      annotations: strings(readFields(given, 'annotations')),
      ownerReferences: [ownerReference(owner)],
    },
    spec: readFields(template, 'spec'),
  };
}

function strings(fields: Fields): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** Creates the pods and waits until those that found a node run; `nodeOf` names the node where the pod may not choose. */
export async function* startPods(
  stage: ReactionStage,
  drafts: readonly Draft[],
  nodeOf?: (draft: Draft) => string,
): AsyncGenerator<number> {
  if (drafts.length === 0) return;
  const placed: Ref[] = [];
  for (const draft of drafts) {
    await stage.client.create(draft);
    if (await placePod(stage, refOf(draft), nodeOf?.(draft))) placed.push(refOf(draft));
  }
  yield startMs;
  for (const ref of placed) await runPod(stage, ref);
}

/** Pods that found no room before have another try. */
export async function* startWaiting(stage: ReactionStage, pods: readonly KubeObject[]): AsyncGenerator<number> {
  const placed: Ref[] = [];
  for (const pod of pods) {
    if (readString(pod, 'spec.nodeName') || isLeaving(pod)) continue;
    if (await placePod(stage, refOfObject(pod), undefined)) placed.push(refOfObject(pod));
  }
  if (placed.length === 0) return;
  yield startMs;
  for (const ref of placed) await runPod(stage, ref);
}

async function placePod(stage: ReactionStage, ref: Ref, wanted: string | undefined): Promise<boolean> {
  const {name, namespace = ''} = ref;
  const nodes = await stage.client.list('v1', 'Node');
  const node = wanted ?? (await chooseNode(stage, ref, nodes));
  if (node === undefined) {
    const message = `0/${nodes.length} nodes are available: ${nodes.length} node(s) were unschedulable or didn't match Pod's node affinity/selector.`;
    const lastTransitionTime = stage.nowIso();
    const conditions = [{type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime}];
    await stage.client.patchStatus(ref, {phase: 'Pending', conditions});
    return false;
  }
  await stage.client.bind(ref, node);
  const message = `Successfully assigned ${namespace}/${name} to ${node}`;
  await stage.say({about: ref, type: 'Normal', reason: 'Scheduled', message, source: 'default-scheduler'});
  return true;
}

/** Of the groups where the workload lives; ordinary nodes take what nobody has planned. */
async function chooseNode(stage: ReactionStage, {name, namespace}: Ref, nodes: readonly KubeObject[]): Promise<string | undefined> {
  const row = workloadCatalogue.find(each => each.namespace === namespace && name.startsWith(each.name));
  const groups = row?.groups ?? ['worker'];
  const fit = nodes.filter(
    node =>
      groups.includes(node.metadata.labels?.[groupLabel] ?? '') &&
      isNodeReady(node) &&
      node.metadata.deletionTimestamp === undefined &&
      !(isFields(node.spec) && node.spec.unschedulable === true),
  );
  return fit[Math.floor(stage.random() * fit.length)]?.metadata.name;
}

/** What the kubelet reports once the containers run, or why they do not. */
async function runPod(stage: ReactionStage, ref: Ref): Promise<void> {
  const pod = await stage.client.find(ref);
  if (pod === undefined || isLeaving(pod)) return;
  const containers = readItems(pod, 'spec.containers', container => ({
    name: readString(container, 'name') ?? '',
    image: readString(container, 'image') ?? '',
  }));
  const init = readItems(pod, 'spec.initContainers', container => ({
    name: readString(container, 'name') ?? '',
    image: readString(container, 'image') ?? '',
  }));
  const isWell = ![...containers, ...init].some(({image}) => absentImages.test(image));
  const startedAt = stage.nowIso();
  const ip = `10.111.${Math.floor(spread(ref.name) * 200)}.${2 + Math.floor(spread(`${ref.name}/ip`) * 250)}`;
  const ended = {terminated: {exitCode: 0, reason: 'Completed', startedAt, finishedAt: startedAt}};
  await stage.client.patchStatus(ref, {
    phase: isWell ? 'Running' : 'Pending',
    startTime: startedAt,
    hostIP: '10.42.0.10',
    podIP: ip,
    podIPs: [{ip}],
    conditions: podConditions(isWell, startedAt, true),
    containerStatuses: containers.map(each =>
      statusOf(each, absentImages.test(each.image) ? pullFailure(each.image) : {running: {startedAt}}),
    ),
    ...(init.length > 0 && {initContainerStatuses: init.map(each => statusOf(each, ended))}),
  });
}

function pullFailure(image: string): Fields {
  return {waiting: {reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ErrImagePull: not found`}};
}

export function statusOf({name, image}: {readonly name: string; readonly image: string}, state: Fields): Fields {
  const isRunning = state.running !== undefined;
  return {
    name,
    image,
    imageID: isRunning ? `${image.replace(/:[^:/]*$/, '')}@sha256:${digits(image, 64)}` : '',
    containerID: isRunning ? `containerd://${digits(`${name}${image}`, 64)}` : '',
    ready: isRunning,
    started: isRunning,
    restartCount: 0,
    state,
    lastState: {},
  };
}
