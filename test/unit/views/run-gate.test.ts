/** A run at a gate: what is asked, what could go wrong and the facts are in sight, however small the screen. */
import {expect, test} from 'vitest';
import type {RunCondition} from '../../../src/domain/run.ts';
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
const gate = {id: 'let-go', required: 1, have: 0, approvals: [], evidenceDigest: 'e1', openedAt: ''};
const disk = 'claim pgdata-commander-postgres-0 (7f3e7b60-3d02-425e-9137-68e2f55420bc) of class network-hdd';
const [before, after] = [11, 12];

async function waiting(rows: number, conditions: readonly RunCondition[] = [], mustAgreeAnew = false): Promise<ViewBench> {
  const steps = [
    ...Array.from({length: before}, (_, index) => stepOf(`past-${index}`, {index, state: 'Succeeded'})),
    stepOf('drain', {index: before, state: 'AwaitingApproval', gate}),
    ...Array.from({length: after}, (_, index) => stepOf(`coming-${index}`, {index: before + 1 + index})),
  ];
  const run = runOf('drain-1', {status: {phase: 'AwaitingApproval', plan, steps, startedAt: '2026-01-02T11:58:00Z', conditions}});
  const drain = {
    id: 'drain',
    title: same('Drain it'),
    will: same(''),
    danger: same('Pods go.'),
    ask: same('Let the pods go?'),
    isUndoable: true,
  };
  const opened = {at: '', by: 'x', kind: 'gate-opened', step: 'drain', text: '', data: {evidenceDigest: 'e1', facts: {pods: 3, disk}}};
  const bench = await openBench({objects: [node('worker-1')], rows, columns: 80}, desk => {
    desk.entries = [entryOf('node-drain', {risk: 'destructive'})];
    desk.put(run);
    desk.mustAgreeAnew = mustAgreeAnew;
    desk.logs.set(run.meta.uid, {entries: [opened], steps: [drain]});
  });
  bench.app.open({kind: 'run', run: handleOf(run), tab: 'progress'});
  await bench.clock.advance(0);
  return bench;
}

test.each([24, 80])('of %i rows shows the question, the danger, the facts and the choices', async rows => {
  const screen = (await waiting(rows)).screen();
  for (const words of ['Let the pods go?', 'Pods go.', 'pods: 3', 'of class network-hdd', 'a approve']) expect(screen).toContain(words);
});

test('what comes later gives way to the question only where there is no room for both', async () => {
  const orderOf = (screen: string): readonly number[] => [screen.indexOf('Step coming-0'), screen.indexOf('Let the pods go?')];
  const [coming = 0, asked = 0] = orderOf((await waiting(80)).screen());
  expect(coming).toBeLessThan(asked);
  const [, first = 0] = orderOf((await waiting(24)).screen());
  expect(first).toBeGreaterThan(0);
  expect((await waiting(24)).screen()).not.toContain(`Step coming-${after - 1}`);
});

test('the steps of a run that has ended stay together', async () => {
  const steps = Array.from({length: 30}, (_, index) => stepOf(`past-${index}`, {index, state: 'Succeeded'}));
  const run = runOf('drain-1', {status: {phase: 'Succeeded', plan, steps, finishedAt: '2026-01-02T11:59:30Z'}});
  const bench = await openBench({objects: [node('worker-1')], rows: 24, columns: 80}, desk => desk.put(run));
  bench.app.open({kind: 'run', run: handleOf(run), tab: 'progress'});
  await bench.clock.advance(0);
  expect(bench.screen()).toMatch(/Step past-0 .*\n.*Step past-1 /);
});

test('of a run that another version planned says so: here nothing that is approved would be carried out', async () => {
  const stranger = {reason: 'DefinitionChanged', message: 'this deckhand makes other steps', lastTransitionTime: '', observedGeneration: 1};
  const screen = (await waiting(24, [{type: 'DefinitionMatched', status: 'False', ...stranger}])).screen();
  expect(screen).toContain('this deckhand makes other steps');
});

test.each([
  [false, ['drain-1']],
  [true, []],
])('that is taken over where it must be agreed to anew (%s) is so only once its target was typed', async (mustAgreeAnew, adopted) => {
  const bench = await waiting(24, [], mustAgreeAnew);
  await bench.press('r');
  expect(bench.desk.adopted).toEqual(adopted);
  expect(bench.screen().includes('to agree')).toBe(mustAgreeAnew);
});

test.each([
  [false, 'whoever carries the run goes on'],
  [true, 'nobody can tell that it was you'],
])('answered where the answer is proved by nobody (%s) says what it is worth', async (mustAgreeAnew, words) => {
  const bench = await waiting(24, [], mustAgreeAnew);
  await bench.press('a');
  await bench.type('worker-1');
  await bench.press('enter');
  expect(bench.desk.answers).toHaveLength(1);
  expect(bench.screen()).toContain(words);
});
