/** Empties a node and keeps it empty. */
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {drainNotes, drainPermissions, drainSteps, gatherDrain} from './drain-steps.ts';
import {readNodeOf} from './node-world.ts';
import {nodeTarget} from './targets.ts';

export const nodeDrain = defineRunbook({
  name: 'node-drain',
  version: 1,
  group: 'nodes',
  risk: 'destructive',
  target: nodeTarget,
  parameters: {},
  words: {
    title: {en: 'Drain a node', ru: 'Опустошить узел (drain)'},
    why: {en: 'Before the node is stopped, repaired or taken away.', ru: 'Перед остановкой, ремонтом или выводом узла.'},
    will: {
      en: 'The node is cordoned and its pods are evicted, as fast as their disruption budgets allow.',
      ru: 'Узел выводится из планирования, поды вытесняются так быстро, как позволяют их PDB.',
    },
    danger: {
      en: 'Evicted pods need room elsewhere, and data in emptyDir is lost. Undo uncordons; the pods stay where they went.',
      ru: 'Вытесненным подам нужно место на других узлах, данные в emptyDir теряются. Откат возвращает узел, но не поды.',
    },
  },
  permissions: drainPermissions,
  exampleFacts: {way: 'eviction', timeoutSeconds: 600, wasCordoned: false, unowned: []},
  gather: async (reader, {target}) => {
    const {marks, drainedBy, isCordoned} = await readNodeOf(reader, target);
    if (marks.isDraining)
      throw new Refusal('Draining', {
        en: 'the node is being drained already: follow it in the view of nodes',
        ru: 'узел уже опустошают: следите за ним в таблице узлов',
      });
    if (drainedBy === 'user' && isCordoned)
      throw new Refusal('NothingToDo', {
        en: 'the node is drained already; node-uncordon brings it back',
        ru: 'узел уже опустошён; вернуть его — node-uncordon',
      });
    if (drainedBy === 'bashible')
      throw new Refusal('NothingToDo', {
        en: 'the platform has drained the node for its update and brings it back by itself',
        ru: 'платформа опустошила узел для обновления и вернёт его сама',
      });
    return await gatherDrain(reader, target);
  },
  notes: ({facts}) => drainNotes(facts),
  steps: ({target, facts}) => drainSteps(target, facts),
});
