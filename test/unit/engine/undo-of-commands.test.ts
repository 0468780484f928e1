/** What a run did by commands is taken back by another run, or that run says why not; it never ends well having done nothing. */
import {expect, test} from 'vitest';
import type {Run} from '../../../src/domain/run.ts';
import {RunKit} from '../../support/run-kit.ts';
import {keyedStep, Outside, sampleObjects, sampleRunbook, sampleTarget, untilSet, writeStep} from '../../support/sample-runbooks.ts';

const act = keyedStep('any').act;
const runbook = sampleRunbook({
  steps: target => [keyedStep('hold', {undo: act}), writeStep(target, 'one', {verify: untilSet(target, 'answer')})],
});

async function begin() {
  const outside = new Outside({isDeduplicating: true});
  const kit = await RunKit.start({runbooks: [runbook], objects: sampleObjects, exec: outside.exec});
  const {meta} = await kit.submit(runbook.name, sampleTarget);
  return {kit, outside, undoOf: {name: meta.name, uid: meta.uid}};
}

function told({status}: Run): string {
  return [status.phase, ...status.conditions.map(({reason, message}) => `${reason} ${message}`)].join('; ');
}

test('a run that was left half way is taken back under the key that its own abort would have used', async () => {
  const {kit, outside, undoOf} = await begin();
  await kit.drive();
  await kit.control({desired: 'Abort', abortMode: 'Now', by: 'alice', reason: 'enough'});
  expect((await kit.driveToEnd()).status.phase).toBe('Aborted');
  await kit.submit(runbook.name, sampleTarget, {undoOf}, 'undo-1');
  const run = await kit.driveToEnd('undo-1');
  expect(run.status.phase, told(run)).toBe('Succeeded');
  expect(outside.happened).toEqual([`${undoOf.uid}/hold`, `${undoOf.uid}/hold/undo`]);
});

test('a run that reached its end is not, and nothing of it is', async () => {
  const {kit, outside, undoOf} = await begin();
  await kit.world.patch({apiVersion: 'v1', kind: 'ConfigMap', name: 'thing', namespace: 'default'}, {data: {answer: 'yes'}});
  expect((await kit.driveToEnd()).status.phase).toBe('Succeeded');
  const effects = [...kit.effects];
  await kit.submit(runbook.name, sampleTarget, {undoOf}, 'undo-1');
  expect(told(await kit.driveToEnd('undo-1'))).toMatch(
    /^Failed.*CannotBeUndone .*run-1 reached its end and is not taken back: others may rely/,
  );
  expect([outside.happened, kit.effects]).toEqual([[`${undoOf.uid}/hold`], effects]);
});

test('one that reached its end is not either, be it of writes alone, where another runbook does that job', async () => {
  const wayBack = {en: 'things-back puts the thing back', ru: 'things-back вернёт'};
  const moving = sampleRunbook({steps: target => [writeStep(target, 'one'), {...writeStep(target, 'two'), wayBack}]});
  const kit = await RunKit.start({runbooks: [moving], objects: sampleObjects});
  const {meta} = await kit.submit(moving.name, sampleTarget);
  expect((await kit.driveToEnd()).status.phase).toBe('Succeeded');
  const effects = [...kit.effects];
  await kit.submit(moving.name, sampleTarget, {undoOf: {name: meta.name, uid: meta.uid}}, 'undo-1');
  expect(told(await kit.driveToEnd('undo-1'))).toMatch(/^Failed.*CannotBeUndone .* is not taken back: things-back puts the thing back/);
  expect(kit.effects).toEqual(effects);
});
