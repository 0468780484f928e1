/** Changes what the machines of a class look like; those that there are get re-created. */
import {readString} from '../domain/fields.ts';
import {inversePatch, isPatched} from '../domain/merge-patch.ts';
import {describeRef} from '../domain/object-ref.ts';
import {joinWords, type Words} from '../domain/words.ts';
import {patchStep, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {done, type Progress} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {classPlurals, patchClasses} from './instance-classes.ts';
import {classOf, followMachines, instancesOf} from './machine-progress.ts';
import {nodeGroupKind, readGroups, readInstances, readPlatform} from './node-kinds.ts';
import {isPlatformThere} from './node-world.ts';

export const instanceclassEdit = defineRunbook({
  name: 'instanceclass-edit',
  version: 1,
  group: 'nodes',
  risk: 'destructive',
  target: {kind: 'any'},
  parameters: {
    patch: {
      type: 'fields',
      isRequired: true,
      words: {en: 'What to change, as a merge patch: {"spec": {…}}', ru: 'Что изменить, в виде merge patch: {"spec": {…}}'},
    },
  },
  words: {
    title: {en: 'Edit an instance class', ru: 'Изменить класс машин'},
    why: {en: 'More memory, another disk, another image.', ru: 'Больше памяти, другой диск, другой образ.'},
    will: {
      en: 'The class is patched. Every machine of the groups that use it is ordered anew, a few at a time (maxSurgePerZone).',
      ru: 'Класс изменяется. Все машины использующих его групп заказываются заново, по нескольку за раз (maxSurgePerZone).',
    },
    danger: {
      en: 'The drain of each machine ends by force after about 5 minutes. Undo puts the fields back and re-creates the machines once more.',
      ru: 'Опустошение каждой машины завершается силой примерно через 5 минут. Откат вернёт поля и пересоздаст машины ещё раз.',
    },
  },
  permissions: [...patchClasses, readGroups, readInstances, readPlatform],
  exampleFacts: {machines: [], before: {}, isPlatform: true},
  gather: async (reader, {target, parameters: {patch}}) => {
    const {kind, name} = target.ref;
    if (kind.group !== 'deckhouse.io' || !classPlurals.includes(kind.plural)) {
      throw new Refusal('WrongKind', {
        en: `${describeRef(target.ref)} is no instance class: name one as yandexinstanceclasses.deckhouse.io/NAME`,
        ru: `${describeRef(target.ref)} — не класс машин: назовите его как yandexinstanceclasses.deckhouse.io/ИМЯ`,
      });
    }
    const strange = Object.keys(patch).filter(field => field !== 'spec');
    if (strange.length > 0)
      throw new Refusal('BadPatch', {
        en: `the patch may change spec, not ${strange.join(', ')}`,
        ru: `патч может менять spec, но не ${strange.join(', ')}`,
      });
    const live = await readTarget(reader, target);
    if (isPatched(live, patch)) throw new Refusal('NothingToDo', {en: 'the class is so already', ru: 'класс уже такой'});
    const groups = (await reader.list(nodeGroupKind)).filter(group => {
      const used = classOf(group);
      return used.name === name && used.kind === kind.kind && readString(group, 'spec.nodeType') === 'CloudEphemeral';
    });
    const machines: {group: string; names: readonly string[]}[] = [];
    for (const {metadata} of groups) {
      machines.push({group: metadata.name, names: (await instancesOf(reader, metadata.name)).map(instance => instance.metadata.name)});
    }
    return {machines, before: inversePatch(live, patch), isPlatform: await isPlatformThere(reader)};
  },
  riskOf: ({facts}) => (facts.machines.some(({names}) => names.length > 0) ? 'destructive' : 'change'),
  notes: ({facts: {machines}}) =>
    machines.length === 0
      ? [{en: 'No group uses the class: nothing is re-created.', ru: 'Класс никто не использует: ничего не пересоздаётся.'}]
      : machines.map(({group, names}) => ({
          en: `Group ${group}: ${names.length} machines are re-created.`,
          ru: `Группа ${group}: будет пересоздано машин: ${names.length}.`,
        })),
  steps: ({target, parameters: {patch}, facts}) => {
    const count = facts.machines.reduce((sum, {names}) => sum + names.length, 0);
    return [
      patchStep({
        id: 'edit',
        title: {en: 'Patch the instance class', ru: 'Изменить класс машин'},
        will: {
          en: 'One merge patch; the run follows the machines of each group.',
          ru: 'Один merge patch; запуск следит за машинами каждой группы.',
        },
        object: target,
        patch,
        verify: reader => followGroups(reader, facts.isPlatform ? facts.machines : []),
        timeouts: {verify: Math.max(3600, 1800 * count)},
        commands: ['kubectl patch "$TARGET" --type=merge -p "$PATCH"'],
      }),
    ];
  },
});

/** The first group that is not through speaks. */
async function followGroups(
  reader: Reader,
  machines: readonly {readonly group: string; readonly names: readonly string[]}[],
): Promise<Progress> {
  for (const {group, names} of machines) {
    const progress = await followMachines(reader, group, names);
    if (progress.kind === 'waiting') return {...progress, seen: ofGroup(group, progress.seen)};
    if (progress.kind === 'failed') return {...progress, message: ofGroup(group, progress.message)};
  }
  return done(
    machines.length === 0 ? {en: 'patched', ru: 'изменён'} : {en: 'every machine is of the new shape', ru: 'все машины новой формы'},
  );
}

function ofGroup(group: string, said: string | Words): Words {
  return joinWords([{en: `group ${group}`, ru: `группа ${group}`}, said], ': ');
}
