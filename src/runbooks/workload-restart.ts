/** Replaces the pods of a workload with fresh ones, the way a rollout does. */
import {readFields} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import {patchWrite, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook} from '../engine/define-runbook.ts';
import {isManaged, managedNote, shellTarget} from './any-target.ts';
import {followRollout, readWorkload, refuseUnlessRolling, workloadPermissions} from './workload.ts';

/** What kubectl writes; kept so that both tools know of each other's restarts. */
const restartedAt = 'kubectl.kubernetes.io/restartedAt';

export const workloadRestart = defineRunbook({
  name: 'workload-restart',
  version: 1,
  group: 'generic',
  risk: 'change',
  target: {kind: 'any'},
  parameters: {},
  words: {
    title: {en: 'Restart a workload', ru: 'Перезапустить workload'},
    why: {en: 'The pods hang, or should read their configuration anew.', ru: 'Поды зависли или должны перечитать настройки.'},
    will: {
      en: 'Pods are replaced step by step as the update strategy says; the run waits for the last.',
      ru: 'Поды заменяются по очереди согласно стратегии обновления; запуск ждёт последнего.',
    },
    danger: {
      en: 'With one replica there is a gap. A restart cannot be undone; the image stays, but a moved tag brings what it points to now.',
      ru: 'С одной репликой будет перерыв. Перезапуск не отменить; образ прежний, но плавающий тег принесёт то, на что указывает сейчас.',
    },
  },
  permissions: workloadPermissions,
  exampleFacts: {restartedAt: '', isManaged: false},
  gather: async (reader, {target}) => {
    const workload = await readWorkload(reader, target, ['Deployment', 'StatefulSet', 'DaemonSet']);
    refuseUnlessRolling(workload);
    return {restartedAt: restartOf(workload), isManaged: isManaged(workload)};
  },
  notes: ({facts}) => (facts.isManaged ? [managedNote] : []),
  steps: ({target, facts}) => [
    {
      id: 'restart',
      effect: 'K8sCas',
      title: {en: 'Mark the pod template', ru: 'Пометить шаблон пода'},
      will: {en: `${restartedAt} in the annotations of the template.`, ru: `${restartedAt} в аннотациях шаблона.`},
      act: async reader => {
        const live = await readTarget(reader, target);
        // Another time than when the plan was made: restarted already, by this run or by somebody else.
        if (restartOf(live) !== facts.restartedAt) return [];
        const annotations = {[restartedAt]: new Date(reader.now()).toISOString()};
        return [patchWrite(target, live, {spec: {template: {metadata: {annotations}}}})];
      },
      verify: (reader, past) => followRollout(reader, target, past),
      timeouts: {verify: 1800},
      commands: [`kubectl rollout restart ${shellTarget(target.ref)}`, `kubectl rollout status ${shellTarget(target.ref)}`],
    },
  ],
});

function restartOf(workload: KubeObject): string {
  const time = readFields(workload, 'spec.template.metadata.annotations')[restartedAt];
  return typeof time === 'string' ? time : '';
}
