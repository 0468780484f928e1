/** A node group in short: its numbers, its conditions, and when its nodes may be disturbed. */
import {type Condition, conditionOf, readConditions} from './conditions.ts';
import {type Deletion, readDeletion} from './deletion.ts';
import {readItems, readNumber, readString, readTime} from './fields.ts';
import type {KubeObject} from './kube-object.ts';
import {readWindows, type UpdateWindow} from './update-window.ts';

export type ApprovalMode = 'Manual' | 'Automatic' | 'RollingUpdate';

/** What the nodes' own table needs of their groups. */
export type GroupRules = {
  readonly name: string;
  readonly approvalMode: ApprovalMode;
  /** In which an update may disturb a node. */
  readonly windows: readonly UpdateWindow[];
};

export type MachineFailure = {readonly machine: string; readonly description: string; readonly at: number | undefined};

export type NodeGroupFacts = GroupRules & {
  readonly nodeType: string | undefined;
  /** As it is asked for in the spec. */
  readonly size: {readonly minPerZone: number | undefined; readonly maxPerZone: number | undefined; readonly count: number | undefined};
  readonly ready: number | undefined;
  readonly nodes: number | undefined;
  readonly upToDate: number | undefined;
  readonly instances: number | undefined;
  readonly desired: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly standby: number | undefined;
  /** conditionSummary: it speaks of errors alone and ignores the condition Ready. */
  readonly summary: {readonly ready: string | undefined; readonly message: string | undefined};
  readonly error: string | undefined;
  readonly lastFailure: MachineFailure | undefined;
  readonly isReady: Condition | undefined;
  readonly updating: Condition | undefined;
  readonly waitingForDisruption: Condition | undefined;
  readonly failing: Condition | undefined;
  readonly scaling: Condition | undefined;
  readonly synced: string | undefined;
  readonly observedAt: string | undefined;
  readonly processedAt: string | undefined;
  readonly deletion: Deletion | undefined;
};

export function readGroupRules(object: KubeObject): GroupRules {
  const mode = readString(object, 'spec.disruptions.approvalMode');
  const approvalMode = mode === 'Manual' || mode === 'RollingUpdate' ? mode : 'Automatic';
  const windowsOf = approvalMode === 'RollingUpdate' ? 'rollingUpdate' : 'automatic';
  return {
    name: object.metadata.name,
    approvalMode,
    windows: approvalMode === 'Manual' ? [] : readWindows(object, `spec.disruptions.${windowsOf}.windows`),
  };
}

export function readNodeGroup(object: KubeObject): NodeGroupFacts {
  const conditions = readConditions(object);
  return {
    ...readGroupRules(object),
    nodeType: readString(object, 'spec.nodeType'),
    size: {
      minPerZone: readNumber(object, 'spec.cloudInstances.minPerZone'),
      maxPerZone: readNumber(object, 'spec.cloudInstances.maxPerZone'),
      count: readNumber(object, 'spec.staticInstances.count'),
    },
    ready: readNumber(object, 'status.ready'),
    nodes: readNumber(object, 'status.nodes'),
    upToDate: readNumber(object, 'status.upToDate'),
    instances: readNumber(object, 'status.instances'),
    desired: readNumber(object, 'status.desired'),
    min: readNumber(object, 'status.min'),
    max: readNumber(object, 'status.max'),
    standby: readNumber(object, 'status.standby'),
    summary: {
      ready: readString(object, 'status.conditionSummary.ready'),
      message: readString(object, 'status.conditionSummary.statusMessage'),
    },
    error: readString(object, 'status.error'),
    lastFailure: readLastFailure(object),
    isReady: conditionOf(conditions, 'Ready'),
    updating: conditionOf(conditions, 'Updating'),
    waitingForDisruption: conditionOf(conditions, 'WaitingForDisruptiveApproval'),
    failing: conditionOf(conditions, 'Error'),
    scaling: conditionOf(conditions, 'Scaling'),
    synced: readString(object, 'status.deckhouse.synced'),
    observedAt: readString(object, 'status.deckhouse.observed.lastTimestamp'),
    processedAt: readString(object, 'status.deckhouse.processed.lastTimestamp'),
    deletion: readDeletion(object),
  };
}

/** The latest that says what happened; the list comes sorted by time, but that is not promised. */
function readLastFailure(object: KubeObject): MachineFailure | undefined {
  const failures = readItems(object, 'status.lastMachineFailures', item => ({
    machine: readString(item, 'name') ?? '',
    description: readString(item, 'lastOperation.description') ?? '',
    at: readTime(item, 'lastOperation.lastUpdateTime'),
  })).filter(({description}) => description !== '');
  return failures.reduce<MachineFailure | undefined>(
    (last, next) => (last === undefined || (next.at ?? 0) >= (last.at ?? 0) ? next : last),
    undefined,
  );
}
