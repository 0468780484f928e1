import {describe, expect, test} from 'vitest';
import type {Fields} from '../../../src/domain/fields.ts';
import type {Run, RunSpec} from '../../../src/domain/run.ts';
import {asWords} from '../../../src/domain/words.ts';
import type {Runbook} from '../../../src/engine/define-runbook.ts';
import {type KitOptions, RunKit} from '../../support/run-kit.ts';
import {
  dataOf,
  noteGate,
  Outside,
  probedStep,
  sampleObjects,
  sampleRunbook,
  sampleTarget,
  thing,
  twoWrites,
  untilSet,
  writeStep,
} from '../../support/sample-runbooks.ts';

/** The first write waits until somebody answers it. */
const answered = sampleRunbook({
  steps: target => [writeStep(target, 'one', {verify: untilSet(target, 'answer')}), writeStep(target, 'two')],
});
const gated = sampleRunbook({steps: target => [writeStep(target, 'one'), writeStep(target, 'two', {gate: noteGate(target)})]});
/** The second one fails as soon as it is looked at. */
const failing = failingAt({});
const failingVitally = failingAt({isVital: true});
function failingAt(options: {readonly isVital?: true}): Runbook {
  return sampleRunbook({
    steps: target => [
      writeStep(target, 'one'),
      writeStep(target, 'two', {
        ...options,
        verify: async reader =>
          'mended' in (await dataOf(reader, target)) ? {kind: 'done'} : {kind: 'failed', reason: 'Broken', message: asWords('it broke')},
      }),
      writeStep(target, 'three'),
    ],
  });
}

async function start(runbook: Runbook, spec: Partial<RunSpec> & Fields = {}, options: Partial<KitOptions> = {}): Promise<RunKit> {
  const kit = await RunKit.start({runbooks: [runbook], objects: sampleObjects, ...options});
  await kit.submit(runbook.name, sampleTarget, spec);
  return kit;
}

async function look(kit: RunKit): Promise<Run> {
  return kit.driveToEnd('run-1', {isConsenting: false});
}

async function data(kit: RunKit): Promise<unknown> {
  return (await kit.world.find(thing))?.data;
}

function statesOf({status}: Run): string {
  return `${status.phase}: ${status.steps.map(({id, state}) => `${id} ${state}`).join(', ')}`;
}

/** Gives an order the n-th time that a step waits. */
function orderAt(look: number, control: Fields): Pick<KitOptions, 'platform'> {
  let looks = 0;
  return {
    platform: async (_, kit) => {
      looks += 1;
      if (looks === look) await kit.control(control);
    },
  };
}

describe('a pause', () => {
  test('before the plan changes nothing until it is over', async () => {
    const kit = await start(twoWrites, {control: {desired: 'Pause', abortMode: 'SafePoint', by: 'alice', reason: 'later'}});
    expect(statesOf(await look(kit))).toBe('Paused: ');
    expect((await kit.run()).status.conditions.find(({type}) => type === 'Paused')?.message).toBe('paused by alice: later');
    const calls = kit.calls;
    expect((await kit.drive()).kind).toBe('parked');
    expect(kit.calls).toBe(calls + 1);
    await kit.control({desired: 'Run'});
    expect(statesOf(await look(kit))).toBe('Succeeded: one Succeeded, two Succeeded');
  });

  test('while a step waits takes effect at once, and the wait goes on afterwards', async () => {
    const kit = await start(answered, {}, orderAt(3, {desired: 'Pause'}));
    expect(statesOf(await look(kit))).toBe('Paused: one Verifying, two Pending');
    await kit.control({desired: 'Run', by: 'bob'});
    await kit.world.patch(thing, {data: {answer: 'yes'}});
    expect(statesOf(await look(kit))).toBe('Succeeded: one Succeeded, two Succeeded');
    expect((await kit.log()).map(({kind}) => kind)).toContain('resumed');
    expect(kit.effects.length).toBe(2);
  });

  test('at a gate keeps it shut though somebody agrees', async () => {
    const kit = await start(gated);
    await look(kit);
    await kit.control({desired: 'Pause'});
    await kit.consent();
    expect(statesOf(await look(kit))).toBe('Paused: one Succeeded, two AwaitingApproval');
    await kit.control({desired: 'Run'});
    expect(statesOf(await look(kit))).toBe('Succeeded: one Succeeded, two Succeeded');
  });
});

describe('an engine that leaves', () => {
  test('hands over at the next safe point, and the next one goes on where it stood', async () => {
    const kit = await start(answered, {}, {platform: async (_, self) => self.leave()});
    expect(statesOf(await look(kit))).toBe('Paused: one Verifying, two Pending');
    expect((await kit.run()).status.conditions.find(({type}) => type === 'Paused')).toMatchObject({status: 'True', reason: 'HolderLeft'});
    await kit.world.patch(thing, {data: {answer: 'yes'}});
    kit.come();
    expect(statesOf(await look(kit))).toBe('Succeeded: one Succeeded, two Succeeded');
    expect((await kit.run()).status.holder?.epoch).toBe(2);
  });
});

describe('an abort', () => {
  test('before the plan ends a run that has done nothing', async () => {
    const kit = await start(twoWrites, {control: {desired: 'Abort', abortMode: 'Undo', by: '', reason: ''}});
    expect(statesOf(await look(kit))).toBe('Aborted: ');
    expect(kit.effects).toEqual([]);
  });

  test('at a safe point leaves what was done', async () => {
    const kit = await start(gated);
    await look(kit);
    await kit.control({desired: 'Abort', by: 'alice', reason: 'enough'});
    expect(statesOf(await look(kit))).toBe('Aborted: one Succeeded, two AwaitingApproval');
    expect((await kit.run()).status.conditions.find(({type}) => type === 'Aborted')?.message).toBe('aborted by alice: enough');
    expect(await data(kit)).toEqual({note: 'calm', one: 'done'});
  });

  test('with undo takes back what was done, the last first, and says what stays', async () => {
    const runbook = sampleRunbook({
      steps: target => [
        writeStep(target, 'one'),
        writeStep(target, 'two', {undo: 'none'}),
        writeStep(target, 'three', {verify: untilSet(target, 'answer')}),
      ],
    });
    const kit = await start(runbook, {}, orderAt(2, {desired: 'Abort', abortMode: 'Undo'}));
    expect(statesOf(await look(kit))).toBe('Aborted: one Undone, two Succeeded, three Undone');
    expect(await data(kit)).toEqual({note: 'calm', two: 'done'});
    expect((await kit.run()).status.conditions.find(({type}) => type === 'Aborted')?.message).toBe('two stays as it is');
    const undone = (await kit.log()).filter(({kind, data: told}) => kind === 'undo' && told !== undefined).map(({step}) => step);
    expect(undone).toEqual(['three', 'one']);
  });

  test('with undo never overwrites what somebody has changed since', async () => {
    const kit = await start(gated);
    await look(kit);
    await kit.world.patch(thing, {data: {one: 'theirs'}});
    await kit.control({desired: 'Abort', abortMode: 'Undo'});
    expect(statesOf(await look(kit))).toBe('Aborted: one UndoFailed, two AwaitingApproval');
    expect(await data(kit)).toEqual({note: 'calm', one: 'theirs'});
    expect((await kit.run()).status.conditions.find(({type}) => type === 'Aborted')?.message).toBe('one could not be taken back');
  });

  test('at once ends it though nobody knows what became of the step', async () => {
    const {kit} = await startLossy();
    expect(statesOf(await look(kit))).toBe('Unknown: pay Unknown');
    await kit.control({desired: 'Abort', abortMode: 'Now'});
    const run = await look(kit);
    expect(statesOf(run)).toBe('Aborted: pay Unknown');
    expect(run.status.conditions.find(({type}) => type === 'Aborted')?.message).toBe('aborted; whether step pay took effect is unknown');
  });

  test('is what deleting the run means: it goes when nothing is under way', async () => {
    const kit = await start(gated);
    await look(kit);
    await kit.world.remove({apiVersion: 'deckhand.dev/v1alpha1', kind: 'RunbookRun', name: 'run-1', namespace: 'deckhand'});
    expect((await kit.run()).meta.deletionTimestamp).toBeDefined();
    await expect(look(kit)).rejects.toThrow('there is no run run-1');
    expect(await data(kit)).toEqual({note: 'calm', one: 'done'});
    expect(await kit.world.list('coordination.k8s.io/v1', 'Lease', 'deckhand')).toEqual([]);
  });
});

describe('a step that fails', () => {
  test('waits for a person, who tries again', async () => {
    const kit = await start(failing);
    expect(statesOf(await look(kit))).toBe('Paused: one Succeeded, two Failed, three Pending');
    expect((await kit.run()).status.steps[1]).toMatchObject({reason: 'Broken', message: 'it broke', gate: {id: 'skip/two'}});
    expect(statesOf(await look(kit))).toBe('Paused: one Succeeded, two Failed, three Pending');
    await kit.control({desired: 'Run', reason: 'again'});
    expect(statesOf(await look(kit))).toBe('Paused: one Succeeded, two Failed, three Pending');
    await kit.world.patch(thing, {data: {mended: 'yes'}});
    await kit.control({desired: 'Run', reason: 'and again'});
    expect(statesOf(await look(kit))).toBe('Succeeded: one Succeeded, two Succeeded, three Succeeded');
  });

  test('is left out where the requester says so of this very failure', async () => {
    const kit = await start(failing);
    await look(kit);
    await kit.consent('run-1', {evidenceDigest: 'a'.repeat(64)});
    expect(statesOf(await look(kit))).toBe('Paused: one Succeeded, two Failed, three Pending');
    await kit.consent('run-1', {reason: 'not needed'});
    expect(statesOf(await look(kit))).toBe('Succeeded: one Succeeded, two Skipped, three Succeeded');
    expect((await kit.log()).find(({kind}) => kind === 'decision')?.text).toBe('left out by alice: not needed');
  });

  test('cannot be left out where others stand on it', async () => {
    const kit = await start(failingVitally);
    expect(statesOf(await look(kit))).toBe('Paused: one Succeeded, two Failed, three Pending');
    expect((await kit.run()).status.steps[1]?.gate).toBeUndefined();
    await kit.world.patch(thing, {data: {mended: 'yes'}});
    await kit.control({desired: 'Run', reason: 'again'});
    expect(statesOf(await look(kit))).toBe('Succeeded: one Succeeded, two Succeeded, three Succeeded');
  });

  test('takes everything back where the policy is to undo', async () => {
    const kit = await start(failing, {failurePolicy: 'Undo'});
    expect(statesOf(await look(kit))).toBe('Failed: one Undone, two Undone, three Pending');
    expect(await data(kit)).toEqual({note: 'calm'});
  });

  test('ends the run where the policy is to stop', async () => {
    const kit = await start(failing, {failurePolicy: 'Stop'});
    expect(statesOf(await look(kit))).toBe('Failed: one Succeeded, two Failed, three Pending');
    expect(await data(kit)).toEqual({note: 'calm', one: 'done', two: 'done'});
    expect((await kit.run()).meta.finalizers).toEqual([]);
  });
});

test.each([
  ['happened', 'Approve', 1],
  ['did not happen', 'Reject', 2],
] as const)('an outcome that nobody can tell stays unknown until a person says that it %s', async (_, decision, times) => {
  const {kit, outside} = await startLossy();
  expect(statesOf(await look(kit))).toBe('Unknown: pay Unknown');
  await kit.control({desired: 'Run', reason: 'just go on'});
  expect(statesOf(await look(kit))).toBe('Unknown: pay Unknown');
  expect(outside.happened.length).toBe(1);
  await kit.consent('run-1', {decision, reason: 'looked'});
  expect(statesOf(await look(kit))).toBe('Succeeded: pay Succeeded');
  expect(outside.happened.length).toBe(times);
});

/** The answer to the first command is lost, and the probe cannot tell. */
async function startLossy(): Promise<{readonly kit: RunKit; readonly outside: Outside}> {
  const outside = new Outside({canTell: () => false});
  const exec: KitOptions['exec'] = async command => {
    const result = await outside.exec(command);
    return command.command[0] === 'do' && outside.happened.length === 1 ? {...result, exitCode: undefined} : result;
  };
  return {outside, kit: await start(sampleRunbook({steps: () => [probedStep('pay')]}), {}, {exec})};
}
