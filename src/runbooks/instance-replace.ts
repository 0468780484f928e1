/** Has one cloud machine deleted and another ordered in its place. */
import {readNumber} from '../domain/fields.ts';
import {readInstance} from '../domain/instance.ts';
import {readNodeGroup} from '../domain/node-group.ts';
import {readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {done, type Progress, type Target, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {followMachines, sayInstance} from './machine-progress.ts';
import {readGroups, readInstances} from './node-kinds.ts';
import {requireGroup, typeOfGroup} from './node-world.ts';
import {instanceTarget} from './targets.ts';

export const instanceReplace = defineRunbook({
  name: 'instance-replace',
  version: 1,
  group: 'nodes',
  risk: 'destructive',
  target: instanceTarget,
  parameters: {},
  words: {
    title: {en: 'Replace a cloud machine', ru: 'Заменить облачную машину'},
    why: {en: 'The machine is sick, or its node never came up.', ru: 'Машина неисправна или узел так и не поднялся.'},
    will: {
      en: 'The machine is drained and deleted with its disks; the group orders a new one if it then has too few.',
      ru: 'Машина опустошается и удаляется вместе с дисками; группа закажет новую, если машин станет меньше нужного.',
    },
    danger: {
      en: 'The drain of a machine that goes ends by force after about 5 minutes, whatever the budgets say. It cannot be taken back.',
      ru: 'Опустошение удаляемой машины завершается силой примерно через 5 минут, что бы ни говорили PDB. Отменить нельзя.',
    },
  },
  permissions: [{verbs: ['get', 'delete'], group: 'deckhouse.io', resource: 'instances', scope: 'target'}, readInstances, readGroups],
  exampleFacts: {group: '$GROUP', node: '', min: 1, max: 1, isOnlyNode: false},
  gather: async (reader, {target}) => {
    const facts = readInstance(await readTarget(reader, target));
    if (facts.deletion !== undefined)
      throw new Refusal('NothingToDo', {en: 'the machine is being deleted already', ru: 'машина уже удаляется'});
    if (facts.group === undefined)
      throw new Refusal('NoGroup', {
        en: 'the Instance belongs to no NodeGroup: nothing would be ordered in its place',
        ru: 'Instance не входит ни в одну NodeGroup: взамен ничего не закажут',
      });
    const object = await requireGroup(reader, facts.group);
    const type = typeOfGroup(object);
    if (type !== 'CloudEphemeral') {
      throw new Refusal('WrongType', {
        en: `group ${facts.group} is ${type}: only machines of CloudEphemeral groups are ordered anew`,
        ru: `группа ${facts.group} — ${type}: заново заказываются только машины групп CloudEphemeral`,
      });
    }
    const {error = '', nodes = 0} = readNodeGroup(object);
    if (error !== '')
      throw new Refusal('GroupError', {
        en: `group ${facts.group} cannot order machines: ${error}`,
        ru: `группа ${facts.group} не может заказывать машины: ${error}`,
      });
    return {
      group: facts.group,
      node: facts.nodeName ?? '',
      min: readNumber(object, 'spec.cloudInstances.minPerZone') ?? 0,
      max: readNumber(object, 'spec.cloudInstances.maxPerZone') ?? 0,
      isOnlyNode: nodes === 1,
    };
  },
  notes: ({facts}) => [
    {
      en: `Group ${facts.group}: ${facts.min} to ${facts.max} machines per zone${facts.node === '' ? '' : `; node ${facts.node} goes`}.`,
      ru: `Группа ${facts.group}: от ${facts.min} до ${facts.max} машин на зону${facts.node === '' ? '' : `; уйдёт узел ${facts.node}`}.`,
    },
    ...(facts.isOnlyNode
      ? [
          {
            en: 'It is the only node of its group: its pods wait for the new one.',
            ru: 'Это единственный узел группы: поды будут ждать нового.',
          },
        ]
      : []),
  ],
  steps: ({target, facts}) => [
    {
      id: 'delete',
      effect: 'K8sCas',
      title: {en: 'Delete the Instance', ru: 'Удалить Instance'},
      will: {
        en: 'The platform drains the machine, deletes it and lets the Instance go.',
        ru: 'Платформа опустошит машину, удалит её и отпустит Instance.',
      },
      act: async reader => {
        const live = await reader.get(target.ref);
        if (live === undefined || live.metadata.uid !== target.uid || readInstance(live).deletion !== undefined) return [];
        return [{kind: 'delete', ref: target.ref, uid: target.uid, propagation: 'Background'}];
      },
      verify: reader => followDeletion(reader, target),
      timeouts: {verify: 3600},
      commands: ['kubectl delete instance "$TARGET" --wait=false'],
    },
    {
      id: 'await-new',
      effect: 'K8sCas',
      title: {en: 'Wait for the machine in its place', ru: 'Дождаться новой машины'},
      will: {en: 'Nothing is written; the group orders what it lacks.', ru: 'Ничего не пишется; группа закажет недостающее.'},
      act: () => Promise.resolve([]),
      verify: reader => followMachines(reader, facts.group, [target.ref.name]),
      timeouts: {verify: 3600},
      commands: [`kubectl get instances -l node.deckhouse.io/group=${facts.group}`],
    },
  ],
});

async function followDeletion(reader: Reader, target: Target): Promise<Progress> {
  const live = await reader.get(target.ref);
  if (live === undefined || live.metadata.uid !== target.uid) return done({en: 'the machine is gone', ru: 'машины больше нет'});
  return waiting({en: 'the machine gone', ru: 'машины нет'}, sayInstance(readInstance(live), reader.now()));
}
