/** Runs the Job of a CronJob once, now. */

import {conditionOf, readConditions} from '../domain/conditions.ts';
import {readFields, readItems, readString} from '../domain/fields.ts';
import type {ObjectRef} from '../domain/object-ref.ts';
import {shortHash} from '../domain/short-hash.ts';
import {readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook} from '../engine/define-runbook.ts';
import {done, failed, type Progress, type Target, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {cronJobTarget} from './targets.ts';
import {jobKind, podKind} from './workload-kinds.ts';

/** A Job's name is a label of its pods, whose own names get a suffix. */
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
    {verbs: ['get', 'create', 'delete'], group: 'batch', resource: 'jobs', scope: 'target'},
    {verbs: ['list'], group: '', resource: 'pods', scope: 'target'},
  ],
  gather: async (reader, {target}) => {
    const cronJob = await readTarget(reader, target);
    return {active: readItems(cronJob, 'status.active', item => readString(item, 'name') ?? '')};
  },
  notes: ({facts: {active}}) =>
    active.length === 0 ? [] : [{en: `Running now: ${active.join(', ')}.`, ru: `Сейчас выполняется: ${active.join(', ')}.`}],
  steps: ({target}) => [
    {
      id: 'trigger',
      effect: 'Keyed',
      title: {en: 'Make the Job', ru: 'Создать Job'},
      will: {en: 'Its name is made of the run, so that it is made once.', ru: 'Имя зависит от запуска, поэтому создаётся один раз.'},
      act: async (reader, key) => {
        const {apiVersion = 'batch/v1', kind = 'CronJob', metadata, spec} = await readTarget(reader, target);
        const template = readFields({spec}, 'spec.jobTemplate');
        const {name, uid} = metadata;
        const object = {
          metadata: {
            labels: readFields(template, 'metadata.labels'),
            annotations: {...readFields(template, 'metadata.annotations'), 'cronjob.kubernetes.io/instantiate': 'manual'},
            ownerReferences: [{apiVersion, kind, name, uid, controller: true}],
          },
          spec: template.spec,
        };
        return [{kind: 'create', ref: jobRef(target, key), object}];
      },
      undo: async (reader, key) => {
        const ref = jobRef(target, key);
        const job = await reader.get(ref);
        return job === undefined ? [] : [{kind: 'delete', ref, uid: job.metadata.uid, propagation: 'Background'}];
      },
      verify: (reader, {key}) => followJob(reader, jobRef(target, key)),
      timeouts: {verify: 6 * 3600},
      commands: [
        `kubectl create job -n "\${TARGET%%/*}" --from=cronjob/"\${TARGET##*/}" "$(echo "\${TARGET##*/}" | cut -c1-${cronJobPartMax})-$(date +%s)"`,
      ],
    },
  ],
});

function jobRef({ref}: Target, key: string): ObjectRef {
  return {kind: jobKind, namespace: ref.namespace ?? '', name: `${ref.name.slice(0, cronJobPartMax)}-${shortHash(key)}`};
}

async function followJob(reader: Reader, ref: ObjectRef): Promise<Progress> {
  const job = await reader.get(ref);
  if (job === undefined) return failed('JobGone', `Job ${ref.name} is gone: somebody deleted it, or its ttlSecondsAfterFinished was short`);
  const conditions = readConditions(job);
  if (conditionOf(conditions, 'Complete')?.status === 'True') return done(`Job ${ref.name} completed`);
  const failure = conditionOf(conditions, 'Failed');
  if (failure?.status === 'True') return failed('JobFailed', `Job ${ref.name}: ${failure.message || failure.reason}`);
  const namespace = ref.namespace ?? '';
  const pods = await reader.list(podKind, {namespace, labelSelector: `batch.kubernetes.io/job-name=${ref.name}`});
  const logs = pods.map(({metadata}) => ({namespace, pod: metadata.name}));
  return waiting(`Job ${ref.name} complete`, pods.length === 0 ? 'no pod yet' : `${pods.length} pods`, logs);
}
