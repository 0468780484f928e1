/** A node as it is now. */
import {readFields, readNumber} from '../../../../domain/fields.ts';
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {type NodeFacts, readNode} from '../../../../domain/node.ts';
import {groupRef} from '../../node-group-status.ts';
import {nodeRef} from '../../node-shape.ts';
import {second} from '../../seeding.ts';
import type {ReactionStage} from '../reaction.ts';

/** A drain of the demo gives up sooner than the group says, so that one sees how that looks. */
const drainMsMax = 60 * second;

export type LiveNode = NodeFacts & {readonly object: KubeObject};

export async function findNode({client}: ReactionStage, name: string): Promise<LiveNode | undefined> {
  const object = await client.find(nodeRef(name));
  return object === undefined ? undefined : {object, ...readNode(object)};
}

export function nodesOfGroup({client}: ReactionStage, group: string): Promise<readonly KubeObject[]> {
  return client.list('v1', 'Node', undefined, {labelSelector: `node.deckhouse.io/group=${group}`});
}

export async function drainTimeoutMs({client}: ReactionStage, group: string | undefined): Promise<number> {
  const live = group === undefined ? undefined : await client.find(groupRef(group));
  return Math.min(drainMsMax, (readNumber(readFields(live, 'spec'), 'nodeDrainTimeoutSecond') ?? 600) * second);
}
