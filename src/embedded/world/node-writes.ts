/** Small changes of a node that scenes and reactions make alike. */
import {isFields, readList} from '../../domain/fields.ts';
import {readNode} from '../../domain/node.ts';
import type {Stage} from './life.ts';
import {groupRef, refreshGroup} from './node-group-status.ts';
import {nodeRef, updatePrefix} from './node-shape.ts';

const unschedulable = 'node.kubernetes.io/unschedulable';

/** Marks of the update workflow by their short names; null takes one away. */
export async function markNode(stage: Stage, node: string, marks: Readonly<Record<string, string | null>>): Promise<void> {
  const annotations = Object.fromEntries(
    Object.entries(marks).map(([mark, value]) => [mark.includes('/') ? mark : `${updatePrefix}${mark}`, value]),
  );
  const live = await stage.client.patch(nodeRef(node), {metadata: {annotations}});
  const {group} = readNode(live);
  if (group !== undefined) await refreshGroup(stage.client, group, stage.nowMs());
}

/** Other taints stay. */
export async function cordonNode(stage: Stage, node: string, isOn: boolean): Promise<void> {
  const live = await stage.client.find(nodeRef(node));
  const others = readList(live, 'spec.taints').filter(taint => isFields(taint) && taint.key !== unschedulable);
  const taints = isOn ? [...others, {key: unschedulable, effect: 'NoSchedule'}] : others;
  await stage.client.patch(nodeRef(node), {spec: {unschedulable: isOn ? true : null, taints: taints.length === 0 ? null : taints}});
}

export function tellGroup(stage: Stage, group: string, reason: string, message: string): Promise<void> {
  return stage.say({about: groupRef(group), type: 'Normal', reason, message, source: 'node-controller'});
}
