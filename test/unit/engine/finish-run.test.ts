/** What the conditions of a run that succeeded say. */
import {expect, test} from 'vitest';
import type {Words} from '../../../src/domain/words.ts';
import {done} from '../../../src/engine/define-step.ts';
import {RunKit} from '../../support/run-kit.ts';
import {sampleObjects, sampleRunbook, sampleTarget, writeStep} from '../../support/sample-runbooks.ts';

const first = {en: 'the dump lies in a claim', ru: 'дамп лежит в PVC'};
const last = {en: 'kept: pvc-1', ru: 'сохранён: pvc-1'};

async function conditionsAfter(summaries: readonly (Words | undefined)[]): Promise<Readonly<Record<string, string>>> {
  const runbook = sampleRunbook({
    steps: target => summaries.map((summary, index) => writeStep(target, `step-${index}`, {verify: async () => done(summary)})),
  });
  const kit = await RunKit.start({objects: sampleObjects, runbooks: [runbook]});
  await kit.submit('sample', sampleTarget);
  const {conditions} = (await kit.driveToEnd()).status;
  return Object.fromEntries(conditions.map(({type, message, messageRu = message}) => [type, `${message} | ${messageRu}`]));
}

test.each([
  ['the last step', [first, last], 'kept: pvc-1 | сохранён: pvc-1'],
  ['the last one that said something', [first, undefined], 'the dump lies in a claim | дамп лежит в PVC'],
  ['nobody', [undefined], 'every step is done | все шаги сделаны'],
])('that it succeeded, in the words of %s', async (_, summaries, said) => {
  const {Succeeded, Progressing} = await conditionsAfter(summaries);
  expect(Succeeded).toBe(said);
  expect(Progressing).toBe('it has ended | запуск завершён');
});
