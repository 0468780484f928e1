/** Changes how many pods a workload runs. */
import {readNumber, readString} from '../domain/fields.ts';
import {patchStep} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import type {Target} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {isManaged, managedNote, shellTarget} from './any-target.ts';
import {followRollout, readWorkload, workloadPermissions} from './workload.ts';
import {autoscalerKind} from './workload-kinds.ts';

export const workloadScale = defineRunbook({
  name: 'workload-scale',
  version: 1,
  group: 'generic',
  risk: 'change',
  target: {kind: 'any'},
  parameters: {
    replicas: {type: 'integer', isRequired: true, min: 0, max: 10_000, words: {en: 'how many pods', ru: 'сколько подов'}},
  },
  words: {
    title: {en: 'Scale a workload', ru: 'Изменить число реплик'},
    why: {en: 'More pods for the load, or fewer to save room.', ru: 'Больше подов под нагрузку или меньше ради места.'},
    will: {
      en: 'spec.replicas is set; the run waits until that many pods are ready.',
      ru: 'Задаётся spec.replicas; запуск ждёт готовности подов.',
    },
    danger: {
      en: 'With 0 the service is down. New pods stay Pending where the nodes are full. Undo puts the old number back.',
      ru: 'С 0 сервис не работает. Если на узлах нет места, новые поды останутся в Pending. Отмена вернёт прежнее число.',
    },
  },
  permissions: [...workloadPermissions, {verbs: ['list'], group: 'autoscaling', resource: 'horizontalpodautoscalers', scope: 'target'}],
  gather: async (reader, {target, parameters: {replicas}}) => {
    const workload = await readWorkload(reader, target, ['Deployment', 'StatefulSet', 'ReplicaSet']);
    const current = readNumber(workload, 'spec.replicas') ?? 1;
    if (current === replicas) throw new Refusal('NothingToDo', {en: `it runs ${replicas} already`, ru: `реплик уже ${replicas}`});
    const owner = workload.metadata.ownerReferences?.find(({controller}) => controller === true);
    if (owner !== undefined)
      throw new Refusal('Owned', {
        en: `${owner.kind} ${owner.name} sets the replicas: scale that`,
        ru: `число реплик задаёт ${owner.kind} ${owner.name}: масштабируйте его`,
      });
    const scaler = await autoscalerOf(reader, target);
    // At 0 an autoscaler leaves the workload alone.
    if (scaler !== undefined && replicas > 0 && current > 0) {
      throw new Refusal('Autoscaled', {
        en: `HorizontalPodAutoscaler ${scaler} sets the replicas: change its minimum and maximum`,
        ru: `число реплик задаёт HorizontalPodAutoscaler ${scaler}: измените его минимум и максимум`,
      });
    }
    return {current, isManaged: isManaged(workload)};
  },
  notes: ({parameters: {replicas}, facts}) => [
    {en: `${facts.current} → ${replicas}`, ru: `${facts.current} → ${replicas}`},
    ...(facts.isManaged ? [managedNote] : []),
  ],
  steps: ({target, parameters: {replicas}}) => [
    patchStep({
      id: 'scale',
      title: {en: `Set spec.replicas to ${replicas}`, ru: `Задать spec.replicas: ${replicas}`},
      will: {en: 'One patch.', ru: 'Один патч.'},
      object: target,
      patch: {spec: {replicas}},
      verify: (reader, past) => followRollout(reader, target, past),
      commands: [`kubectl scale ${shellTarget(target.ref)} --replicas="$REPLICAS"`],
    }),
  ],
});

async function autoscalerOf(reader: Reader, {ref}: Target): Promise<string | undefined> {
  if (ref.namespace === undefined) return undefined;
  const scalers = await reader.list(autoscalerKind, {namespace: ref.namespace});
  const isOurs = (path: string, value: string) => (scaler: unknown) => readString(scaler, `spec.scaleTargetRef.${path}`) === value;
  return scalers.filter(isOurs('kind', ref.kind.kind)).find(isOurs('name', ref.name))?.metadata.name;
}
