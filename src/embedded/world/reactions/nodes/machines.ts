/** A cloud machine of the demo comes up and joins as a node; another is drained and goes. */
import type {Fields} from '../../../../domain/fields.ts';
import {isFields, readFields, readString} from '../../../../domain/fields.ts';
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {quotaFailure} from '../../node-catalogue.ts';
import {groupRef, readChecksum, refreshGroup} from '../../node-group-status.ts';
import {checksumAnnotation, nodeConditions, nodeDraft, nodeRef} from '../../node-shape.ts';
import {cordonNode} from '../../node-writes.ts';
import {instanceDraft, instanceRef, machineStatus} from '../../seed-machines.ts';
import {second, spread, timestamp} from '../../seeding.ts';
import type {ReactionStage} from '../reaction.ts';
import {drainNode, forgetPodsOf} from './drain.ts';
import {zoneOf} from './fleet.ts';
import {applyTemplate} from './node-template.ts';

/** What the platform documents is 5 minutes; the demo does not wait that long. */
const forcedAfterMs = 12 * second;

export async function orderMachine(stage: ReactionStage, group: KubeObject, name: string): Promise<boolean> {
  const hasFailed = group.metadata.name === 'gpu' && zoneOf(name, 'gpu') === 'zone-d';
  const status = hasFailed
    ? machineStatus('CrashLoopBackOff', quotaFailure, 'Failed', 'Create', stage.nowIso())
    : machineStatus('Pending', 'Creating machine on cloud provider', 'Processing', 'Create', stage.nowIso());
  const classReference = readFields(group, 'spec.cloudInstances.classReference');
  await stage.client.create(instanceDraft(name, group.metadata.name, group, {...status, classReference}));
  const message = hasFailed ? quotaFailure : 'Started Machine creation process';
  const reason = hasFailed ? 'MachineFailed' : 'MachineCreating';
  const type = hasFailed ? 'Warning' : 'Normal';
  await stage.say({about: groupRef(group.metadata.name), type, reason, message, source: 'node-controller'});
  return !hasFailed;
}

/** All of them at once. */
export async function* startMachines(stage: ReactionStage, group: KubeObject, names: readonly string[]): AsyncGenerator<number> {
  const {client} = stage;
  if (names.length === 0) return;
  yield 3 * second;
  for (const name of names) await client.patchStatus(instanceRef(name), {bootstrapStatus: bootstrapOf(name)});
  yield 4 * second;
  const agoIso = (agoMs: number) => timestamp(stage.nowMs() - Math.min(agoMs, 0));
  for (const name of names) {
    await joinNode(stage, group, {name, zone: zoneOf(name, group.metadata.name)});
    await client.patchStatus(instanceRef(name), {nodeRef: {name}, currentStatus: {phase: 'Available', lastUpdateTime: stage.nowIso()}});
  }
  await refreshGroup(client, group.metadata.name, stage.nowMs());
  yield 4 * second;
  for (const name of names) {
    await client.patchStatus(nodeRef(name), {conditions: nodeConditions('ready', agoIso)});
    await client.patchStatus(instanceRef(name), {
      ...machineStatus('Running', `Machine ${name} successfully joined the cluster`, 'Successful', 'Create', stage.nowIso()),
      bootstrapStatus: null,
    });
    const message = `Node ${name} status is now: NodeReady`;
    await stage.say({about: nodeRef(name), type: 'Normal', reason: 'NodeReady', message, source: 'kubelet', host: name});
  }
  await refreshGroup(client, group.metadata.name, stage.nowMs());
  await welcome(stage);
}

function bootstrapOf(name: string): Fields {
  const host = `10.42.1.${10 + Math.floor(spread(name) * 240)}`;
  return {logsEndpoint: `${host}:8000`, description: `Use 'nc ${host} 8000' to get bootstrap logs.`};
}

/** Registers the node; its kubelet is not ready yet. */
export async function joinNode(
  stage: ReactionStage,
  group: KubeObject,
  {name, zone}: {readonly name: string; readonly zone?: string},
): Promise<void> {
  const {name: groupName} = group.metadata;
  const agoIso = (agoMs: number) => timestamp(stage.nowMs() - Math.min(agoMs, 0));
  const row = {name, group: groupName, stage: 'upToDate', ageDays: 0, ...(zone !== undefined && {zone})} as const;
  const draft = nodeDraft(row, readString(group, 'spec.nodeType') ?? '', agoIso);
  await stage.client.remove(nodeRef(name));
  const status = isFields(draft.status) ? draft.status : {};
  await stage.client.create({...draft, status: {...status, conditions: nodeConditions('starting', agoIso)}});
  const annotations = {[checksumAnnotation]: await readChecksum(stage.client, groupName)};
  await stage.client.patch(nodeRef(name), {metadata: {annotations}});
  await applyTemplate(stage, group, name);
}

/** Pods that find no room have another try, and what runs on every node runs here too. */
export async function welcome(stage: ReactionStage): Promise<void> {
  for (const {metadata} of await stage.client.list('apps/v1', 'DaemonSet'))
    stage.look(`daemonset/${metadata.namespace ?? ''}/${metadata.name}`);
  const waiting = await stage.client.list('v1', 'Pod', undefined, {fieldSelector: 'spec.nodeName='});
  for (const pod of waiting) stage.lookAtOwner(pod);
}

/** A machine that is to go is drained, by force in the end; then its node and the Instance go. */
export async function* playMachine(stage: ReactionStage, name: string): AsyncGenerator<number> {
  const {client} = stage;
  yield second;
  const instance = await client.find(instanceRef(name));
  const node = await client.find(nodeRef(name));
  const group = (instance ?? node)?.metadata.labels?.['node.deckhouse.io/group'];
  const isOfCloud = node?.metadata.labels?.['node.deckhouse.io/type'] === 'CloudEphemeral';
  if (instance === undefined && !isOfCloud) return;
  if (instance !== undefined && instance.metadata.deletionTimestamp === undefined) {
    if (node !== undefined || readString(instance, 'status.nodeRef.name') === undefined) return;
    await client.remove(instanceRef(name));
  }
  if (instance !== undefined) {
    const status = machineStatus('Terminating', `Machine ${name} is being drained`, 'Processing', 'Delete', stage.nowIso());
    await client.patchStatus(instanceRef(name), status);
  }
  if (node !== undefined) {
    await cordonNode(stage, name, true);
    yield* drainNode(stage, name, {timeoutMs: forcedAfterMs, isForced: true, isWanted: () => Promise.resolve(true)});
    yield 2 * second;
    await client.remove(nodeRef(name));
  }
  await forgetPodsOf(stage, name);
  if (instance !== undefined) await client.patch(instanceRef(name), {metadata: {finalizers: null}});
  if (group === undefined) return;
  await refreshGroup(client, group, stage.nowMs());
  stage.look(`group/${group}`);
}
