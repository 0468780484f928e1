import {expect, test} from 'vitest';
import type {KubeRequest} from '../../../src/domain/kube-port.ts';
import {nodeCordon} from '../../../src/runbooks/node-cordon.ts';
import {nodeUpdateApprove} from '../../../src/runbooks/node-update-approve.ts';
import {startEngine} from '../../support/engine-rig.ts';
import {groupDraft, nodeDraft} from '../../support/node-drafts.ts';
import {RunKit} from '../../support/run-kit.ts';
import {noteGate, sampleObjects, sampleRunbook, sampleTarget, writeStep} from '../../support/sample-runbooks.ts';

const names = Array.from({length: 6}, (_, index) => `w${index + 1}`);

async function kitWithRuns(): Promise<RunKit> {
  const kit = await RunKit.start({runbooks: [nodeCordon], objects: names.map(name => nodeDraft(name))});
  for (const name of names) await kit.submit('node-cordon', {target: name}, {}, `cordon-${name}`);
  return kit;
}

async function phases(kit: RunKit): Promise<readonly string[]> {
  return Promise.all(names.map(async name => (await kit.run(`cordon-${name}`)).status.phase));
}

test('two engines share the runs and do each effect once', async () => {
  const kit = await kitWithRuns();
  const engines = [startEngine(kit, [nodeCordon]), startEngine(kit, [nodeCordon])];
  await kit.clock.advance(30_000);
  expect(new Set(await phases(kit))).toEqual(new Set(['Succeeded']));
  const effects = engines.flatMap(({effects: done}) => done);
  expect(effects.toSorted()).toEqual(names.map(name => `/api/v1/nodes/${name}`));
  for (const {engine} of engines) await stop(kit, engine);
});

test('what a killed engine held is carried on within sixteen seconds of its last renewal', async () => {
  const kit = await kitWithRuns();
  const first = startEngine(kit, [nodeCordon]);
  const second = startEngine(kit, [nodeCordon]);
  await kit.clock.advance(0);
  first.kill();
  await kit.clock.advance(16_000);
  await kit.clock.advance(1_000);
  expect(new Set(await phases(kit))).toEqual(new Set(['Succeeded']));
  await stop(kit, second.engine);
});

test('a run in the middle of which its engine dies is taken over by one that watched, and by one that comes later', async () => {
  for (const watches of [true, false]) {
    const kit = await RunKit.start({
      runbooks: [nodeUpdateApprove],
      objects: [groupDraft('worker'), nodeDraft('w1', {marks: ['waiting-for-approval']})],
    });
    await kit.submit('node-update-approve', {target: 'w1'});
    const first = startEngine(kit, [nodeUpdateApprove]);
    await kit.clock.advance(5_000);
    const dead = (await kit.run()).status.holder;
    expect(dead?.epoch).toBe(1);
    const early = watches ? startEngine(kit, [nodeUpdateApprove]) : undefined;
    await kit.clock.advance(30_000);
    first.kill();
    const second = early ?? startEngine(kit, [nodeUpdateApprove]);
    await kit.clock.advance(17_000);
    const {holder} = (await kit.run()).status;
    expect(holder).toMatchObject({epoch: 2});
    expect(holder?.identity).not.toBe(dead?.identity);
    await stop(kit, second.engine);
  }
});

test('an engine that leaves hands over, and the next goes on', async () => {
  const kit = await kitWithRuns();
  const first = startEngine(kit, [nodeCordon]);
  await kit.clock.advance(0);
  await stop(kit, first.engine);
  const second = startEngine(kit, [nodeCordon]);
  await kit.clock.advance(5_000);
  expect(new Set(await phases(kit))).toEqual(new Set(['Succeeded']));
  await stop(kit, second.engine);
});

const gated = sampleRunbook({steps: target => [writeStep(target, 'one', {gate: noteGate(target)})]});

test.each<[string, string, (kit: RunKit) => Promise<void>]>([
  ['an order', 'Aborted', kit => kit.control({desired: 'Abort'})],
  ['an approval', 'Succeeded', kit => kit.consent()],
])('%s that comes while the engine puts the run aside is not missed', async (_, phase, say) => {
  const kit = await RunKit.start({runbooks: [gated], objects: sampleObjects});
  let isSaid = false;
  // The last thing that is asked before the run is put aside.
  const onAnswer = async ({method, path}: KubeRequest): Promise<void> => {
    if (isSaid || method !== 'GET' || !path.includes('/runbookapprovals?limit')) return;
    if ((await kit.run()).status.phase !== 'AwaitingApproval') return;
    isSaid = true;
    await say(kit);
  };
  await kit.submit('sample', sampleTarget);
  const {engine} = startEngine(kit, [gated], {onAnswer});
  await kit.clock.advance(30_000);
  expect(isSaid).toBe(true);
  expect((await kit.run()).status.phase).toBe(phase);
  await stop(kit, engine);
});

test('a run that waits for a person costs no request until somebody says something', async () => {
  const kit = await RunKit.start({runbooks: [gated], objects: sampleObjects});
  const asked: string[] = [];
  await kit.submit('sample', sampleTarget);
  const {engine, effects} = startEngine(kit, [gated], {onAnswer: async ({path}) => void asked.push(path)});
  await kit.clock.advance(5_000);
  expect((await kit.run()).status.phase).toBe('AwaitingApproval');
  const before = asked.length;
  await kit.clock.advance(600_000);
  expect(asked.slice(before).filter(path => path !== '/readyz')).toEqual([]);
  await kit.consent();
  await kit.clock.advance(5_000);
  expect([(await kit.run()).status.phase, effects.length]).toEqual(['Succeeded', 1]);
  await stop(kit, engine);
});

async function stop(kit: RunKit, engine: {stop(graceMs: number): Promise<unknown>}): Promise<void> {
  const stopped = engine.stop(5_000);
  await kit.clock.advance(7_000);
  await stopped;
}
