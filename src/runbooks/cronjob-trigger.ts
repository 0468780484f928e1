/** Runs the Job of a CronJob once, now. */

import {conditionOf, readConditions} from '../domain/conditions.ts';
import {type Fields, readFields, readItems, readString} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {ObjectRef} from '../domain/object-ref.ts';
import {asWords} from '../domain/words.ts';
import {readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook} from '../engine/define-runbook.ts';
import {done, failed, type Progress, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {logsOf} from './pod-logs.ts';
import {cronJobTarget} from './targets.ts';
import {jobKind, podKind} from './workload-kinds.ts';

/** A Job's name is a label of its pods, whose own names get a suffix: 63 characters in all. */
const cronJobPartMax = 40;

export const cronjobTrigger = defineRunbook({
  name: 'cronjob-trigger',
  version: 1,
  group: 'generic',
  risk: 'change',
  target: cronJobTarget,
  parameters: {},
  words: {
    title: {en: 'Run a CronJob now', ru: 'Запустить CronJob сейчас'},
    why: {
      en: 'The last run failed or was missed, and the next is too far off.',
      ru: 'Последний запуск упал или пропущен, а следующий не скоро.',
    },
    will: {
      en: 'A Job is made of its template; the run waits until the Job ends.',
      ru: 'По шаблону создаётся Job; запуск ждёт его завершения.',
    },
    danger: {
      en: 'It runs beside a Job of the schedule: concurrencyPolicy does not count for it. Undo deletes the Job, not what it has done.',
      ru: 'Выполняется рядом с плановым Job: concurrencyPolicy на него не действует. Отмена удалит Job, но не то, что он сделал.',
    },
  },
  permissions: [
    {verbs: ['get'], group: 'batch', resource: 'cronjobs', scope: 'target'},
    {verbs: ['get', 'list', 'create'], group: 'batch', resource: 'jobs', scope: 'target'},
    {verbs: ['list'], group: '', resource: 'pods', scope: 'target'},
  ],
  undoPermissions: [{verbs: ['delete'], group: 'batch', resource: 'jobs', scope: 'target'}],
  exampleFacts: {job: '$JOB', active: []},
  gather: async (reader, {target}) => {
    const cronJob = await readTarget(reader, target);
    const prefix = `${target.ref.name.slice(0, cronJobPartMax)}-manual-`;
    const jobs = await reader.list(jobKind, {namespace: target.ref.namespace ?? ''});
    const numbers = jobs.map(({metadata}) => (metadata.name.startsWith(prefix) ? Number(metadata.name.slice(prefix.length)) : 0));
    const next = Math.max(0, ...numbers.filter(Number.isInteger)) + 1;
    return {job: `${prefix}${next}`, active: readItems(cronJob, 'status.active', item => readString(item, 'name') ?? '')};
  },
  notes: ({facts: {active}}) =>
    active.length === 0 ? [] : [{en: `Running now: ${active.join(', ')}.`, ru: `Сейчас выполняется: ${active.join(', ')}.`}],
  steps: ({target, facts}) => {
    const ref = {kind: jobKind, namespace: target.ref.namespace ?? '', name: facts.job};
    return [
      {
        id: 'trigger',
        effect: 'K8sCas',
        title: {en: `Make Job ${facts.job}`, ru: `Создать Job ${facts.job}`},
        will: {en: 'Of the template of the CronJob, owned by it.', ru: 'По шаблону CronJob, с ним как владельцем.'},
        act: async reader => {
          // The name was free when the plan was made, and the target is held by this run.
          if ((await reader.get(ref)) !== undefined) return [];
          return [{kind: 'create', ref, object: jobOf(await readTarget(reader, target))}];
        },
        undo: 'inverse',
        verify: reader => followJob(reader, ref),
        timeouts: {verify: 6 * 3600},
        commands: [`kubectl create job -n "\${TARGET%%/*}" --from=cronjob/"\${TARGET##*/}" ${facts.job}`],
      },
    ];
  },
});

/** As `kubectl create job --from` makes it. */
function jobOf({apiVersion = 'batch/v1', kind = 'CronJob', metadata, spec}: KubeObject): Fields {
  const template = readFields({spec}, 'spec.jobTemplate');
  const {name, uid} = metadata;
  return {
    metadata: {
      labels: readFields(template, 'metadata.labels'),
      annotations: {...readFields(template, 'metadata.annotations'), 'cronjob.kubernetes.io/instantiate': 'manual'},
      ownerReferences: [{apiVersion, kind, name, uid, controller: true}],
    },
    spec: template.spec,
  };
}

async function followJob(reader: Reader, ref: ObjectRef): Promise<Progress> {
  const job = await reader.get(ref);
  if (job === undefined)
    return failed('JobGone', {
      en: `Job ${ref.name} is gone: somebody deleted it, or its ttlSecondsAfterFinished was short`,
      ru: `Job ${ref.name} больше нет: его удалили, или ttlSecondsAfterFinished был мал`,
    });
  const conditions = readConditions(job);
  if (conditionOf(conditions, 'Complete')?.status === 'True')
    return done({en: `Job ${ref.name} completed`, ru: `Job ${ref.name} завершён`});
  const failure = conditionOf(conditions, 'Failed');
  if (failure?.status === 'True') return failed('JobFailed', asWords(`Job ${ref.name}: ${failure.message || failure.reason}`));
  const namespace = ref.namespace ?? '';
  const pods = await reader.list(podKind, {namespace, labelSelector: `batch.kubernetes.io/job-name=${ref.name}`});
  return waiting(
    {en: `Job ${ref.name} complete`, ru: `Job ${ref.name} завершён`},
    pods.length === 0 ? {en: 'no pod yet', ru: 'пода ещё нет'} : {en: `${pods.length} pods`, ru: `подов: ${pods.length}`},
    logsOf(pods),
  );
}
