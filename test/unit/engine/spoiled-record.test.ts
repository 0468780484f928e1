import {describe, expect, test} from 'vitest';
import type {Fields} from '../../../src/domain/fields.ts';
import {UnreadableField} from '../../../src/domain/fields.ts';
import type {KubePort} from '../../../src/domain/kube-port.ts';
import type {Run, RunSpec} from '../../../src/domain/run.ts';
import type {Runbook} from '../../../src/engine/define-runbook.ts';
import {type KitOptions, RunKit} from '../../support/run-kit.ts';
import {noteGate, sampleObjects, sampleRunbook, sampleTarget, twoWrites, writeStep} from '../../support/sample-runbooks.ts';

const gated = sampleRunbook({steps: target => [writeStep(target, 'one'), writeStep(target, 'two', {gate: noteGate(target)})]});
const runRef = {apiVersion: 'deckhand.dev/v1alpha1', kind: 'RunbookRun', name: 'run-1', namespace: 'deckhand'};

async function start(
  runbooks: readonly Runbook[],
  spec: Partial<RunSpec> & Fields = {},
  options: Partial<KitOptions> = {},
): Promise<RunKit> {
  const kit = await RunKit.start({runbooks, objects: sampleObjects, ...options});
  await kit.submit('sample', sampleTarget, spec);
  return kit;
}

async function look(kit: RunKit): Promise<Run> {
  return kit.driveToEnd('run-1', {isConsenting: false});
}

function failureOf({status}: Run): unknown {
  const told = status.conditions.find(({type}) => type === 'Failed');
  return [status.phase, told?.reason, told?.message];
}

describe('a status that somebody wrote by hand', () => {
  test('of another run counts for nothing', async () => {
    const kit = await start([twoWrites]);
    const done = {id: 'one', title: 'One', index: 0, effect: 'K8sCas', state: 'Succeeded', attempts: 1};
    await kit.world.patchStatus(runRef, {runUID: '00000000-0000-0000-0000-000000000000', phase: 'Succeeded', steps: [done]});
    expect((await kit.run()).status.phase).toBe('Pending');
    const run = await look(kit);
    expect([run.status.phase, run.status.runUID, kit.effects.length]).toEqual(['Succeeded', run.meta.uid, 2]);
  });

  test('with nonsense in it is refused by the API server, or read by nobody', async () => {
    const kit = await start([twoWrites]);
    for (const status of [{phase: 5}, {phase: 'Dreaming'}, {steps: 'all'}, {steps: [{id: 'one', state: 'Dancing'}]}])
      await expect(kit.world.patchStatus(runRef, status), JSON.stringify(status)).rejects.toThrow();
    const wrapPort = (port: KubePort): KubePort => ({
      stream: request => port.stream(request),
      request: async request => {
        const answer = await port.request(request);
        if (request.method !== 'GET' || !request.path.endsWith('/runbookruns/run-1')) return answer;
        return {...answer, body: JSON.stringify({...JSON.parse(answer.body), status: {steps: [{id: 7}]}})};
      },
    });
    const spoiled = await start([twoWrites], {}, {wrapPort});
    await expect(spoiled.drive()).rejects.toThrow(UnreadableField);
    await expect(spoiled.drive()).rejects.toThrow('steps[0].id');
    expect(spoiled.effects).toEqual([]);
  });

  test('that says the gate is passed opens nothing', async () => {
    const kit = await start([gated]);
    await look(kit);
    const {steps} = (await kit.run()).status;
    await kit.world.patchStatus(runRef, {
      phase: 'Running',
      steps: steps.map(step => (step.gate === undefined ? step : {...step, state: 'Pending', gate: {...step.gate, have: 1}})),
    });
    await look(kit);
    expect(kit.effects.length).toBe(1);
  });

  test('of another run, written over one that has begun, ends it before its next effect', async () => {
    const kit = await start([gated]);
    await look(kit);
    await kit.world.patchStatus(runRef, {runUID: '00000000-0000-0000-0000-000000000000'});
    const run = await look(kit);
    expect(failureOf(run)).toEqual(['Failed', 'StatusForeign', expect.stringContaining('start a new run')]);
    expect([run.meta.finalizers, kit.effects.length]).toEqual([[], 1]);
    expect((await kit.log()).at(-1)?.text).toContain('StatusForeign');
  });

  test('may leave no step out, and one that it puts in stops the run before its next effect', async () => {
    const kit = await start([gated]);
    await look(kit);
    const {steps} = (await kit.run()).status;
    await expect(kit.world.patchStatus(runRef, {steps: steps.slice(1)})).rejects.toThrow('a step of the plan never disappears');
    await kit.world.patchStatus(runRef, {
      steps: [...steps, {id: 'three', title: 'Three', index: 2, effect: 'K8sCas', state: 'Pending', attempts: 0}],
    });
    await kit.consent();
    expect((await look(kit)).status).toMatchObject({phase: 'Paused', steps: [{}, {state: 'Failed', reason: 'StatusForeign'}, {}]});
    expect(kit.effects.length).toBe(1);
  });

  test('that lost its plan waits for a person, who can only end it', async () => {
    const kit = await start([gated]);
    await look(kit);
    const name = (await kit.run()).status.plan?.ref ?? '';
    await kit.world.remove({apiVersion: 'v1', kind: 'ConfigMap', name, namespace: 'deckhand'});
    await kit.consent();
    expect((await look(kit)).status).toMatchObject({phase: 'Paused', steps: [{}, {state: 'Failed', reason: 'NoPlan'}]});
    const {resourceVersion} = (await kit.run()).meta;
    expect((await look(kit)).meta.resourceVersion).toBe(resourceVersion);
    await kit.control({desired: 'Run', reason: 'again'});
    expect((await look(kit)).status.phase).toBe('Paused');
    await kit.control({desired: 'Abort'});
    expect((await look(kit)).status.phase).toBe('Aborted');
    expect(kit.effects.length).toBe(1);
  });
});

describe('a log', () => {
  const entriesOf = (text: string): readonly string[] => text.split('\n').filter(line => line !== '');

  test.each<[string, (lines: readonly string[]) => readonly string[]]>([
    ['was changed', lines => lines.map(line => line.replace('attempt 1', 'attempt 9'))],
    ['was cut at its end', lines => lines.slice(0, -1)],
    ['was cut in the middle', lines => lines.toSpliced(1, 1)],
    ['is gone', () => []],
  ])('that %s stops the run before the next engine does anything', async (_, spoil) => {
    const kit = await start([gated]);
    const {meta} = await look(kit);
    const chunk = {apiVersion: 'v1', kind: 'ConfigMap', name: `runlog-${meta.uid}-0`, namespace: 'deckhand'};
    const data = (await kit.world.find(chunk))?.data;
    const text = typeof data === 'object' && data !== null && 'entries.ndjson' in data ? String(data['entries.ndjson']) : '';
    await kit.world.patch(chunk, {data: {'entries.ndjson': `${spoil(entriesOf(text)).join('\n')}\n`}});
    await kit.consent();
    expect((await look(kit)).status).toMatchObject({phase: 'Paused', steps: [{}, {state: 'Failed', reason: 'LogBroken'}]});
    expect(kit.effects.length).toBe(1);
  });
});
