import {expect, test} from 'vitest';
import type {Fields} from '../../../src/domain/fields.ts';
import {readField, readList} from '../../../src/domain/fields.ts';
import {type Run, runKind} from '../../../src/domain/run.ts';
import {asWords} from '../../../src/domain/words.ts';
import {failed, pass, refuse} from '../../../src/engine/define-step.ts';
import {KubeClient} from '../../../src/engine/kube-client.ts';
import {RunKit} from '../../support/run-kit.ts';
import {runsNamespace} from '../../support/run-records.ts';
import {noteGate, sampleObjects, sampleRunbook, sampleTarget, writeStep} from '../../support/sample-runbooks.ts';

const runRef = {kind: runKind, namespace: runsNamespace, name: 'run-1'};

function told({status}: Run): string {
  return `${status.phase}: ${status.steps.map(({id, state, reason}) => `${id} ${state} ${reason}`.trim()).join(', ')}`;
}

/** Somebody with the right to write statuses does. */
async function forge(kit: RunKit, change: (status: Fields) => Fields): Promise<void> {
  const object = await kit.object(runRef);
  const status = readField(object, 'status');
  await new KubeClient(kit.port).replace(runRef, {...object, status: change(typeof status === 'object' ? {...status} : {})}, 'status');
}

function firstStep(status: Fields, change: (step: Fields) => Fields): Fields {
  const [first, ...rest] = readList(status, 'steps');
  return {...status, phase: 'Running', steps: [change(typeof first === 'object' ? {...first} : {}), ...rest]};
}

function withoutGate({gate: _, ...step}: Fields): Fields {
  return step;
}

test.each([
  ['taken away', (step: Fields) => ({...withoutGate(step), state: 'Pending'})],
  ['said to be passed', (step: Fields) => ({...step, state: 'Pending', gate: {...Object(step.gate), have: 1}})],
  ['passed by with an effect under way', (step: Fields) => ({...withoutGate(step), state: 'Acting', attempts: 1})],
])('a gate %s in the status opens nothing', async (_, change) => {
  const runbook = sampleRunbook({risk: 'destructive', steps: target => [writeStep(target, 'one')]});
  const kit = await RunKit.start({runbooks: [runbook], objects: sampleObjects});
  await kit.submit(runbook.name, sampleTarget);
  await kit.driveToEnd('run-1', {isConsenting: false});
  await forge(kit, status => firstStep(status, change));
  const run = await kit.driveToEnd('run-1', {isConsenting: false});
  expect(told(run)).toBe('AwaitingApproval: one AwaitingApproval AskedAgain');
  expect(run.status.steps[0]?.gate).toMatchObject({id: 'start', have: 0});
  expect(kit.effects).toEqual([]);
  await kit.consent();
  expect(told(await kit.driveToEnd('run-1', {isConsenting: false}))).toBe('Succeeded: one Succeeded Done');
});

test('a skip takes as many as a rule for every gate asks for', async () => {
  const broken = sampleRunbook({
    steps: target => [writeStep(target, 'one', {verify: async () => failed('Broken', asWords('x'))}), writeStep(target, 'two')],
  });
  const kit = await RunKit.start({runbooks: [broken], objects: sampleObjects});
  await kit.submit(broken.name, sampleTarget, {approvals: [{gate: '*', required: 2, groups: [], users: []}]});
  await kit.driveToEnd('run-1', {isConsenting: false});
  for (const by of ['bob', 'carol']) await kit.consent('run-1', {kind: 'Approval', by});
  expect(told(await kit.driveToEnd('run-1', {isConsenting: false}))).toBe('Paused: one Failed Broken, two Pending');
  await kit.consent('run-1', {kind: 'Approval', by: 'bob'});
  expect(told(await kit.driveToEnd('run-1', {isConsenting: false}))).toBe('Paused: one Failed Broken, two Pending');
  await kit.consent('run-1', {kind: 'Approval', by: 'carol'});
  expect(told(await kit.driveToEnd('run-1', {isConsenting: false}))).toBe('Succeeded: one Skipped Decided, two Succeeded Done');
});

test('another try is another question: the rejection of the first does not answer it', async () => {
  const runbook = sampleRunbook({steps: target => [writeStep(target, 'zero'), writeStep(target, 'one', {gate: noteGate(target)})]});
  const kit = await RunKit.start({runbooks: [runbook], objects: sampleObjects});
  await kit.submit(runbook.name, sampleTarget);
  await kit.driveToEnd('run-1', {isConsenting: false});
  await kit.consent('run-1', {decision: 'Reject', by: 'bob', kind: 'Approval'});
  expect(told(await kit.driveToEnd('run-1', {isConsenting: false}))).toBe('Paused: zero Succeeded Done, one Failed Rejected');
  await kit.control({desired: 'Run', reason: 'bob has changed his mind'});
  expect(told(await kit.driveToEnd('run-1', {isConsenting: false}))).toMatch(/^AwaitingApproval/);
  await kit.consent();
  expect((await kit.driveToEnd('run-1', {isConsenting: false})).status.phase).toBe('Succeeded');
});

test('the undo of what made an object is destructive', async () => {
  const maker = sampleRunbook({
    steps: target => [
      {
        id: 'make',
        effect: 'K8sCas',
        title: {en: 'Make', ru: 'Создать'},
        will: {en: 'Makes a child.', ru: 'Создаёт.'},
        act: async reader => {
          const ref = {...target.ref, name: 'child'};
          return (await reader.get(ref)) === undefined ? [{kind: 'create', ref, object: {data: {}}}] : [];
        },
        undo: 'inverse',
        commands: [],
      },
    ],
  });
  const kit = await RunKit.start({runbooks: [maker], objects: sampleObjects});
  const {meta} = await kit.submit(maker.name, sampleTarget);
  expect((await kit.driveToEnd()).status.plan?.risk).toBe('change');
  await kit.submit(maker.name, sampleTarget, {undoOf: {name: meta.name, uid: meta.uid}}, 'undo-1');
  const waiting = await kit.driveToEnd('undo-1', {isConsenting: false});
  expect([waiting.status.phase, waiting.status.plan?.risk]).toEqual(['AwaitingApproval', 'destructive']);
});

test('an undo that the server keeps refusing to answer ends with its time', async () => {
  const runbook = sampleRunbook({
    steps: target => [writeStep(target, 'one', {verify: async () => ({kind: 'waiting', wanted: asWords('more'), seen: asWords('less')})})],
  });
  let isDown = false;
  const kit = await RunKit.start({
    runbooks: [runbook],
    objects: sampleObjects,
    platform: async (_, {effects}) => {
      if (effects.length === 0 || isDown) return;
      isDown = true;
      await kit.control({desired: 'Abort', abortMode: 'Undo'});
    },
    wrapPort: port => ({
      stream: request => port.stream(request),
      request: async request =>
        isDown && request.method === 'PATCH' && request.path.includes('/configmaps/')
          ? {
              status: 500,
              headers: {},
              body: JSON.stringify({kind: 'Status', code: 500, reason: 'InternalError', message: 'webhook is down'}),
            }
          : port.request(request),
    }),
  });
  await kit.submit(runbook.name, sampleTarget);
  const startMs = kit.clock.now();
  expect(told(await kit.driveToEnd())).toBe('Aborted: one UndoFailed TimedOut');
  expect(kit.clock.now() - startMs).toBeLessThan(120_000);
});

test('what the platform has acted on is not said to be taken back', async () => {
  let isTaken = false;
  const runbook = sampleRunbook({
    steps: target => [
      {...writeStep(target, 'one'), undoCheck: async () => (isTaken ? refuse('TooLate', asWords('installed by now')) : pass)},
    ],
  });
  const kit = await RunKit.start({runbooks: [runbook], objects: sampleObjects});
  const {meta} = await kit.submit(runbook.name, sampleTarget);
  await kit.driveToEnd();
  isTaken = true;
  await kit.submit(runbook.name, sampleTarget, {undoOf: {name: meta.name, uid: meta.uid}}, 'undo-1');
  const undo = await kit.driveToEnd('undo-1', {isConsenting: false});
  expect(told(undo)).toBe('Paused: undo-one Failed TooLate');
});
