/** What the platform and the node's agent do when somebody marks, cordons or deletes a node. */
import {readString} from '../../../../domain/fields.ts';
import {readChecksum, refreshGroup} from '../../node-group-status.ts';
import {checksumAnnotation, nodeRef} from '../../node-shape.ts';
import {cordonNode, markNode} from '../../node-writes.ts';
import {second} from '../../seeding.ts';
import type {Play, ReactionStage} from '../reaction.ts';
import type {Configurations} from './configurations.ts';
import {drainNode, forgetPodsOf} from './drain.ts';
import {drainTimeoutMs, findNode, type LiveNode} from './live-node.ts';
import {applyTemplate} from './node-template.ts';
import {updateNode} from './update-node.ts';

const drainRetryMs = 15 * second;

export function createNodePlay(configurations: Configurations): Play {
  return (stage, name) => playNode(stage, name, configurations);
}

async function* playNode(stage: ReactionStage, name: string, configurations: Configurations): AsyncGenerator<number> {
  yield second;
  const node = await findNode(stage, name);
  if (node === undefined) {
    await forgetPodsOf(stage, name);
    // A machine without its node is of no use: it goes too, and the group orders another.
    stage.look(`machine/${name}`);
    return;
  }
  if (node.group !== undefined && !hasRole(node)) yield* changeGroup(stage, name, node.group);
  const isAskedToDrain = node.object.metadata.annotations?.['update.node.deckhouse.io/draining'] === 'user';
  if (isAskedToDrain) yield* drainForUser(stage, name, node);
  else if (node.drainedBy === 'user' && !node.isCordoned) await markNode(stage, name, {drained: null});
  yield* updateNode(stage, name, configurations);
  if (node.group !== undefined) await refreshGroup(stage.client, node.group, stage.nowMs());
}

function hasRole({group, object}: LiveNode): boolean {
  return object.metadata.labels?.[`node-role.kubernetes.io/${group ?? ''}`] !== undefined;
}

/** A node that somebody gave to another group by its label: its agent takes that group's settings over. */
async function* changeGroup(stage: ReactionStage, name: string, group: string): AsyncGenerator<number> {
  const groups = await stage.client.list('deckhouse.io/v1', 'NodeGroup');
  const live = groups.find(({metadata}) => metadata.name === group);
  if (live === undefined) return;
  yield 3 * second;
  const labels = {[`node-role.kubernetes.io/${group}`]: '', 'node.deckhouse.io/type': readString(live, 'spec.nodeType') ?? ''};
  await stage.client.patch(nodeRef(name), {metadata: {labels, annotations: {[checksumAnnotation]: null}}});
  yield 4 * second;
  await applyTemplate(stage, live, name);
  await markNode(stage, name, {[checksumAnnotation]: await readChecksum(stage.client, group)});
  for (const {metadata} of groups) await refreshGroup(stage.client, metadata.name, stage.nowMs());
}

async function* drainForUser(stage: ReactionStage, name: string, {group}: LiveNode): AsyncGenerator<number> {
  const isWanted = async () => (await findNode(stage, name))?.object.metadata.annotations?.['update.node.deckhouse.io/draining'] === 'user';
  await cordonNode(stage, name, true);
  if (group !== undefined) await refreshGroup(stage.client, group, stage.nowMs());
  const about = nodeRef(name);
  for (;;) {
    const end = yield* drainNode(stage, name, {timeoutMs: await drainTimeoutMs(stage, group), isWanted});
    if (end.kind === 'withdrawn') {
      await stage.say({about, type: 'Normal', reason: 'DrainCancelled', message: 'drain cancelled', source: 'node-controller'});
      return;
    }
    if (end.kind === 'drained') break;
    const message = `drain timed out: still on the node: ${end.left.join(', ')}`;
    await markNode(stage, name, {'drain-failed': message});
    await stage.say({about, type: 'Warning', reason: 'DrainFailed', message, source: 'node-controller'});
    yield drainRetryMs;
  }
  yield second;
  if (!(await isWanted())) return;
  await markNode(stage, name, {draining: null, 'drain-failed': null, drained: 'user'});
  await stage.say({about, type: 'Normal', reason: 'DrainSucceeded', message: `Node ${name} is drained`, source: 'node-controller'});
}
