/** A group grows by a machine that bootstraps and joins as a node, takes a waiting pod, and shrinks again. */
import type {KubeObject} from '../../domain/kube-object.ts';
import type {Stage} from './life.ts';
import {groupRef, refreshGroup} from './node-group-status.ts';
import {nodeConditions, nodeDraft, nodeRef, updatePrefix} from './node-shape.ts';
import {instanceDraft, instanceRef, machineStatus} from './seed-machines.ts';
import {generatedSuffix} from './seed-workloads.ts';
import {minute, second, timestamp} from './seeding.ts';
import {placeWaitingPod, replacePodsOf} from './waiting-pods.ts';

const group = 'worker';
const prefix = 'prod-worker-d-5f7dd-';

/** The seeds leave one machine in mid-bootstrap. */
const seeded = `${prefix}vn7qj`;

export async function* growthScene(stage: Stage): AsyncGenerator<number> {
  const isInOtherHands = () => stage.isTouched(`group/${group}`);
  if (isInOtherHands()) return yield minute;
  const name = await startMachine(stage);
  yield 7 * second;
  const address = '10.42.1.178:8000';
  await stage.client.patchStatus(instanceRef(name), {
    bootstrapStatus: {logsEndpoint: address, description: `Use 'nc ${address.replace(':', ' ')}' to get bootstrap logs.`},
  });
  yield 14 * second;
  if (isInOtherHands()) return;
  yield* join(stage, name);
  yield 41 * second;
  if (isInOtherHands()) return;
  yield* leave(stage, name);
  yield 14 * second;
}

async function startMachine(stage: Stage): Promise<string> {
  await clearRemains(stage);
  if ((await stage.client.find(instanceRef(seeded))) !== undefined) return seeded;
  const name = `${prefix}${generatedSuffix(String(stage.random()))}`;
  const owner = await stage.client.find(groupRef(group));
  const status = machineStatus('Pending', 'Creating machine on cloud provider', 'Processing', 'Create', stage.nowIso());
  await stage.client.create(instanceDraft(name, group, owner, status));
  await refreshGroup(stage.client, group, stage.nowMs(), {desired: 9});
  await stage.say({
    about: groupRef(group),
    type: 'Normal',
    reason: 'MachineCreating',
    message: 'Started Machine creation process',
    source: 'node-controller',
  });
  return name;
}

/** A play that broke off leaves a machine or a node behind; the next one must not pile up on them. */
async function clearRemains(stage: Stage): Promise<void> {
  for (const instance of await stage.client.list('deckhouse.io/v1alpha1', 'Instance')) {
    const {name} = instance.metadata;
    const isOurs = name.startsWith(prefix) && !settled.has(name) && name !== seeded;
    if (isOurs) await removeMachine(stage, name);
  }
}

/** Nodes of the zone that stay. */
const settled = new Set([`${prefix}6cw9k`, `${prefix}zt3mh`]);

async function* join(stage: Stage, name: string): AsyncGenerator<number> {
  const {client} = stage;
  const row = {name, group, stage: 'upToDate', zone: 'zone-d', ageDays: 0} as const;
  const agoIso = (agoMs: number) => timestamp(stage.nowMs() - agoMs);
  const draft = nodeDraft(row, 'CloudEphemeral', agoIso);
  await client.remove(nodeRef(name));
  await client.create({...draft, status: {...(draft.status as object), conditions: nodeConditions('starting', agoIso)}});
  await client.patchStatus(instanceRef(name), {nodeRef: {name}, currentStatus: {phase: 'Available', lastUpdateTime: stage.nowIso()}});
  await refreshGroup(client, group, stage.nowMs(), {desired: 9});
  yield 8 * second;
  await client.patchStatus(nodeRef(name), {conditions: nodeConditions('ready', agoIso)});
  await client.patchStatus(instanceRef(name), {
    ...machineStatus('Running', `Machine ${name} successfully joined the cluster`, 'Successful', 'Create', stage.nowIso()),
    bootstrapStatus: null,
  });
  await refreshGroup(client, group, stage.nowMs(), {desired: 9});
  await stage.say({
    about: nodeRef(name),
    type: 'Normal',
    reason: 'NodeReady',
    message: `Node ${name} status is now: NodeReady`,
    source: 'kubelet',
    host: name,
  });
  yield 4 * second;
  await placeWaitingPod(stage, name);
}

async function* leave(stage: Stage, name: string): AsyncGenerator<number> {
  const {client} = stage;
  const taints = [
    {key: 'ToBeDeletedByClusterAutoscaler', value: String(Math.floor(stage.nowMs() / second)), effect: 'NoSchedule'},
    {key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule'},
  ];
  await client.patch(nodeRef(name), {
    metadata: {annotations: {[`${updatePrefix}draining`]: 'bashible'}},
    spec: {unschedulable: true, taints},
  });
  await refreshGroup(client, group, stage.nowMs(), {desired: 8});
  yield 6 * second;
  await replacePodsOf(stage, name);
  await client.patchStatus(
    instanceRef(name),
    machineStatus('Terminating', `Machine ${name} is being drained`, 'Processing', 'Delete', stage.nowIso()),
  );
  await client.remove(instanceRef(name));
  yield 9 * second;
  await removeMachine(stage, name);
  await refreshGroup(client, group, stage.nowMs(), {desired: 8});
}

async function removeMachine(stage: Stage, name: string): Promise<void> {
  const {client} = stage;
  await client.remove(nodeRef(name));
  const instance: KubeObject | undefined = await client.find(instanceRef(name));
  if (instance === undefined) return;
  await client.remove(instanceRef(name));
  await client.patch(instanceRef(name), {metadata: {finalizers: null}});
}
