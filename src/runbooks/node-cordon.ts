/** Keeps new pods off a node; those that run there stay. */
import {patchStep} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {patchNode} from './node-kinds.ts';
import {readNodeOf} from './node-world.ts';
import {nodeTarget} from './targets.ts';

export const nodeCordon = defineRunbook({
  name: 'node-cordon',
  version: 1,
  group: 'nodes',
  risk: 'change',
  target: nodeTarget,
  parameters: {},
  words: {
    title: {en: 'Cordon a node', ru: 'Запретить размещение подов на узле'},
    why: {en: 'Before work on the node, or when it misbehaves.', ru: 'Перед работами на узле или когда он ведёт себя странно.'},
    will: {
      en: 'The scheduler puts no new pods on it. Pods that run there keep running.',
      ru: 'Планировщик не будет ставить на него новые поды. Работающие поды останутся.',
    },
    danger: {
      en: 'If the other nodes are full, new pods stay Pending. node-uncordon takes it back.',
      ru: 'Если на других узлах нет места, новые поды останутся в Pending. Обратно — node-uncordon.',
    },
  },
  permissions: [patchNode],
  gather: async (reader, {target}) => {
    const node = await readNodeOf(reader, target);
    if (node.isCordoned)
      throw new Refusal('NothingToDo', {
        en: `Node ${target.ref.name} is cordoned already`,
        ru: `узел ${target.ref.name} уже выведен из планирования`,
      });
    return {group: node.group ?? ''};
  },
  notes: ({facts}) =>
    facts.group === ''
      ? []
      : [
          {
            en: `Group ${facts.group} no longer counts the node as available, and an automatic disruption of it waits until it is uncordoned.`,
            ru: `Группа ${facts.group} больше не считает узел доступным, а его автоматическое прерывание будет ждать возврата в планирование.`,
          },
        ],
  steps: ({target}) => [
    patchStep({
      id: 'cordon',
      title: {en: 'Set spec.unschedulable', ru: 'Установить spec.unschedulable'},
      will: {en: 'One patch of the Node.', ru: 'Один патч объекта Node.'},
      object: target,
      patch: {spec: {unschedulable: true}},
      commands: ['kubectl cordon "$TARGET"'],
    }),
  ],
});
