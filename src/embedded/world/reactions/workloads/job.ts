/** A Job runs its pod to the end; one of a CronJob shows there while it runs. */
import {type Fields, readFields, readItems, readString} from '../../../../domain/fields.ts';
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {generatedSuffix} from '../../seed-workloads.ts';
import {second} from '../../seeding.ts';
import {type Ref, refOfObject} from '../../world-client.ts';
import type {ReactionStage} from '../reaction.ts';
import {isPodReady, podOf, podsOf, startPods, statusOf} from './pods.ts';

const runMs = 7 * second;

export async function* playJob(stage: ReactionStage, path: string): AsyncGenerator<number> {
  const [namespace = '', name = ''] = path.split('/');
  yield 500;
  const job = await stage.client.find({apiVersion: 'batch/v1', kind: 'Job', name, namespace});
  if (job === undefined || job.metadata.deletionTimestamp !== undefined || readString(job, 'status.startTime') !== undefined) return;
  const ref = refOfObject(job);
  await stage.client.patchStatus(ref, {startTime: stage.nowIso(), active: 1, ready: 0, uncountedTerminatedPods: {}});
  await tellCronJob(stage, job, {
    active: [{apiVersion: 'batch/v1', kind: 'Job', name, namespace, uid: job.metadata.uid}],
    lastScheduleTime: stage.nowIso(),
  });
  const labels = {'batch.kubernetes.io/job-name': name, 'job-name': name, 'batch.kubernetes.io/controller-uid': job.metadata.uid};
  const draft = podOf(job, `${name}-${generatedSuffix(`${stage.nowMs()}/${stage.random()}`)}`, readFields(job, 'spec.template'), labels);
  yield* startPods(stage, [draft]);
  const [pod] = await podsOf(stage, job);
  // One that does not start, or finds no node, is waited for by whoever looks at it.
  if (pod === undefined || !isPodReady(pod)) return;
  await stage.client.patchStatus(ref, {ready: 1});
  yield runMs;
  await endPod(stage, pod);
  const at = stage.nowIso();
  const conditions = ['SuccessCriteriaMet', 'Complete'].map(type => ({
    type,
    status: 'True',
    reason: 'CompletionsReached',
    message: 'Reached expected number of succeeded pods',
    lastProbeTime: at,
    lastTransitionTime: at,
  }));
  await stage.client.patchStatus(ref, {active: null, ready: 0, succeeded: 1, completionTime: at, conditions});
  await tellCronJob(stage, job, {active: null, lastSuccessfulTime: at});
}

async function endPod(stage: ReactionStage, pod: KubeObject): Promise<void> {
  const finishedAt = stage.nowIso();
  const containerStatuses = readItems(pod, 'status.containerStatuses', item => {
    const startedAt = readString(item, 'state.running.startedAt') ?? finishedAt;
    const facts = {name: readString(item, 'name') ?? '', image: readString(item, 'image') ?? ''};
    return statusOf(facts, {terminated: {exitCode: 0, reason: 'Completed', startedAt, finishedAt}});
  });
  const conditions = [{type: 'Ready', status: 'False', reason: 'PodCompleted', lastTransitionTime: finishedAt}];
  await stage.client.patchStatus(refOfObject(pod), {phase: 'Succeeded', containerStatuses, conditions});
}

async function tellCronJob({client}: ReactionStage, {metadata}: KubeObject, status: Fields): Promise<void> {
  const owner = metadata.ownerReferences?.find(({kind, controller}) => kind === 'CronJob' && controller === true);
  if (owner === undefined) return;
  const ref: Ref = {apiVersion: 'batch/v1', kind: 'CronJob', name: owner.name, namespace: metadata.namespace ?? ''};
  if ((await client.find(ref)) !== undefined) await client.patchStatus(ref, status);
}
