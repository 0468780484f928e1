/** What an API server takes and refuses of RunbookRuns and RunbookApprovals, and with which words; the kinds are installed. */
import {describe, expect, test} from 'vitest';
import type {ApiClient} from '../control-plane/api-client.ts';
import {createApproval, createRun, type Fields, leastSpec, patchApproval, patchRun, patchStatus, refusalOf} from '../runs/run-objects.ts';

const statusBytesMax = 256 * 1024;
const hash = `sha256:${'0123456789abcdef'.repeat(4)}`;
const now = '2026-05-04T10:00:00.123456Z';

/** Every field that may not change, in a value and in another. */
const frozen: Readonly<Record<string, readonly [before: unknown, after: unknown]>> = {
  runbook: [{name: 'node-cordon'}, {name: 'node-drain'}],
  parameters: [
    {target: 'worker-1', deep: {list: [1, 2]}},
    {target: 'worker-1', deep: {list: [1, 3]}},
  ],
  requestedBy: [
    {user: 'ivan', groups: ['dev']},
    {user: 'olga', groups: ['dev']},
  ],
  approvals: [[{gate: 'go', groups: ['dba']}], [{gate: 'go', groups: ['dev']}]],
  timeouts: [{runSeconds: 60}, {runSeconds: 61}],
  failurePolicy: ['Stop', 'Undo'],
  undoOf: [
    {name: 'a', uid: 'u'},
    {name: 'b', uid: 'u'},
  ],
  ttlSecondsAfterFinished: [60, 0],
  planDigest: [hash, `${hash}0`],
};

export function describeRunKinds(api: () => ApiClient): void {
  specContract(api);
  statusContract(api);
  approvalContract(api);
}

function specContract(api: () => ApiClient): void {
  describe('the spec of a run', () => {
    test('the least that a person submits is accepted', async () => {
      const {spec} = await createRun(api());
      expect(spec).toEqual({...leastSpec, failurePolicy: 'Pause'});
    });

    test.each(Object.entries(frozen))('%s never changes, nor comes, nor goes', async (field, [before, after]) => {
      const message = `spec.${field} never changes after creation`;
      const withField = await createRun(api(), {...leastSpec, [field]: before});
      expect(await refusalOf(patchRun(api(), withField, {spec: {[field]: after}}))).toContain(message);
      if (field === 'runbook') return;
      const {[field]: _, ...rest}: Fields = {...leastSpec, [field]: before};
      // A default takes the place of a policy that is taken away.
      expect(await refusalOf(patchRun(api(), withField, {spec: {[field]: null}}))).toContain(message);
      const without = await createRun(api(), rest);
      expect(await refusalOf(patchRun(api(), without, {spec: {[field]: before}}))).toContain(message);
    });

    test('control comes, changes and goes', async () => {
      const run = await createRun(api());
      const paused = await patchRun(api(), run, {spec: {control: {desired: 'Pause', by: 'ivan', reason: 'lunch'}}});
      expect(paused.metadata.generation).toBe(run.metadata.generation + 1);
      const aborted = await patchRun(api(), run, {spec: {control: {desired: 'Abort', abortMode: 'Undo'}}});
      expect(aborted.spec.control).toEqual({desired: 'Abort', abortMode: 'Undo', by: 'ivan', reason: 'lunch'});
      expect((await patchRun(api(), run, {spec: {control: null}})).spec.control).toBeUndefined();
    });

    test.each<[what: string, spec: Fields, refusal: RegExp]>([
      ['no runbook', {parameters: {}}, /spec\.runbook: Required value/],
      ['a runbook that is no name', {runbook: {name: 'Node Cordon'}}, /spec\.runbook\.name.*should match/],
      ['parameters that are a list', {...leastSpec, parameters: ['x']}, /spec\.parameters.*must be of type object/],
      ['a policy nobody knows', {...leastSpec, failurePolicy: 'Retry'}, /failurePolicy.*supported values: "Pause", "Undo", "Stop"/],
      ['a control verb nobody knows', {...leastSpec, control: {desired: 'Stop'}}, /control\.desired.*supported values/],
      ['control without a verb', {...leastSpec, control: {reason: 'x'}}, /control\.desired: Required value/],
      ['two policies for one gate', {...leastSpec, approvals: [{gate: 'go'}, {gate: 'go'}]}, /approvals\[1\].*Duplicate value/],
      ['a limit of no seconds', {...leastSpec, timeouts: {runSeconds: 0}}, /runSeconds.*greater than or equal to 1/],
      ['groups without a user', {...leastSpec, requestedBy: {groups: []}}, /requestedBy\.user: Required value/],
      ['a reason as long as a letter', {...leastSpec, control: {desired: 'Pause', reason: 'x'.repeat(257)}}, /Too long.*256/],
    ])('%s is refused', async (_, spec, refusal) => {
      expect(await refusalOf(createRun(api(), spec))).toMatch(refusal);
    });
  });
}

function statusContract(api: () => ApiClient): void {
  describe('the status of a run', () => {
    test('a holder from before a take-over is refused', async () => {
      const run = await createRun(api());
      const holder = {identity: 'a', lease: 'run-x', epoch: 2, since: now};
      await patchStatus(api(), run, {runUID: run.metadata.uid, holder});
      await patchStatus(api(), run, {holder: {identity: 'b', epoch: 3}});
      const message = 'status.holder.epoch never falls: another holder has taken over';
      expect(await refusalOf(patchStatus(api(), run, {holder}))).toContain(message);
      expect(await refusalOf(patchStatus(api(), run, {holder: {epoch: null}}))).toContain(message);
      expect(await refusalOf(patchStatus(api(), run, {holder: null}))).toContain('status.holder is kept');
      expect(await refusalOf(patchStatus(api(), run, null))).toContain('the status of a run is never taken away');
    });

    test('a step that succeeded is undone, but never starts again and never disappears', async () => {
      const run = await createRun(api());
      const step = (state: string) => ({id: 'cordon', effect: 'K8sCas', state});
      const closedGate = {id: 'go', required: 1, have: 0, approvals: [], evidenceDigest: '', openedAt: ''};
      const other = {id: 'other', state: 'Pending', reason: '', message: '', gate: closedGate};
      for (const state of ['Pending', 'Acting', 'Unknown', 'Acting', 'Succeeded']) {
        await patchStatus(api(), run, {steps: [step(state), other]});
      }
      for (const state of ['Pending', 'Prechecking', 'Acting', 'Verifying', 'Failed', 'Skipped', 'Unknown']) {
        const refusal = await refusalOf(patchStatus(api(), run, {steps: [step(state), other]}));
        expect(refusal).toContain('a step that succeeded never starts again');
      }
      const disappears = 'a step of the plan never disappears';
      expect(await refusalOf(patchStatus(api(), run, {steps: [other]}))).toContain(disappears);
      expect(await refusalOf(patchStatus(api(), run, {steps: null}))).toContain(disappears);
      const changed = {...step('Succeeded'), effect: 'Probed'};
      expect(await refusalOf(patchStatus(api(), run, {steps: [changed, other]}))).toContain('effect class of a step never changes');
      for (const state of ['Undoing', 'UndoFailed', 'Undoing', 'Undone']) {
        await patchStatus(api(), run, {steps: [step(state), other]});
      }
    });

    test.each(['Succeeded', 'Failed', 'Aborted'])('of one that is %s nothing changes any more', async phase => {
      const run = await createRun(api());
      const message = 'the status of a finished run never changes';
      await patchStatus(api(), run, {runUID: run.metadata.uid, phase, finishedAt: now, steps: [{id: 'a', state: 'Skipped'}]});
      for (const status of [{phase: 'Running'}, {progress: '2/2'}, {steps: [{id: 'a', state: 'Acting'}]}, {phase: null}]) {
        expect(await refusalOf(patchStatus(api(), run, status))).toContain(message);
      }
      await patchRun(api(), run, {metadata: {labels: {kept: 'yes'}}, spec: {control: {desired: 'Run'}}});
    });

    test('one that was copied from another run is thrown away', async () => {
      const run = await createRun(api());
      const copied = {
        runUID: 'another',
        phase: 'Succeeded',
        holder: {identity: 'a', epoch: 9},
        steps: [{id: 'a', state: 'Succeeded'}],
      };
      await patchStatus(api(), run, copied);
      const fresh = {runUID: run.metadata.uid, phase: 'Pending', holder: null, steps: null};
      expect((await patchStatus(api(), run, fresh)).status).toEqual({runUID: run.metadata.uid, phase: 'Pending'});
    });

    test('a plan of 100 steps, each with all that it can say, fits; one of 101 is refused', async () => {
      const run = await createRun(api());
      const {status} = await patchStatus(api(), run, fullStatus(run.metadata.uid, 100));
      expect(Object.keys(status ?? {}).sort()).toEqual(Object.keys(fullStatus('', 0)).sort());
      expect(status).toEqual(fullStatus(run.metadata.uid, 100));
      expect(Buffer.byteLength(JSON.stringify(status))).toBeLessThan(statusBytesMax);
      expect(await refusalOf(patchStatus(api(), run, fullStatus(run.metadata.uid, 101)))).toMatch(
        /status\.steps.*must have at most 100 items/,
      );
    });
  });
}

function approvalContract(api: () => ApiClient): void {
  describe('an approval', () => {
    const spec = {run: {name: 'a', uid: 'u'}, gate: 'go', planDigest: hash, decision: 'Approve'};

    test('the least of it is accepted, and it never changes', async () => {
      const approval = await createApproval(api(), spec);
      expect(approval.spec).toEqual({...spec, kind: 'Approval'});
      for (const change of [{decision: 'Reject'}, {by: 'ivan'}, {gate: 'stop'}]) {
        expect(await refusalOf(patchApproval(api(), approval, {spec: change}))).toContain('an approval never changes');
      }
    });

    test.each<[what: string, spec: Fields, refusal: RegExp]>([
      ['without a decision', {...spec, decision: undefined}, /spec\.decision: Required value/],
      ['with another decision', {...spec, decision: 'Maybe'}, /decision.*supported values: "Approve", "Reject"/],
      ['of no run', {...spec, run: {name: 'a'}}, /spec\.run\.uid: Required value/],
      ['of no plan', {...spec, planDigest: undefined}, /spec\.planDigest: Required value/],
    ])('%s is refused', async (_, refused, refusal) => {
      expect(await refusalOf(createApproval(api(), refused))).toMatch(refusal);
    });
  });
}

/** Every field that a status can have, each text as long as the engine writes it. */
function fullStatus(runUID: string, steps: number): Fields {
  const uid = runUID.padEnd(36, '0');
  return {
    observedGeneration: 3,
    runUID: uid,
    phase: 'Running',
    target: {apiVersion: 'v1', kind: 'Node', namespace: 'n'.repeat(63), name: 'n'.repeat(63), uid},
    holder: {identity: 'deckhand-controller-0', lease: `run-${uid}`, epoch: 4, since: now},
    plan: {runbookVersion: 1, definitionDigest: hash, digest: hash, engineVersion: '0.1.0', ref: `runplan-${uid}`, risk: 'destructive'},
    current: 'step-1',
    progress: `1/${steps}`,
    steps: Array.from({length: steps}, (_, index) => fullStep(index)),
    conditions: [{type: 'Progressing', status: 'True', reason: 'Acting', message: 'm', lastTransitionTime: now, observedGeneration: 3}],
    log: {chunks: 2, head: 300, headDigest: hash},
    startedAt: now,
    finishedAt: now,
  };
}

function fullStep(index: number): Fields {
  const message = 'm'.repeat(256);
  return {
    id: `step-${index}`,
    title: 'A title of the length that titles have on a screen',
    index,
    effect: 'Probed',
    state: 'Verifying',
    intent: {key: hash, epoch: 4, attempt: 2, digest: hash, recordedAt: now},
    attempts: 2,
    startedAt: now,
    finishedAt: now,
    deadline: now,
    nextAttemptAt: now,
    reason: 'WaitingForPods',
    message,
    gate: {
      id: 'go',
      required: 2,
      have: 1,
      approvals: ['approval-1'],
      evidenceDigest: hash,
      openedAt: now,
      deadline: now,
      question: 'Go?',
      danger: 'What could go wrong',
      facts: ['leader: db-0'],
      waitsFor: '2 approvals of olga',
      refused: [{name: 'approval-0', by: 'ivan', why: message}],
    },
  };
}
