/** What was done may come to nothing, or a further act may be due: a step's verify asks for it, and not for ever. */
import {describe, expect, test} from 'vitest';
import {asWords} from '../../../src/domain/words.ts';
import {again, done} from '../../../src/engine/define-step.ts';
import {RunKit} from '../../support/run-kit.ts';
import {sampleObjects, sampleRunbook, sampleTarget, thing, writeStep} from '../../support/sample-runbooks.ts';

/** So often the write is found gone again. */
async function startForgetting(losses: number): Promise<RunKit> {
  let left = losses;
  const kit = await RunKit.start({
    objects: sampleObjects,
    runbooks: [
      sampleRunbook({
        steps: target => [
          writeStep(target, 'one', {
            verify: async () => {
              if (left === 0) return done();
              left -= 1;
              await kit.world.patch(thing, {data: {one: null}});
              return again(asWords('it was taken away'));
            },
          }),
        ],
      }),
    ],
  });
  await kit.submit('sample', sampleTarget);
  return kit;
}

describe('a step whose effect came to nothing', () => {
  test('is acted on once more, and its record says why', async () => {
    const kit = await startForgetting(2);
    const {status} = await kit.driveToEnd();
    expect(status.phase).toBe('Succeeded');
    expect(status.steps[0]).toMatchObject({state: 'Succeeded', attempts: 3});
    expect(kit.effects).toHaveLength(3);
  });

  test('fails when that does not help', async () => {
    const kit = await startForgetting(9);
    const {status} = await kit.driveToEnd();
    expect(status.phase).toBe('Paused');
    expect(status.steps[0]).toMatchObject({
      state: 'Failed',
      reason: 'TriedEnough',
      message: 'it was taken away; it was tried 4 times',
    });
    expect(kit.effects).toHaveLength(4);
  });

  test('fails as well where there is nothing to do once more', async () => {
    const steps = sampleRunbook({steps: target => [writeStep(target, 'one', {verify: async () => again(asWords('it does not look so'))})]});
    const kit = await RunKit.start({objects: sampleObjects, runbooks: [steps]});
    await kit.submit('sample', sampleTarget);
    expect((await kit.driveToEnd()).status.steps[0]).toMatchObject({state: 'Failed', reason: 'TriedEnough'});
    expect(kit.effects).toHaveLength(1);
  });
});
