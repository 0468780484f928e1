/** The kubelets of the demo as far as pods leave: one that is told to go stops in its time and is replaced elsewhere by what owns it. */
import type {Clock, Timer} from '../../domain/clock.ts';
import {isFields, readNumber, readString} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import type {KubePort} from '../../domain/kube-port.ts';
import type {Stage} from './life.ts';
import {isNodeReady} from './place-pod.ts';
import {replacePod} from './pod-replacement.ts';
import {second} from './seeding.ts';
import type {Ref} from './world-client.ts';

/** A process of the demo ends sooner than its grace period lets it. */
const stopMsMin = second;
const stopMsSpread = 2 * second;
const pauseMs = 5 * second;
const podsPath = '/api/v1/pods';

export type Kubelets = {stop(): void};

export function startKubelets(port: KubePort, stage: Stage, clock: Clock): Kubelets {
  const controller = new AbortController();
  const timers = new Map<string, Timer>();
  const look = (pod: KubeObject) => {
    const {uid} = pod.metadata;
    if (!isLeaving(pod) || timers.has(uid)) return;
    const graceMs = (readNumber(pod, 'metadata.deletionGracePeriodSeconds') ?? 0) * second;
    const delayMs = Math.min(graceMs, stopMsMin + stage.random() * stopMsSpread);
    const end = () => {
      timers.delete(uid);
      if (!controller.signal.aborted) void endPod(stage, clock, pod).catch(() => undefined);
    };
    timers.set(uid, clock.setTimer(delayMs, end));
  };
  let pause: Timer | undefined;
  const follow = async (): Promise<void> => {
    await followPods(port, controller.signal, look).catch(() => undefined);
    if (!controller.signal.aborted) pause = clock.setTimer(pauseMs, () => void follow());
  };
  void follow();
  return {
    stop() {
      controller.abort();
      pause?.cancel();
      for (const timer of timers.values()) timer.cancel();
    },
  };
}

/** What somebody else holds by a finalizer, and what no kubelet holds, is not ours to end. */
function isLeaving({metadata, spec}: KubeObject): boolean {
  const isHeld = (metadata.finalizers ?? []).length > 0;
  return metadata.deletionTimestamp !== undefined && !isHeld && isFields(spec) && typeof spec.nodeName === 'string';
}

async function endPod(stage: Stage, clock: Clock, pod: KubeObject): Promise<void> {
  const {name, namespace = ''} = pod.metadata;
  const ref: Ref = {apiVersion: 'v1', kind: 'Pod', name, namespace};
  const node = readString(pod, 'spec.nodeName') ?? '';
  if (!(await isNodeAlive(stage, node))) return;
  await stage.say({about: ref, type: 'Normal', reason: 'Killing', message: 'Stopping container', source: 'kubelet', host: node});
  await stage.client.remove(ref, {gracePeriodSeconds: 0, preconditions: {uid: pod.metadata.uid}});
  await replacePod(stage, clock, pod);
}

/** The pods of a lost node stay as they are. */
async function isNodeAlive(stage: Stage, name: string): Promise<boolean> {
  const node = await stage.client.find({apiVersion: 'v1', kind: 'Node', name});
  return node !== undefined && isNodeReady(node);
}

/** Ends with the watch. */
async function followPods(port: KubePort, signal: AbortSignal, look: (pod: KubeObject) => void): Promise<void> {
  const list: unknown = JSON.parse((await port.request({method: 'GET', path: podsPath})).body);
  for (const item of isFields(list) && Array.isArray(list.items) ? list.items : []) look(item);
  const path = `${podsPath}?watch=true&resourceVersion=${readString(list, 'metadata.resourceVersion') ?? ''}`;
  const stream = await port.stream({method: 'GET', path, signal});
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream.body) {
    const lines = (rest + decoder.decode(chunk, {stream: true})).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event: unknown = JSON.parse(line);
      if (isFields(event) && event.type === 'MODIFIED') look(event.object as KubeObject);
    }
  }
}
