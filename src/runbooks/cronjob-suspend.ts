/** Stops the schedule of a CronJob, or lets it run again. */
import {readBoolean} from '../domain/fields.ts';
import {patchStep, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {isManaged, managedNote} from './any-target.ts';
import {cronJobTarget} from './targets.ts';

export const cronjobSuspend = defineRunbook({
  name: 'cronjob-suspend',
  version: 1,
  group: 'generic',
  risk: 'change',
  target: cronJobTarget,
  parameters: {
    on: {
      type: 'boolean',
      default: true,
      words: {en: 'true stops the schedule, false lets it run again', ru: 'true останавливает расписание, false возобновляет'},
    },
  },
  words: {
    title: {en: 'Suspend or resume a CronJob', ru: 'Приостановить или возобновить CronJob'},
    why: {en: 'Its Jobs get in the way for a while.', ru: 'Его Job сейчас мешают.'},
    will: {en: 'spec.suspend is set. Jobs that run are left alone.', ru: 'Задаётся spec.suspend. Работающие Job не трогаются.'},
    danger: {
      en: 'Resumed, it may at once run a Job that was missed (startingDeadlineSeconds). Undo puts the old value back.',
      ru: 'После возобновления может сразу запуститься пропущенный Job (startingDeadlineSeconds). Отмена вернёт прежнее значение.',
    },
  },
  permissions: [{verbs: ['get', 'patch'], group: 'batch', resource: 'cronjobs', scope: 'target'}],
  gather: async (reader, {target, parameters: {on}}) => {
    const cronJob = await readTarget(reader, target);
    if ((readBoolean(cronJob, 'spec.suspend') ?? false) === on) {
      throw new Refusal('NothingToDo', {
        en: on ? 'the CronJob is suspended already' : 'the CronJob is not suspended',
        ru: on ? 'CronJob уже приостановлен' : 'CronJob не приостановлен',
      });
    }
    return {isManaged: isManaged(cronJob)};
  },
  notes: ({facts}) => (facts.isManaged ? [managedNote] : []),
  steps: ({target, parameters: {on}}) => [
    patchStep({
      id: 'suspend',
      title: {en: `Set spec.suspend to ${on}`, ru: `Задать spec.suspend: ${on}`},
      will: {en: 'One patch.', ru: 'Один патч.'},
      object: target,
      patch: {spec: {suspend: on}},
      commands: [`kubectl patch cronjob -n "\${TARGET%%/*}" "\${TARGET##*/}" -p '{"spec":{"suspend":'"$ON"'}}'`],
    }),
  ],
});
