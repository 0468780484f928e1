/**
 * The scheduler and the kubelets for pods that mount claims, for the embedded server: a pod finds a node once its claims
 * allow it, runs once they are bound, and goes once what runs in it has stopped.
 */
import type {Clock} from '../../../domain/clock.ts';
import {readItems, readNumber, readString} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import type {KubePort} from '../../../domain/kube-port.ts';
import {followKind} from '../follow-kind.ts';
import {isNodeReady} from '../place-pod.ts';
import {timestamp} from '../seeding.ts';
import {WorldClient} from '../world-client.ts';
import {createSay, type Say} from './events.ts';
import {type HearTrouble, podNews, type Running, startLoop} from './loop.ts';
import {claimRef, claimsOf, isLeaving, podRef, unlessOutrun} from './objects.ts';
import {chooseNode, nodesOf} from './place-claims.ts';
import {podStatus} from './pod-status.ts';
import type {SetFaults} from './set-faults.ts';

/** What runs in the pods; whoever plays it says when it has stopped, and whether it keeps ending. */
export type PodLives = {
  /** Asks it to stop in order; true once it has. */
  stop(pod: KubeObject): boolean;
  /** What its container says of itself where it keeps ending. */
  failure(pod: KubeObject): {readonly message: string; readonly restarts: number} | undefined;
};

export type PodKeeperParts = {
  readonly port: KubePort;
  readonly clock: Clock;
  /** Undefined where somebody else plays the kubelets, and pods only have to be placed. */
  readonly lives?: PodLives;
  readonly faults?: SetFaults;
  /** Also those without claims, where nobody else plays their nodes. */
  readonly keepsAll?: boolean;
  readonly onTrouble?: HearTrouble;
};

type Work = Required<Pick<PodKeeperParts, 'clock' | 'faults'>> & {
  readonly lives: PodLives | undefined;
  readonly client: WorldClient;
  readonly say: Say;
  /** When a pod was given its node. */
  readonly boundAt: Map<string, number>;
};

const startMs = 2000;
const lookMs = 1000;
/** A watch may have been broken off. */
const relistMs = 60_000;

export function startPodKeeper({port, clock, lives, faults = {}, keepsAll = lives === undefined, onTrouble}: PodKeeperParts): Running {
  const client = new WorldClient(port);
  const work: Work = {clock, lives, faults, client, say: createSay(client, clock), boundAt: new Map()};
  /** By uid; told by the watch, for a list of all pods is long. */
  const kept = new Map<string, KubeObject>();
  let listedAtMs = Number.NEGATIVE_INFINITY;
  const loop = startLoop({
    port,
    clock,
    who: 'pods',
    everyMs: 5000,
    hears: ['/api/v1/persistentvolumeclaims'],
    onTrouble,
    async work() {
      if (clock.now() - listedAtMs >= relistMs) {
        listedAtMs = clock.now();
        kept.clear();
        for (const pod of await client.list('v1', 'Pod')) if (isKept(pod)) kept.set(pod.metadata.uid, pod);
      }
      let isWaiting = false;
      for (const pod of [...kept.values()]) isWaiting = (await tend(work, pod)) || isWaiting;
      return isWaiting ? lookMs : undefined;
    },
  });
  const isKept = (pod: KubeObject) => keepsAll || claimsOf(pod).length > 0;
  const isNews = podNews();
  const followed = followKind(port, clock, '/api/v1/pods', ({type, object: pod}) => {
    if (!isKept(pod)) return;
    if (type === 'DELETED') kept.delete(pod.metadata.uid);
    else kept.set(pod.metadata.uid, pod);
    if (isNews({type, object: pod})) loop.poke();
  });
  return {
    stop() {
      loop.stop();
      followed.stop();
    },
  };
}

/** True where it must be looked at again soon. */
async function tend(work: Work, pod: KubeObject): Promise<boolean> {
  const {lives} = work;
  if (lives !== undefined && isLeaving(pod)) return leave(work, lives, pod);
  if (readString(pod, 'spec.nodeName') === undefined) return !isLeaving(pod) && place(work, pod);
  if (lives === undefined) return false;
  const phase = readString(pod, 'status.phase');
  if (phase === 'Succeeded' || phase === 'Failed') return false;
  if (phase !== 'Running') return run(work, pod);
  await showFailure(work, lives, pod);
  return false;
}

async function leave({client}: Work, lives: PodLives, pod: KubeObject): Promise<boolean> {
  if (!lives.stop(pod)) return true;
  const {name, namespace = '', uid, finalizers = []} = pod.metadata;
  if (finalizers.length > 0 || !(await isNodeThere(client, pod))) return false;
  await unlessOutrun(client.remove(podRef(namespace, name), {gracePeriodSeconds: 0, preconditions: {uid}}));
  return false;
}

/** Of a node that is silent nobody says that its pods have stopped. */
export async function isNodeThere(client: WorldClient, pod: KubeObject): Promise<boolean> {
  const name = readString(pod, 'spec.nodeName');
  const node = name === undefined ? undefined : await client.find({apiVersion: 'v1', kind: 'Node', name});
  return name === undefined || (node !== undefined && isNodeReady(node));
}

const selectedNode = 'volume.kubernetes.io/selected-node';

async function place(work: Work, pod: KubeObject): Promise<boolean> {
  const {client, boundAt, clock, say, faults} = work;
  const {name, namespace = ''} = pod.metadata;
  const nodes = await nodesOf(client);
  const claims = await Promise.all(claimsOf(pod).map(async claim => ({claim, live: await client.find(claimRef(namespace, claim))})));
  const isUsable = (live: KubeObject | undefined) => live !== undefined && (!isLeaving(live) || faults.reusesLeavingClaims === true);
  const bad = claims.find(({live}) => !isUsable(live));
  if (bad !== undefined) {
    const why = bad.live === undefined ? 'not found' : 'is being deleted';
    await refuse(work, pod, `0/${nodes.length} nodes are available: persistentvolumeclaim "${bad.claim}" ${why}.`);
    return true;
  }
  const node = await chooseNode(client, pod, nodes, claims);
  if (node === undefined) {
    await refuse(
      work,
      pod,
      `0/${nodes.length} nodes are available: ${nodes.length} node(s) were unschedulable or didn't match Pod's node affinity/selector.`,
    );
    return true;
  }
  const open = claims.filter(({live}) => readString(live, 'status.phase') !== 'Bound');
  for (const {claim, live} of open) {
    if (live?.metadata.annotations?.[selectedNode] !== undefined) continue;
    await unlessOutrun(client.patch(claimRef(namespace, claim), {metadata: {annotations: {[selectedNode]: node}}}));
  }
  if (open.length > 0) return true;
  await unlessOutrun(client.bind(podRef(namespace, name), node));
  boundAt.set(pod.metadata.uid, clock.now());
  const message = `Successfully assigned ${namespace}/${name} to ${node}`;
  await say({about: pod, kind: 'Pod', type: 'Normal', reason: 'Scheduled', message, source: 'default-scheduler'});
  return true;
}

async function refuse({client, clock, say}: Work, pod: KubeObject, message: string): Promise<void> {
  await say({about: pod, kind: 'Pod', type: 'Warning', reason: 'FailedScheduling', message, source: 'default-scheduler'});
  if (JSON.stringify(pod.status ?? {}).includes(JSON.stringify(message).slice(1, -1))) return;
  const lastTransitionTime = timestamp(clock.now());
  const conditions = [{type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime}];
  const {name, namespace = ''} = pod.metadata;
  await unlessOutrun(client.patchStatus(podRef(namespace, name), {phase: 'Pending', conditions}));
}

async function run({client, clock, boundAt}: Work, pod: KubeObject): Promise<boolean> {
  const {name, namespace = '', uid} = pod.metadata;
  const sinceMs = clock.now() - (boundAt.get(uid) ?? Number.NEGATIVE_INFINITY);
  if (sinceMs < startMs) return true;
  boundAt.delete(uid);
  await unlessOutrun(client.patchStatus(podRef(namespace, name), podStatus(pod, timestamp(clock.now()))));
  return false;
}

async function showFailure({client, clock}: Work, lives: PodLives, pod: KubeObject): Promise<void> {
  const failure = lives.failure(pod);
  const {name, namespace = ''} = pod.metadata;
  const [restarts] = readItems(pod, 'status.containerStatuses', container => readNumber(container, 'restartCount') ?? 0);
  if (failure === undefined || restarts === failure.restarts) return;
  await unlessOutrun(client.patchStatus(podRef(namespace, name), podStatus(pod, timestamp(clock.now()), failure)));
}
