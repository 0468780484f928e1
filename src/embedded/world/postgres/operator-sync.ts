/** How the operator brings a cluster to what its custom resource says: the StatefulSet replaced or patched, pods made anew. */
import {readFields, readList, readNumber, readString} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import {sleep} from '../pause.ts';
import {type Draft, type Ref, refOf} from '../world-client.ts';
import {ordinalOf, podRef, unlessOutrun} from './objects.ts';
import type {ClusterWork} from './operator.ts';
import {instancesOf, setDraft, surroundingDrafts, templateMark} from './operator-objects.ts';
import {markForRecreation, recreatePods} from './operator-recreate.ts';

const lookMs = 3000;
const goneMsMax = 600_000;
const readyMsMax = 600_000;

export async function syncCluster(work: ClusterWork, cluster: KubeObject, isQuiet: boolean): Promise<'done' | 'nothing'> {
  const {client, shape} = work;
  const desired = setDraft(cluster, shape);
  const live = await client.find(refOf(desired));
  if (live === undefined) {
    for (const draft of surroundingDrafts(cluster, shape)) await unlessOutrun(client.create(draft));
    work.say('info', `statefulset ${idOf(desired)} has been created`);
    await client.create(desired);
    await untilReady(work, cluster, instancesOf(cluster));
    return 'done';
  }
  const reasons = differences(live, desired);
  const wanted = instancesOf(cluster);
  const replicas = readNumber(live, 'spec.replicas') ?? 1;
  if (reasons.length === 0 && replicas === wanted) return 'nothing';
  if (isQuiet) work.say('info', 'syncing of the cluster started', 'controller');
  if (reasons.length > 0) {
    work.say('info', `statefulset ${idOf(desired)} is not in the desired state and needs to be updated`);
    for (const {text} of reasons) work.say('info', `reason: ${text}`);
  }
  const isRolling = reasons.some(reason => reason.isRolling);
  if (isRolling) await markForRecreation(work, cluster);
  if (wanted < replicas) await beforeScaleDown(work, cluster, wanted);
  if (reasons.some(reason => reason.isReplacing)) await replaceSet(work, desired, live);
  else await client.patch(refOf(desired), patchOf(desired));
  if (isRolling) await recreatePods(work, cluster);
  return 'done';
}

type Reason = {readonly text: string; readonly isReplacing: boolean; readonly isRolling: boolean};

/** Replicas apart. Only volumes' classes and the pods' template are looked at. */
function differences(live: KubeObject, desired: Draft): readonly Reason[] {
  const reasons: Reason[] = [];
  if (classOf(live) !== classOf(desired)) {
    const text = `new statefulset's volumeClaimTemplates specification for volume "pgdata" does not match the current one`;
    reasons.push({text, isReplacing: true, isRolling: false});
  }
  if (live.metadata.annotations?.[templateMark] !== desired.metadata.annotations?.[templateMark]) {
    reasons.push({text: "new statefulset containers' spec (index 0) does not match the current one", isReplacing: false, isRolling: true});
  }
  return reasons;
}

function classOf(set: unknown): string {
  return readString(readList(set, 'spec.volumeClaimTemplates')[0], 'spec.storageClassName') ?? '';
}

function patchOf(desired: Draft) {
  const {annotations = {}} = desired.metadata;
  return {metadata: {annotations}, spec: {replicas: readNumber(desired, 'spec.replicas'), template: readFields(desired, 'spec.template')}};
}

function idOf({metadata}: Draft | KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** Deleted without its pods, made anew: another uid, and none for a while. */
async function replaceSet(work: ClusterWork, desired: Draft, live: KubeObject): Promise<void> {
  const {client, clock, faults, signal} = work;
  const ref = refOf(desired);
  if ((faults.failedReplacements ?? 0) > 0) {
    faults.failedReplacements = (faults.failedReplacements ?? 0) - 1;
    throw new Error('could not sync statefulsets: could not replace statefulset: could not delete statefulset: context deadline exceeded');
  }
  work.say('debug', 'replacing statefulset');
  await client.remove(ref, {propagationPolicy: 'Orphan', preconditions: {uid: live.metadata.uid}});
  await untilGone(work, ref);
  await sleep(clock, faults.replaceDelayMs ?? 0, signal);
  await client.create(desired);
}

async function untilGone({client, clock, signal}: ClusterWork, ref: Ref): Promise<void> {
  for (let waitedMs = 0; waitedMs < goneMsMax; waitedMs += lookMs) {
    await sleep(clock, lookMs, signal);
    signal.throwIfAborted();
    if ((await client.find(ref)) === undefined) return;
  }
  throw new Error('could not sync statefulsets: could not replace statefulset: could not delete statefulset: still there');
}

/** The lowest must lead, for the highest go; whatever comes of it, the set is scaled. */
async function beforeScaleDown(work: ClusterWork, cluster: KubeObject, wanted: number): Promise<void> {
  const {client, askSwitchover, faults} = work;
  const {name, namespace = ''} = cluster.metadata;
  const labelSelector = `application=spilo,cluster-name=${name},spilo-role=master`;
  const [master] = await client.list('v1', 'Pod', namespace, {labelSelector});
  if (master === undefined || ordinalOf(master.metadata.name) < wanted) return;
  const candidate = `${name}-0`;
  const warn = (why: string) => work.say('warning', `could not scale down: could not move master pod: ${why}`);
  if ((await client.find(podRef(namespace, candidate))) === undefined) return warn(`pod ${candidate} does not exist`);
  if (faults.failsOwnSwitchover === true) return warn('Put "http://10.111.0.9:8008/failover": context deadline exceeded');
  work.say('debug', `switching over from "${master.metadata.name}" to "${namespace}/${candidate}"`);
  const {status, body} = await askSwitchover({namespace, pod: master.metadata.name, leader: master.metadata.name, candidate});
  if (status !== 200) warn(`patroni returned '${body}'`);
}

/** Of a new cluster the operator waits for the pods' labels; in vain is a failure. */
async function untilReady({client, clock, signal}: ClusterWork, cluster: KubeObject, wanted: number): Promise<void> {
  const {name, namespace = ''} = cluster.metadata;
  for (let waitedMs = 0; waitedMs < readyMsMax; waitedMs += lookMs) {
    const pods = await client.list('v1', 'Pod', namespace, {labelSelector: `application=spilo,cluster-name=${name}`});
    const labelled = pods.filter(({metadata}) => metadata.labels?.['spilo-role'] !== undefined && metadata.deletionTimestamp === undefined);
    if (pods.length === wanted && labelled.length === wanted) return;
    await sleep(clock, lookMs, signal);
    signal.throwIfAborted();
  }
  throw new Error('could not sync statefulsets: pod label wait timeout');
}
