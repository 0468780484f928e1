/** Lets an update disturb a node: the step that needs downtime goes on. */
import {readNode} from '../domain/node.ts';
import {readGroupRules} from '../domain/node-group.ts';
import {annotationPatch, patchStep} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {done, waiting} from '../engine/define-step.ts';
import {patchNode, readGroups, readInstances, readNodes} from './node-kinds.ts';
import {checkQuorum, nodesOfGroup, quorumNotes, readNodeOf, requireGroupOf, requireQuorum, sayUpdate} from './node-world.ts';
import {nodeTarget} from './targets.ts';

export const nodeDisruptionApprove = defineRunbook({
  name: 'node-disruption-approve',
  version: 1,
  group: 'nodes',
  risk: 'change',
  target: nodeTarget,
  parameters: {
    uncordon: {
      type: 'boolean',
      words: {
        en: 'Uncordon at the end; without a word: where the node was drained by hand (drained=user)',
        ru: 'Вернуть в планирование в конце; если не указано — когда узел опустошали вручную (drained=user)',
      },
    },
  },
  words: {
    title: {en: 'Approve the disruption of a node', ru: 'Подтвердить прерывание работы узла'},
    why: {
      en: 'An update needs downtime (kernel, container runtime, …), and in Manual mode a person says when.',
      ru: 'Обновлению нужна остановка (ядро, среда контейнеров …), а в режиме Manual время выбирает человек.',
    },
    will: {
      en: 'The node goes on with its update: services restart, often the node itself. The run follows until it is up to date.',
      ru: 'Узел продолжит обновление: перезапустятся службы, часто и сам узел. Запуск следит, пока узел не обновится.',
    },
    danger: {
      en: 'Manual mode moves no pods: those on the node stop with it. Run node-drain before, if they must not. It cannot be taken back.',
      ru: 'В режиме Manual поды не переносятся: они остановятся вместе с узлом. Если так нельзя — сначала node-drain. Отменить нельзя.',
    },
  },
  permissions: [patchNode, readNodes, readGroups, readInstances],
  gather: async (reader, {target, parameters}) => {
    const node = await readNodeOf(reader, target);
    const group = readGroupRules(await requireGroupOf(reader, node, target.ref.name));
    if (group.approvalMode === 'RollingUpdate') {
      throw new Refusal('RollingUpdate', {
        en: `group ${group.name} replaces its nodes instead of disturbing them; instance-replace does it by hand`,
        ru: `группа ${group.name} заменяет узлы, а не прерывает их работу; вручную это делает instance-replace`,
      });
    }
    if (node.marks.isDisruptionApproved)
      throw new Refusal('NothingToDo', {en: 'the disruption is approved already', ru: 'простой уже подтверждён'});
    if (!node.marks.isDisruptionRequired)
      throw new Refusal('NotWaiting', {
        en: 'the node asks for no disruption: there is nothing to approve',
        ru: 'узел не просит подтвердить простой: подтверждать нечего',
      });
    if (node.marks.isDraining)
      throw new Refusal('Draining', {
        en: 'the node is being drained for it: the platform approves when that is done',
        ru: 'узел опустошают для этого: когда закончат, платформа подтвердит сама',
      });
    const controlPlane = await requireQuorum(reader, target.ref.name);
    const others = (await nodesOfGroup(reader, group.name)).filter(({metadata}) => metadata.name !== target.ref.name);
    return {
      group: group.name,
      mode: group.approvalMode,
      notReady: others.filter(node => readNode(node).ready?.status !== 'True').map(({metadata}) => metadata.name),
      isCordoned: node.isCordoned,
      isUncordonWanted: node.isCordoned && (parameters.uncordon ?? node.drainedBy === 'user'),
      controlPlane,
    };
  },
  notes: ({facts}) => [
    ...(facts.mode === 'Automatic'
      ? [
          {
            en: 'The group is Automatic: the platform would drain the node and approve in its window. Approving by hand skips both.',
            ru: 'Группа в режиме Automatic: платформа сама опустошит узел и подтвердит в своё окно. Ручное подтверждение минует и то и другое.',
          },
        ]
      : []),
    ...(facts.notReady.length > 0
      ? [
          {
            en: `Of group ${facts.group} not Ready besides: ${facts.notReady.join(', ')}.`,
            ru: `В группе ${facts.group} не готовы также: ${facts.notReady.join(', ')}.`,
          },
        ]
      : []),
    ...(facts.isCordoned && !facts.isUncordonWanted
      ? [{en: 'The node stays cordoned; node-uncordon brings it back.', ru: 'Узел останется вне планирования; вернуть — node-uncordon.'}]
      : []),
    ...quorumNotes(facts.controlPlane),
  ],
  steps: ({target, facts}) => [
    patchStep({
      id: 'approve',
      title: {en: 'Annotate the disruption as approved', ru: 'Поставить аннотацию disruption-approved'},
      will: {
        en: 'update.node.deckhouse.io/disruption-approved on the Node; its agent looks every 15 s.',
        ru: 'update.node.deckhouse.io/disruption-approved на Node; агент узла проверяет её каждые 15 с.',
      },
      object: target,
      patch: live => {
        const {marks} = readNode(live);
        return marks.isDisruptionApproved || !marks.isDisruptionRequired
          ? undefined
          : annotationPatch({'update.node.deckhouse.io/disruption-approved': ''});
      },
      undo: 'none',
      precheck: reader => checkQuorum(reader, target.ref.name),
      verify: async reader => {
        const node = await readNodeOf(reader, target);
        const isOver = !node.marks.isApproved && !node.marks.isDisruptionRequired && !node.marks.isDisruptionApproved;
        if (isOver && node.ready?.status === 'True') return done({en: 'up to date', ru: 'обновлён'});
        return waiting({en: 'the update done', ru: 'обновление завершено'}, await sayUpdate(reader, target.ref.name, node));
      },
      timeouts: {verify: 3600},
      commands: ['kubectl annotate node "$TARGET" update.node.deckhouse.io/disruption-approved='],
    }),
    ...(facts.isUncordonWanted
      ? [
          patchStep({
            id: 'uncordon',
            title: {en: 'Uncordon the node', ru: 'Вернуть узел в планирование'},
            will: {en: 'A node drained by hand is brought back by hand.', ru: 'Узел, опустошённый вручную, вручную и возвращают.'},
            object: target,
            patch: {spec: {unschedulable: null}},
            commands: ['kubectl uncordon "$TARGET"'],
          }),
        ]
      : []),
  ],
});
