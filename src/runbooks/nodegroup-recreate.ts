/** Has every machine of a cloud group made anew, a few at a time. */
import {readNumber} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import {readNodeGroup} from '../domain/node-group.ts';
import {annotationPatch, patchStep, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {followMachines, instancesOf} from './machine-progress.ts';
import {readGroups, readInstances, readPlatform} from './node-kinds.ts';
import {requirePlatform, typeOfGroup} from './node-world.ts';
import {nodeGroupTarget} from './targets.ts';

const rolloutAnnotation = 'manual-rollout-id';

export const nodegroupRecreate = defineRunbook({
  name: 'nodegroup-recreate',
  version: 1,
  group: 'nodes',
  risk: 'destructive',
  target: nodeGroupTarget,
  parameters: {},
  words: {
    title: {en: 'Re-create all machines of a group', ru: 'Пересоздать все машины группы'},
    why: {
      en: 'Machines that drifted, or an image that changed outside the class.',
      ru: 'Машины разошлись с шаблоном, или образ сменился в обход класса.',
    },
    will: {
      en: 'New machines are ordered, old ones drained and deleted, as many at a time as maxSurgePerZone and maxUnavailablePerZone allow.',
      ru: 'Новые машины заказываются, старые опустошаются и удаляются — столько за раз, сколько позволяют maxSurgePerZone и maxUnavailablePerZone.',
    },
    danger: {
      en: 'Every pod of the group moves; the drain of each machine ends by force after about 5 minutes. A begun roll-out is not taken back.',
      ru: 'Переедут все поды группы; опустошение каждой машины завершается силой примерно через 5 минут. Начатое не отменить.',
    },
  },
  permissions: [
    {verbs: ['get', 'patch'], group: 'deckhouse.io', resource: 'nodegroups', scope: 'target'},
    readGroups,
    readInstances,
    readPlatform,
  ],
  exampleFacts: {machines: [], rolloutId: '1', surge: 1, unavailable: 0},
  gather: async (reader, {target}) => {
    await requirePlatform(reader);
    const live = await readTarget(reader, target);
    const type = typeOfGroup(live);
    if (type !== 'CloudEphemeral')
      throw new Refusal('WrongType', {
        en: `the group is ${type}: only machines of CloudEphemeral groups are made by the platform`,
        ru: `группа — ${type}: платформа создаёт только машины групп CloudEphemeral`,
      });
    const {error = ''} = readNodeGroup(live);
    if (error !== '')
      throw new Refusal('GroupError', {en: `the group cannot order machines: ${error}`, ru: `группа не может заказывать машины: ${error}`});
    const machines = (await instancesOf(reader, target.ref.name)).map(({metadata}) => metadata.name);
    if (machines.length === 0) throw new Refusal('NothingToDo', {en: 'the group has no machines', ru: 'в группе нет машин'});
    return {
      machines,
      rolloutId: nextRolloutId(live),
      surge: readNumber(live, 'spec.cloudInstances.maxSurgePerZone') ?? 1,
      unavailable: readNumber(live, 'spec.cloudInstances.maxUnavailablePerZone') ?? 0,
    };
  },
  notes: ({facts: {machines, surge, unavailable}}) => [
    {
      en: `${machines.length} machines are re-created; in each zone ${surge} more at a time, ${unavailable} fewer.`,
      ru: `Будет пересоздано машин: ${machines.length}; в каждой зоне за раз на ${surge} больше, на ${unavailable} меньше.`,
    },
  ],
  steps: ({target, facts}) => [
    patchStep({
      id: 'roll-out',
      title: {en: 'Give the group a new manual-rollout-id', ru: 'Задать группе новый manual-rollout-id'},
      will: {en: 'Any new value of the annotation starts the roll-out.', ru: 'Любое новое значение аннотации запускает пересоздание.'},
      object: target,
      patch: annotationPatch({[rolloutAnnotation]: facts.rolloutId}),
      undo: 'none',
      verify: reader => followMachines(reader, target.ref.name, facts.machines),
      timeouts: {verify: Math.max(3600, 1800 * facts.machines.length)},
      commands: [`kubectl annotate ng "$TARGET" ${rolloutAnnotation}=${facts.rolloutId} --overwrite`],
    }),
  ],
});

/** New, and the same however often it is asked for. */
function nextRolloutId({metadata}: KubeObject): string {
  const count = /^deckhand-(\d+)$/.exec(metadata.annotations?.[rolloutAnnotation] ?? '');
  return `deckhand-${count === null ? 1 : Number(count[1]) + 1}`;
}
