/** Makes a node group of any type. */
import type {Fields} from '../domain/fields.ts';
import {isPatched, mergePatch} from '../domain/merge-patch.ts';
import {type NodeGroupFacts, readNodeGroup} from '../domain/node-group.ts';
import {nodeGroupNameFault, nodeTypes} from '../domain/node-group-rules.ts';
import {objectFor} from '../domain/object-ref.ts';
import type {ParametersOf} from '../engine/define-parameter.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {done, failed, type Progress, type Target, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {classNames} from './instance-classes.ts';
import {readSpecRules, requireSoundSpec, sizeNotes} from './node-group-spec.ts';
import {readGroups, readPlatform} from './node-kinds.ts';
import {isPlatformThere} from './node-world.ts';
import {nodeGroupTarget} from './targets.ts';

const parameters = {
  type: {
    type: 'string',
    isRequired: true,
    isClosed: true,
    choices: () => Promise.resolve(nodeTypes),
    words: {
      en: 'Who makes the machines: the platform by load (CloudEphemeral), the installer (CloudPermanent), people in the cloud (CloudStatic) or elsewhere (Static)',
      ru: 'Кто создаёт машины: платформа по нагрузке (CloudEphemeral), установщик (CloudPermanent), люди в облаке (CloudStatic) или вне его (Static)',
    },
  },
  class: {
    type: 'string',
    choices: classNames,
    words: {en: 'Instance class, as Kind/name (cloud)', ru: 'Класс машин в виде Kind/имя (облако)'},
  },
  min: {type: 'integer', min: 0, words: {en: 'Fewest machines per zone (cloud)', ru: 'Минимум машин на зону (облако)'}},
  max: {
    type: 'integer',
    min: 0,
    words: {
      en: 'Most machines per zone (cloud); equal to min: fixed size',
      ru: 'Максимум машин на зону (облако); равен min — размер постоянный',
    },
  },
  zones: {type: 'list', words: {en: 'Zones; all where absent', ru: 'Зоны; без указания — все'}},
  count: {type: 'integer', min: 0, words: {en: 'Hosts to take over SSH (static)', ru: 'Сколько серверов взять по SSH (статические)'}},
  selector: {
    type: 'fields',
    words: {
      en: 'Labels of the StaticInstances to take; can be added later, never changed',
      ru: 'Метки нужных StaticInstance; добавить можно позже, изменить — нет',
    },
  },
  labels: {type: 'fields', words: {en: 'Labels of the nodes', ru: 'Метки узлов'}},
  taints: {type: 'list', words: {en: 'Taints of the nodes: {key, value, effect}', ru: 'Taint-ы узлов: {key, value, effect}'}},
  disruptions: {
    type: 'string',
    isClosed: true,
    choices: () => Promise.resolve(['Automatic', 'Manual', 'RollingUpdate']),
    words: {en: 'How disruptions are approved; Automatic where absent', ru: 'Как подтверждаются прерывания; без указания — Automatic'},
  },
  spec: {type: 'fields', words: {en: 'Anything else of spec, laid over the rest', ru: 'Остальное из spec, накладывается поверх'}},
} as const;

export const nodegroupCreate = defineRunbook({
  name: 'nodegroup-create',
  version: 1,
  group: 'nodes',
  risk: 'change',
  target: {...nodeGroupTarget, isNew: true},
  parameters,
  words: {
    title: {en: 'Create a node group', ru: 'Создать группу узлов'},
    why: {en: 'A set of nodes with settings of their own.', ru: 'Набор узлов с собственными настройками.'},
    will: {
      en: 'The group is made; a CloudEphemeral one orders its machines at once, the others wait for hosts.',
      ru: 'Группа создаётся; CloudEphemeral сразу заказывает машины, остальные ждут серверов.',
    },
    danger: {
      en: 'The type never changes afterwards. Undo deletes the group with the machines that it ordered.',
      ru: 'Тип потом не изменить. Откат удаляет группу вместе с заказанными машинами.',
    },
  },
  permissions: [
    {verbs: ['get', 'create', 'delete'], group: 'deckhouse.io', resource: 'nodegroups', scope: 'target'},
    readGroups,
    readPlatform,
    ...readSpecRules,
  ],
  exampleFacts: {spec: {nodeType: 'Static'}, isPlatform: true},
  gather: async (reader, {target, parameters: given}) => {
    const nameFault = nodeGroupNameFault(target.ref.name);
    if (nameFault !== undefined) throw new Refusal('BadName', nameFault);
    const spec = specOf(given);
    await requireSoundSpec(reader, spec);
    return {spec, isPlatform: await isPlatformThere(reader)};
  },
  notes: ({facts}) => [
    ...sizeNotes(facts.spec),
    ...(facts.isPlatform
      ? []
      : [{en: 'The platform is not here: nobody will look after the group.', ru: 'Платформы здесь нет: группой никто не займётся.'}]),
  ],
  steps: ({target, facts}) => [
    {
      id: 'create',
      effect: 'K8sCas',
      title: {en: 'Create the NodeGroup', ru: 'Создать NodeGroup'},
      will: {
        en: 'One object; the run waits until the platform has taken it up.',
        ru: 'Один объект; запуск ждёт, пока платформа его примет.',
      },
      act: async reader => {
        const live = await reader.get(target.ref);
        if (isPatched(live, {spec: facts.spec})) return [];
        return [{kind: 'create', ref: target.ref, object: objectFor(target.ref, {spec: facts.spec})}];
      },
      undo: 'inverse',
      verify: reader => followGroup(reader, target, facts.isPlatform),
      timeouts: {verify: 3600},
      commands: [`kubectl create -f - <<'EOF'\n${JSON.stringify(objectFor(target.ref, {spec: facts.spec}), null, 2)}\nEOF`],
    },
  ],
});

function specOf(given: ParametersOf<typeof parameters>): Fields {
  const {type, min, max, zones, count, selector, labels, taints, disruptions, spec = {}} = given;
  const [kind, name] = given.class?.split('/') ?? [];
  const cloud = known({classReference: kind === undefined ? undefined : {kind, name}, minPerZone: min, maxPerZone: max, zones});
  const host = known({count, labelSelector: selector && {matchLabels: selector}});
  const template = known({labels, taints});
  const made = {
    nodeType: type,
    ...(Object.keys(cloud).length > 0 && {cloudInstances: cloud}),
    ...(Object.keys(host).length > 0 && {staticInstances: host}),
    ...(Object.keys(template).length > 0 && {nodeTemplate: template}),
    ...(disruptions !== undefined && {disruptions: {approvalMode: disruptions}}),
  };
  return mergePatch(made, spec);
}

function known(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

async function followGroup(reader: Reader, {ref}: Target, isPlatform: boolean): Promise<Progress> {
  const live = await reader.get(ref);
  if (live === undefined) return failed('GroupGone', {en: 'the group was deleted meanwhile', ru: 'группу тем временем удалили'});
  if (!isPlatform) return done({en: 'made; nobody looks after it here', ru: 'создана; здесь за ней никто не следит'});
  const facts = readNodeGroup(live);
  if (facts.error !== undefined && facts.error !== '')
    return failed('GroupError', {
      en: `the platform does not accept the group: ${facts.error}`,
      ru: `платформа не принимает группу: ${facts.error}`,
    });
  if (facts.nodes === undefined && facts.isReady === undefined)
    return waiting({en: 'the platform taking the group up', ru: 'платформа приняла группу'}, {en: 'no status yet', ru: 'статуса ещё нет'});
  return facts.nodeType === 'CloudEphemeral'
    ? followFirstMachines(facts)
    : done({en: 'taken up; it waits for hosts', ru: 'принята; ждёт хостов'});
}

function followFirstMachines({min, ready = 0, nodes = 0, instances = 0, lastFailure}: NodeGroupFacts): Progress {
  if (min !== undefined && ready >= min) return done({en: `${ready} nodes Ready`, ru: `узлов Ready: ${ready}`});
  const failure = lastFailure === undefined ? '' : `; ${lastFailure.machine}: ${lastFailure.description}`;
  return waiting(
    {en: `${min ?? 'the first'} nodes Ready`, ru: min === undefined ? 'первые узлы Ready' : `узлов Ready: ${min}`},
    {
      en: `${instances} machines ordered, ${nodes} nodes, ${ready} Ready${failure}`,
      ru: `заказано машин ${instances}, узлов ${nodes}, Ready ${ready}${failure}`,
    },
  );
}
