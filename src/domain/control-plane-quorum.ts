/** Whether the control plane outlives the loss of one of its nodes: etcd answers only while more than half of its members do. */
import {conditionOf, readConditions} from './conditions.ts';
import type {KubeObject} from './kube-object.ts';

export type QuorumFacts = {
  readonly isMember: boolean;
  readonly members: number;
  /** Names of the other members that are not Ready. */
  readonly othersNotReady: readonly string[];
  /** Without this node the Ready ones are still more than half. Never so with one or two members. */
  readonly isKept: boolean;
};

const memberLabels: readonly string[] = [
  'node-role.kubernetes.io/control-plane',
  'node-role.kubernetes.io/master',
  'node.deckhouse.io/etcd-arbiter',
];

export function isControlPlane({metadata}: KubeObject): boolean {
  return memberLabels.some(label => metadata.labels?.[label] !== undefined);
}

/** What is left of the control plane while `name` is away. */
export function quorumWithout(name: string, nodes: readonly KubeObject[]): QuorumFacts {
  const members = nodes.filter(isControlPlane);
  const others = members.filter(({metadata}) => metadata.name !== name);
  const othersNotReady = others.filter(node => !isReady(node)).map(({metadata}) => metadata.name);
  return {
    isMember: others.length < members.length,
    members: members.length,
    othersNotReady,
    isKept: others.length - othersNotReady.length > members.length / 2,
  };
}

function isReady(node: KubeObject): boolean {
  return conditionOf(readConditions(node), 'Ready')?.status === 'True';
}
