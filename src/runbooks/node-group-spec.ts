/** Holds a node group's spec against the rules of the platform, and says what its numbers mean. */
import {type Fields, readField, readFields, readItems, readNumber, readString, readStrings} from '../domain/fields.ts';
import {nodeGroupFaults, type SpecFault} from '../domain/node-group-rules.ts';
import type {Words} from '../domain/words.ts';
import {type Permission, Refusal} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import {classNames, findClass, readClasses} from './instance-classes.ts';
import {moduleConfigKind} from './targets.ts';

export const readSpecRules: readonly Permission[] = [...readClasses, {verbs: ['get'], group: 'deckhouse.io', resource: 'moduleconfigs'}];

const taintKeys: readonly string[] = [
  'dedicated',
  'dedicated.deckhouse.io',
  'node-role.kubernetes.io/control-plane',
  'node-role.kubernetes.io/master',
  'node.deckhouse.io/etcd-arbiter',
];

/** Throws Refusal that names every fault with its field. */
export async function requireSoundSpec(reader: Reader, spec: Fields, more: readonly SpecFault[] = []): Promise<void> {
  const faults = [...more, ...nodeGroupFaults(spec)];
  const said = (language: keyof Words): string => faults.map(({field, message}) => `${field}: ${message[language]}`).join('; ');
  if (faults.length > 0) throw new Refusal('BadSpec', {en: said('en'), ru: said('ru')});
  await requireClass(reader, spec);
  await requireKnownTaints(reader, spec);
}

async function requireClass(reader: Reader, spec: Fields): Promise<void> {
  const path = 'cloudInstances.classReference';
  if (readField(spec, path) === undefined) return;
  const [kind, name] = [readString(spec, `${path}.kind`) ?? '', readString(spec, `${path}.name`) ?? ''];
  if ((await findClass(reader, kind, name)) !== undefined) return;
  const known = await classNames(reader);
  throw new Refusal('NoClass', {
    en: `there is no ${kind} ${name}: ${known.length === 0 ? 'make an instance class first' : `choose ${known.join(', ')}`}`,
    ru: `нет ${kind} ${name}: ${known.length === 0 ? 'сначала создайте класс машин' : `выберите ${known.join(', ')}`}`,
  });
}

async function requireKnownTaints(reader: Reader, spec: Fields): Promise<void> {
  const keys = readItems(spec, 'nodeTemplate.taints', item => readString(item, 'key') ?? '').filter(key => !taintKeys.includes(key));
  if (keys.length === 0) return;
  const config = await reader.get({kind: moduleConfigKind, name: 'global'});
  const custom = readStrings(config, 'spec.settings.modules.placement.customTolerationKeys');
  const unknown = keys.filter(key => !custom.includes(key));
  if (unknown.length === 0) return;
  throw new Refusal('UnknownTaint', {
    en: `taint ${unknown.join(', ')}: the platform's own pods would not tolerate it. Add it to customTolerationKeys in ModuleConfig global (spec.settings.modules.placement) first`,
    ru: `taint ${unknown.join(', ')}: поды самой платформы его не переносят. Сначала добавьте его в customTolerationKeys в ModuleConfig global (spec.settings.modules.placement)`,
  });
}

/** What the bounds come to, and what is risky about them. */
export function sizeNotes(spec: Fields): readonly Words[] {
  const cloud = readFields(spec, 'cloudInstances');
  const [min, max] = [readNumber(cloud, 'minPerZone'), readNumber(cloud, 'maxPerZone')];
  if (min === undefined || max === undefined) return [];
  const zones = readStrings(cloud, 'zones');
  const [en, ru] = zones.length === 0 ? ['every zone', 'каждой зоне'] : [`each of ${zones.join(', ')}`, `каждой из ${zones.join(', ')}`];
  return [
    min === max
      ? {en: `Fixed size: ${min} machines in ${en}.`, ru: `Постоянный размер: ${min} машин в ${ru}.`}
      : {en: `Scaled by load: ${min} to ${max} machines in ${en}.`, ru: `Масштабируется по нагрузке: от ${min} до ${max} машин в ${ru}.`},
    ...(min === 0
      ? [
          {
            en: 'A minimum of 0 takes the last node away, and the first one comes back only when a pod waits for it; not every provider can start from 0.',
            ru: 'Минимум 0 убирает и последний узел; первый вернётся, только когда его ждёт под, и не каждый провайдер умеет начинать с 0.',
          },
        ]
      : []),
  ];
}
