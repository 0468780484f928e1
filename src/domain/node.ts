/** A node in short: kubectl's columns, its group and its part in the group's update. */
import {type Condition, conditionOf, readConditions} from './conditions.ts';
import {type Deletion, readDeletion} from './deletion.ts';
import {readBoolean, readFields, readItems, readString, readTime, UnreadableField} from './fields.ts';
import type {KubeObject} from './kube-object.ts';
import type {GroupRules} from './node-group.ts';
import {type NodeUpdateMarks, type NodeUpdateState, nodeUpdateState} from './node-update-state.ts';

export type NodeFacts = {
  /** As kubectl prints it: `Ready,SchedulingDisabled`. */
  readonly status: string;
  readonly roles: string;
  readonly version: string | undefined;
  readonly internalIp: string;
  readonly externalIp: string;
  readonly osImage: string;
  readonly kernelVersion: string;
  readonly containerRuntime: string;
  /** Label `node.deckhouse.io/group`; a node without it is not managed by the platform. */
  readonly group: string | undefined;
  readonly ready: Condition | undefined;
  /** Conditions other than Ready that say that something is short. */
  readonly troubles: readonly Condition[];
  readonly isCordoned: boolean;
  readonly isLeaving: boolean;
  readonly marks: NodeUpdateMarks;
  /** The value of the annotation `drained`: `bashible` or `user`. */
  readonly drainedBy: string | undefined;
  readonly drainError: string | undefined;
  readonly isRebootAsked: boolean;
  readonly createdAt: number | undefined;
  readonly deletion: Deletion | undefined;
};

/** The desired checksum of each group; of no Secret but `configuration-checksums`. */
export type GroupChecksums = ReadonlyMap<string, string>;

const rolePrefix = 'node-role.kubernetes.io/';
const updatePrefix = 'update.node.deckhouse.io/';
const troubleTypes: ReadonlySet<string> = new Set(['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable']);

export function readNode(object: KubeObject): NodeFacts {
  const {annotations = {}, labels = {}} = object.metadata;
  const conditions = readConditions(object);
  const ready = conditionOf(conditions, 'Ready');
  const isCordoned = readBoolean(object, 'spec.unschedulable') === true;
  const architecture = readString(object, 'status.nodeInfo.architecture') || '';
  const kernelVersion = readString(object, 'status.nodeInfo.kernelVersion') || '<unknown>';
  const addresses = readItems(object, 'status.addresses', item => ({type: readString(item, 'type'), address: readString(item, 'address')}));
  return {
    status: `${statusOf(ready)}${isCordoned ? ',SchedulingDisabled' : ''}`,
    roles: rolesOf(labels),
    version: readString(object, 'status.nodeInfo.kubeletVersion'),
    internalIp: addresses.find(({type}) => type === 'InternalIP')?.address ?? '<none>',
    externalIp: addresses.find(({type}) => type === 'ExternalIP')?.address ?? '<none>',
    osImage: readString(object, 'status.nodeInfo.osImage') || '<unknown>',
    // API servers before 1.36 print no architecture.
    kernelVersion: architecture === '' ? kernelVersion : `${kernelVersion} (${architecture})`,
    containerRuntime: readString(object, 'status.nodeInfo.containerRuntimeVersion') || '<unknown>',
    group: labels['node.deckhouse.io/group'],
    ready,
    troubles: conditions.filter(({type, status}) => troubleTypes.has(type) && status === 'True'),
    isCordoned,
    isLeaving: readItems(object, 'spec.taints', item => readString(item, 'key')).includes('ToBeDeletedByClusterAutoscaler'),
    marks: readMarks(annotations),
    drainedBy: annotations[`${updatePrefix}drained`],
    drainError: annotations[`${updatePrefix}drain-failed`],
    isRebootAsked: annotations[`${updatePrefix}reboot`] !== undefined,
    createdAt: readTime(object, 'metadata.creationTimestamp'),
    deletion: readDeletion(object),
  };
}

/** Of Secret `d8-cloud-instance-manager/configuration-checksums`. */
export function readChecksums(object: KubeObject): GroupChecksums {
  const checksums = new Map<string, string>();
  for (const [group, encoded] of Object.entries(readFields(object, 'data'))) {
    if (typeof encoded !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) throw new UnreadableField(`data.${group}`, 'base64');
    checksums.set(group, atob(encoded).trim());
  }
  return checksums;
}

/** undefined for a node that belongs to no group. The related facts are undefined where they may not be read. */
export function updateStateOf(
  {group, marks}: NodeFacts,
  groups: readonly GroupRules[] | undefined,
  checksums: readonly GroupChecksums[] | undefined,
): NodeUpdateState | undefined {
  if (group === undefined) return undefined;
  return nodeUpdateState(marks, groups?.find(({name}) => name === group)?.approvalMode, checksums?.[0]?.get(group));
}

function readMarks(annotations: Readonly<Record<string, string>>): NodeUpdateMarks {
  const has = (name: string) => annotations[`${updatePrefix}${name}`] !== undefined;
  return {
    isWaitingForApproval: has('waiting-for-approval'),
    isApproved: has('approved'),
    isDisruptionRequired: has('disruption-required'),
    isDisruptionApproved: has('disruption-approved'),
    isDraining: has('draining'),
    isDrained: has('drained'),
    checksum: annotations['node.deckhouse.io/configuration-checksum'],
  };
}

function statusOf(ready: Condition | undefined): string {
  if (ready === undefined) return 'Unknown';
  return ready.status === 'True' ? 'Ready' : 'NotReady';
}

function rolesOf(labels: Readonly<Record<string, string>>): string {
  const roles = new Set<string>();
  for (const [name, value] of Object.entries(labels)) {
    if (name.startsWith(rolePrefix) && name !== rolePrefix) roles.add(name.slice(rolePrefix.length));
    if (name === 'kubernetes.io/role' && value !== '') roles.add(value);
  }
  return roles.size === 0 ? '<none>' : [...roles].sort().join(',');
}
