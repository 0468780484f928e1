/** What is asked before something is done to a run says what it is, on every tab; how a colleague goes on is told to its end. */
import {expect, test} from 'vitest';
import type {RunStatus} from '../../../src/domain/run.ts';
import {node} from '../../support/objects.ts';
import {entryOf, handleOf, runOf, same, stepOf} from '../../support/scripted-desk.ts';
import {openBench, type ViewBench} from '../../support/view-bench.tsx';

const plan = {
  runbookVersion: 1,
  definitionDigest: 'd',
  digest: 'digest-1',
  engineVersion: '1',
  ref: 'runplan',
  risk: 'destructive',
} as const;
const gate = {id: 'drop', required: 1, have: 0, approvals: [], evidenceDigest: 'e1', openedAt: ''};
const atGate = {phase: 'AwaitingApproval', plan, steps: [stepOf('drop', {state: 'AwaitingApproval', gate})]} as const;
const failed = {phase: 'Paused', plan, steps: [stepOf('drop', {state: 'Failed', reason: 'TimedOut', message: 'no'})]} as const;
const title = 'Delete the disk of commander-postgres-2 that nobody needs any more, and nothing else';

async function open(status: Partial<RunStatus>): Promise<ViewBench> {
  const run = runOf('postgres-storage-class-k2p7x', {status: {startedAt: '2026-01-02T11:58:00Z', ...status}});
  const bench = await openBench({objects: [node('worker-1')], rows: 24, columns: 80}, desk => {
    desk.entries = [entryOf('node-drain', {risk: 'destructive'})];
    desk.put(run);
    const drop = {id: 'drop', title: same(title), will: same(''), isUndoable: false};
    desk.logs.set(run.meta.uid, {entries: [], steps: [drop]});
  });
  bench.app.open({kind: 'run', run: handleOf(run), tab: 'progress'});
  await bench.clock.advance(0);
  return bench;
}

test.each([0, 1])('the step is named above the name that is typed, %i tabs further', async tabs => {
  const bench = await open(atGate);
  for (let turned = 0; turned < tabs; turned += 1) await bench.press('tab');
  await bench.press('a');
  await bench.type('wor');
  const [above = '', below = ''] = bench.words().split('Type worker-1 to agree:');
  expect(above).toContain(`approve: ${title}`);
  expect(below).toContain('wor');
  await bench.type('ker-1');
  await bench.press('enter');
  expect(bench.desk.answers).toHaveLength(1);
});

test('so it is where a reason is asked for', async () => {
  const bench = await open(atGate);
  await bench.press('X');
  expect(bench.words()).toContain(`reject: ${title}`);
});

test.each([
  ['at a gate', atGate, 'deckhand runbook approve postgres-storage-class-k2p7x, or :runs in their dashboard.'],
  ['where a step failed', failed, 'deckhand runbook resume postgres-storage-class-k2p7x, or :runs in their dashboard.'],
])('a colleague goes on %s with a command that is right, and whole at 80 columns', async (_, status, words) => {
  const bench = await open(status);
  await bench.press('h');
  expect(bench.words()).toContain(words);
});
