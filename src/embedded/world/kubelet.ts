/** The kubelets of the demo as far as pods leave: one that is told to go stops in its time, and its controller hears of it. */
import type {Clock, Timer} from '../../domain/clock.ts';
import {isFields, readNumber, readString} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import type {KubePort} from '../../domain/kube-port.ts';
import {followKind} from './follow-kind.ts';
import type {Stage} from './life.ts';
import {isNodeReady} from './place-pod.ts';
import {claimsOf} from './postgres/objects.ts';
import {second} from './seeding.ts';
import type {Ref} from './world-client.ts';

/** A process of the demo ends sooner than its grace period lets it. */
const stopMsMin = second;
const stopMsSpread = 2 * second;
/** A kubelet that is silent may come back. */
const silentMs = 10 * second;

export type Kubelets = {stop(): void};

export type KubeletParts = {
  readonly port: KubePort;
  readonly stage: Stage;
  readonly clock: Clock;
  onGone(pod: KubeObject): void;
};

export function startKubelets({port, stage, clock, onGone}: KubeletParts): Kubelets {
  const timers = new Map<string, Timer>();
  let isStopped = false;
  const endAfter = (pod: KubeObject, delayMs: number): void => {
    const end = async (): Promise<void> => {
      timers.delete(pod.metadata.uid);
      if (isStopped) return;
      if (await endPod(stage, pod)) onGone(pod);
      else if (!isStopped) endAfter(pod, silentMs);
    };
    timers.set(
      pod.metadata.uid,
      clock.setTimer(delayMs, () => void end().catch(() => undefined)),
    );
  };
  const followed = followKind(port, clock, '/api/v1/pods', ({type, object: pod}) => {
    if (type !== 'MODIFIED' || !isLeaving(pod) || timers.has(pod.metadata.uid)) return;
    const graceMs = (readNumber(pod, 'metadata.deletionGracePeriodSeconds') ?? 0) * second;
    endAfter(pod, Math.min(graceMs, stopMsMin + stage.random() * stopMsSpread));
  });
  return {
    stop() {
      isStopped = true;
      followed.stop();
      for (const timer of timers.values()) timer.cancel();
    },
  };
}

/** What somebody else holds by a finalizer or a claim, and what no kubelet holds, is not ours to end. */
function isLeaving(pod: KubeObject): boolean {
  const {metadata, spec} = pod;
  const isHeld = (metadata.finalizers ?? []).length > 0 || claimsOf(pod).length > 0;
  return metadata.deletionTimestamp !== undefined && !isHeld && isFields(spec) && typeof spec.nodeName === 'string';
}

/** false where the node is silent: the pods of a lost node stay as they are. */
async function endPod(stage: Stage, pod: KubeObject): Promise<boolean> {
  const {name, namespace = ''} = pod.metadata;
  const ref: Ref = {apiVersion: 'v1', kind: 'Pod', name, namespace};
  const live = await stage.client.find(ref);
  if (live?.metadata.uid !== pod.metadata.uid) return true;
  const host = readString(pod, 'spec.nodeName') ?? '';
  const node = await stage.client.find({apiVersion: 'v1', kind: 'Node', name: host});
  if (node === undefined || !isNodeReady(node)) return false;
  // In a namespace that is on its way out nothing can be said any more.
  await stage
    .say({about: ref, type: 'Normal', reason: 'Killing', message: 'Stopping container', source: 'kubelet', host})
    .catch(() => undefined);
  await stage.client.remove(ref, {gracePeriodSeconds: 0, preconditions: {uid: pod.metadata.uid}});
  return true;
}
