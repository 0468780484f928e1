/** Changes a node group, and says first what that costs its nodes. */
import {type Fields, isFields, readField, readFields, readNumber} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import {inversePatch, isPatched, mergePatch} from '../domain/merge-patch.ts';
import {readNodeGroup} from '../domain/node-group.ts';
import {costWords, type FieldCost, nodeGroupCosts} from '../domain/node-group-cost.ts';
import {nodeGroupChangeFaults} from '../domain/node-group-rules.ts';
import {patchStep, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {done, failed, type Progress, type Target, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {followMachines, instancesOf} from './machine-progress.ts';
import {readSpecRules, requireSoundSpec, sizeNotes} from './node-group-spec.ts';
import {readGroups, readInstances, readPlatform} from './node-kinds.ts';
import {isPlatformThere} from './node-world.ts';
import {nodeGroupTarget} from './targets.ts';

/** How many nodes there will be; null where the patch does not say, or the zones are not known. */
type Size = {readonly min: number | null; readonly max: number | null};

export const nodegroupEdit = defineRunbook({
  name: 'nodegroup-edit',
  version: 1,
  group: 'nodes',
  risk: 'destructive',
  target: nodeGroupTarget,
  parameters: {
    patch: {
      type: 'fields',
      isRequired: true,
      words: {
        en: 'What to change, as a merge patch: {"spec": {…}}; null removes a field',
        ru: 'Что изменить, в виде merge patch: {"spec": {…}}; null удаляет поле',
      },
    },
  },
  words: {
    title: {en: 'Edit a node group', ru: 'Изменить группу узлов'},
    why: {
      en: 'Size, class, labels, how it updates, what runs on its nodes.',
      ru: 'Размер, класс, метки, порядок обновления, настройки узлов.',
    },
    will: {
      en: 'The group is patched; the platform brings its nodes into line. What that costs stands below.',
      ru: 'Группа изменяется; платформа приводит узлы в соответствие. Во что это обойдётся — ниже.',
    },
    danger: {
      en: 'Undo puts the fields back; nodes that were re-created, disrupted or removed meanwhile do not come back.',
      ru: 'Откат вернёт поля; уже пересозданные, прерванные или удалённые узлы не вернутся.',
    },
  },
  permissions: [
    {verbs: ['get', 'patch'], group: 'deckhouse.io', resource: 'nodegroups', scope: 'target'},
    readGroups,
    readInstances,
    readPlatform,
    ...readSpecRules,
  ],
  exampleFacts: {
    costs: [],
    before: {},
    size: {min: null, max: null},
    isRemoving: false,
    isResized: false,
    machines: [],
    isPlatform: true,
    after: {},
  },
  gather: async (reader, {target, parameters: {patch}}) => {
    requirePlainPatch(patch);
    const live = await readTarget(reader, target);
    if (isPatched(live, patch)) throw new Refusal('NothingToDo', {en: 'the group is so already', ru: 'группа уже такая'});
    const before = readFields(live, 'spec');
    const after = mergePatch(before, readFields(patch, 'spec'));
    await requireSoundSpec(reader, after, nodeGroupChangeFaults(before, after));
    const costs = nodeGroupCosts(before, after);
    const isRecreated = costs.some(({cost}) => cost === 'recreate');
    return {
      costs,
      /** Somebody else's change of the same fields is another plan. */
      before: inversePatch(live, patch),
      size: sizeAfter(live, after, costs),
      isRemoving: isRemoving(live, after, costs),
      isResized: costs.some(({path}) => path.endsWith('PerZone') || path === 'staticInstances.count'),
      machines: isRecreated ? (await instancesOf(reader, target.ref.name)).map(({metadata}) => metadata.name) : [],
      isPlatform: await isPlatformThere(reader),
      after,
    };
  },
  riskOf: ({facts}) => (facts.machines.length > 0 || facts.isRemoving ? 'destructive' : 'change'),
  notes: ({facts}) => [
    ...costWords(facts.costs),
    ...(facts.machines.length > 0
      ? [{en: `Machines to be re-created: ${facts.machines.length}.`, ru: `Будет пересоздано машин: ${facts.machines.length}.`}]
      : []),
    ...(facts.isResized ? sizeNotes(facts.after) : []),
  ],
  steps: ({target, parameters: {patch}, facts}) => [
    patchStep({
      id: 'edit',
      title: {en: 'Patch the NodeGroup', ru: 'Изменить NodeGroup'},
      will: {
        en: 'One merge patch; the run follows machines that come and go.',
        ru: 'Один merge patch; запуск следит за появлением и уходом машин.',
      },
      object: target,
      patch,
      verify: reader => followEdit(reader, target, facts),
      timeouts: {verify: Math.max(3600, 1800 * facts.machines.length)},
      commands: ['kubectl patch ng "$TARGET" --type=merge -p "$PATCH"'],
    }),
  ],
});

function requirePlainPatch(patch: Fields): void {
  const {spec, metadata = {}, ...rest} = patch;
  const strange = [...Object.keys(rest), ...(isFields(metadata) ? Object.keys(metadata) : ['metadata'])].filter(
    name => name !== 'labels' && name !== 'annotations',
  );
  if (strange.length > 0)
    throw new Refusal('BadPatch', {
      en: `the patch may change spec, labels and annotations, not ${strange.join(', ')}`,
      ru: `патч может менять spec, labels и annotations, но не ${strange.join(', ')}`,
    });
  if (spec !== undefined && !isFields(spec))
    throw new Refusal('BadPatch', {
      en: 'spec in the patch must be an object: {"spec": {"field": value}}',
      ru: 'spec в патче должен быть объектом: {"spec": {"поле": значение}}',
    });
}

function sizeAfter(live: KubeObject, after: Fields, costs: readonly FieldCost[]): Size {
  const zones = zonesOf(live);
  const isChanged = costs.some(({path}) => path === 'cloudInstances.minPerZone' || path === 'cloudInstances.maxPerZone');
  if (!isChanged || zones === undefined) return {min: null, max: null};
  const bound = (name: string) => {
    const perZone = readNumber(after, `cloudInstances.${name}`);
    return perZone === undefined ? null : perZone * zones;
  };
  return {min: bound('minPerZone'), max: bound('maxPerZone')};
}

/** The status knows the totals; without a maximum there is nothing to divide. */
function zonesOf(live: KubeObject): number | undefined {
  const [total, perZone] = [readNodeGroup(live).max, readNumber(live, 'spec.cloudInstances.maxPerZone')];
  return total === undefined || perZone === undefined || perZone === 0 ? undefined : total / perZone;
}

/** A lower maximum that is still above what there is takes nothing away. */
function isRemoving(live: KubeObject, after: Fields, costs: readonly FieldCost[]): boolean {
  const removing = costs.filter(({cost}) => cost === 'removal');
  if (removing.length === 0) return false;
  const {max} = sizeAfter(live, after, costs);
  const {desired, nodes} = readNodeGroup(live);
  const isMaximumOnly = removing.every(({path}) => path === 'cloudInstances.maxPerZone');
  if (isMaximumOnly && max !== null && desired !== undefined) return desired > max;
  return !isMaximumOnly && readField(after, 'staticInstances.count') !== undefined ? (nodes ?? 1) > 0 : true;
}

type EditFacts = {readonly machines: readonly string[]; readonly size: Size; readonly isPlatform: boolean};

async function followEdit(reader: Reader, target: Target, {machines, size, isPlatform}: EditFacts): Promise<Progress> {
  const facts = readNodeGroup(await readTarget(reader, target));
  if (!isPlatform) return done({en: 'patched; nobody looks after the group here', ru: 'изменена; здесь за группой никто не следит'});
  if (facts.error !== undefined && facts.error !== '')
    return failed('GroupError', {
      en: `the platform does not accept the group: ${facts.error}`,
      ru: `платформа не принимает группу: ${facts.error}`,
    });
  if (machines.length > 0) return await followMachines(reader, target.ref.name, machines);
  const {nodes = 0, ready = 0, desired = nodes, lastFailure} = facts;
  const isTooFew = size.min !== null && (ready < size.min || desired < size.min);
  const isTooMany = size.max !== null && (nodes > size.max || desired > size.max);
  if (!isTooFew && !isTooMany) return done({en: `${nodes} nodes, ${ready} Ready`, ru: `узлов ${nodes}, Ready ${ready}`});
  const failure = lastFailure === undefined ? '' : `; ${lastFailure.machine}: ${lastFailure.description}`;
  return waiting(
    {
      en: `${size.min ?? 0} to ${size.max ?? 'any'} nodes`,
      ru: size.max === null ? `узлов не меньше ${size.min ?? 0}` : `узлов от ${size.min ?? 0} до ${size.max}`,
    },
    {
      en: `${desired} ordered, ${nodes} nodes, ${ready} Ready${failure}`,
      ru: `заказано ${desired}, узлов ${nodes}, Ready ${ready}${failure}`,
    },
  );
}
