import {describe, expect, test} from 'vitest';
import type {Fields} from '../../../src/domain/fields.ts';
import type {Run, RunSpec} from '../../../src/domain/run.ts';
import type {Runbook} from '../../../src/engine/define-runbook.ts';
import {type KitOptions, RunKit} from '../../support/run-kit.ts';
import {noteGate, sampleObjects, sampleRunbook, sampleTarget, thing, writeStep} from '../../support/sample-runbooks.ts';

/** A gate before the second of two writes, and one of its own before a first. */
const gated = sampleRunbook({steps: target => [writeStep(target, 'one'), writeStep(target, 'two', {gate: noteGate(target)})]});
const dangerous = sampleRunbook({name: 'dangerous', risk: 'destructive', steps: target => [writeStep(target, 'one')]});
const guarded = sampleRunbook({
  name: 'guarded',
  risk: 'destructive',
  steps: target => [writeStep(target, 'one', {gate: noteGate(target)})],
});

async function start(runbook: Runbook, spec: Partial<RunSpec> & Fields = {}, options: Partial<KitOptions> = {}): Promise<RunKit> {
  const kit = await RunKit.start({runbooks: [runbook], objects: sampleObjects, ...options});
  await kit.submit(runbook.name, sampleTarget, spec);
  await kit.driveToEnd('run-1', {isConsenting: false});
  return kit;
}

/** Where the run stands after it has been looked at once more. */
async function look(kit: RunKit): Promise<Run> {
  return kit.driveToEnd('run-1', {isConsenting: false});
}

function messageOf({status}: Run): string {
  return status.steps.find(({id}) => id === status.current)?.message ?? '';
}

async function data(kit: RunKit): Promise<unknown> {
  return (await kit.world.find(thing))?.data;
}

const approval = (by: string, groups: readonly string[] = ['dba']) => ({kind: 'Approval', by, groups});

describe('without a rule', () => {
  test('a gate waits for the consent of the requester, and for nobody else’s', async () => {
    const kit = await start(dangerous);
    expect((await kit.run()).status).toMatchObject({phase: 'AwaitingApproval', steps: [{gate: {id: 'start', required: 1, have: 0}}]});
    await kit.consent('run-1', {by: 'bob'});
    expect(messageOf(await look(kit))).toContain('a Consent is given by the requester; others give an Approval');
    await kit.consent('run-1', approval('alice'));
    expect(messageOf(await look(kit))).toContain('the requester cannot approve: somebody else must');
    expect(kit.effects).toEqual([]);
    await kit.consent();
    expect((await look(kit)).status.phase).toBe('Succeeded');
  });

  test('somebody else’s approval opens it too', async () => {
    const kit = await start(dangerous);
    await kit.consent('run-1', approval('bob', []));
    expect((await look(kit)).status.phase).toBe('Succeeded');
  });

  test('a first step with a gate of its own passes both, each on its own word', async () => {
    const kit = await start(guarded);
    await kit.consent();
    expect((await look(kit)).status).toMatchObject({phase: 'AwaitingApproval', steps: [{gate: {id: 'look', have: 0}}]});
    expect(kit.effects).toEqual([]);
    await kit.consent();
    expect((await look(kit)).status.phase).toBe('Succeeded');
  });
});

describe('a rule of spec.approvals', () => {
  const twoOfDba = {approvals: [{gate: 'look', required: 2, groups: ['dba'], users: ['carol']}]};

  test('counts those whom it names, each once, and not the requester', async () => {
    const kit = await start(gated, twoOfDba);
    expect(await data(kit)).toEqual({note: 'calm', one: 'done'});
    await kit.consent();
    expect(messageOf(await look(kit))).toContain('spec.approvals asks for somebody else than the requester');
    await kit.consent('run-1', approval('alice'));
    await kit.consent('run-1', approval('mallory', ['dev']));
    expect(messageOf(await look(kit))).toContain('0 of 2 have agreed');
    await kit.consent('run-1', approval('bob'));
    await kit.consent('run-1', approval('bob'));
    expect((await look(kit)).status.steps[1]?.gate).toMatchObject({required: 2, have: 1});
    expect(kit.effects.length).toBe(1);
    await kit.consent('run-1', approval('carol', []));
    expect((await look(kit)).status.phase).toBe('Succeeded');
  });

  test('for every gate asks before a first step that would need none', async () => {
    const kit = await start(gated, {approvals: [{gate: '*', required: 1, groups: [], users: []}]});
    expect((await kit.run()).status).toMatchObject({phase: 'AwaitingApproval', steps: [{gate: {id: 'start'}}, {gate: {id: 'look'}}]});
    expect(kit.effects).toEqual([]);
    await kit.consent('run-1', approval('bob'));
    expect((await look(kit)).status).toMatchObject({phase: 'AwaitingApproval', current: 'two'});
    await kit.consent('run-1', approval('bob'));
    expect((await look(kit)).status.phase).toBe('Succeeded');
  });

  test('that names a gate which the plan has not refuses the run before its first effect', async () => {
    const kit = await start(gated, {approvals: [{gate: 'nowhere', required: 1, groups: [], users: []}]});
    const {status} = await look(kit);
    expect(status.phase).toBe('Failed');
    expect(status.conditions.find(({type}) => type === 'Failed')).toMatchObject({
      reason: 'NoGate',
      message: 'spec.approvals names the gate nowhere: sample has start, look',
    });
    expect(kit.effects).toEqual([]);
  });

  test('lets an approval count only so long', async () => {
    const kit = await start(gated, {approvals: [{gate: 'look', required: 1, groups: [], users: [], expiresAfterSeconds: 60}]});
    await kit.consent('run-1', approval('bob'));
    await kit.pass(61_000);
    expect(messageOf(await look(kit))).toContain('it has expired');
    await kit.consent('run-1', approval('bob'));
    await kit.pass(30_000);
    expect((await look(kit)).status.phase).toBe('Succeeded');
  });
});

describe('in the status of the run, for whoever has kubectl alone,', () => {
  test('stand the question, the danger, the facts and whose word is wanted', async () => {
    const kit = await start(guarded, {approvals: [{gate: 'look', required: 2, groups: ['dba'], users: ['olga']}]});
    const [first] = (await kit.run()).status.steps;
    expect(first?.gate).toMatchObject({
      question: 'Begin guarded on default/thing (one step, destructive)?',
      danger: 'text',
      facts: ['note: calm'],
      waitsFor: 'the consent of alice, or the approval of anybody else',
    });
    await kit.consent();
    const [second] = (await look(kit)).status.steps;
    expect(second?.message).toBe('the gate look waits for 2 approvals of olga or one of the group dba');
    expect(second?.messageRu).toBe('ждёт согласия (gate look), нужно: 2 (olga или кто-то из группы dba)');
    expect(second?.gate).toMatchObject({question: 'text', facts: ['note: calm'], waitsFor: '2 approvals of olga or one of the group dba'});
  });

  test('stands which approval does not count and why; the log says it once', async () => {
    const kit = await start(guarded);
    const given = (await kit.run()).status.steps[0]?.gate?.evidenceDigest;
    await kit.consent();
    await look(kit);
    await kit.consent('run-1', {...approval('bob', []), evidenceDigest: given});
    const why = 'its evidenceDigest is that of the gate start: take that of look in status.steps[].gate';
    const {status} = await look(kit);
    expect(status.steps[0]?.gate?.refused).toEqual([{name: expect.stringContaining('bob'), by: 'bob', why}]);
    await kit.consent('run-1', {kind: 'Consent', by: 'carol'});
    await look(kit);
    const refusals = (await kit.log()).filter(({kind}) => kind === 'approval-refused');
    expect(refusals.map(({data}) => [data?.gate, data?.by, data?.why])).toEqual([
      ['look', 'bob', why],
      ['look', 'carol', 'a Consent is given by the requester; others give an Approval'],
    ]);
  });
});

describe('a no', () => {
  test('wins over any yes, and ends a run that has done nothing yet', async () => {
    const kit = await start(dangerous);
    await kit.consent();
    await kit.consent('run-1', {...approval('bob', []), decision: 'Reject', reason: 'not on Friday'});
    const {status} = await look(kit);
    expect(status).toMatchObject({
      phase: 'Failed',
      steps: [{state: 'Failed', reason: 'Rejected', message: 'rejected by bob: not on Friday'}],
    });
    expect(kit.effects).toEqual([]);
  });

  test('in the middle stops the run and leaves it to a person', async () => {
    const kit = await start(gated);
    await kit.consent('run-1', {...approval('bob', []), decision: 'Reject'});
    expect((await look(kit)).status).toMatchObject({phase: 'Paused', current: 'two', steps: [{}, {state: 'Failed', reason: 'Rejected'}]});
    expect(kit.effects.length).toBe(1);
  });

  test('of the requester’s own counts as well', async () => {
    const kit = await start(dangerous);
    await kit.consent('run-1', {decision: 'Reject'});
    expect((await look(kit)).status.phase).toBe('Failed');
  });
});

describe('what is agreed to', () => {
  test.each([
    ['another plan', {planDigest: 'a'.repeat(64)}, 'it is for another plan'],
    ['other facts', {evidenceDigest: 'b'.repeat(64)}, 'its evidenceDigest is not the one of this gate'],
    ['until yesterday', {expiresAt: '2026-01-01T12:00:00Z'}, 'it has expired'],
  ])('is no agreement where it is %s', async (_, change, why) => {
    const kit = await start(dangerous);
    await kit.consent('run-1', change);
    const run = await look(kit);
    expect([run.status.phase, messageOf(run)]).toEqual(['AwaitingApproval', expect.stringContaining(why)]);
    expect(kit.effects).toEqual([]);
  });

  test('is void once the facts of its gate have changed, and wanted anew', async () => {
    const kit = await start(gated);
    await kit.consent();
    await kit.world.patch(thing, {data: {note: 'storm'}});
    const run = await look(kit);
    expect([run.status.phase, run.status.steps[1]?.gate?.have]).toEqual(['AwaitingApproval', 0]);
    expect(run.status.steps[1]?.message).toContain('what it stands on has changed since');
    expect((await kit.log()).map(({text}) => text)).toContain(
      'the facts of the gate look have changed (note: calm → storm): earlier approvals are void',
    );
    expect(kit.effects.length).toBe(1);
    await kit.consent();
    expect((await look(kit)).status.phase).toBe('Succeeded');
  });

  test('is another plan once what the plan stands on has changed before the first effect', async () => {
    const kit = await start(dangerous);
    await kit.consent();
    await kit.world.patch(thing, {data: {note: 'storm'}});
    const {status} = await look(kit);
    expect(status.phase).toBe('Failed');
    expect(status.conditions.find(({type}) => type === 'Failed')).toMatchObject({
      reason: 'PlanChanged',
      message: 'what the plan stands on has changed (note): nothing was done; look at the new plan and start again',
    });
    expect(kit.effects).toEqual([]);
  });

  test('is checked against the plan that was seen', async () => {
    const kit = await start(gated, {planDigest: 'c'.repeat(64)});
    expect((await kit.run()).status.conditions.find(({type}) => type === 'Failed')?.reason).toBe('PlanChanged');
    expect(kit.effects).toEqual([]);
  });
});

test('a gate that nobody opens in time ends the run, or stops it in the middle', async () => {
  const timeouts = {gateSeconds: 600};
  const first = await start(dangerous, {timeouts});
  await first.pass(601_000);
  await first.drive();
  expect((await first.run()).status).toMatchObject({phase: 'Failed', steps: [{reason: 'GateTimedOut'}]});
  const second = await start(gated, {timeouts});
  await second.pass(601_000);
  await second.drive();
  expect((await second.run()).status).toMatchObject({phase: 'Paused', steps: [{}, {state: 'Failed', reason: 'GateTimedOut'}]});
});

describe('where no policy proves who writes', () => {
  test('only what is harmless is carried out', async () => {
    const kit = await start(gated, {}, {isTrusting: false});
    expect((await kit.run()).status.conditions.find(({type}) => type === 'Failed')).toMatchObject({
      reason: 'RequesterUnproved',
      message: expect.stringContaining('--trust-requesters'),
    });
    expect(kit.effects).toEqual([]);
    const harmless = sampleRunbook({risk: 'harmless', steps: target => [writeStep(target, 'one')]});
    expect((await (await start(harmless, {}, {isTrusting: false})).run()).status.phase).toBe('Succeeded');
  });

  test('an approval counts for nothing, and the run says what is missing', async () => {
    const harmless = sampleRunbook({risk: 'harmless', steps: target => [writeStep(target, 'one', {gate: noteGate(target)})]});
    const kit = await start(harmless, {}, {isTrusting: false});
    await kit.consent();
    expect(messageOf(await look(kit))).toContain('nobody proves that alice wrote it: install the policy deckhand-approval-author');
    expect(kit.effects).toEqual([]);
  });
});
