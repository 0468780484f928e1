/** What a plan shows of steps that build on others: nothing that only looks so because their turn has not come. */
import {expect, test} from 'vitest';
import {Refusal} from '../../../src/engine/define-runbook.ts';
import type {Step} from '../../../src/engine/define-step.ts';
import {createReader} from '../../../src/engine/live-reader.ts';
import {planRun} from '../../../src/engine/plan-run.ts';
import {previewSteps} from '../../../src/engine/preview-run.ts';
import {digest, RunKit} from '../../support/run-kit.ts';
import {keyedStep, sampleObjects, sampleRunbook, sampleTarget, writeStep} from '../../support/sample-runbooks.ts';

const tooEarly = (id: string): Step =>
  keyedStep(id, {
    act: async () => {
      throw new Refusal('TooEarly', 'the first step is not done');
    },
  });
const idle = (id: string): Step => keyedStep(id, {act: async () => []});

async function previewsOf(steps: (write: Step) => readonly Step[]): Promise<readonly string[]> {
  const runbook = sampleRunbook({steps: target => steps(writeStep(target, 'one'))});
  const kit = await RunKit.start({runbooks: [runbook], objects: sampleObjects});
  const ports = {kube: kit.port, clock: kit.clock, random: () => 0.5, digest};
  const reader = createReader(ports);
  const views = await previewSteps({ports, reader}, await planRun(runbook, {parameters: sampleTarget}, reader, digest));
  return views.map(({preview}) => (preview.kind === 'not-previewable' ? preview.why : preview.kind));
}

test('a step before which others act is not looked at in the world of now', async () => {
  expect(await previewsOf(write => [write, tooEarly('two'), idle('three')])).toEqual(['previewed', 'later', 'later']);
});

test('one that declares that the others change nothing of it is shown ahead of them, unless it refuses', async () => {
  const foreseeable = (step: Step): Step => ({...step, isForeseeable: true});
  const steps = (write: Step): readonly Step[] => [write, ...[write, idle('two'), tooEarly('three')].map(foreseeable), write];
  expect(await previewsOf(steps)).toEqual(['previewed', 'previewed', 'no-op', 'later', 'later']);
});

test('a first step that refuses says why, and what comes after it is decided later', async () => {
  expect(await previewsOf(write => [tooEarly('zero'), write])).toEqual(['the first step is not done', 'later']);
});

test('what is so already stays said where nothing acts before it', async () => {
  expect(await previewsOf(write => [idle('zero'), write, idle('two')])).toEqual(['no-op', 'previewed', 'later']);
});
