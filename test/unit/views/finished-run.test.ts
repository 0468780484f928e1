/** A run that reached its end, where another runbook does the job of an undo: the key stays where it is looked for, and says which. */
import {expect, test} from 'vitest';
import {handleOf, runOf, same, stepOf} from '../../support/scripted-desk.ts';
import {openBench} from '../../support/view-bench.tsx';

test('says what moves it back, and plans no undo', async () => {
  const intent = {key: 'k', epoch: 1, attempt: 1, digest: 'd', recordedAt: ''};
  const run = runOf('move-1', {status: {phase: 'Succeeded', steps: [stepOf('finish', {state: 'Succeeded', effect: 'K8sCas', intent})]}});
  const bench = await openBench({objects: [], rows: 40}, desk => {
    desk.put(run);
    const wayBack = {en: 'run it with the other class', ru: 'запустите с другим классом'};
    const step = {id: 'finish', title: same('Finish'), will: same(''), isUndoable: true, wayBack};
    desk.logs.set(run.meta.uid, {entries: [], steps: [step]});
  });
  bench.app.open({kind: 'run', run: handleOf(run), tab: 'progress'});
  await bench.clock.advance(0);
  expect(bench.words()).toContain('reached its end and is not taken back: run it with the other class');
  await bench.press('U');
  expect(bench.screen()).not.toContain('Undo: ');
});

test('says what it reached, and what its steps were content with; no key of a gate does anything', async () => {
  const condition = {type: 'Succeeded', status: 'True', reason: 'AllStepsDone', lastTransitionTime: '', observedGeneration: 1} as const;
  const steps = [
    stepOf('dump', {state: 'Succeeded', message: '12 KiB in backup/claim'}),
    stepOf('finish', {index: 1, state: 'Succeeded', message: 'every claim is on fast; kept: pvc-1'}),
  ];
  const conditions = [{...condition, message: 'every claim is on fast; kept: pvc-1'}];
  const run = runOf('move-1', {status: {phase: 'Succeeded', steps, conditions, finishedAt: '2026-01-02T11:59:00Z'}});
  const bench = await openBench({objects: [], rows: 40}, desk => void desk.put(run));
  bench.app.open({kind: 'run', run: handleOf(run), tab: 'progress'});
  await bench.clock.advance(0);
  const [head = '', rest = ''] = bench.screen().split('1 Step dump');
  expect(head).toContain('every claim is on fast; kept: pvc-1');
  expect(rest).toContain('12 KiB in backup/claim');
  await bench.press('a');
  expect(bench.screen()).toContain('12 KiB in backup/claim');
});
