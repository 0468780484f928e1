/** The operator's rolling update: every pod is marked, replicas are made anew, then the leader moves and its pod follows. */
import type {KubeObject} from '../../../domain/kube-object.ts';
import {sleep} from '../pause.ts';
import {podRef, unlessOutrun} from './objects.ts';
import type {ClusterWork} from './operator.ts';
import {rollingUpdateMark} from './operator-objects.ts';

const lookMs = 3000;
const backMsMax = 600_000;

async function podsOf({client}: ClusterWork, {metadata}: KubeObject): Promise<readonly KubeObject[]> {
  return client.list('v1', 'Pod', metadata.namespace, {labelSelector: `application=spilo,cluster-name=${metadata.name}`});
}

export async function markForRecreation(work: ClusterWork, cluster: KubeObject): Promise<void> {
  for (const {metadata} of await podsOf(work, cluster)) {
    const annotations = {[rollingUpdateMark]: 'true'};
    await unlessOutrun(work.client.patch(podRef(metadata.namespace ?? '', metadata.name), {metadata: {annotations}}));
  }
}

export async function recreatePods(work: ClusterWork, cluster: KubeObject): Promise<void> {
  const marked = (await podsOf(work, cluster)).filter(({metadata}) => metadata.annotations?.[rollingUpdateMark] === 'true');
  if (marked.length === 0) return;
  work.say('debug', 'performing rolling update');
  work.say('info', `there are ${marked.length} pods in the cluster to recreate`);
  const isMaster = ({metadata}: KubeObject) => metadata.labels?.['spilo-role'] === 'master';
  for (const replica of marked.filter(pod => !isMaster(pod))) await recreate(work, replica);
  const master = marked.find(isMaster);
  if (master === undefined) return;
  await moveMaster(work, cluster, master);
  work.say('info', `recreating old master pod "${idOf(master)}"`);
  await recreate(work, master);
}

async function moveMaster(work: ClusterWork, cluster: KubeObject, master: KubeObject): Promise<void> {
  const {namespace = ''} = cluster.metadata;
  const candidate = (await podsOf(work, cluster)).find(({metadata}) => metadata.labels?.['spilo-role'] === 'replica');
  if (candidate === undefined) return work.say('warning', 'skipping switchover: no replica candidate found');
  const names = {leader: master.metadata.name, candidate: candidate.metadata.name};
  const {status, body} = await work.askSwitchover({namespace, pod: names.leader, ...names});
  if (status !== 200) work.say('warning', `could not perform switchover: ${body}`);
}

function idOf({metadata}: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

async function recreate(work: ClusterWork, pod: KubeObject): Promise<void> {
  const {client, clock, signal} = work;
  const {name, namespace = '', uid} = pod.metadata;
  await unlessOutrun(client.remove(podRef(namespace, name), {preconditions: {uid}}));
  for (let waitedMs = 0; waitedMs < backMsMax; waitedMs += lookMs) {
    await sleep(clock, lookMs, signal);
    signal.throwIfAborted();
    const live = await client.find(podRef(namespace, name));
    if (live === undefined || live.metadata.uid === uid || live.metadata.labels?.['spilo-role'] === undefined) continue;
    work.say('info', `pod "${idOf(pod)}" has been recreated`);
    return;
  }
  throw new Error(`could not recreate pods: pod label wait timeout of "${idOf(pod)}"`);
}
