import {describe, expect, test} from 'vitest';
import type {Fields} from '../../../src/domain/fields.ts';
import type {KubePort} from '../../../src/domain/kube-port.ts';
import type {Run, RunSpec} from '../../../src/domain/run.ts';
import {asWords} from '../../../src/domain/words.ts';
import type {Runbook} from '../../../src/engine/define-runbook.ts';
import {type KitOptions, RunKit} from '../../support/run-kit.ts';
import {noteGate, onceSet, sampleObjects, sampleRunbook, sampleTarget, thing, untilSet, writeStep} from '../../support/sample-runbooks.ts';

const checking = sampleRunbook({
  steps: target => [writeStep(target, 'one', {precheck: onceSet(target, 'ready'), timeouts: {precheck: 30}})],
});
const waiting = sampleRunbook({steps: target => [writeStep(target, 'one', {verify: untilSet(target, 'answer'), timeouts: {verify: 90}})]});
const patient = sampleRunbook({
  steps: target => [writeStep(target, 'one', {verify: untilSet(target, 'answer')}), writeStep(target, 'two')],
});

async function start(runbook: Runbook, spec: Partial<RunSpec> & Fields = {}, options: Partial<KitOptions> = {}): Promise<RunKit> {
  const kit = await RunKit.start({runbooks: [runbook], objects: sampleObjects, ...options});
  await kit.submit(runbook.name, sampleTarget, spec);
  return kit;
}

function secondsOf(kit: Pick<RunKit, 'clock'>): number {
  return (kit.clock.now() - Date.parse('2026-01-02T12:00:00Z')) / 1000;
}

function failureOf({status}: Run): unknown {
  const step = status.steps.find(({state}) => state === 'Failed');
  return [status.phase, step?.reason, step?.message];
}

describe('the time of a step', () => {
  test('before it may begin is its own, and it says what it waited for', async () => {
    const kit = await start(checking);
    expect(failureOf(await kit.driveToEnd())).toEqual(['Paused', 'TimedOut', 'wanted: ready; seen: nothing']);
    expect(secondsOf(kit)).toBeGreaterThanOrEqual(30);
    expect(secondsOf(kit)).toBeLessThan(40);
    expect(kit.effects).toEqual([]);
  });

  test('before it may begin can be enough', async () => {
    const kit = await start(
      checking,
      {},
      {
        platform: async (world, self) => secondsOf(self) > 20 && world.patch(thing, {data: {ready: 'yes'}}),
      },
    );
    expect((await kit.driveToEnd()).status.phase).toBe('Succeeded');
    expect(secondsOf(kit)).toBeGreaterThan(20);
  });

  test('until its effect shows is its own, then the run’s, then the engine’s', async () => {
    const own = await start(waiting, {timeouts: {verifySeconds: 300}});
    expect(failureOf(await own.driveToEnd())).toEqual(['Paused', 'TimedOut', 'wanted: answer; seen: nothing']);
    expect(secondsOf(own)).toBeLessThan(100);
    const runs = await start(patient, {timeouts: {verifySeconds: 300}});
    expect(failureOf(await runs.driveToEnd())).toEqual(['Paused', 'TimedOut', 'wanted: answer; seen: nothing']);
    expect(secondsOf(runs)).toBeGreaterThanOrEqual(300);
    expect(secondsOf(runs)).toBeLessThan(310);
    const engines = await start(patient);
    await engines.driveToEnd();
    expect(secondsOf(engines)).toBeGreaterThanOrEqual(600);
    expect(secondsOf(engines)).toBeLessThan(610);
  });

  test('is counted from its beginning, whichever engine looks', async () => {
    let isKilled = false;
    const kit = await start(
      waiting,
      {},
      {
        platform: async (_, self) => {
          if (isKilled || secondsOf(self) < 60) return;
          isKilled = true;
          self.strikeAt({call: self.calls + 1, kind: 'kill-before'});
        },
      },
    );
    expect(failureOf(await kit.driveToEnd())).toEqual(['Paused', 'TimedOut', 'wanted: answer; seen: nothing']);
    expect(isKilled).toBe(true);
    expect(secondsOf(kit)).toBeLessThan(100);
  });

  test.each([
    [503, 20, 'TimedOut'],
    [500, 20, 'TimedOut'],
    [422, 0, 'Answer422'],
  ])('for sending ends a step to which the server answers %d', async (status, seconds, reason) => {
    const wrapPort = (port: KubePort): KubePort => ({
      stream: request => port.stream(request),
      request: async request =>
        request.method === 'PATCH' && request.path.includes('/configmaps/thing')
          ? {status, headers: {}, body: '{}'}
          : port.request(request),
    });
    const kit = await start(sampleRunbook({steps: target => [writeStep(target, 'one')]}), {timeouts: {stepSeconds: 20}}, {wrapPort});
    expect(failureOf(await kit.driveToEnd())).toEqual(['Paused', reason, expect.stringContaining(String(status))]);
    expect(secondsOf(kit)).toBeGreaterThanOrEqual(seconds);
    expect(secondsOf(kit)).toBeLessThanOrEqual(seconds + 10);
    expect(kit.effects).toEqual([]);
  });
});

describe('the time of the run', () => {
  test('ends it at the next step', async () => {
    const kit = await start(patient, {timeouts: {runSeconds: 120}});
    const run = await kit.driveToEnd();
    expect(run.status.phase).toBe('Failed');
    expect(run.status.conditions.find(({type}) => type === 'Failed')).toMatchObject({reason: 'RunTimedOut'});
    expect(secondsOf(kit)).toBeGreaterThanOrEqual(120);
    expect(secondsOf(kit)).toBeLessThan(130);
    expect(run.meta.finalizers).toEqual([]);
  });

  test('goes on while it waits at a gate', async () => {
    const kit = await start(sampleRunbook({steps: target => [writeStep(target, 'one', {gate: noteGate(target)})]}), {
      timeouts: {runSeconds: 60},
    });
    await kit.driveToEnd('run-1', {isConsenting: false});
    await kit.clock.advance(61_000);
    await kit.consent();
    expect((await kit.driveToEnd()).status.phase).toBe('Failed');
    expect(kit.effects).toEqual([]);
  });
});

test('what must be seen several times in a row is seen that often', async () => {
  const looks: number[] = [];
  const runbook = sampleRunbook({
    steps: target => [
      writeStep(target, 'one', {
        stableTimes: 3,
        verify: async reader => {
          looks.push(reader.now());
          return looks.length === 2 ? {kind: 'waiting', wanted: asWords('calm'), seen: asWords('storm')} : {kind: 'done'};
        },
      }),
    ],
  });
  const kit = await start(runbook);
  expect((await kit.driveToEnd()).status.phase).toBe('Succeeded');
  // Done, not done, and then three in a row, with time between them.
  expect(looks.length).toBe(5);
  expect(new Set(looks).size).toBe(5);
});
