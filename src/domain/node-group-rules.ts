/**
 * What the platform refuses in a node group's spec, said before the server says it: the schema's own `oneOf` refusals name
 * no field. The rules that need the cluster (zones, taint keys) are left to the server's dry run.
 */
import {canonicalJson} from './canonical-json.ts';
import {type Fields, readField, readFields, readItems, readNumber, readString} from './fields.ts';

export const nodeTypes = ['CloudEphemeral', 'CloudPermanent', 'CloudStatic', 'Static'] as const;

/** `message` says what is wrong and what to write instead. */
export type SpecFault = {readonly field: string; readonly message: string};

type Rule = (spec: Fields) => string | undefined;

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
        ? 'gpu needs sharing: TimeSlicing, MIG or Exclusive; leave gpu out otherwise'
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

export function nodeGroupNameFault(name: string): string | undefined {
  if (name.length > nameLengthMax) return `the name has ${name.length} characters; a NodeGroup's has at most ${nameLengthMax}`;
  return /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)
    ? undefined
    : 'the name may hold small letters, digits and dashes, and neither begins nor ends with a dash';
}

/** What may not change once a group is there. */
export function nodeGroupChangeFaults(before: Fields, after: Fields): readonly SpecFault[] {
  const faults: SpecFault[] = [];
  if (readString(before, 'nodeType') !== readString(after, 'nodeType')) {
    faults.push({field: 'spec.nodeType', message: 'the type of a group never changes: make a new group and move the nodes'});
  }
  const selector = readFields(before, 'staticInstances.labelSelector');
  const isSame = canonicalJson(selector) === canonicalJson(readFields(after, 'staticInstances.labelSelector'));
  if (Object.keys(selector).length > 0 && !isSame) {
    faults.push({field: 'spec.staticInstances.labelSelector', message: 'a selector can be added but not changed: make a new group'});
  }
  return faults;
}

function typeRule(spec: Fields): string | undefined {
  const type = readString(spec, 'nodeType');
  return nodeTypes.some(each => each === type) ? undefined : `nodeType is one of ${nodeTypes.join(', ')}`;
}

function cloudRule(spec: Fields): string | undefined {
  const type = readString(spec, 'nodeType');
  if (!isGiven(spec, 'cloudInstances')) {
    return type === 'CloudEphemeral' ? 'CloudEphemeral needs cloudInstances: a class, minPerZone and maxPerZone' : undefined;
  }
  if (type === 'Static' || type === 'CloudStatic') return `${type} may not have cloudInstances: its machines are made by people`;
  const [min, max] = [readNumber(spec, 'cloudInstances.minPerZone'), readNumber(spec, 'cloudInstances.maxPerZone')];
  if (min === undefined || max === undefined || !isGiven(spec, 'cloudInstances.classReference')) {
    return 'cloudInstances needs classReference, minPerZone and maxPerZone';
  }
  return max < min ? `maxPerZone (${max}) is lower than minPerZone (${min})` : undefined;
}

function staticRule(spec: Fields): string | undefined {
  const type = readString(spec, 'nodeType');
  if (!isGiven(spec, 'staticInstances') || type === 'Static' || type === 'CloudStatic') return undefined;
  return `${type} may not have staticInstances: only Static and CloudStatic groups take hosts over SSH`;
}

function disruptionsRule(spec: Fields): string | undefined {
  if (!isGiven(spec, 'disruptions')) return undefined;
  const mode = readString(spec, 'disruptions.approvalMode');
  if (mode === undefined) return 'disruptions needs approvalMode: Manual, Automatic or RollingUpdate; leave disruptions out for Automatic';
  if (mode !== 'Automatic' && isGiven(spec, 'disruptions.automatic'))
    return `automatic goes with approvalMode Automatic only, here it is ${mode}`;
  if (mode !== 'RollingUpdate' && isGiven(spec, 'disruptions.rollingUpdate')) {
    return `rollingUpdate goes with approvalMode RollingUpdate only, here it is ${mode}`;
  }
  const type = readString(spec, 'nodeType');
  return mode === 'RollingUpdate' && type !== 'CloudEphemeral'
    ? `RollingUpdate re-creates machines: only CloudEphemeral can, not ${type}`
    : undefined;
}

function criRule(spec: Fields): string | undefined {
  if (!isGiven(spec, 'cri')) return undefined;
  const type = readString(spec, 'cri.type');
  if (type === undefined) return 'cri needs type: Containerd, ContainerdV2 or NotManaged; leave cri out for the default';
  if (type === 'Docker') return 'the platform no longer takes Docker as container runtime';
  const alien = Object.entries(runtimeBlocks).find(([block, of]) => isGiven(spec, `cri.${block}`) && of !== type);
  return alien && `cri.${alien[0]} goes with type ${alien[1]} only, here it is ${type}`;
}

function concurrencyRule(spec: Fields): string | undefined {
  const value = readField(spec, 'update.maxConcurrent');
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value < 1) return `maxConcurrent ${value} would let no node update, ever: 1 or more, or a percentage`;
  return typeof value === 'string' && !/^[1-9][0-9]*%?$/.test(value)
    ? 'maxConcurrent is a number from 1, or a percentage such as "20%"'
    : undefined;
}

function kubeletRule(spec: Fields): string | undefined {
  const mode = readString(spec, 'kubelet.resourceReservation.mode') ?? 'Auto';
  const policy = readString(spec, 'kubelet.topologyManager.policy');
  if (mode === 'Static' && !isGiven(spec, 'kubelet.resourceReservation.static'))
    return 'resourceReservation.mode Static needs static: cpu, memory or ephemeralStorage';
  if (policy !== undefined && mode === 'Off') return 'topologyManager.policy needs resourceReservation, which is Off';
  if (policy !== undefined && mode === 'Static' && !isGiven(spec, 'kubelet.resourceReservation.static.cpu')) {
    return 'topologyManager.policy with resourceReservation.mode Static needs static.cpu';
  }
  const behavior = readString(spec, 'kubelet.memorySwap.swapBehavior');
  const isLimited = isGiven(spec, 'kubelet.memorySwap.limitedSwap');
  if (isGiven(spec, 'kubelet.memorySwap') && behavior === undefined) return 'memorySwap needs swapBehavior: NoSwap or LimitedSwap';
  if (behavior === 'LimitedSwap' && !isLimited) return 'memorySwap LimitedSwap needs limitedSwap.size, such as 2G';
  return behavior === 'NoSwap' && isLimited ? 'memorySwap NoSwap goes without limitedSwap' : undefined;
}

function taintsRule(spec: Fields): string | undefined {
  const keys = readItems(spec, 'nodeTemplate.taints', item => `${readString(item, 'key') ?? ''}:${readString(item, 'effect') ?? ''}`);
  const twice = keys.find((key, index) => keys.indexOf(key) < index);
  return twice === undefined ? undefined : `the taint ${twice} stands there twice`;
}

function isGiven(spec: Fields, path: string): boolean {
  return readField(spec, path) !== undefined;
}
