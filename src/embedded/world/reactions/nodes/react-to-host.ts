/** What the platform does with a host: checks it, makes a node of it, adopts one that is a node already, cleans it. */
import {readFields, readItems, readString} from '../../../../domain/fields.ts';
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {groupRef, refreshGroup} from '../../node-group-status.ts';
import {nodeConditions, nodeRef} from '../../node-shape.ts';
import {cordonNode} from '../../node-writes.ts';
import {second, timestamp} from '../../seeding.ts';
import type {ReactionStage} from '../reaction.ts';
import {drainNode, forgetPodsOf} from './drain.ts';
import {clean, conditionsOf, enter, groupOfHost, hostPhase, hostRef, isWantedBy, machineRef} from './hosts.ts';
import {joinNode, welcome} from './machines.ts';

const adopt = 'static.node.deckhouse.io/skip-bootstrap-phase';
const drainMs = 15 * second;
/** Where the machines of the demo stand; nobody answers elsewhere. */
const reachable = /^(?:10|192\.168)\./;

export async function* playHost(stage: ReactionStage, name: string): AsyncGenerator<number> {
  yield second;
  const host = await stage.client.find(hostRef(name));
  if (host === undefined) return yield* forget(stage, name);
  switch (hostPhase(host)) {
    case '':
      await enter(stage, name, 'Pending', conditionsOf('waiting'));
      yield 2 * second;
      return host.metadata.annotations?.[adopt] === undefined ? await offer(stage) : yield* adoptNode(stage, host);
    case 'Pending':
      return await offer(stage);
    case 'Bootstrapping':
      return yield* bootstrap(stage, host);
    case 'Running':
      return await leaveWhereUnwanted(stage, host);
    case 'Cleaning':
      return yield* wipe(stage, host);
  }
}

async function offer(stage: ReactionStage): Promise<void> {
  for (const group of await stage.client.list('deckhouse.io/v1', 'NodeGroup')) {
    if ('staticInstances' in readFields(group, 'spec')) stage.look(`group/${group.metadata.name}`);
  }
}

async function* adoptNode(stage: ReactionStage, host: KubeObject): AsyncGenerator<number> {
  const {name} = host.metadata;
  const address = readString(host, 'spec.address') ?? '';
  const nodes = await stage.client.list('v1', 'Node');
  const node = nodes.find(each => each.metadata.name === name || addressesOf(each).includes(address));
  const group = node?.metadata.labels?.['node.deckhouse.io/group'];
  if (node === undefined || group === undefined) return await offer(stage);
  await enter(stage, name, 'Bootstrapping', conditionsOf('checked'), {machineRef: machineRef(group, name)});
  yield 3 * second;
  await stage.client.patch(hostRef(name), {metadata: {annotations: {[adopt]: null}}});
  await enter(stage, name, 'Running', conditionsOf('running'), {nodeRef: {apiVersion: 'v1', kind: 'Node', name: node.metadata.name}});
  await tell(stage, name, 'Normal', 'AdoptionScriptSucceeded', `StaticInstance ${name} has been adopted as node ${node.metadata.name}`);
}

function addressesOf(node: KubeObject): readonly string[] {
  return readItems(node, 'status.addresses', item => readString(item, 'address') ?? '');
}

async function* bootstrap(stage: ReactionStage, host: KubeObject): AsyncGenerator<number> {
  const {name} = host.metadata;
  const group = await groupOfHost(stage, host);
  const live = group === undefined ? undefined : await stage.client.find(groupRef(group));
  if (group === undefined || live === undefined) return;
  yield 2 * second;
  const fault = await faultOf(stage, host);
  if (fault !== undefined) {
    await enter(stage, name, 'Bootstrapping', [...conditionsOf('added'), [fault.check, 'False', 'CheckFailed', fault.message]]);
    return await tell(stage, name, 'Warning', fault.reason, fault.message);
  }
  await enter(stage, name, 'Bootstrapping', conditionsOf('checked'));
  await tell(stage, name, 'Normal', 'BootstrapScriptSucceeded', `Bootstrap script of ${name} succeeded`);
  yield 6 * second;
  await joinNode(stage, live, {name});
  yield 4 * second;
  await stage.client.patchStatus(nodeRef(name), {conditions: nodeConditions('ready', () => timestamp(stage.nowMs()))});
  await enter(stage, name, 'Running', conditionsOf('running'), {nodeRef: {apiVersion: 'v1', kind: 'Node', name}});
  await tell(stage, name, 'Normal', 'NodeBootstrappingSucceeded', `StaticInstance ${name} has joined node group ${group}`);
  await refreshGroup(stage.client, group, stage.nowMs());
  await welcome(stage);
}

async function faultOf({client}: ReactionStage, host: KubeObject) {
  const address = readString(host, 'spec.address') ?? '';
  if (!reachable.test(address)) {
    const message = `dial tcp ${address}:22: i/o timeout`;
    return {check: 'CheckTcpConnection', reason: 'StaticInstanceTcpFailed', message};
  }
  const credentials = readString(host, 'spec.credentialsRef.name') ?? '';
  const live = await client.find({apiVersion: 'deckhouse.io/v1alpha2', kind: 'SSHCredentials', name: credentials});
  if (live !== undefined && credentials !== 'old-racks') return undefined;
  const refused = 'ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain';
  const message = live === undefined ? `SSHCredentials ${credentials} not found` : refused;
  return {check: 'CheckSshCondition', reason: 'StaticInstanceSshFailed', message};
}

async function leaveWhereUnwanted(stage: ReactionStage, host: KubeObject): Promise<void> {
  const group = await groupOfHost(stage, host);
  const live = group === undefined ? undefined : await stage.client.find(groupRef(group));
  if (live === undefined || !isWantedBy(live, host)) await clean(stage, host);
}

async function* wipe(stage: ReactionStage, host: KubeObject): AsyncGenerator<number> {
  const {name} = host.metadata;
  yield* removeNode(stage, readString(host, 'status.nodeRef.name') ?? name);
  await tell(stage, name, 'Normal', 'CleanupScriptSucceeded', `Cleanup script of ${name} succeeded`);
  await enter(stage, name, 'Pending', conditionsOf('waiting'), {nodeRef: null, machineRef: null});
  yield 2 * second;
  await offer(stage);
}

async function* removeNode(stage: ReactionStage, name: string): AsyncGenerator<number> {
  const node = await stage.client.find(nodeRef(name));
  if (node === undefined) return;
  await cordonNode(stage, name, true);
  yield* drainNode(stage, name, {timeoutMs: drainMs, isForced: true, isWanted: () => Promise.resolve(true)});
  yield 3 * second;
  await stage.client.remove(nodeRef(name));
  await forgetPodsOf(stage, name);
  const group = node.metadata.labels?.['node.deckhouse.io/group'];
  if (group !== undefined) await refreshGroup(stage.client, group, stage.nowMs());
}

/** Deleted while it was a node: the node is cleaned and leaves. */
async function* forget(stage: ReactionStage, name: string): AsyncGenerator<number> {
  const node = await stage.client.find(nodeRef(name));
  if (node?.metadata.labels?.['node.deckhouse.io/type'] !== 'Static') return;
  yield* removeNode(stage, name);
  await offer(stage);
}

function tell(stage: ReactionStage, name: string, type: 'Normal' | 'Warning', reason: string, message: string): Promise<void> {
  return stage.say({about: hostRef(name), type, reason, message, source: 'caps-controller-manager'});
}
