/** The logs that a waiting step names: in the record while it waits, bounded, and gone with its end. */
import {expect, test} from 'vitest';
import type {KubePort} from '../../../src/domain/kube-port.ts';
import type {LogPlace} from '../../../src/domain/log-place.ts';
import type {Run, StepStatus} from '../../../src/domain/run.ts';
import {asWords} from '../../../src/domain/words.ts';
import {again, done, type Progress, waiting} from '../../../src/engine/define-step.ts';
import type {Reader} from '../../../src/engine/reader.ts';
import {type KitOptions, RunKit} from '../../support/run-kit.ts';
import {dataOf, sampleObjects, sampleRunbook, sampleTarget, thing, writeStep} from '../../support/sample-runbooks.ts';

const inDefault = (pod: string): LogPlace => ({namespace: 'default', pod, container: 'app'});

/** Waits until `answer` is set, and names the log of each pod in `pods`. */
const naming = sampleRunbook({
  steps: target => [
    writeStep(target, 'one', {
      timeouts: {verify: 90},
      verify: async (reader: Reader): Promise<Progress> => {
        const data = await dataOf(reader, target);
        if (data.answer !== undefined) return done();
        if (data.one === 'undone') return again(asWords('somebody took it back'));
        const pods = typeof data.pods === 'string' ? data.pods.split(' ') : [];
        return waiting(asWords('answer'), asWords('nothing'), pods.map(inDefault));
      },
    }),
  ],
});

const startedAt = Date.parse('2026-01-02T12:00:00Z');

type Options = {readonly pods: string; readonly to?: string; readonly answersAfterMs?: number} & Partial<KitOptions>;

async function carried({pods, to, answersAfterMs, ...options}: Options): Promise<{run: Run; seen: readonly string[]}> {
  const seen: string[] = [];
  const kit = await RunKit.start({
    runbooks: [naming],
    objects: sampleObjects.map(draft => (draft.kind === 'ConfigMap' ? {...draft, data: {note: 'calm', pods}} : draft)),
    platform: async (world, self) => {
      const named = stepOf(await self.run())?.logs?.join(' ') ?? 'none';
      if (seen.at(-1) !== named) seen.push(named);
      const passedMs = self.clock.now() - startedAt;
      if (to !== undefined && passedMs > 10_000) await world.patch(thing, {data: {pods: to}});
      if (answersAfterMs !== undefined && passedMs > answersAfterMs) await world.patch(thing, {data: {answer: 'yes'}});
    },
    ...options,
  });
  await kit.submit(naming.name, sampleTarget);
  return {run: await kit.driveToEnd(), seen};
}

function stepOf({status}: Run): StepStatus | undefined {
  return status.steps[0];
}

test.each(['cluster', 'journal'] as const)(
  'stand in the record (%s) while the step waits, follow what it names, and go with its end',
  async records => {
    const {run, seen} = await carried({pods: 'a b', to: 'b c', answersAfterMs: 30_000, records});
    expect(seen).toEqual(['default/a/app default/b/app', 'default/b/app default/c/app']);
    expect(run.status.phase).toBe('Succeeded');
    expect(stepOf(run)).not.toHaveProperty('logs');
  },
);

test('go with a failure too', async () => {
  const {run, seen} = await carried({pods: 'a'});
  expect(seen).toContain('default/a/app');
  expect(stepOf(run)).toMatchObject({state: 'Failed', reason: 'TimedOut'});
  expect(stepOf(run)).not.toHaveProperty('logs');
});

test('come back after the step was done once more', async () => {
  let isUndone = false;
  const seen: string[] = [];
  const {run} = await carried({
    pods: 'a',
    platform: async (world, self) => {
      const passedMs = self.clock.now() - startedAt;
      if (passedMs > 10_000 && !isUndone) {
        isUndone = true;
        await world.patch(thing, {data: {one: 'undone'}});
      }
      if (passedMs > 30_000) {
        seen.push(stepOf(await self.run())?.logs?.join(' ') ?? 'none');
        await world.patch(thing, {data: {answer: 'yes'}});
      }
    },
  });
  expect(stepOf(run)).toMatchObject({state: 'Succeeded', attempts: 2});
  expect(seen).toEqual(['default/a/app']);
});

test('are at most four, each once, and names that can be names', async () => {
  const {seen} = await carried({pods: '../x a a b c d e', answersAfterMs: 20_000});
  expect(seen).toContain('default/a/app default/b/app default/c/app default/d/app');
});

test('that an older kind drops are not written at every look', async () => {
  let statusWrites = 0;
  const {run} = await carried({
    pods: 'a',
    answersAfterMs: 60_000,
    wrapPort: port =>
      withoutLogs(port, () => {
        statusWrites += 1;
      }),
  });
  expect(run.status.phase).toBe('Succeeded');
  expect(statusWrites).toBeLessThan(12);
});

/** Answers as a cluster does whose RunbookRun does not know the field: it is pruned. */
function withoutLogs(port: KubePort, onStatus: () => void): KubePort {
  return {
    stream: request => port.stream(request),
    request: async request => {
      const isStatus = request.method === 'PUT' && /\/runbookruns\/[^/]+\/status/.test(request.path);
      if (isStatus) onStatus();
      const body = isStatus ? String(request.body).replace(/,"logs":\[[^\]]*\]/g, '') : request.body;
      return port.request(body === undefined ? request : {...request, body});
    },
  };
}
