/** What is said in two languages stands in the record in both, each within its bound, and English where there is but one. */
import {describe, expect, test} from 'vitest';
import {readRunStatus} from '../../../src/domain/read-run-status.ts';
import {waitOf, waitText} from '../../../src/domain/wait-text.ts';
import {asWords} from '../../../src/domain/words.ts';
import {failed, type Progress, waiting} from '../../../src/engine/define-step.ts';
import {fitStatus} from '../../../src/engine/fit-status.ts';
import {RunKit} from '../../support/run-kit.ts';
import {sampleObjects, sampleRunbook, sampleTarget, writeStep} from '../../support/sample-runbooks.ts';
import {stepOf} from '../../support/scripted-desk.ts';

async function drive(answers: readonly Progress[], failurePolicy: 'Pause' | 'Stop' = 'Pause'): Promise<RunKit> {
  const left = [...answers];
  const last = answers.at(-1) ?? failed('Empty', asWords(''));
  const leaves = [{words: {en: 'the trial stays', ru: 'проба остаётся'}, until: ['never']}];
  const step = sampleRunbook({
    steps: target => [{...writeStep(target, 'one', {verify: async () => left.shift() ?? last}), leaves}],
  });
  const kit = await RunKit.start({objects: sampleObjects, runbooks: [step]});
  await kit.submit('sample', sampleTarget, {failurePolicy});
  await kit.driveToEnd();
  return kit;
}

describe('a wait', () => {
  test('is written in both languages and read back in both', () => {
    const {en, ru} = waitText({en: 'no pods', ru: 'подов нет'}, '3 pods; seen: 2');
    const step = stepOf('drain', {reason: 'Waiting', message: en, messageRu: ru});
    expect(waitOf(step)).toEqual({wanted: {en: 'no pods', ru: 'подов нет'}, seen: {en: '3 pods; seen: 2', ru: '3 pods; seen: 2'}});
  });

  test('that stands there in English alone is read as that', () => {
    const step = stepOf('drain', {reason: 'TimedOut', message: 'wanted: no pods; seen: 3'});
    expect(waitOf(step)).toEqual({wanted: {en: 'no pods', ru: 'no pods'}, seen: {en: '3', ru: '3'}});
    expect(waitOf({...step, reason: 'Busy'})).toBeUndefined();
  });

  test('whose time is over stands in the step as it was said', async () => {
    const kit = await drive([waiting({en: 'calm', ru: 'покой'}, asWords('storm'))]);
    expect((await kit.driveToEnd()).status.steps[0]).toMatchObject({
      reason: 'TimedOut',
      message: 'wanted: calm; seen: storm',
      messageRu: 'нужно: покой; сейчас: storm',
    });
  });
});

describe('a failure', () => {
  test('stands in the step, and in the condition with what the run leaves behind', async () => {
    const kit = await drive([failed('Broken', {en: 'it broke', ru: 'сломалось'})], 'Stop');
    const {steps, conditions} = (await kit.driveToEnd()).status;
    expect(steps[0]).toMatchObject({message: 'it broke', messageRu: 'сломалось'});
    expect(conditions.find(({type}) => type === 'Failed')).toMatchObject({
      message: 'it broke; the trial stays',
      messageRu: 'сломалось; проба остаётся',
    });
  });

  test('that is data alone stands there once', async () => {
    const kit = await drive([failed('Broken', asWords('disk full'))]);
    expect((await kit.driveToEnd()).status.steps[0]).toMatchObject({message: 'disk full'});
    expect((await kit.driveToEnd()).status.steps[0]).not.toHaveProperty('messageRu');
  });
});

test('a status over its budget gives up what is said of settled steps, in both languages', () => {
  const long = {message: 'x'.repeat(400), messageRu: 'я'.repeat(400), evidence: {digest: 'd', ref: 'r', summary: 's'.repeat(2_000)}};
  const steps = Array.from({length: 100}, (_, index) => stepOf(`s${index}`, {index, state: index < 99 ? 'Succeeded' : 'Failed', ...long}));
  const {steps: fitted} = fitStatus({...readRunStatus({}), steps});
  expect(fitted[0]).toMatchObject({message: ''});
  expect(fitted[0]).not.toHaveProperty('messageRu');
  expect(new TextEncoder().encode(fitted[99]?.messageRu).length).toBeLessThanOrEqual(512);
  expect(fitted[99]?.messageRu).toMatch(/^я+…$/);
});
