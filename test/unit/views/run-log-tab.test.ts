/** The log of a run: the newest entry is in sight and stays so, until somebody scrolls up. */
import {expect, test} from 'vitest';
import type {TranscriptEntry} from '../../../src/domain/run-desk.ts';
import {node} from '../../support/objects.ts';
import {entryOf, handleOf, runOf, stepOf} from '../../support/scripted-desk.ts';
import {openBench} from '../../support/view-bench.tsx';

const entriesTo = (count: number): readonly TranscriptEntry[] =>
  Array.from({length: count}, (_, index) => ({
    at: '2026-01-02T11:59:00Z',
    by: 'x',
    kind: 'decision',
    step: 'drain',
    text: `entry ${index + 1}.`,
  }));

const runAt = (head: number) =>
  runOf('drain-1', {
    status: {phase: 'Running', steps: [stepOf('drain', {state: 'Verifying'})], log: {chunks: 1, head, headDigest: `${head}`}},
  });

async function open(count: number) {
  const bench = await openBench({objects: [node('worker-1')], rows: 24, columns: 80}, desk => {
    desk.entries = [entryOf('node-drain')];
    desk.put(runAt(count));
    desk.logs.set(runAt(count).meta.uid, {entries: entriesTo(count)});
  });
  bench.app.open({kind: 'run', run: handleOf(runAt(count)), tab: 'progress'});
  await bench.clock.advance(0);
  bench.screen();
  const grow = async (to: number): Promise<void> => {
    bench.desk.logs.set(runAt(to).meta.uid, {entries: entriesTo(to)});
    bench.desk.put(runAt(to));
    await bench.clock.advance(1_000);
    bench.screen();
    await bench.clock.advance(1_000);
  };
  return {bench, grow};
}

test('opens at the newest and follows', async () => {
  const {bench, grow} = await open(60);
  await bench.press('tab');
  expect(bench.screen()).toContain('entry 60.');
  expect(bench.screen()).not.toContain('entry 1.');
  await grow(70);
  expect(bench.screen()).toContain('entry 70.');
});

test('stays where somebody scrolled to, and follows again from the end', async () => {
  const {bench, grow} = await open(60);
  await bench.press('tab');
  bench.screen();
  await bench.press('g');
  expect(bench.screen()).toContain('entry 1.');
  await grow(70);
  expect(bench.screen()).toContain('entry 1.');
  await bench.press('G');
  expect(bench.screen()).toContain('entry 70.');
  await grow(80);
  expect(bench.screen()).toContain('entry 80.');
});
