/** What goes on all the time: sources sync, events repeat, a static machine is taken in and given back. */
import type {Fields} from '../../domain/fields.ts';
import type {Stage} from './life.ts';
import {fixedEvents} from './seed-events.ts';
import {sourceRef} from './seed-sources.ts';
import {second} from './seeding.ts';
import type {Ref} from './world-client.ts';

/** The fourth source, edge-mirror, has stopped and stays overdue. */
const syncingSources = ['deckhouse', 'extra', 'partners'];

export async function* sourceScene(stage: Stage): AsyncGenerator<number> {
  for (const name of syncingSources) {
    await stage.client.patchStatus(sourceRef(name), {syncTime: stage.nowIso()});
    yield (16 + stage.random() * 8) * second;
  }
}

export async function* eventScene(stage: Stage): AsyncGenerator<number> {
  const row = fixedEvents[Math.floor(stage.random() * fixedEvents.length)];
  if (row !== undefined) await stage.say(row);
  yield (4 + stage.random() * 5) * second;
}

const machine: Ref = {apiVersion: 'deckhouse.io/v1alpha2', kind: 'StaticInstance', name: 'bm-rack3-02'};

export async function* staticMachineScene(stage: Stage): AsyncGenerator<number> {
  await enter(stage, 'Pending', [['AddedToNodeGroup', 'False', 'WaitingForNodeGroupToBeAssigned']]);
  yield 18 * second;
  await enter(stage, 'Bootstrapping', [
    ['AddedToNodeGroup', 'True', ''],
    ['CheckTcpConnection', 'True', 'CheckPassed'],
  ]);
  yield 6 * second;
  const reached = [
    ['AddedToNodeGroup', 'True', ''],
    ['CheckTcpConnection', 'True', 'CheckPassed'],
    ['CheckSshCondition', 'True', 'CheckPassed'],
  ] as const;
  await enter(stage, 'Bootstrapping', [...reached, ['BootstrapSucceeded', 'False', 'WaitingForNodeRefToBeAssigned']]);
  yield 29 * second;
  await enter(stage, 'Running', [...reached, ['BootstrapSucceeded', 'True', 'InstanceReady']]);
  await stage.say({
    about: machine,
    type: 'Normal',
    reason: 'NodeBootstrappingSucceeded',
    message: 'StaticInstance bm-rack3-02 has joined node group edge',
    source: 'caps-controller-manager',
  });
  yield 37 * second;
  await enter(stage, 'Cleaning', reached);
  yield 15 * second;
}

async function enter(stage: Stage, phase: string, conditions: readonly (readonly [string, string, string])[]): Promise<void> {
  const lastTransitionTime = stage.nowIso();
  const shown: readonly Fields[] = conditions.map(([type, status, reason]) => ({
    type,
    status,
    lastTransitionTime,
    ...(reason !== '' && {reason}),
    ...(status === 'False' && {severity: 'Info'}),
  }));
  await stage.client.patchStatus(machine, {currentStatus: {phase, lastUpdateTime: lastTransitionTime}, conditions: shown});
}
