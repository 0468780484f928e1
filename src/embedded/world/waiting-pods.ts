/** The pods of `shop/web` that find no room: one is placed when a node joins, and replaced when the node goes. */
import {readString} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import type {Stage} from './life.ts';
import {ownerOf, placePod} from './place-pod.ts';
import {podDraft} from './pod-shape.ts';
import {generatedSuffix} from './seed-workloads.ts';
import {timestamp} from './seeding.ts';
import {workloadCatalogue} from './workload-catalogue.ts';
import type {Ref} from './world-client.ts';

const namespace = 'shop';
const app = 'web';

function webRow() {
  const row = workloadCatalogue.find(candidate => candidate.namespace === namespace && candidate.name === app);
  if (row === undefined) throw new Error('the demo has no workload shop/web');
  return row;
}

export async function placeWaitingPod(stage: Stage, nodeName: string): Promise<void> {
  const waiting = (await webPods(stage)).find(pod => readString(pod, 'spec.nodeName') === undefined);
  if (waiting === undefined) return;
  const {name} = waiting.metadata;
  await placePod(
    stage,
    podRef(name),
    nodeName,
    podDraft(webRow(), {name, nodeName, owner: undefined, trouble: 'none'}, agoMs => timestamp(stage.nowMs() - Math.min(agoMs, 0))),
  );
}

/** What a ReplicaSet does after an eviction. */
export async function replacePodsOf(stage: Stage, nodeName: string): Promise<void> {
  for (const pod of await webPods(stage)) {
    if (readString(pod, 'spec.nodeName') !== nodeName) continue;
    await stage.client.remove(podRef(pod.metadata.name), {gracePeriodSeconds: 0});
    const name = `${pod.metadata.name.slice(0, -5)}${generatedSuffix(String(stage.random()))}`;
    const place = {name, nodeName: undefined, owner: ownerOf(pod), trouble: 'unschedulable'} as const;
    await stage.client.create(podDraft(webRow(), place, () => stage.nowIso()));
    await stage.say({
      about: podRef(name),
      type: 'Warning',
      reason: 'FailedScheduling',
      message:
        '0/23 nodes are available: 8 Insufficient memory. preemption: 0/23 nodes are available: 23 No preemption victims found for incoming pod.',
      source: 'default-scheduler',
    });
  }
}

async function webPods(stage: Stage): Promise<readonly KubeObject[]> {
  const pods = await stage.client.list('v1', 'Pod', namespace);
  return pods.filter(pod => pod.metadata.labels?.app === app);
}

function podRef(name: string): Ref {
  return {apiVersion: 'v1', kind: 'Pod', name, namespace};
}
