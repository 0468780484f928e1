/** What the platform does with a node group that somebody made, resized, edited or told to roll out anew. */
import {readFields, readNumber, readString} from '../../../../domain/fields.ts';
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {checksumsRef, desiredOf, type GroupSize, groupRef, readChecksum, refreshGroup, sizeOf} from '../../node-group-status.ts';
import {desiredChecksum} from '../../node-shape.ts';
import {instanceRef} from '../../seed-machines.ts';
import {bootstrapSecret} from '../../seed-nodes.ts';
import {digits, second} from '../../seeding.ts';
import {refOf, type WorldClient} from '../../world-client.ts';
import type {Play, ReactionStage} from '../reaction.ts';
import type {Configurations} from './configurations.ts';
import {instancesOf, isGoing, newInstanceName, nextToReplace, planFleet, Shapes, zoneOf} from './fleet.ts';
import {fillHosts, releaseHosts} from './hosts.ts';
import {nodesOfGroup} from './live-node.ts';
import {orderMachine, startMachines} from './machines.ts';
import {applyTemplate} from './node-template.ts';

/** A drain by force takes a quarter of a minute; longer than this nobody waits for a machine to go. */
const goneLooksMax = 60;

export function createGroupPlays(configurations: Configurations): {readonly group: Play; readonly class: Play} {
  const shapes = new Shapes();
  return {group: (stage, name) => playGroup(stage, name, {shapes, configurations}), class: (stage, name) => playClass(stage, name, shapes)};
}

async function* playClass(stage: ReactionStage, name: string, shapes: Shapes): AsyncGenerator<number> {
  yield second;
  shapes.edit(name);
  for (const group of await stage.client.list('deckhouse.io/v1', 'NodeGroup')) {
    if (readString(group, 'spec.cloudInstances.classReference.name') === name) stage.look(`group/${group.metadata.name}`);
  }
}

type Memory = {readonly shapes: Shapes; readonly configurations: Configurations};

async function* playGroup(stage: ReactionStage, name: string, {shapes, configurations}: Memory): AsyncGenerator<number> {
  yield second;
  const {client} = stage;
  stage.claim(`group/${name}`);
  const group = await client.find(groupRef(name));
  if (group === undefined) return await releaseHosts(stage, name);
  for (const {metadata} of await nodesOfGroup(stage, name)) await applyTemplate(stage, group, metadata.name);
  await prepare(stage, group);
  await configure(stage, group, configurations);
  const size = sizeOf(readFields(group, 'spec'));
  if (size === undefined) {
    await fillHosts(stage, group);
    await refreshGroup(client, name, stage.nowMs());
    return;
  }
  await refreshGroup(client, name, stage.nowMs());
  if (readString(await client.find(groupRef(name)), 'status.error')) return;
  for (const instance of (await instancesOf(stage, name)).filter(isGoing)) stage.look(`machine/${instance.metadata.name}`);
  yield* bringToSize(stage, group, size, shapes);
  yield* replaceOld(stage, name, shapes);
  await refreshGroup(client, name, stage.nowMs());
}

/** What the nodes of a new group are to be configured to, and what a person runs on a host that is to join. */
async function prepare({client}: ReactionStage, {metadata, spec}: KubeObject): Promise<void> {
  const {name} = metadata;
  if ((await readChecksum(client, name)) !== '') return;
  await writeChecksum(client, name, desiredChecksum(name));
  const secret = bootstrapSecret(name);
  if (readString(spec, 'nodeType') !== 'CloudEphemeral' && (await client.find(refOf(secret))) === undefined) await client.create(secret);
}

/** Settings that nodes take over make another configuration; each node asks for its turn. */
async function configure(stage: ReactionStage, group: KubeObject, configurations: Configurations): Promise<void> {
  const {name} = group.metadata;
  if (!configurations.learn(name, readFields(group, 'spec'))) return;
  await writeChecksum(stage.client, name, digits(`checksum/${name}/${stage.nowMs()}`, 64));
  for (const {metadata} of await nodesOfGroup(stage, name)) {
    stage.claim(`node/${metadata.name}`);
    stage.look(`node/${metadata.name}`);
  }
}

function writeChecksum(client: WorldClient, group: string, checksum: string): Promise<KubeObject> {
  return client.patch(checksumsRef, {data: {[group]: Buffer.from(checksum).toString('base64')}});
}

async function* bringToSize(stage: ReactionStage, group: KubeObject, size: GroupSize, shapes: Shapes): AsyncGenerator<number> {
  const {name} = group.metadata;
  const before = readNumber(group, 'status.desired');
  const instances = await instancesOf(stage, name);
  const {missing, surplus} = planFleet(name, size, instances, before);
  // Those that somebody left half way come up with the new ones.
  const halfWay = instances.filter(instance => !isGoing(instance) && isStarting(instance)).map(({metadata}) => metadata.name);
  await refreshGroup(stage.client, name, stage.nowMs(), {desired: desiredOf(size, before)});
  for (const instance of surplus) await dismiss(stage, instance);
  const ordered = await order(stage, group, missing, shapes);
  yield* startMachines(stage, group, [...halfWay, ...ordered]);
  yield* awaitGone(stage, surplus);
}

function isStarting(instance: KubeObject): boolean {
  return ['Pending', 'Creating', 'Available'].includes(readString(instance, 'status.currentStatus.phase') ?? '');
}

async function order(stage: ReactionStage, group: KubeObject, zones: readonly string[], shapes: Shapes): Promise<readonly string[]> {
  const ordered: string[] = [];
  const others = await instancesOf(stage, group.metadata.name);
  for (const zone of zones) {
    const instance = newInstanceName(stage, group.metadata.name, zone, others);
    shapes.made(instance, group);
    if (await orderMachine(stage, group, instance)) ordered.push(instance);
  }
  if (zones.length > 0) await refreshGroup(stage.client, group.metadata.name, stage.nowMs());
  return ordered;
}

async function dismiss(stage: ReactionStage, instance: string): Promise<void> {
  await stage.client.remove(instanceRef(instance));
  stage.look(`machine/${instance}`);
}

async function* awaitGone(stage: ReactionStage, instances: readonly string[]): AsyncGenerator<number> {
  for (const instance of instances) {
    for (let look = 0; look < goneLooksMax && (await stage.client.find(instanceRef(instance))) !== undefined; look += 1) yield second;
  }
}

/** New ones first, then the old ones go: a few in each zone at a time. */
async function* replaceOld(stage: ReactionStage, name: string, shapes: Shapes): AsyncGenerator<number> {
  for (;;) {
    const group = await stage.client.find(groupRef(name));
    if (group === undefined) return;
    const old = nextToReplace(group, await instancesOf(stage, name), shapes);
    if (old.length === 0) return;
    const ordered = await order(
      stage,
      group,
      old.map(instance => zoneOf(instance, name)),
      shapes,
    );
    yield* startMachines(stage, group, ordered);
    for (const instance of old) await dismiss(stage, instance);
    yield* awaitGone(stage, old);
  }
}
