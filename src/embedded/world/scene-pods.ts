/** Pods that fail and come back, and a backup that runs to its end every minute. */
import {type Fields, isFields, readNumber, readString} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import type {Scene, Stage} from './life.ts';
import {containerStatus, crashedStatus, podConditions, podDraft} from './pod-shape.ts';
import {generatedSuffix} from './seed-workloads.ts';
import {second, timestamp} from './seeding.ts';
import {type WorkloadRow, workloadCatalogue} from './workload-catalogue.ts';
import type {Ref} from './world-client.ts';

/** Restarts wrap here, or the column would grow wider every day. */
const restartsMax = 999;

/** The first container of one pod of the workload runs for a moment, fails and backs off. */
export function crashScene(namespace: string, workload: string): Scene {
  return async function* play(stage) {
    const row = workloadCatalogue.find(candidate => candidate.namespace === namespace && candidate.name === workload);
    const pod = (await stage.client.list('v1', 'Pod', namespace)).find(candidate => isCrashing(candidate, workload));
    if (row === undefined || pod === undefined) {
      yield 30 * second;
      return;
    }
    const ref: Ref = {apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name, namespace};
    const restarts = ((restartsOf(pod) + 1) % restartsMax) + 1;
    await setFirst(
      stage,
      ref,
      pod,
      row,
      text => ({...containerStatus(row, text, {running: {startedAt: stage.nowIso()}}), restartCount: restarts}),
      true,
    );
    yield (7 + stage.random() * 5) * second;
    const end = row.troubles?.[0] === 'oomKilled' ? {exitCode: 137, reason: 'OOMKilled'} : {exitCode: 2, reason: 'Error'};
    const state = {terminated: {...end, startedAt: stage.nowIso(), finishedAt: stage.nowIso()}};
    await setFirst(stage, ref, pod, row, text => ({...containerStatus(row, text, state), restartCount: restarts}), false);
    yield 3 * second;
    const ago = () => timestamp(stage.nowMs() - 3 * second);
    await setFirst(stage, ref, pod, row, text => crashedStatus(row, text, end, restarts, ago), false);
    const message = `Back-off restarting failed container in pod ${ref.name}`;
    await stage.say({
      about: ref,
      type: 'Warning',
      reason: 'BackOff',
      message,
      source: 'kubelet',
      host: readString(pod, 'spec.nodeName') ?? '',
    });
    yield (22 + stage.random() * 14) * second;
  };
}

function isCrashing(pod: KubeObject, workload: string): boolean {
  return pod.metadata.labels?.app === workload && restartsOf(pod) > 0;
}

function firstStatus(pod: KubeObject): unknown {
  return isFields(pod.status) && Array.isArray(pod.status.containerStatuses) ? pod.status.containerStatuses[0] : undefined;
}

function restartsOf(pod: KubeObject): number {
  return readNumber(firstStatus(pod), 'restartCount') ?? 0;
}

async function setFirst(
  stage: Stage,
  ref: Ref,
  pod: KubeObject,
  row: WorkloadRow,
  make: (text: string) => Fields,
  isReady: boolean,
): Promise<void> {
  const statuses = isFields(pod.status) && Array.isArray(pod.status.containerStatuses) ? pod.status.containerStatuses : [];
  const [text = ''] = row.containers;
  const conditions = podConditions(isReady, stage.nowIso(), true);
  await stage.client.patchStatus(ref, {containerStatuses: [make(text), ...statuses.slice(1)], conditions});
}

const backup: WorkloadRow = {namespace: 'shop', name: 'backup', kind: 'Job', groups: ['worker'], containers: ['backup:1.3']};
const backupsKept = 2;
const backupNode = 'prod-worker-a-6dc8f-2kq7x';

export async function* backupScene(stage: Stage): AsyncGenerator<number> {
  const name = `backup-now-${generatedSuffix(String(stage.random()))}`;
  const ref: Ref = {apiVersion: 'v1', kind: 'Pod', name, namespace: 'shop'};
  const shape = (trouble: 'creating' | 'none' | 'completed') =>
    podDraft(backup, {name, nodeName: backupNode, owner: undefined, trouble}, () => stage.nowIso());
  await forgetBackups(stage);
  await stage.client.create(shape('creating'));
  yield 5 * second;
  await stage.client.patchStatus(ref, statusOf(shape('none')));
  yield 24 * second;
  await stage.client.patchStatus(ref, statusOf(shape('completed')));
  yield 33 * second;
}

function statusOf(draft: {readonly [field: string]: unknown}): Fields {
  return isFields(draft.status) ? draft.status : {};
}

async function forgetBackups(stage: Stage): Promise<void> {
  const pods = (await stage.client.list('v1', 'Pod', 'shop')).filter(pod => pod.metadata.name.startsWith('backup-now-'));
  const byAge = pods.toSorted((a, b) =>
    (readString(b, 'metadata.creationTimestamp') ?? '').localeCompare(readString(a, 'metadata.creationTimestamp') ?? ''),
  );
  for (const pod of byAge.slice(backupsKept - 1)) {
    await stage.client.remove({apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name, namespace: 'shop'}, {gracePeriodSeconds: 0});
  }
}
