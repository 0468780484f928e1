/** The logs that a waiting step names, beside it on the run's screen: followed while it waits, masked, and never in the way. */
import {describe, expect, test} from 'vitest';
import {russian} from '../../../src/domain/messages/russian.ts';
import type {StepStatus} from '../../../src/domain/run.ts';
import type {TranscriptEntry} from '../../../src/domain/run-desk.ts';
import {StatusError} from '../../../src/domain/status-error.ts';
import {node} from '../../support/objects.ts';
import {handleOf, runOf, stepOf} from '../../support/scripted-desk.ts';
import {Feed, scriptedLogs} from '../../support/scripted-streams.ts';
import {type BenchOptions, openBench} from '../../support/view-bench.tsx';

const plan = {runbookVersion: 1, definitionDigest: 'd', digest: 'digest-1', engineVersion: '1', ref: 'runplan', risk: 'change'} as const;
const running = {phase: 'Running', plan, progress: '1/2', startedAt: '2026-01-02T11:58:00Z'} as const;

const operator = 'd8-postgres/operator-0/operator';
const member = 'shop/db-1/postgres';

function waitingStep(logs: readonly string[], more: Partial<StepStatus> = {}): StepStatus {
  return stepOf('roll', {
    state: 'Verifying',
    reason: 'Waiting',
    message: 'wanted: every member streams; seen: db-1 copies, 40 % done',
    startedAt: '2026-01-02T11:59:00Z',
    deadline: '2026-01-02T12:09:00Z',
    logs,
    ...more,
  });
}

async function showing(steps: readonly StepStatus[], options: BenchOptions = {}, entries: readonly TranscriptEntry[] = []) {
  const feeds = Array.from({length: 8}, () => new Feed<Uint8Array>());
  const {streams, requests} = scriptedLogs(feeds);
  const run = runOf('migrate-1', {status: {...running, steps}});
  const bench = await openBench({objects: [node('worker-1')], streams, ...options}, desk => {
    desk.put(run);
    desk.logs.set(run.meta.uid, {entries});
  });
  bench.app.open({kind: 'run', run: handleOf(run), tab: 'progress'});
  await bench.clock.advance(0);
  return {
    bench,
    requests,
    async says(at: number, ...texts: readonly string[]): Promise<void> {
      feeds[at]?.push(new TextEncoder().encode(texts.map(text => `2026-01-02T11:59:30.5Z ${text}\n`).join('')));
      await bench.clock.advance(300);
    },
    async fails(at: number, code: number, message: string): Promise<void> {
      feeds[at]?.end(new StatusError({code, reason: '', message, causes: []}));
      await bench.clock.advance(300);
    },
    async put(changed: readonly StepStatus[], phase: 'Running' | 'Succeeded' = 'Running'): Promise<void> {
      bench.desk.put(runOf('migrate-1', {status: {...running, phase, steps: changed}}));
      bench.app.refresh();
      await bench.clock.advance(0);
    },
    isLeft: (at: number) => requests[at]?.signal?.aborted === true,
  };
}

describe('a step that names logs', () => {
  test('has the last lines of each beside it, from its own beginning on', async () => {
    const {bench, requests, says} = await showing([waitingStep([operator, member])]);
    expect(requests).toMatchObject([
      {pod: {namespace: 'd8-postgres', name: 'operator-0'}, container: 'operator', isFollowed: true, sinceTime: '2026-01-02T11:59:00Z'},
      {pod: {namespace: 'shop', name: 'db-1'}, container: 'postgres'},
    ]);
    await says(0, 'syncing', 'waiting for db-1');
    expect(bench.screen()).toMatch(
      /1 log of d8-postgres\/operator-0 operator {2}following\n +11:59:30 syncing\n +11:59:30 waiting for db-1/,
    );
    expect(bench.screen()).toMatch(/2 log of shop\/db-1 postgres {2}following\n +nothing written since the step began/);
  });

  test('keeps what it wants and sees in sight in 80x24, however much is written', async () => {
    const done = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((id, index) => stepOf(id, {index, state: 'Succeeded'}));
    const {bench, says} = await showing([...done, waitingStep([operator, member], {index: 9})]);
    const lines = Array.from({length: 60}, (_, at) => `line ${at}`);
    await says(0, ...lines);
    await says(1, ...lines);
    const screen = bench.screen();
    for (const text of [
      '2m so far',
      '9 steps before it are done',
      'wanted  every member streams',
      'seen    db-1 copies',
      '8m59s left',
      'line 59',
    ])
      expect(screen).toContain(text);
    expect(bench.lines().length).toBeLessThanOrEqual(24);
  });

  test('leaves the newest of what was done in sight in 80x24', async () => {
    const entries = ['planned', 'intent', 'effect', 'taken-over'].map(kind => ({
      at: '2026-01-02T11:58:00Z',
      by: 'laptop-1',
      kind,
      step: 'roll',
      text: `${kind} of the engine`,
    }));
    const {bench, says} = await showing([waitingStep([operator])], {}, entries);
    await says(0, 'syncing');
    expect(bench.screen()).toContain('taken-over of the engine');
    expect(bench.screen()).toContain('syncing');
  });

  test('lets the steps that are done stand where there is room for them', async () => {
    const done = ['a', 'b'].map((id, index) => stepOf(id, {index, state: 'Succeeded'}));
    const {bench} = await showing([...done, waitingStep([operator], {index: 2})]);
    expect(bench.screen()).toContain('1 Step a');
    expect(bench.screen()).toContain('2 Step b');
  });

  test('has no place on a screen that has none to spare', async () => {
    const {bench, says} = await showing([waitingStep([operator])], {rows: 12, columns: 40});
    await says(0, 'syncing');
    expect(bench.screen()).toContain('wanted  every member streams');
    expect(bench.screen()).not.toContain('syncing');
  });

  test('shows text as data, without secrets', async () => {
    const {bench, says} = await showing([waitingStep([operator])]);
    await says(
      0,
      'hello \u001B[2J\u202Eworld',
      'dsn postgres://app:hunter2@db/shop',
      '-----BEGIN PRIVATE KEY-----',
      'MIIE',
      '-----END PRIVATE KEY-----',
      'last',
    );
    const screen = bench.screen();
    expect(screen).toContain('hello ␛[2J⟨U+202E⟩world');
    expect(screen).toContain('postgres://app:<masked>@db/shop');
    expect(screen).not.toContain('MIIE');
    expect(screen).toContain('last');
  });

  test('says in one sentence which right is missing, once for each namespace', async () => {
    const {bench, fails, requests} = await showing([waitingStep(['shop/db-0/postgres', member])], {columns: 100});
    await fails(0, 403, 'pods "db-0" is forbidden');
    await fails(1, 403, 'pods "db-1" is forbidden');
    expect(bench.screen().match(/Not shown: no right to get pods\/log in the namespace shop/g)).toHaveLength(1);
    await bench.clock.advance(120_000);
    expect(requests).toHaveLength(2);
  });

  test('says it in Russian', async () => {
    const {bench, fails} = await showing([waitingStep([member])], {catalogue: russian, columns: 100});
    await fails(0, 403, 'pods "db-1" is forbidden');
    expect(bench.screen()).toContain('Не показан: нет права get на pods/log в пространстве имён shop');
  });

  test('asks again for a container that has not started', async () => {
    const {bench, fails, requests, says} = await showing([waitingStep([member])]);
    await fails(0, 400, 'container "postgres" in pod "db-1" is waiting to start: PodInitializing');
    expect(bench.words()).toContain('Not shown: container "postgres" in pod "db-1" is waiting to start');
    await bench.clock.advance(2_000);
    expect(requests).toHaveLength(2);
    await says(1, 'starting');
    expect(bench.screen()).toContain('11:59:30 starting');
  });
});

describe('following', () => {
  test('goes on with the places that are still named, and leaves the others', async () => {
    const {put, requests, isLeft} = await showing([waitingStep([operator, member])]);
    await put([waitingStep([operator, 'shop/db-2/postgres'])]);
    expect(requests.map(({pod}) => pod.name)).toEqual(['operator-0', 'db-1', 'db-2']);
    expect([isLeft(0), isLeft(1), isLeft(2)]).toEqual([false, true, false]);
  });

  test('ends with the step', async () => {
    const {bench, put, isLeft} = await showing([waitingStep([operator])]);
    await put([stepOf('roll', {state: 'Succeeded'}), stepOf('next', {index: 1, state: 'Acting'})]);
    expect(isLeft(0)).toBe(true);
    expect(bench.screen()).not.toContain('log of');
  });

  test('ends when the screen is left', async () => {
    const {bench, isLeft} = await showing([waitingStep([operator])]);
    await bench.press('t');
    expect(isLeft(0)).toBe(true);
  });

  test('asks for nothing that is no place', async () => {
    const {requests} = await showing([waitingStep(['../../secrets/x', 'a/b', 'shop/db-0/../x'])]);
    expect(requests).toEqual([]);
  });
});

test('a key opens the whole log, and leads back', async () => {
  const {bench, requests} = await showing([waitingStep([operator, member])]);
  await bench.press('2');
  expect(requests.at(-1)).toMatchObject({pod: {name: 'db-1'}, container: 'postgres', tailLines: 1_000});
  expect(requests.at(-1)).not.toHaveProperty('sinceTime');
  expect(bench.screen()).toContain('shop/db-1 · postgres');
  await bench.press('esc');
  expect(bench.screen()).toContain('wanted  every member streams');
});
