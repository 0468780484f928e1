/**
 * What the platform refuses in a node group's spec, said before the server says it: the schema's own `oneOf` refusals name
 * no field. The rules that need the cluster (zones, taint keys) are left to the server's dry run.
 */
import {canonicalJson} from './canonical-json.ts';
import {type Fields, readField, readFields, readItems, readNumber, readString} from './fields.ts';
import type {Words} from './words.ts';

export const nodeTypes = ['CloudEphemeral', 'CloudPermanent', 'CloudStatic', 'Static'] as const;

/** `message` says what is wrong and what to write instead. */
export type SpecFault = {readonly field: string; readonly message: Words};

type Rule = (spec: Fields) => Words | undefined;

const nameLengthMax = 42;
const runtimeBlocks: Readonly<Record<string, string>> = {
  containerd: 'Containerd',
  containerdV2: 'ContainerdV2',
  docker: 'Docker',
  notManaged: 'NotManaged',
};

const rules: readonly (readonly [field: string, rule: Rule])[] = [
  ['nodeType', typeRule],
  ['cloudInstances', cloudRule],
  ['staticInstances', staticRule],
  ['disruptions', disruptionsRule],
  ['cri', criRule],
  [
    'gpu',
    spec =>
      isGiven(spec, 'gpu') && !isGiven(spec, 'gpu.sharing')
        ? {
            en: 'gpu needs sharing: TimeSlicing, MIG or Exclusive; leave gpu out otherwise',
            ru: 'в gpu нужен sharing: TimeSlicing, MIG или Exclusive; иначе gpu не указывают',
          }
        : undefined,
  ],
  ['update.maxConcurrent', concurrencyRule],
  ['kubelet', kubeletRule],
  ['nodeTemplate.taints', taintsRule],
];

export function nodeGroupFaults(spec: Fields): readonly SpecFault[] {
  return rules.flatMap(([field, rule]) => {
    const message = rule(spec);
    return message === undefined ? [] : [{field: `spec.${field}`, message}];
  });
}

export function nodeGroupNameFault(name: string): Words | undefined {
  if (name.length > nameLengthMax)
    return {
      en: `the name has ${name.length} characters; a NodeGroup's has at most ${nameLengthMax}`,
      ru: `в имени ${name.length} символов; у NodeGroup их не больше ${nameLengthMax}`,
    };
  return /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)
    ? undefined
    : {
        en: 'the name may hold small letters, digits and dashes, and neither begins nor ends with a dash',
        ru: 'имя состоит из строчных латинских букв, цифр и дефисов и не начинается и не кончается дефисом',
      };
}

/** What may not change once a group is there. */
export function nodeGroupChangeFaults(before: Fields, after: Fields): readonly SpecFault[] {
  const faults: SpecFault[] = [];
  if (readString(before, 'nodeType') !== readString(after, 'nodeType')) {
    faults.push({
      field: 'spec.nodeType',
      message: {
        en: 'the type of a group never changes: make a new group and move the nodes',
        ru: 'тип группы не меняется: создайте новую группу и перенесите узлы',
      },
    });
  }
  const selector = readFields(before, 'staticInstances.labelSelector');
  const isSame = canonicalJson(selector) === canonicalJson(readFields(after, 'staticInstances.labelSelector'));
  if (Object.keys(selector).length > 0 && !isSame) {
    faults.push({
      field: 'spec.staticInstances.labelSelector',
      message: {
        en: 'a selector can be added but not changed: make a new group',
        ru: 'селектор можно добавить, но не изменить: создайте новую группу',
      },
    });
  }
  return faults;
}

function typeRule(spec: Fields): Words | undefined {
  const type = readString(spec, 'nodeType');
  return nodeTypes.some(each => each === type)
    ? undefined
    : {en: `nodeType is one of ${nodeTypes.join(', ')}`, ru: `nodeType — одно из: ${nodeTypes.join(', ')}`};
}

function cloudRule(spec: Fields): Words | undefined {
  const type = readString(spec, 'nodeType');
  if (!isGiven(spec, 'cloudInstances')) {
    return type === 'CloudEphemeral'
      ? {
          en: 'CloudEphemeral needs cloudInstances: a class, minPerZone and maxPerZone',
          ru: 'для CloudEphemeral нужен cloudInstances: класс, minPerZone и maxPerZone',
        }
      : undefined;
  }
  if (type === 'Static' || type === 'CloudStatic')
    return {
      en: `${type} may not have cloudInstances: its machines are made by people`,
      ru: `у ${type} не бывает cloudInstances: её машины создают люди`,
    };
  const [min, max] = [readNumber(spec, 'cloudInstances.minPerZone'), readNumber(spec, 'cloudInstances.maxPerZone')];
  if (min === undefined || max === undefined || !isGiven(spec, 'cloudInstances.classReference')) {
    return {
      en: 'cloudInstances needs classReference, minPerZone and maxPerZone',
      ru: 'в cloudInstances нужны classReference, minPerZone и maxPerZone',
    };
  }
  return max < min
    ? {en: `maxPerZone (${max}) is lower than minPerZone (${min})`, ru: `maxPerZone (${max}) меньше minPerZone (${min})`}
    : undefined;
}

function staticRule(spec: Fields): Words | undefined {
  const type = readString(spec, 'nodeType');
  if (!isGiven(spec, 'staticInstances') || type === 'Static' || type === 'CloudStatic') return undefined;
  return {
    en: `${type} may not have staticInstances: only Static and CloudStatic groups take hosts over SSH`,
    ru: `у ${type} не бывает staticInstances: серверы по SSH берут только группы Static и CloudStatic`,
  };
}

function disruptionsRule(spec: Fields): Words | undefined {
  if (!isGiven(spec, 'disruptions')) return undefined;
  const mode = readString(spec, 'disruptions.approvalMode');
  if (mode === undefined)
    return {
      en: 'disruptions needs approvalMode: Manual, Automatic or RollingUpdate; leave disruptions out for Automatic',
      ru: 'в disruptions нужен approvalMode: Manual, Automatic или RollingUpdate; для Automatic disruptions можно не указывать',
    };
  if (mode !== 'Automatic' && isGiven(spec, 'disruptions.automatic'))
    return {
      en: `automatic goes with approvalMode Automatic only, here it is ${mode}`,
      ru: `automatic бывает только при approvalMode Automatic, а здесь ${mode}`,
    };
  if (mode !== 'RollingUpdate' && isGiven(spec, 'disruptions.rollingUpdate')) {
    return {
      en: `rollingUpdate goes with approvalMode RollingUpdate only, here it is ${mode}`,
      ru: `rollingUpdate бывает только при approvalMode RollingUpdate, а здесь ${mode}`,
    };
  }
  const type = readString(spec, 'nodeType');
  return mode === 'RollingUpdate' && type !== 'CloudEphemeral'
    ? {
        en: `RollingUpdate re-creates machines: only CloudEphemeral can, not ${type}`,
        ru: `RollingUpdate пересоздаёт машины: так может только CloudEphemeral, но не ${type}`,
      }
    : undefined;
}

function criRule(spec: Fields): Words | undefined {
  if (!isGiven(spec, 'cri')) return undefined;
  const type = readString(spec, 'cri.type');
  if (type === undefined)
    return {
      en: 'cri needs type: Containerd, ContainerdV2 or NotManaged; leave cri out for the default',
      ru: 'в cri нужен type: Containerd, ContainerdV2 или NotManaged; для значения по умолчанию cri не указывают',
    };
  if (type === 'Docker')
    return {
      en: 'the platform no longer takes Docker as container runtime',
      ru: 'Docker как среду контейнеров платформа больше не принимает',
    };
  const alien = Object.entries(runtimeBlocks).find(([block, of]) => isGiven(spec, `cri.${block}`) && of !== type);
  return (
    alien && {
      en: `cri.${alien[0]} goes with type ${alien[1]} only, here it is ${type}`,
      ru: `cri.${alien[0]} бывает только при type ${alien[1]}, а здесь ${type}`,
    }
  );
}

function concurrencyRule(spec: Fields): Words | undefined {
  const value = readField(spec, 'update.maxConcurrent');
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value < 1)
    return {
      en: `maxConcurrent ${value} would let no node update, ever: 1 or more, or a percentage`,
      ru: `с maxConcurrent ${value} не обновится ни один узел: нужно 1 или больше, либо процент`,
    };
  return typeof value === 'string' && !/^[1-9][0-9]*%?$/.test(value)
    ? {en: 'maxConcurrent is a number from 1, or a percentage such as "20%"', ru: 'maxConcurrent — число от 1 или процент, например «20%»'}
    : undefined;
}

function kubeletRule(spec: Fields): Words | undefined {
  const mode = readString(spec, 'kubelet.resourceReservation.mode') ?? 'Auto';
  const policy = readString(spec, 'kubelet.topologyManager.policy');
  if (mode === 'Static' && !isGiven(spec, 'kubelet.resourceReservation.static'))
    return {
      en: 'resourceReservation.mode Static needs static: cpu, memory or ephemeralStorage',
      ru: 'для resourceReservation.mode Static нужен static: cpu, memory или ephemeralStorage',
    };
  if (policy !== undefined && mode === 'Off')
    return {
      en: 'topologyManager.policy needs resourceReservation, which is Off',
      ru: 'для topologyManager.policy нужен resourceReservation, а он Off',
    };
  if (policy !== undefined && mode === 'Static' && !isGiven(spec, 'kubelet.resourceReservation.static.cpu')) {
    return {
      en: 'topologyManager.policy with resourceReservation.mode Static needs static.cpu',
      ru: 'для topologyManager.policy при resourceReservation.mode Static нужен static.cpu',
    };
  }
  const behavior = readString(spec, 'kubelet.memorySwap.swapBehavior');
  const isLimited = isGiven(spec, 'kubelet.memorySwap.limitedSwap');
  if (isGiven(spec, 'kubelet.memorySwap') && behavior === undefined)
    return {en: 'memorySwap needs swapBehavior: NoSwap or LimitedSwap', ru: 'в memorySwap нужен swapBehavior: NoSwap или LimitedSwap'};
  if (behavior === 'LimitedSwap' && !isLimited)
    return {
      en: 'memorySwap LimitedSwap needs limitedSwap.size, such as 2G',
      ru: 'для memorySwap LimitedSwap нужен limitedSwap.size, например 2G',
    };
  return behavior === 'NoSwap' && isLimited
    ? {en: 'memorySwap NoSwap goes without limitedSwap', ru: 'при memorySwap NoSwap не бывает limitedSwap'}
    : undefined;
}

function taintsRule(spec: Fields): Words | undefined {
  const keys = readItems(spec, 'nodeTemplate.taints', item => `${readString(item, 'key') ?? ''}:${readString(item, 'effect') ?? ''}`);
  const twice = keys.find((key, index) => keys.indexOf(key) < index);
  return twice === undefined ? undefined : {en: `the taint ${twice} stands there twice`, ru: `taint ${twice} указан дважды`};
}

function isGiven(spec: Fields, path: string): boolean {
  return readField(spec, path) !== undefined;
}
