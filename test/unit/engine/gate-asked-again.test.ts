/** Between a passed gate and its act: what was agreed to no longer holds, so the gate is open again, and nothing has failed. */
import {describe, expect, test} from 'vitest';
import type {FailurePolicy, Run, RunSpec} from '../../../src/domain/run.ts';
import {type RunStore, StaleRun} from '../../../src/engine/run-store.ts';
import {RunKit} from '../../support/run-kit.ts';
import {noteGate, onceSet, sampleObjects, sampleRunbook, sampleTarget, thing, writeStep} from '../../support/sample-runbooks.ts';

const gated = sampleRunbook({
  risk: 'harmless',
  steps: target => [writeStep(target, 'one'), writeStep(target, 'two', {gate: noteGate(target)})],
});

type Between = {isTrusting: boolean; happens: (kit: RunKit) => Promise<unknown>};

/** Once the gate of step two is passed its engine is gone, and `between.happens` before the next one comes. */
async function start(failurePolicy: FailurePolicy, between: Between, spec: Partial<RunSpec> = {}): Promise<RunKit> {
  let isStruck = false;
  const kit: RunKit = await RunKit.start({
    runbooks: [gated],
    objects: sampleObjects,
    get isTrusting() {
      return between.isTrusting;
    },
    wrapStore: store =>
      struckOnce(store, async run => {
        const {gate, state} = run.status.steps[1] ?? {};
        if (isStruck || state !== 'Pending' || gate?.have !== 1) return;
        isStruck = true;
        await between.happens(kit);
        throw new StaleRun(run.meta);
      }),
  });
  await kit.submit(gated.name, sampleTarget, {failurePolicy, ...spec});
  return kit;
}

function struckOnce(store: RunStore, after: (run: Run) => Promise<void>): RunStore {
  return {
    load: id => store.load(id),
    writeStatus: async (run, status) => {
      const written = await store.writeStatus(run, status);
      await after(written);
      return written;
    },
    guard: run => store.guard(run),
    unguard: run => store.unguard(run),
    writePlan: (run, ref, plan) => store.writePlan(run, ref, plan),
    readPlan: (run, ref) => store.readPlan(run, ref),
    appendLog: (run, entries) => store.appendLog(run, entries),
    readLog: run => store.readLog(run),
    approvals: run => store.approvals(run),
  };
}

/** Where the run stands after it has been looked at once more. */
const look = (kit: RunKit): Promise<Run> => kit.driveToEnd('run-1', {isConsenting: false});

async function passOnce(kit: RunKit): Promise<Run> {
  await look(kit);
  await kit.consent();
  return look(kit);
}

function mistrust(between: Between): void {
  between.isTrusting = false;
}

describe.each<FailurePolicy>(['Pause', 'Undo', 'Stop'])('with failure policy %s', policy => {
  test('a yes that the next engine cannot believe is asked for anew', async () => {
    const between: Between = {isTrusting: true, happens: async () => mistrust(between)};
    const kit = await start(policy, between);
    const asked = await passOnce(kit);
    expect(asked.status).toMatchObject({
      phase: 'AwaitingApproval',
      current: 'two',
      steps: [{state: 'Succeeded'}, {state: 'AwaitingApproval'}],
    });
    expect(asked.status.steps[1]?.gate).toMatchObject({id: 'look', have: 0, approvals: []});
    expect(asked.status.steps[1]?.message).toMatch(/asked again.*nobody proves that alice wrote it/);
    expect(kit.effects.length).toBe(1);
    between.isTrusting = true;
    expect((await look(kit)).status.phase).toBe('AwaitingApproval');
    await kit.consent();
    expect((await look(kit)).status.phase).toBe('Succeeded');
  });

  test('evidence that has changed is shown, and asked about anew', async () => {
    const kit = await start(policy, {isTrusting: true, happens: kit => kit.world.patch(thing, {data: {note: 'storm'}})});
    const asked = await passOnce(kit);
    expect(asked.status).toMatchObject({phase: 'AwaitingApproval', steps: [{}, {state: 'AwaitingApproval', gate: {have: 0}}]});
    expect(asked.status.steps[1]?.message).toContain(
      'the facts of the gate look have changed (note: calm → storm): earlier approvals are void',
    );
    expect(kit.effects.length).toBe(1);
    await kit.consent();
    expect((await look(kit)).status.phase).toBe('Succeeded');
  });
});

test('evidence that changes while the step waits for its time is asked about anew', async () => {
  const waiting = sampleRunbook({
    steps: target => [writeStep(target, 'one'), writeStep(target, 'two', {gate: noteGate(target), precheck: onceSet(target, 'calm')})],
  });
  let looks = 0;
  const kit = await RunKit.start({
    runbooks: [waiting],
    objects: sampleObjects,
    platform: async world => {
      looks += 1;
      if (looks === 3) await world.patch(thing, {data: {note: 'storm'}});
      if (looks === 5) await world.patch(thing, {data: {calm: 'yes'}});
    },
  });
  await kit.submit(waiting.name, sampleTarget);
  const asked = await passOnce(kit);
  expect(asked.status).toMatchObject({phase: 'AwaitingApproval', steps: [{}, {state: 'AwaitingApproval', gate: {have: 0}}]});
  await kit.consent();
  expect((await look(kit)).status.phase).toBe('Succeeded');
});

test('a gate that is open again has its whole time', async () => {
  const late = async (kit: RunKit): Promise<void> => {
    await kit.world.patch(thing, {data: {note: 'storm'}});
    await kit.clock.advance(3_600_000);
  };
  const kit = await start('Stop', {isTrusting: true, happens: late}, {timeouts: {gateSeconds: 600}});
  await kit.drive();
  await kit.consent();
  await kit.drive();
  await kit.drive();
  const {status} = await kit.run();
  expect(status).toMatchObject({phase: 'AwaitingApproval', steps: [{}, {reason: 'AskedAgain'}]});
  expect(Date.parse(status.steps[1]?.gate?.deadline ?? '')).toBe(kit.clock.now() + 600_000);
});

test('what has acted already is not asked about what it has changed itself', async () => {
  const changing = sampleRunbook({
    steps: target => [writeStep(target, 'one'), writeStep(target, 'note', {gate: noteGate(target)})],
  });
  let isStruck = false;
  const kit: RunKit = await RunKit.start({
    runbooks: [changing],
    objects: sampleObjects,
    wrapStore: store =>
      struckOnce(store, async run => {
        if (isStruck || run.status.steps[1]?.state !== 'Acting') return;
        isStruck = true;
        await kit.world.patch(thing, {data: {note: 'half done'}});
        throw new StaleRun(run.meta);
      }),
  });
  await kit.submit(changing.name, sampleTarget);
  expect((await passOnce(kit)).status.phase).toBe('Succeeded');
});
