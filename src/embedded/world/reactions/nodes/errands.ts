/** What a person does outside the cluster when a run asks for it: a host whose script was run joins. */
import {isFields, readFields, readList, readString} from '../../../../domain/fields.ts';
import {groupRef, refreshGroup} from '../../node-group-status.ts';
import {nodeConditions, nodeRef} from '../../node-shape.ts';
import {second, timestamp} from '../../seeding.ts';
import type {ReactionStage} from '../reaction.ts';
import {joinNode, welcome} from './machines.ts';

/** Whoever says that the script has ended on the host is believed. */
export async function* playErrand(stage: ReactionStage, name: string): AsyncGenerator<number> {
  yield 0;
  const run = await stage.client.find({apiVersion: 'deckhand.dev/v1alpha1', kind: 'RunbookRun', name, namespace: 'deckhand'});
  if (readString(run, 'spec.runbook.name') !== 'static-node-add') return;
  const isDone = readList(run, 'status.steps').some(step => isFields(step) && step.id === 'bootstrap' && step.state === 'Verifying');
  const {target, group} = readFields(run, 'spec.parameters');
  if (!isDone || typeof target !== 'string' || typeof group !== 'string') return;
  const live = await stage.client.find(groupRef(group));
  if (live === undefined || (await stage.client.find(nodeRef(target))) !== undefined) return;
  yield 4 * second;
  await joinNode(stage, live, {name: target});
  yield 5 * second;
  await stage.client.patchStatus(nodeRef(target), {conditions: nodeConditions('ready', () => timestamp(stage.nowMs()))});
  await refreshGroup(stage.client, group, stage.nowMs());
  await welcome(stage);
}
