/** Lets the scheduler use a node again. */
import {patchStep} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {done, waiting} from '../engine/define-step.ts';
import {patchNode} from './node-kinds.ts';
import {readNodeOf} from './node-world.ts';
import {nodeTarget} from './targets.ts';

export const nodeUncordon = defineRunbook({
  name: 'node-uncordon',
  version: 1,
  group: 'nodes',
  risk: 'change',
  target: nodeTarget,
  parameters: {},
  words: {
    title: {en: 'Uncordon a node', ru: 'Вернуть узел в планирование'},
    why: {en: 'After work on the node, or after a drain.', ru: 'После работ на узле или после его опустошения (drain).'},
    will: {
      en: 'The scheduler may put pods on it again. Pods that left do not come back by themselves.',
      ru: 'Планировщик снова может ставить на него поды. Ушедшие поды сами не вернутся.',
    },
    danger: {
      en: 'A node that is still sick gets pods again. node-cordon takes it back.',
      ru: 'Больной узел снова получит поды. Обратно — node-cordon.',
    },
  },
  permissions: [patchNode],
  gather: async (reader, {target}) => {
    const node = await readNodeOf(reader, target);
    if (!node.isCordoned)
      throw new Refusal('NothingToDo', {
        en: `Node ${target.ref.name} is not cordoned`,
        ru: `узел ${target.ref.name} не выведен из планирования`,
      });
    if (node.marks.isDraining) {
      throw new Refusal('Draining', {
        en: 'the node is being drained: wait for the end, or remove the annotation update.node.deckhouse.io/draining first',
        ru: 'узел опустошают: дождитесь конца или сначала снимите аннотацию update.node.deckhouse.io/draining',
      });
    }
    if (node.isLeaving)
      throw new Refusal('Leaving', {
        en: 'the autoscaler is removing the node: it would be cordoned again',
        ru: 'узел удаляет автомасштабирование: его снова выведут из планирования',
      });
    return {drainedBy: node.drainedBy ?? ''};
  },
  notes: ({facts}) =>
    facts.drainedBy === 'bashible'
      ? [
          {
            en: 'The platform drained the node for its update and uncordons it by itself; pods that come now are disrupted again.',
            ru: 'Платформа опустошила узел для обновления и сама вернёт его; поды, пришедшие сейчас, снова прервутся.',
          },
        ]
      : [],
  steps: ({target, facts}) => [
    patchStep({
      id: 'uncordon',
      title: {en: 'Clear spec.unschedulable', ru: 'Снять spec.unschedulable'},
      will: {en: 'One patch of the Node.', ru: 'Один патч объекта Node.'},
      object: target,
      patch: {spec: {unschedulable: null}},
      verify: async reader => {
        const node = await readNodeOf(reader, target);
        if (node.isCordoned) return waiting(schedulable, {en: 'cordoned again by somebody', ru: 'кто-то снова вывел его из планирования'});
        return done(
          facts.drainedBy === 'user'
            ? {
                en: 'schedulable; the platform clears its mark drained=user',
                ru: 'принимает поды; отметку drained=user платформа снимет',
              }
            : schedulable,
        );
      },
      timeouts: {verify: 30},
      commands: ['kubectl uncordon "$TARGET"'],
    }),
  ],
});

const schedulable = {en: 'schedulable', ru: 'принимает поды'};
