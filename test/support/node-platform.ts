/** Plays the node manager for runs of node runbooks: each part asks what is there and takes the next step of its own. */

import {readField, readNumber, readString} from '../../src/domain/fields.ts';
import type {KubeObject} from '../../src/domain/kube-object.ts';
import type {WorldClient} from '../../src/embedded/world/world-client.ts';
import {instanceDraft, marksPatch, nodeDraft, nodeRef} from './node-drafts.ts';

const prefix = 'update.node.deckhouse.io/';

export function markOf({metadata}: KubeObject, name: string): string | undefined {
  return metadata.annotations?.[`${prefix}${name}`];
}

async function node(world: WorldClient, name: string): Promise<KubeObject | undefined> {
  return world.find(nodeRef(name));
}

/** Removes pods that are on their way out, as a kubelet does. */
export async function kubelet(world: WorldClient): Promise<void> {
  for (const {metadata} of await world.list('v1', 'Pod', 'default')) {
    if (metadata.deletionTimestamp === undefined) continue;
    await world.remove({apiVersion: 'v1', kind: 'Pod', name: metadata.name, namespace: 'default'}, {gracePeriodSeconds: 0});
  }
}

/** Cordons, empties, and says so. */
export async function drainer(world: WorldClient, name: string): Promise<void> {
  const live = await node(world, name);
  const source = live && markOf(live, 'draining');
  if (live === undefined || source === undefined) return;
  if (readField(live, 'spec.unschedulable') !== true) {
    await world.patch(nodeRef(name), {spec: {unschedulable: true}});
    return;
  }
  for (const pod of await world.list('v1', 'Pod', 'default')) {
    const isHere = readString(pod, 'spec.nodeName') === name;
    if (isHere) await world.remove({apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name, namespace: 'default'}, {gracePeriodSeconds: 0});
  }
  await world.patch(nodeRef(name), marksPatch('-draining', `drained=${source}`));
}

/** The update of one node, a step a look: waits, is approved, disturbed where it must be, and done. */
export async function updater(world: WorldClient, name: string): Promise<void> {
  const live = await node(world, name);
  if (live === undefined) return;
  const has = (mark: string) => markOf(live, mark) !== undefined;
  const change = (...marks: readonly string[]) => world.patch(nodeRef(name), marksPatch(...marks));
  if (has('reboot')) return rebooter(world, live);
  if (has('disruption-approved')) {
    await change('-approved', '-disruption-required', '-disruption-approved', '-drained');
    return;
  }
  if (has('approved') && has('waiting-for-approval')) await change('-waiting-for-approval');
  else if (has('approved') && !has('disruption-required')) await change('-approved', '-drained');
}

/** The agent drains for itself, restarts, and brings the node back. */
async function rebooter(world: WorldClient, live: KubeObject): Promise<void> {
  const {name} = live.metadata;
  if (markOf(live, 'approved') === undefined) await world.patch(nodeRef(name), marksPatch('approved', 'draining=bashible'));
  else if (markOf(live, 'drained') === 'bashible') {
    await world.patchStatus(nodeRef(name), {nodeInfo: {bootID: `boot-2-${name}`}});
    await world.patch(nodeRef(name), {spec: {unschedulable: null}, ...marksPatch('-reboot', '-approved', '-drained')});
  }
}

/** Lets deleted machines go, and orders as many as the group's status asks for. */
export async function machines(world: WorldClient, group: string, numberedFrom = 0): Promise<void> {
  const all = (await world.list('deckhouse.io/v1alpha1', 'Instance')).filter(
    ({metadata}) => metadata.labels?.['node.deckhouse.io/group'] === group,
  );
  const going = all.find(({metadata}) => metadata.deletionTimestamp !== undefined);
  if (going !== undefined) {
    await world.patch({apiVersion: 'deckhouse.io/v1alpha1', kind: 'Instance', name: going.metadata.name}, {metadata: {finalizers: null}});
    return;
  }
  const live = await world.find({apiVersion: 'deckhouse.io/v1', kind: 'NodeGroup', name: group});
  if (all.length < (readNumber(live, 'status.desired') ?? 0)) {
    const number = Math.max(numberedFrom, ...all.map(({metadata}) => Number(/\d+$/.exec(metadata.name)?.[0] ?? 0)));
    await world.create(instanceDraft(`${group}-${number + 1}`, 'Running', group));
  }
}

/** A roll-out: machines numbered up to `oldest` go one at a time, each after its successor has come. */
export async function rollOut(world: WorldClient, group: string, oldest: number): Promise<void> {
  const all = await world.list('deckhouse.io/v1alpha1', 'Instance');
  const live = await world.find({apiVersion: 'deckhouse.io/v1', kind: 'NodeGroup', name: group});
  const isFull = all.length >= (readNumber(live, 'status.desired') ?? 0);
  const old = all.find(({metadata}) => Number(/\d+$/.exec(metadata.name)?.[0] ?? 0) <= oldest);
  if (isFull && old !== undefined && old.metadata.deletionTimestamp === undefined) {
    await world.remove({apiVersion: 'deckhouse.io/v1alpha1', kind: 'Instance', name: old.metadata.name});
  }
  await machines(world, group, oldest);
}

export type HostGroup = {readonly name: string; readonly role: string};

/** Static instances, one step a look: taken where a group wants one and its role fits, set up, let go, cleaned. */
export async function caps(world: WorldClient, groups: readonly HostGroup[]): Promise<void> {
  const hosts = await world.list('deckhouse.io/v1alpha2', 'StaticInstance');
  for (const host of hosts) await stepHost(world, host, groups, hosts);
}

async function stepHost(world: WorldClient, host: KubeObject, groups: readonly HostGroup[], hosts: readonly KubeObject[]): Promise<void> {
  const {name, labels = {}, annotations = {}} = host.metadata;
  const ref = {apiVersion: 'deckhouse.io/v1alpha2', kind: 'StaticInstance', name};
  const phase = readString(host, 'status.currentStatus.phase') ?? '';
  const machine = readString(host, 'status.machineRef.name') ?? '';
  const go = (next: string, more: object = {}) => world.patchStatus(ref, {currentStatus: {phase: next}, ...more});
  const isWanted = labels['node.deckhouse.io/allow-bootstrap'] !== 'false';
  const group = groups.find(({role}) => labels.role === role);
  switch (phase) {
    case '':
      await go('Pending');
      return;
    case 'Pending': {
      if (group === undefined || !isWanted) return;
      const live = await world.find({apiVersion: 'deckhouse.io/v1', kind: 'NodeGroup', name: group.name});
      const used = hosts.filter(other => readString(other, 'status.machineRef.name')?.startsWith(`${group.name}-`)).length;
      if (used < (readNumber(live, 'spec.staticInstances.count') ?? 0))
        await go('Bootstrapping', {machineRef: {name: `${group.name}-${name}`}});
      return;
    }
    case 'Bootstrapping': {
      const isAdopted = annotations['static.node.deckhouse.io/skip-bootstrap-phase'] !== undefined;
      const nodes = await world.list('v1', 'Node');
      const address = readString(host, 'spec.address');
      const adopted = nodes.find(each => JSON.stringify(readField(each, 'status.addresses') ?? []).includes(`"${address}"`));
      const nodeName = isAdopted ? (adopted?.metadata.name ?? '') : `${name}-node`;
      if (!isAdopted) await world.create(nodeDraft(nodeName, {group: group?.name ?? ''}));
      else await world.patch(ref, {metadata: {annotations: {'static.node.deckhouse.io/skip-bootstrap-phase': null}}});
      await go('Running', {nodeRef: {name: nodeName}});
      return;
    }
    case 'Running':
      if (isWanted && group !== undefined && machine.startsWith(`${group.name}-`)) return;
      await world.remove(nodeRef(readString(host, 'status.nodeRef.name') ?? ''));
      await go('Cleaning', {nodeRef: null});
      return;
    case 'Cleaning':
      await go('Pending', {machineRef: null});
  }
}
