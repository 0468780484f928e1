/** A run on a Russian screen: what is recorded in both languages is read in Russian, and the record stays English. */
import {expect, test} from 'vitest';
import {russian} from '../../../src/domain/messages/russian.ts';
import {node} from '../../support/objects.ts';
import {handleOf, type RunParts, runOf, stepOf} from '../../support/scripted-desk.ts';
import {openBench, type ViewBench} from '../../support/view-bench.tsx';

const plan = {runbookVersion: 1, definitionDigest: 'd', digest: 'digest-1', engineVersion: '1', ref: 'runplan', risk: 'change'} as const;
const running = {phase: 'Running', plan, progress: '1/2', startedAt: '2026-01-02T11:58:00Z'} as const;
const wait = {
  message: 'wanted: no pods; seen: 3 pods left: web-1',
  messageRu: 'нужно: подов нет; сейчас: осталось 3 пода: web-1',
};

async function showing(status: RunParts['status']): Promise<ViewBench> {
  const run = runOf('drain-1', {status: {...running, ...status}});
  const bench = await openBench({objects: [node('worker-1')], rows: 40, catalogue: russian}, desk => desk.put(run));
  bench.app.open({kind: 'run', run: handleOf(run), tab: 'progress'});
  await bench.clock.advance(0);
  return bench;
}

test('a wait is told in Russian, and so is one whose time is over', async () => {
  const waiting = await showing({steps: [stepOf('drain', {state: 'Verifying', reason: 'Waiting', ...wait})]});
  expect(waiting.screen()).toContain('нужно   подов нет');
  expect(waiting.screen()).toContain('сейчас  осталось 3 пода: web-1');
  const over = await showing({phase: 'Paused', steps: [stepOf('drain', {state: 'Failed', reason: 'TimedOut', ...wait})]});
  expect(over.screen()).toContain('сейчас  осталось 3 пода: web-1');
  expect(over.screen()).not.toContain('seen');
});

test('why a step failed is told in Russian, beside its reason', async () => {
  const steps = [stepOf('drain', {state: 'Failed', reason: 'LeaderMoved', message: 'pg-1 leads', messageRu: 'лидер — pg-1'})];
  const bench = await showing({phase: 'Paused', steps});
  expect(bench.screen()).toContain('LeaderMoved: лидер — pg-1');
  expect(bench.screen()).not.toContain('pg-1 leads');
});

test('a record that is English alone is shown as it is', async () => {
  const steps = [stepOf('drain', {state: 'Verifying', reason: 'Waiting', message: wait.message})];
  const bench = await showing({steps});
  expect(bench.screen()).toContain('нужно   no pods');
});

test('how a run ended is told in Russian, with what it leaves behind', async () => {
  const said = {message: 'aborted by anna; the trial stays', messageRu: 'прервал anna; проба остаётся'};
  const condition = {type: 'Aborted', status: 'True', reason: 'AbortRequested', lastTransitionTime: '', observedGeneration: 1} as const;
  const bench = await showing({phase: 'Aborted', finishedAt: '2026-01-02T11:59:30Z', conditions: [{...condition, ...said}]});
  expect(bench.words()).toContain('прервал anna; проба остаётся');
  expect(bench.words()).not.toContain('aborted');
});

test('a run that was refused says what it is about, beside what is recorded in English alone', async () => {
  const recorded = 'Node worker-1 is taken by the run drain-0';
  const conditions = [
    {type: 'Failed', status: 'True', reason: 'TargetBusy', message: recorded, lastTransitionTime: '', observedGeneration: 1},
  ] as const;
  const bench = await showing({phase: 'Failed', finishedAt: '2026-01-02T11:59:30Z', conditions});
  expect(bench.words()).toContain(`цель занята другим запуском: ${recorded}`);
});
