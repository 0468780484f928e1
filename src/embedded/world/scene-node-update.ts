/** Nodes take a new configuration, one after another, by themselves. */
import type {Fields} from '../../domain/fields.ts';
import type {Stage} from './life.ts';
import type {NodeStage} from './node-catalogue.ts';
import {groupRef, refreshGroup} from './node-group-status.ts';
import {checksumAnnotation, isCordoned, nodeRef, stageAnnotations, updatePrefix} from './node-shape.ts';
import {minute, second} from './seeding.ts';

const allMarks = ['waiting-for-approval', 'approved', 'disruption-required', 'disruption-approved', 'draining', 'drained'];

const workers = ['prod-worker-a-6dc8f-2kq7x', 'prod-worker-b-79b5c-lp2ts', 'prod-worker-a-6dc8f-hm5wd'];

export async function* nodeUpdateScene(stage: Stage): AsyncGenerator<number> {
  for (const node of workers) {
    if (stage.isTouched(`node/${node}`) || (await stage.client.find(nodeRef(node))) === undefined) {
      yield minute;
      continue;
    }
    yield* takeApproval(stage, node, 'worker');
    await enter(stage, node, 'worker', 'drainingForDisruption');
    await tell(stage, 'worker', 'DrainingForDisruption', `Node ${node} is draining for disruption`);
    yield 12 * second;
    await enter(stage, node, 'worker', 'drainedForDisruption');
    yield 4 * second;
    yield* finish(stage, node, 'worker');
    yield 25 * second;
  }
}

async function* takeApproval(stage: Stage, node: string, group: string): AsyncGenerator<number> {
  await enter(stage, node, group, 'waitingForApproval');
  yield 9 * second;
  await enter(stage, node, group, 'approved');
  await tell(stage, group, 'NodeApproved', `Node ${node} approved for update`);
  yield 8 * second;
  await enter(stage, node, group, 'waitingForDisruption');
  yield 5 * second;
}

async function* finish(stage: Stage, node: string, group: string): AsyncGenerator<number> {
  await enter(stage, node, group, 'disruptionApproved');
  await tell(stage, group, 'DisruptionApproved', `Node ${node} disruption approved`);
  yield 11 * second;
  await enter(stage, node, group, 'upToDate');
  await tell(stage, group, 'NodeUpToDate', `Node ${node} is now up to date`);
}

async function enter(stage: Stage, node: string, group: string, next: NodeStage): Promise<void> {
  const none = Object.fromEntries([checksumAnnotation, ...allMarks.map(mark => `${updatePrefix}${mark}`)].map(key => [key, null]));
  await stage.client.patch(nodeRef(node), {
    metadata: {annotations: {...none, ...stageAnnotations(next, group)}},
    spec: cordon(isCordoned(next) && group === 'worker'),
  });
  await refreshGroup(stage.client, group, stage.nowMs());
}

function cordon(isOn: boolean): Fields {
  return isOn ? {unschedulable: true, taints: [{key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule'}]} : {unschedulable: null};
}

function tell(stage: Stage, group: string, reason: string, message: string): Promise<void> {
  return stage.say({about: groupRef(group), type: 'Normal', reason, message, source: 'node-controller'});
}
