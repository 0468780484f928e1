/** Hosts that a static group takes in, and those that it gives back. */
import {type Fields, readFields, readNumber, readString} from '../../../../domain/fields.ts';
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {readSelector, selects} from '../../../../domain/label-selector.ts';
import {machineNamespace, nodeRef} from '../../node-shape.ts';
import {digits} from '../../seeding.ts';
import type {Ref} from '../../world-client.ts';
import type {ReactionStage} from '../reaction.ts';

const everything = {matchLabels: {}, matchExpressions: []};

export function hostRef(name: string): Ref {
  return {apiVersion: 'deckhouse.io/v1alpha2', kind: 'StaticInstance', name};
}

export function hostPhase(host: KubeObject): string {
  return readString(host, 'status.currentStatus.phase') ?? '';
}

export function listHosts({client}: ReactionStage): Promise<readonly KubeObject[]> {
  return client.list('deckhouse.io/v1alpha2', 'StaticInstance');
}

/** The group that has the host: its machine carries the name, the node a label. */
export async function groupOfHost({client}: ReactionStage, host: KubeObject): Promise<string | undefined> {
  const node = readString(host, 'status.nodeRef.name');
  const live = node === undefined ? undefined : await client.find(nodeRef(node));
  const machine = readString(host, 'status.machineRef.name');
  return live?.metadata.labels?.['node.deckhouse.io/group'] ?? machine?.replace(/-[0-9a-f]{5}$/, '');
}

export function isWantedBy(group: KubeObject, host: KubeObject): boolean {
  const mayStart = host.metadata.labels?.['node.deckhouse.io/allow-bootstrap'] !== 'false';
  return mayStart && selects(readSelector(group, 'spec.staticInstances.labelSelector') ?? everything, host.metadata.labels ?? {});
}

/** As many as the group counts; a free host is taken, one too many is cleaned. */
export async function fillHosts(stage: ReactionStage, group: KubeObject): Promise<void> {
  const {name} = group.metadata;
  const count = readNumber(readFields(group, 'spec'), 'staticInstances.count') ?? 0;
  const hosts = await listHosts(stage);
  const own: KubeObject[] = [];
  for (const host of hosts) {
    if (['Bootstrapping', 'Running'].includes(hostPhase(host)) && (await groupOfHost(stage, host)) === name) own.push(host);
  }
  const free = hosts.filter(host => hostPhase(host) === 'Pending' && isWantedBy(group, host));
  for (const host of free.slice(0, Math.max(0, count - own.length))) await take(stage, group, host);
  for (const host of own.toReversed().slice(0, Math.max(0, own.length - count))) await clean(stage, host);
}

/** The group is gone. */
export async function releaseHosts(stage: ReactionStage, group: string): Promise<void> {
  for (const host of await listHosts(stage)) if ((await groupOfHost(stage, host)) === group) await clean(stage, host);
}

export async function clean(stage: ReactionStage, host: KubeObject): Promise<void> {
  await enter(stage, host.metadata.name, 'Cleaning', conditionsOf('checked'));
  stage.look(`host/${host.metadata.name}`);
}

async function take(stage: ReactionStage, group: KubeObject, host: KubeObject): Promise<void> {
  const {name} = host.metadata;
  await enter(stage, name, 'Bootstrapping', conditionsOf('added'), {machineRef: machineRef(group.metadata.name, name)});
  stage.look(`host/${name}`);
}

export function machineRef(group: string, host: string): Fields {
  return {
    apiVersion: 'infrastructure.cluster.x-k8s.io/v1alpha1',
    kind: 'StaticMachine',
    name: `${group}-${digits(host, 5)}`,
    namespace: machineNamespace,
  };
}

type HostCondition = readonly [type: string, status: 'True' | 'False', reason: string, message?: string];

export function conditionsOf(stage: 'waiting' | 'added' | 'checked' | 'running'): readonly HostCondition[] {
  if (stage === 'waiting') return [['AddedToNodeGroup', 'False', 'WaitingForNodeGroupToBeAssigned']];
  const added: HostCondition = ['AddedToNodeGroup', 'True', ''];
  if (stage === 'added') return [added];
  const checked: readonly HostCondition[] = [
    added,
    ['CheckTcpConnection', 'True', 'CheckPassed'],
    ['CheckSshCondition', 'True', 'CheckPassed'],
  ];
  const end: HostCondition =
    stage === 'running'
      ? ['BootstrapSucceeded', 'True', 'InstanceReady']
      : ['BootstrapSucceeded', 'False', 'WaitingForNodeRefToBeAssigned'];
  return [...checked, end];
}

export async function enter(
  stage: ReactionStage,
  host: string,
  phase: string,
  conditions: readonly HostCondition[],
  more: Fields = {},
): Promise<void> {
  const at = stage.nowIso();
  await stage.client.patchStatus(hostRef(host), {
    ...more,
    currentStatus: {phase, lastUpdateTime: at},
    conditions: conditions.map(([type, status, reason, message]) => ({
      type,
      status,
      lastTransitionTime: at,
      ...(reason !== '' && {reason}),
      ...(message !== undefined && {message}),
      ...(status === 'False' && {severity: message === undefined ? 'Info' : 'Error'}),
    })),
  });
}
