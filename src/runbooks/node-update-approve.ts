/** Lets a node that waits for its turn begin its update now, past the queue. */

import {judgeDisruptionWait} from '../domain/disruption-wait.ts';
import {readField} from '../domain/fields.ts';
import {readNode} from '../domain/node.ts';
import {readGroupRules} from '../domain/node-group.ts';
import {annotationPatch, patchStep} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {done, type Progress, type Target, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {nodeGroupKind, patchNode, readGroups, readInstances, readNodes} from './node-kinds.ts';
import {checkQuorum, nodesOfGroup, quorumNotes, readNodeOf, requireGroupOf, requireQuorum, sayUpdate} from './node-world.ts';
import {nodeTarget} from './targets.ts';

export const nodeUpdateApprove = defineRunbook({
  name: 'node-update-approve',
  version: 1,
  group: 'nodes',
  risk: 'change',
  target: nodeTarget,
  parameters: {},
  words: {
    title: {en: 'Let a waiting node update now', ru: 'Пропустить узел к обновлению вне очереди'},
    why: {
      en: 'The queue stands still: the group is not healthy, or its slots are taken.',
      ru: 'Очередь стоит: группа нездорова или все места заняты.',
    },
    will: {
      en: 'The node starts its update whatever maxConcurrent and the health of the group say. A disruption is still asked for on its own.',
      ru: 'Узел начнёт обновление, несмотря на maxConcurrent и состояние группы. Прерывание работы всё равно подтверждается отдельно.',
    },
    danger: {
      en: 'More nodes than planned are in change at once. Once begun, an update is not taken back.',
      ru: 'Одновременно меняется больше узлов, чем задумано. Начатое обновление не отменить.',
    },
  },
  permissions: [patchNode, readNodes, readGroups, readInstances],
  gather: async (reader, {target}) => {
    const node = await readNodeOf(reader, target);
    const group = await requireGroupOf(reader, node, target.ref.name);
    if (node.marks.isApproved) throw new Refusal('NothingToDo', {en: 'the update is approved already', ru: 'обновление уже подтверждено'});
    if (!node.marks.isWaitingForApproval)
      throw new Refusal('NotWaiting', {
        en: 'the node does not wait for an approval: there is nothing to let past',
        ru: 'узел не ждёт подтверждения: пропускать нечего',
      });
    const controlPlane = await requireQuorum(reader, target.ref.name);
    const nodes = await nodesOfGroup(reader, group.metadata.name);
    return {
      group: group.metadata.name,
      maxConcurrent: String(readField(group, 'spec.update.maxConcurrent') ?? 1),
      notReady: nodes.filter(node => readNode(node).ready?.status !== 'True').map(({metadata}) => metadata.name),
      controlPlane,
    };
  },
  notes: ({facts}) => [
    {
      en: `Group ${facts.group} updates ${facts.maxConcurrent} at a time; not Ready: ${facts.notReady.join(', ') || 'none'}.`,
      ru: `Группа ${facts.group} обновляет по ${facts.maxConcurrent}; не готовы: ${facts.notReady.join(', ') || 'нет таких'}.`,
    },
    ...quorumNotes(facts.controlPlane),
  ],
  steps: ({target}) => [
    patchStep({
      id: 'approve',
      title: {en: 'Annotate the node as approved', ru: 'Поставить узлу аннотацию approved'},
      will: {
        en: 'update.node.deckhouse.io/approved on the Node; its agent looks every 15 s.',
        ru: 'update.node.deckhouse.io/approved на Node; агент узла проверяет её каждые 15 с.',
      },
      object: target,
      patch: live => {
        const {marks} = readNode(live);
        return marks.isApproved || !marks.isWaitingForApproval ? undefined : annotationPatch({'update.node.deckhouse.io/approved': ''});
      },
      undo: 'none',
      precheck: reader => checkQuorum(reader, target.ref.name),
      verify: reader => followUpdate(reader, target),
      timeouts: {verify: 3600},
      commands: ['kubectl annotate node "$TARGET" update.node.deckhouse.io/approved='],
    }),
  ],
});

/** Ends where somebody else has to decide: a disruption has a runbook of its own. */
async function followUpdate(reader: Reader, target: Target): Promise<Progress> {
  const node = await readNodeOf(reader, target);
  const {marks} = node;
  if (!marks.isApproved && !marks.isWaitingForApproval && node.ready?.status === 'True') return done({en: 'up to date', ru: 'обновлён'});
  const seen = await sayUpdate(reader, target.ref.name, node);
  const isDisruptionAsked = marks.isDisruptionRequired && !marks.isDisruptionApproved && !marks.isDraining && !marks.isDrained;
  const group = node.group === undefined ? undefined : await reader.get({kind: nodeGroupKind, name: node.group});
  if (isDisruptionAsked && group !== undefined && judgeDisruptionWait(readGroupRules(group), reader.now(), undefined).word !== 'busy') {
    return done({
      en: `the update began and waits for its disruption: ${seen.en}; node-disruption-approve lets it go on`,
      ru: `обновление началось и ждёт разрешения на простой: ${seen.ru}; продолжить — node-disruption-approve`,
    });
  }
  return waiting({en: 'the update done', ru: 'обновление завершено'}, seen);
}
