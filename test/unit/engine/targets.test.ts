import {describe, expect, test} from 'vitest';
import type {Run} from '../../../src/domain/run.ts';
import type {Runbook} from '../../../src/engine/define-runbook.ts';
import {type KitOptions, RunKit} from '../../support/run-kit.ts';
import {sampleObjects, sampleRunbook, sampleTarget, thing, twoWrites, untilSet, writeStep} from '../../support/sample-runbooks.ts';

const waits = sampleRunbook({steps: target => [writeStep(target, 'one', {verify: untilSet(target, 'answer')}), writeStep(target, 'two')]});
const dangerous = sampleRunbook({risk: 'destructive', steps: target => [writeStep(target, 'one')]});

async function start(runbook: Runbook, options: Partial<KitOptions> = {}): Promise<RunKit> {
  const kit = await RunKit.start({runbooks: [runbook], objects: sampleObjects, ...options});
  await kit.submit(runbook.name, sampleTarget);
  return kit;
}

function failureOf({status}: Run): unknown {
  const told = status.conditions.find(({type}) => type === 'Failed');
  return [status.phase, told?.reason, told?.message];
}

async function makeAnew(kit: Pick<RunKit, 'world'>): Promise<void> {
  await kit.world.remove(thing);
  for (const draft of sampleObjects) if (draft.metadata.name === 'thing') await kit.world.create(draft);
}

describe('a second run on the same target', () => {
  test('is refused while the first one goes on, waits or is paused, and names it', async () => {
    const kit = await start(dangerous);
    await kit.driveToEnd('run-1', {isConsenting: false});
    await kit.submit('sample', sampleTarget, {}, 'run-2');
    expect(failureOf(await kit.driveToEnd('run-2'))).toEqual([
      'Failed',
      'TargetBusy',
      'ConfigMap default/thing is taken by the run run-1 (AwaitingApproval): wait until it has ended, or abort it',
    ]);
    await kit.control({desired: 'Pause'});
    await kit.driveToEnd();
    await kit.submit('sample', sampleTarget, {}, 'run-3');
    expect(failureOf(await kit.driveToEnd('run-3'))).toMatchObject(['Failed', 'TargetBusy', expect.stringContaining('(Paused)')]);
    expect(kit.effects).toEqual([]);
  });

  test('is carried out once the first one has ended, whichever way that was', async () => {
    const kit = await start(dangerous);
    await kit.driveToEnd('run-1', {isConsenting: false});
    await kit.control({desired: 'Abort'});
    await kit.driveToEnd();
    await kit.submit('sample', sampleTarget, {}, 'run-2');
    expect((await kit.driveToEnd('run-2')).status.phase).toBe('Succeeded');
    expect(await kit.world.list('coordination.k8s.io/v1', 'Lease', 'deckhand')).toEqual([]);
  });

  test('takes the target from a run that ended without letting go, or is no more', async () => {
    const undisturbed = await start(twoWrites);
    await undisturbed.driveToEnd();
    const {calls} = undisturbed;
    let survived = 0;
    // The first engine dies when the run has ended and its lease is still there.
    for (let call = calls - 3; call <= calls; call += 1) {
      const other = await start(twoWrites);
      other.strikeAt({call, kind: 'kill-before'});
      await expect(other.drive()).rejects.toThrow('before call');
      if ((await other.run()).status.phase !== 'Succeeded') continue;
      survived += 1;
      await other.world.patch(thing, {data: {one: null, two: null}});
      await other.submit('sample', sampleTarget, {}, 'run-2');
      expect((await other.driveToEnd('run-2')).status.phase, `killed before call ${call}`).toBe('Succeeded');
      expect((await other.driveToEnd('run-1')).meta.finalizers).toEqual([]);
    }
    expect(survived).toBeGreaterThan(1);
    const kit = await start(twoWrites);
    await kit.world.create({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {name: await leaseName(), namespace: 'deckhand', annotations: {'deckhand.dev/run': 'deckhand/gone'}},
      spec: {holderIdentity: 'uid-of-a-run-that-is-no-more', leaseDurationSeconds: 15},
    });
    expect((await kit.driveToEnd()).status.phase).toBe('Succeeded');
  });
});

/** Of the sample's target, as a run leaves it while it goes on. */
async function leaseName(): Promise<string> {
  const kit = await start(dangerous);
  await kit.driveToEnd('run-1', {isConsenting: false});
  const [lease] = await kit.world.list('coordination.k8s.io/v1', 'Lease', 'deckhand');
  return lease?.metadata.name ?? '';
}

describe('a target that was deleted and made anew', () => {
  test('before the first effect is not touched', async () => {
    const kit = await start(dangerous);
    await kit.driveToEnd('run-1', {isConsenting: false});
    await makeAnew(kit);
    await kit.consent();
    expect(failureOf(await kit.driveToEnd())).toMatchObject(['Failed', 'TargetReplaced', expect.stringContaining('start a new run')]);
    expect(kit.effects).toEqual([]);
  });

  test('in the middle stops the run before its next effect', async () => {
    let looks = 0;
    const kit = await start(waits, {
      platform: async (world, self) => {
        looks += 1;
        if (looks === 2) await makeAnew(self);
        if (looks === 3) await world.patch(thing, {data: {answer: 'yes'}});
      },
    });
    const {status} = await kit.driveToEnd();
    expect([status.phase, status.steps.map(({state, reason}) => `${state} ${reason}`)]).toEqual([
      'Paused',
      ['Succeeded Done', 'Failed TargetReplaced'],
    ]);
    expect(kit.effects.length).toBe(1);
  });

  test('is not undone', async () => {
    const kit = await start(twoWrites);
    const run = await kit.driveToEnd();
    await makeAnew(kit);
    await kit.submit('sample', sampleTarget, {undoOf: {name: run.meta.name, uid: run.meta.uid}}, 'undo-1');
    expect(failureOf(await kit.driveToEnd('undo-1'))).toMatchObject([
      'Failed',
      'TargetReplaced',
      expect.stringContaining('nothing to put back'),
    ]);
  });
});

test('a target that is gone, or was never there, ends the run before its first effect', async () => {
  const kit = await start(dangerous);
  await kit.driveToEnd('run-1', {isConsenting: false});
  await kit.world.remove(thing);
  await kit.consent();
  expect(failureOf(await kit.driveToEnd())).toEqual(['Failed', 'PlanChanged', expect.stringContaining('nothing was done')]);
  for (const [target, reason] of [
    ['default/nothing', 'NoTarget'],
    ['nothing', 'BadParameter'],
    ['a/b/c', 'BadParameter'],
    ['', 'BadParameter'],
  ] as const) {
    await kit.submit('sample', {target}, {}, `run-${target.replaceAll('/', '-') || 'none'}`);
    expect(failureOf(await kit.driveToEnd(`run-${target.replaceAll('/', '-') || 'none'}`))).toEqual(['Failed', reason, expect.any(String)]);
  }
});
