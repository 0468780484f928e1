/** The status of a node group, counted from its nodes as the platform counts it. */
import {type Fields, isFields, readFields, readList, readString} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import {type GroupRow, groupCatalogue} from './node-catalogue.ts';
import {checksumAnnotation, desiredChecksum, updatePrefix} from './node-shape.ts';
import {digits, minute, timestamp} from './seeding.ts';
import type {Ref, WorldClient} from './world-client.ts';

export function groupRef(name: string): Ref {
  return {apiVersion: 'deckhouse.io/v1', kind: 'NodeGroup', name};
}

const failedSummary = 'Machine creation failed. Check events for details.';

type Change = {readonly desired?: number; readonly machinesBeside?: number};

/** Counts the nodes of the group anew and writes its status; conditions that say the same keep their time. */
export async function refreshGroup(client: WorldClient, name: string, nowMs: number, change: Change = {}): Promise<void> {
  const row = groupCatalogue.find(candidate => candidate.name === name);
  const group = await client.find(groupRef(name));
  if (row === undefined || group === undefined) return;
  const nodes = (await client.list('v1', 'Node')).filter(node => node.metadata.labels?.['node.deckhouse.io/group'] === name);
  const desired = change.desired ?? row.size?.desired;
  await client.patchStatus(
    groupRef(name),
    groupStatus(
      {...row, ...(change.machinesBeside !== undefined && {machinesBeside: change.machinesBeside})},
      nodes,
      desired,
      readFields(group, 'status'),
      nowMs,
    ),
  );
}

export function groupStatus(
  row: GroupRow,
  nodes: readonly KubeObject[],
  desired: number | undefined,
  before: Fields,
  nowMs: number,
): Fields {
  const ready = nodes.filter(isReady);
  const summary = row.error !== undefined || row.failure !== undefined ? failedSummary : '';
  const nowIso = timestamp(nowMs);
  return {
    ready: ready.length,
    nodes: nodes.length,
    upToDate: nodes.filter(node => node.metadata.annotations?.[checksumAnnotation] === desiredChecksum(row.name)).length,
    kubernetesVersion: '1.32',
    error: row.error ?? '',
    ...(row.size !== undefined && {
      engine: 'MCM',
      min: row.size.min,
      max: row.size.max,
      desired: desired ?? row.size.desired,
      instances: nodes.length + (row.machinesBeside ?? 0),
      lastMachineFailures: row.failure === undefined ? [] : [machineFailure(row, timestamp(nowMs - 3 * minute))],
    }),
    ...(row.size === undefined && {engine: row.spec.staticInstances === undefined ? 'None' : 'CAPI'}),
    ...(row.standby !== undefined && {standby: row.standby}),
    conditionSummary: {statusMessage: summary, ready: summary === '' ? 'True' : 'False'},
    conditions: groupConditions(row, nodes, desired, readList(before, 'conditions'), nowIso),
    deckhouse: {
      synced: row.isOutOfSync === true ? 'False' : 'True',
      observed: {lastTimestamp: nowIso, checkSum: digits(`seen/${row.name}`, 32)},
      processed: {lastTimestamp: nowIso, checkSum: digits(`${row.isOutOfSync === true ? 'old' : 'seen'}/${row.name}`, 32)},
    },
  };
}

function machineFailure(row: GroupRow, atIso: string): Fields {
  return {
    name: `prod-${row.name}-d-66c4f-nc5zv`,
    providerID: '',
    ownerRef: `prod-${row.name}-d-66c4f`,
    lastOperation: {description: row.failure, lastUpdateTime: atIso, state: 'Failed', type: 'Create'},
  };
}

function isReady(node: KubeObject): boolean {
  return readList(node, 'status.conditions').some(
    condition => isFields(condition) && condition.type === 'Ready' && condition.status === 'True',
  );
}

function groupConditions(
  row: GroupRow,
  nodes: readonly KubeObject[],
  desired: number | undefined,
  before: readonly unknown[],
  nowIso: string,
): readonly Fields[] {
  const marks = nodes.map(node => Object.keys(node.metadata.annotations ?? {}));
  const has = (keys: readonly string[], mark: string) => keys.includes(`${updatePrefix}${mark}`);
  const isWaiting = (keys: readonly string[]) => has(keys, 'disruption-required') && !has(keys, 'disruption-approved');
  const schedulable = nodes.filter(node => isReady(node) && !(isFields(node.spec) && node.spec.unschedulable === true));
  const isWhole = row.spec.nodeType === 'Static' ? schedulable.length === nodes.length : schedulable.length >= (row.size?.min ?? 0);
  const errors = [row.error, row.failure].filter(text => text !== undefined);
  const judged: readonly (readonly [string, boolean, string?])[] = [
    ['Ready', isWhole],
    ['Updating', marks.some(keys => keys.some(key => key.startsWith(updatePrefix)))],
    ['WaitingForDisruptiveApproval', marks.some(isWaiting)],
    ['Error', errors.length > 0, errors.join('|')],
    ...(row.size === undefined ? [] : [['Scaling', (desired ?? row.size.desired) !== nodes.length] as const]),
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
