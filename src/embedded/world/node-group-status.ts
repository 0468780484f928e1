/** The status of a node group, counted from its nodes and machines as the platform counts it. */
import {type Fields, isFields, readFields, readList, readNumber, readString, readStrings} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import {readChecksums} from '../../domain/node.ts';
import {classMissing, everyZone, groupCatalogue} from './node-catalogue.ts';
import {checksumAnnotation, machineNamespace, updatePrefix} from './node-shape.ts';
import {digits, timestamp} from './seeding.ts';
import type {Ref, WorldClient} from './world-client.ts';

const failedSummary = 'Machine creation failed. Check events for details.';

export function groupRef(name: string): Ref {
  return {apiVersion: 'deckhouse.io/v1', kind: 'NodeGroup', name};
}

export type GroupPicture = {
  readonly name: string;
  readonly spec: Fields;
  readonly nodes: readonly KubeObject[];
  readonly instances: readonly KubeObject[];
  readonly standby?: number | undefined;
  readonly isOutOfSync?: boolean | undefined;
  /** Why no machine can be ordered; '' where one can. */
  readonly error: string;
  readonly desired?: number | undefined;
  /** Of the configuration that its nodes should have. */
  readonly checksum: string;
};

/** Counts anew and writes the status; conditions that say the same keep their time. */
export async function refreshGroup(
  client: WorldClient,
  name: string,
  nowMs: number,
  change: {readonly desired?: number} = {},
): Promise<void> {
  const group = await client.find(groupRef(name));
  if (group === undefined) return;
  const row = groupCatalogue.find(candidate => candidate.name === name);
  const labelSelector = `node.deckhouse.io/group=${name}`;
  const picture: GroupPicture = {
    name,
    spec: readFields(group, 'spec'),
    nodes: await client.list('v1', 'Node', undefined, {labelSelector}),
    instances: await client.list('deckhouse.io/v1alpha1', 'Instance', undefined, {labelSelector}),
    standby: row?.standby,
    isOutOfSync: row?.isOutOfSync,
    error: await errorOf(client, readFields(group, 'spec')),
    desired: change.desired ?? readNumber(group, 'status.desired'),
    checksum: await readChecksum(client, name),
  };
  await client.patchStatus(groupRef(name), groupStatus(picture, readFields(group, 'status'), nowMs));
}

export const checksumsRef: Ref = {apiVersion: 'v1', kind: 'Secret', name: 'configuration-checksums', namespace: machineNamespace};

/** '' for a group that the platform has not taken up yet. */
export async function readChecksum(client: WorldClient, group: string): Promise<string> {
  const secret = await client.find(checksumsRef);
  return secret === undefined ? '' : (readChecksums(secret).get(group) ?? '');
}

async function errorOf(client: WorldClient, spec: Fields): Promise<string> {
  if (spec.nodeType !== 'CloudEphemeral') return '';
  const kind = readString(spec, 'cloudInstances.classReference.kind') ?? '';
  const name = readString(spec, 'cloudInstances.classReference.name') ?? '';
  if (kind !== 'YandexInstanceClass')
    return `Invalid classReference.kind '${kind}'. Expected 'YandexInstanceClass'. Please update the NodeGroup to use the correct instance class kind.`;
  const zones = readStrings(spec, 'cloudInstances.zones').filter(zone => !everyZone.includes(zone));
  if (zones.length > 0)
    return `Invalid zones specified: [${zones.join(' ')}]. Available zones: [${everyZone.join(' ')}]. Please update the NodeGroup to use valid zones.`;
  return (await client.find({apiVersion: 'deckhouse.io/v1', kind, name})) === undefined ? classMissing(name, kind) : '';
}

export type GroupSize = {readonly zones: readonly string[]; readonly min: number; readonly max: number};

/** Per zone; undefined for groups whose machines the platform does not order. */
export function sizeOf(spec: Fields): GroupSize | undefined {
  if (spec.nodeType !== 'CloudEphemeral') return undefined;
  const given = readStrings(spec, 'cloudInstances.zones');
  return {
    zones: given.length === 0 ? everyZone : given,
    min: readNumber(spec, 'cloudInstances.minPerZone') ?? 0,
    max: readNumber(spec, 'cloudInstances.maxPerZone') ?? 0,
  };
}

export function desiredOf({zones, min, max}: GroupSize, before: number | undefined): number {
  return Math.min(Math.max(before ?? 0, min * zones.length), Math.max(min, max) * zones.length);
}

export function groupStatus(picture: GroupPicture, before: Fields, nowMs: number): Fields {
  const {name, spec, nodes, instances, error, checksum} = picture;
  const size = sizeOf(spec);
  const desired = size === undefined ? undefined : desiredOf(size, picture.desired);
  const failures = instances.filter(isFailed).map(instance => machineFailure(name, instance));
  const errors = [error, ...failures.map(({lastOperation}) => lastOperation.description)].filter(text => text !== '');
  const nowIso = timestamp(nowMs);
  return {
    ready: nodes.filter(isReady).length,
    nodes: nodes.length,
    upToDate: nodes.filter(node => node.metadata.annotations?.[checksumAnnotation] === checksum).length,
    kubernetesVersion: '1.32',
    error,
    ...(size !== undefined && {
      engine: 'MCM',
      min: size.min * size.zones.length,
      max: size.max * size.zones.length,
      desired,
      instances: instances.length,
      lastMachineFailures: failures,
    }),
    ...(size === undefined && {engine: spec.staticInstances === undefined ? 'None' : 'CAPI'}),
    ...(picture.standby !== undefined && {standby: picture.standby}),
    conditionSummary: {statusMessage: errors.length === 0 ? '' : failedSummary, ready: errors.length === 0 ? 'True' : 'False'},
    conditions: groupConditions(picture, desired, errors, readList(before, 'conditions'), nowIso),
    deckhouse: {
      synced: picture.isOutOfSync === true ? 'False' : 'True',
      observed: {lastTimestamp: nowIso, checkSum: digits(`seen/${name}`, 32)},
      processed: {lastTimestamp: nowIso, checkSum: digits(`${picture.isOutOfSync === true ? 'old' : 'seen'}/${name}`, 32)},
    },
  };
}

function isFailed(instance: KubeObject): boolean {
  return readString(instance, 'status.lastOperation.state') === 'Failed';
}

function machineFailure(group: string, instance: KubeObject) {
  const {name} = instance.metadata;
  const description = readString(instance, 'status.lastOperation.description') ?? '';
  const lastUpdateTime = readString(instance, 'status.lastOperation.lastUpdateTime') ?? '';
  const ownerRef = name.split('-').slice(0, -1).join('-') || group;
  return {name, providerID: '', ownerRef, lastOperation: {description, lastUpdateTime, state: 'Failed', type: 'Create'}};
}

function isReady(node: KubeObject): boolean {
  return readList(node, 'status.conditions').some(
    condition => isFields(condition) && condition.type === 'Ready' && condition.status === 'True',
  );
}

function groupConditions(
  {spec, nodes}: GroupPicture,
  desired: number | undefined,
  errors: readonly string[],
  before: readonly unknown[],
  nowIso: string,
): readonly Fields[] {
  const marks = nodes.map(node => Object.keys(node.metadata.annotations ?? {}));
  const has = (keys: readonly string[], mark: string) => keys.includes(`${updatePrefix}${mark}`);
  const isWaiting = (keys: readonly string[]) => has(keys, 'disruption-required') && !has(keys, 'disruption-approved');
  const schedulable = nodes.filter(node => isReady(node) && !(isFields(node.spec) && node.spec.unschedulable === true));
  const size = sizeOf(spec);
  const isWhole =
    spec.nodeType === 'Static' ? schedulable.length === nodes.length : schedulable.length >= (size?.min ?? 0) * (size?.zones.length ?? 0);
  const judged: readonly (readonly [string, boolean, string?])[] = [
    ['Ready', isWhole],
    ['Updating', marks.some(keys => keys.some(key => key.startsWith(updatePrefix)))],
    ['WaitingForDisruptiveApproval', marks.some(isWaiting)],
    ['Error', errors.length > 0, errors.join('|')],
    ...(desired === undefined ? [] : [['Scaling', desired !== nodes.length] as const]),
  ];
  return judged.map(([type, holds, message = '']) => {
    const condition = {type, status: holds ? 'True' : 'False', ...(message !== '' && {message})};
    const same = before.find(
      old =>
        readString(old, 'type') === type &&
        readString(old, 'status') === condition.status &&
        (readString(old, 'message') ?? '') === message,
    );
    return {...condition, lastTransitionTime: readString(same, 'lastTransitionTime') ?? nowIso};
  });
}
