/** A pod in short: kubectl's columns and what judging it needs. */
import {type Condition, conditionOf, readConditions} from './conditions.ts';
import {readContainerStatuses, terminationWord} from './container-status.ts';
import {type Deletion, readDeletion} from './deletion.ts';
import {readItems, readString, readTime} from './fields.ts';
import type {KubeObject} from './kube-object.ts';
import {type PodStatus, podStatus} from './pod-status.ts';

/** The first container that does not do what it should, and the kubelet's words for it. */
export type ContainerTrouble = {readonly container: string; readonly word: string; readonly message: string};

export type PodFacts = PodStatus & {
  readonly phase: string | undefined;
  readonly message: string;
  readonly ip: string;
  readonly node: string;
  readonly nominatedNode: string;
  readonly readinessGates: string;
  readonly scheduled: Condition | undefined;
  readonly ready: Condition | undefined;
  readonly trouble: ContainerTrouble | undefined;
  /** Containers that ended well and are not to run again. */
  readonly completedContainers: number;
  readonly createdAt: number | undefined;
  readonly deletion: Deletion | undefined;
};

/** Reasons of waiting that are steps of every start. */
const startingReasons: ReadonlySet<string> = new Set(['', 'ContainerCreating', 'PodInitializing']);

export function readPod(object: KubeObject): PodFacts {
  const conditions = readConditions(object);
  return {
    ...podStatus(object),
    phase: readString(object, 'status.phase'),
    message: readString(object, 'status.message') ?? '',
    ip: readItems(object, 'status.podIPs', item => readString(item, 'ip'))[0] || '<none>',
    node: readString(object, 'spec.nodeName') || '<none>',
    nominatedNode: readString(object, 'status.nominatedNodeName') || '<none>',
    readinessGates: readinessGatesOf(object, conditions),
    scheduled: conditionOf(conditions, 'PodScheduled'),
    ready: conditionOf(conditions, 'Ready'),
    trouble: readTrouble(object),
    completedContainers: countCompleted(object),
    createdAt: readTime(object, 'metadata.creationTimestamp'),
    deletion: readDeletion(object),
  };
}

function readinessGatesOf(object: KubeObject, conditions: readonly Condition[]): string {
  const gates = readItems(object, 'spec.readinessGates', item => readString(item, 'conditionType') ?? '');
  if (gates.length === 0) return '<none>';
  const open = gates.filter(gate => conditionOf(conditions, gate)?.status === 'True');
  return `${open.length}/${gates.length}`;
}

function readTrouble(object: KubeObject): ContainerTrouble | undefined {
  for (const path of ['status.initContainerStatuses', 'status.containerStatuses']) {
    for (const {name, state} of readContainerStatuses(object, path)) {
      if (state?.kind === 'waiting' && !startingReasons.has(state.reason))
        return {container: name, word: state.reason, message: state.message};
      if (state?.kind === 'terminated' && state.exitCode !== 0)
        return {container: name, word: terminationWord(state), message: state.message};
    }
  }
  return undefined;
}

function countCompleted(object: KubeObject): number {
  if ((readString(object, 'spec.restartPolicy') ?? 'Always') === 'Always') return 0;
  return readContainerStatuses(object, 'status.containerStatuses').filter(({state}) => state?.kind === 'terminated' && state.exitCode === 0)
    .length;
}
