/** A node on its way through an update, as its agent and the approval engine play it together. */
import {readBoolean, readField} from '../../../../domain/fields.ts';
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {readGroupRules} from '../../../../domain/node-group.ts';
import {isWindowOpen} from '../../../../domain/update-window.ts';
import {groupRef, readChecksum, refreshGroup} from '../../node-group-status.ts';
import {checksumAnnotation, nodeConditions, nodeRef} from '../../node-shape.ts';
import {cordonNode, markNode, tellGroup} from '../../node-writes.ts';
import {isNodeReady} from '../../place-pod.ts';
import {instanceRef} from '../../seed-machines.ts';
import {digits, minute, second, timestamp} from '../../seeding.ts';
import type {ReactionStage} from '../reaction.ts';
import type {Configurations} from './configurations.ts';
import {drainNode} from './drain.ts';
import {drainTimeoutMs, findNode, type LiveNode, nodesOfGroup} from './live-node.ts';

/** One that waits for a slot is looked at so often, and left alone after a while. */
const queueLookMs = 3 * second;
const queueMsMax = 15 * minute;

/** Each pass is one stage; ends where a person has to decide, or when the node is up to date. */
export async function* updateNode(stage: ReactionStage, name: string, configurations: Configurations): AsyncGenerator<number> {
  const giveUpAtMs = stage.nowMs() + queueMsMax;
  for (let node = await findNode(stage, name); node?.group !== undefined; node = await findNode(stage, name)) {
    const {group, marks} = node;
    if (!marks.isApproved && !marks.isWaitingForApproval) {
      const isOld = configurations.isEdited(group) && marks.checksum !== (await readChecksum(stage.client, group));
      if (!node.isRebootAsked && !isOld) return;
      yield 3 * second;
      await markNode(stage, name, {'waiting-for-approval': '', [checksumAnnotation]: null});
    } else if (!marks.isApproved) {
      yield queueLookMs;
      if (await hasSlot(stage, group, name)) {
        await markNode(stage, name, {approved: '', 'waiting-for-approval': null});
        await tellGroup(stage, group, 'NodeApproved', `Node ${name} approved for update`);
      } else if (stage.nowMs() > giveUpAtMs) return;
    } else if (marks.isWaitingForApproval) {
      await markNode(stage, name, {'waiting-for-approval': null});
    } else if (marks.isDisruptionApproved) {
      yield* restart(stage, name, group);
      await finish(stage, name, group);
      return;
    } else if (!marks.isDisruptionRequired && !node.isRebootAsked && !configurations.needsDisruption(group)) {
      yield 4 * second;
      yield* restartKubelet(stage, name, group);
      await finish(stage, name, group);
      return;
    } else if (!marks.isDisruptionRequired) {
      // The steps run until one of them needs downtime.
      yield 4 * second;
      await markNode(stage, name, {'disruption-required': '', reboot: null, [checksumAnnotation]: null});
    } else if (!(yield* disrupt(stage, name, node))) return;
  }
}

/** Up to maxConcurrent nodes at once, and only while all of the group are well. */
async function hasSlot(stage: ReactionStage, group: string, name: string): Promise<boolean> {
  const live = await stage.client.find(groupRef(group));
  const nodes = await nodesOfGroup(stage, group);
  const others = nodes.filter(node => node.metadata.name !== name);
  const running = others.filter(node => node.metadata.annotations?.['update.node.deckhouse.io/approved'] !== undefined).length;
  const own = nodes.find(node => node.metadata.name === name);
  return running < slotsOf(readField(live, 'spec.update.maxConcurrent'), nodes.length) && (nodes.every(isNodeReady) || !isReady(own));
}

function slotsOf(given: unknown, nodes: number): number {
  const text = String(given ?? 1);
  return text.endsWith('%') ? Math.max(1, Math.floor((nodes * Number.parseInt(text, 10)) / 100)) : Number.parseInt(text, 10);
}

function isReady(node: KubeObject | undefined): boolean {
  return node !== undefined && isNodeReady(node);
}

/** true where the update goes on; false where it waits for a person, a window, or an uncordon. */
async function* disrupt(
  stage: ReactionStage,
  name: string,
  {group = '', isCordoned, drainedBy}: LiveNode,
): AsyncGenerator<number, boolean> {
  const live = await stage.client.find(groupRef(group));
  if (live === undefined) return false;
  const {approvalMode, windows} = readGroupRules(live);
  if (approvalMode === 'Manual' || !isWindowOpen(windows, stage.nowMs(), 'node')) return false;
  if (approvalMode === 'RollingUpdate') {
    await stage.client.remove(instanceRef(name));
    stage.look(`machine/${name}`);
    return false;
  }
  const isDrained = drainedBy === 'bashible';
  if (!isDrained && (readBoolean(live, 'spec.disruptions.automatic.drainBeforeApproval') ?? true)) {
    if (isCordoned) return false;
    await cordonNode(stage, name, true);
    await markNode(stage, name, {draining: 'bashible'});
    await tellGroup(stage, group, 'DrainingForDisruption', `Node ${name} is draining for disruption`);
    yield* drainNode(stage, name, {timeoutMs: await drainTimeoutMs(stage, group), isWanted: () => Promise.resolve(true)});
    await markNode(stage, name, {draining: null, drained: 'bashible'});
    yield second;
  }
  await markNode(stage, name, {'disruption-required': null, 'disruption-approved': ''});
  await tellGroup(stage, group, 'DisruptionApproved', `Node ${name} disruption approved`);
  return true;
}

/** The kubelet is silent for a while, and the kernel gives the new boot a new id. */
async function* restart(stage: ReactionStage, name: string, group: string): AsyncGenerator<number> {
  yield 3 * second;
  await setKubelet(stage, name, 'starting');
  await refreshGroup(stage.client, group, stage.nowMs());
  yield 6 * second;
  await setKubelet(stage, name, 'ready', digits(`${name}/${stage.nowMs()}`, 32));
  yield 2 * second;
}

/** It comes back before anybody misses it. */
async function* restartKubelet(stage: ReactionStage, name: string, group: string): AsyncGenerator<number> {
  await setKubelet(stage, name, 'starting');
  await refreshGroup(stage.client, group, stage.nowMs());
  yield 2 * second;
  await setKubelet(stage, name, 'ready');
}

async function setKubelet(stage: ReactionStage, name: string, kubelet: 'starting' | 'ready', bootID?: string): Promise<void> {
  const conditions = nodeConditions(kubelet, () => timestamp(stage.nowMs()));
  await stage.client.patchStatus(nodeRef(name), {conditions, ...(bootID !== undefined && {nodeInfo: {bootID}})});
}

/** What a person has cordoned stays so. */
async function finish(stage: ReactionStage, name: string, group: string): Promise<void> {
  const node = await findNode(stage, name);
  if (node?.drainedBy === 'bashible') await cordonNode(stage, name, false);
  await markNode(stage, name, {
    approved: null,
    'waiting-for-approval': null,
    'disruption-required': null,
    'disruption-approved': null,
    reboot: null,
    ...(node?.drainedBy === 'bashible' && {drained: null}),
    ...(node?.object.metadata.annotations?.['update.node.deckhouse.io/draining'] === 'bashible' && {draining: null}),
    [checksumAnnotation]: await readChecksum(stage.client, group),
  });
  await tellGroup(stage, group, 'NodeUpToDate', `Node ${name} is now up to date`);
  await lookAtWaiting(stage, group);
}

/** A slot is free again. */
async function lookAtWaiting(stage: ReactionStage, group: string): Promise<void> {
  for (const {metadata} of await nodesOfGroup(stage, group)) {
    const isOurs = stage.isTouched(`node/${metadata.name}`);
    if (isOurs && metadata.annotations?.['update.node.deckhouse.io/waiting-for-approval'] !== undefined)
      stage.look(`node/${metadata.name}`);
  }
}
