/** A run on the screen: what it waits for, and every choice of a person with its effect. */
import {describe, expect, test} from 'vitest';
import type {EffectClass, Run} from '../../../src/domain/run.ts';
import {node} from '../../support/objects.ts';
import {entryOf, handleOf, type RunParts, runOf, type ScriptedDesk, same, stepOf} from '../../support/scripted-desk.ts';
import {type BenchOptions, openBench, type ViewBench} from '../../support/view-bench.tsx';

const plan = {runbookVersion: 1, definitionDigest: 'd', digest: 'digest-1', engineVersion: '1', ref: 'runplan', risk: 'change'} as const;
const holder = {identity: 'laptop-1', lease: 'run-1', epoch: 1, since: '2026-01-02T11:58:00Z'};
const running = {phase: 'Running', plan, holder, progress: '1/2', startedAt: '2026-01-02T11:58:00Z'} as const;

async function showing(
  parts: RunParts,
  prepare: (desk: ScriptedDesk, run: Run) => void = () => undefined,
  options: BenchOptions = {},
): Promise<ViewBench> {
  const run = runOf('drain-1', parts);
  const bench = await openBench({objects: [node('worker-1')], rows: 40, ...options}, desk => {
    desk.entries = [entryOf('node-drain', {risk: 'destructive'})];
    desk.put(run);
    prepare(desk, run);
  });
  bench.app.open({kind: 'run', run: handleOf(run), tab: 'progress'});
  await bench.clock.advance(0);
  return bench;
}

const failed: RunParts = {
  status: {
    ...running,
    phase: 'Paused',
    steps: [
      stepOf('cordon', {state: 'Succeeded'}),
      stepOf('drain', {
        index: 1,
        state: 'Failed',
        reason: 'TimedOut',
        message: 'wanted: no pods; seen: 3 pods',
        attempts: 1,
        gate: {id: 'skip/drain', required: 1, have: 0, approvals: [], evidenceDigest: 'e1', openedAt: ''},
      }),
    ],
    conditions: [],
  },
};

describe('a run under way', () => {
  test('shows what its step wants, what it sees, for how long, and what happens at the deadline', async () => {
    const bench = await showing({
      status: {
        ...running,
        steps: [
          stepOf('drain', {
            state: 'Verifying',
            reason: 'Waiting',
            message: 'wanted: no pods; seen: 3 pods left: web-1',
            startedAt: '2026-01-02T11:59:00Z',
            deadline: '2026-01-02T12:09:00Z',
          }),
        ],
      },
    });
    bench.screen();
    await bench.clock.advance(41_000);
    expect(bench.screen()).toContain('wanted  no pods');
    expect(bench.screen()).toContain('seen    3 pods left: web-1  (the same for 41s)');
    expect(bench.words()).toContain('8m19s left: then the step counts as failed and the run waits for a person');
    expect(bench.screen()).toContain('Carried by laptop-1 for 2m41s.');
    expect(bench.screen()).toContain('2m41s so far');
  });

  test('compares with how long it took before, and says when it cannot be undone', async () => {
    const bench = await showing(
      {
        status: {
          ...running,
          steps: [stepOf('drain', {state: 'Acting', intent: {key: 'k', epoch: 1, attempt: 1, digest: 'd', recordedAt: ''}})],
        },
      },
      (desk, {meta}) => {
        desk.put(runOf('old', {status: {phase: 'Succeeded', startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:03:00Z'}}));
        desk.logs.set(meta.uid, {entries: [], steps: [{id: 'drain', title: same('Drain it'), will: same(''), isUndoable: false}]});
      },
    );
    expect(bench.screen()).toContain('last time 3m');
    expect(bench.screen()).toContain('cannot be undone');
    expect(bench.screen()).toContain('1 Drain it');
  });

  test('what changed nothing that anybody wants back does not make it irreversible', async () => {
    const acted = {state: 'Succeeded', intent: {key: 'k', epoch: 1, attempt: 1, digest: 'd', recordedAt: ''}} as const;
    const kept = {id: 'keys-kept', title: same('Keep the keys'), will: same(''), isUndoable: false, isHarmless: true} as const;
    const set = {id: 'drain', title: same('Drain it'), will: same(''), isUndoable: true};
    const bench = await showing({status: {...running, steps: [stepOf('keys-kept', acted), stepOf('drain', acted)]}}, (desk, {meta}) => {
      desk.logs.set(meta.uid, {entries: [], steps: [kept, set]});
    });
    expect(bench.screen()).toMatch(/ can be undone/);
  });

  test('on ctrl-c asks: stop after this step, pause, undo, or keep going', async () => {
    const bench = await showing({status: {...running, steps: [stepOf('drain', {state: 'Acting'})]}});
    await bench.press('ctrl-c');
    expect(bench.screen()).toMatch(/s stop after this step {2}what is under way is brought to its end/);
    expect(bench.screen()).toContain('u undo');
    await bench.press('esc');
    expect(bench.desk.orders).toEqual([]);
    expect(bench.screen()).not.toContain('stop after this step');
    await bench.press('ctrl-c', 's');
    expect(bench.desk.orders).toMatchObject([{run: 'drain-1', order: {verb: 'abort', mode: 'SafePoint'}}]);
    expect(bench.hasQuit()).toBe(false);
  });

  test('goes on when the screen is left', async () => {
    const bench = await showing({status: {...running, steps: [stepOf('drain', {state: 'Acting'})]}});
    await bench.press('esc');
    expect(bench.desk.orders).toEqual([]);
  });
});

describe('a failed step', () => {
  test('is a menu, and each choice says what it does', async () => {
    const bench = await showing(failed);
    const screen = bench.screen();
    for (const choice of ['r try again', 'e edit', 's skip', 'u undo', 'h hand over', 'x stop']) expect(screen).toContain(choice);
    expect(screen).toContain('leaves the failed step out, with a reason that is recorded');
    expect(screen).toContain('TimedOut');
  });

  test('offers no leaving out of what others stand on', async () => {
    const steps = [{id: 'drain', title: same('Drain it'), will: same(''), isUndoable: false, isVital: true as const}];
    const bench = await showing(failed, (desk, {meta}) => void desk.logs.set(meta.uid, {entries: [], steps}));
    expect(bench.screen()).toContain('r try again');
    expect(bench.screen()).not.toContain('s skip');
  });

  test('is tried again by this engine', async () => {
    const bench = await showing(failed);
    await bench.press('r');
    expect(bench.desk.adopted).toEqual(['drain-1']);
    expect(bench.desk.orders).toMatchObject([{order: {verb: 'resume', reason: 'at 12:00:00'}}]);
  });

  test('is left out only for a reason', async () => {
    const bench = await showing(failed);
    await bench.press('s', 'enter');
    expect(bench.screen()).toContain('say why');
    expect(bench.desk.answers).toEqual([]);
    await bench.type('already empty');
    await bench.press('enter');
    expect(bench.desk.answers).toMatchObject([
      {
        answer: {
          gate: 'skip/drain',
          decision: 'Approve',
          kind: 'Consent',
          evidenceDigest: 'e1',
          planDigest: 'digest-1',
          reason: 'already empty',
        },
      },
    ]);
  });

  test('with other parameters is another run: this one is stopped', async () => {
    const bench = await showing(failed);
    await bench.press('e');
    expect(bench.desk.orders).toMatchObject([{order: {verb: 'abort', mode: 'SafePoint'}}]);
    expect(bench.screen()).toContain('Title of node-drain');
    expect(bench.screen()).toMatch(/target +worker-1/);
  });
});

test('an unknown outcome asks whether it happened', async () => {
  const gate = {id: 'outcome/drain', required: 1, have: 0, approvals: [], evidenceDigest: 'e2', openedAt: ''};
  const bench = await showing({status: {...running, phase: 'Unknown', steps: [stepOf('drain', {state: 'Unknown', gate})]}});
  expect(bench.words()).toContain('did it happen?');
  await bench.press('n');
  await bench.type('the node is as it was');
  await bench.press('enter');
  expect(bench.desk.answers).toMatchObject([{answer: {gate: 'outcome/drain', decision: 'Reject', evidenceDigest: 'e2'}}]);
});

describe('a gate', () => {
  const gate = {id: 'before-switchover', required: 1, have: 0, approvals: [], evidenceDigest: 'e3', openedAt: '2026-01-02T11:59:00Z'};
  const waiting = {...running, phase: 'AwaitingApproval', steps: [stepOf('switch', {state: 'AwaitingApproval', gate})]} as const;

  test('shows the facts it stands on, the key, and the YAML for somebody else', async () => {
    const bench = await showing({status: waiting}, (desk, {meta}) => {
      desk.logs.set(meta.uid, {
        entries: [
          {
            at: '2026-01-02T11:59:00Z',
            by: 'laptop-1',
            kind: 'gate-opened',
            step: 'switch',
            text: 'waits',
            data: {facts: {leader: 'pg-0', lag: 12}, evidenceDigest: 'e3'},
          },
        ],
      });
    });
    const screen = bench.screen();
    expect(screen).toContain('leader: pg-0');
    expect(screen).toContain('a approve');
    expect(screen).toContain('kind: RunbookApproval');
    expect(screen).toContain('evidenceDigest: e3');
  });

  test('is opened by the consent of the person who asked', async () => {
    const bench = await showing({status: waiting});
    await bench.press('a');
    expect(bench.desk.answers).toMatchObject([
      {answer: {gate: 'before-switchover', kind: 'Consent', decision: 'Approve', evidenceDigest: 'e3'}},
    ]);
  });

  test('of a destructive run takes the typed name', async () => {
    const bench = await showing({status: {...waiting, plan: {...plan, risk: 'destructive'}}});
    await bench.press('a');
    expect(bench.desk.answers).toEqual([]);
    await bench.type('worker-1');
    await bench.press('enter');
    expect(bench.desk.answers).toHaveLength(1);
  });

  test('that wants somebody else is not opened by the requester', async () => {
    const approvals = [{gate: 'before-switchover', required: 1, groups: ['dba'], users: []}];
    const bench = await showing({spec: {approvals}, status: waiting});
    await bench.press('a');
    expect(bench.screen()).toContain('Somebody else than the requester has to agree');
    expect(bench.desk.answers).toEqual([]);
  });

  test('is answered as an Approval by another user', async () => {
    const bench = await showing({spec: {requestedBy: {user: 'anna', groups: []}}, status: waiting});
    await bench.press('a');
    expect(bench.desk.answers).toMatchObject([{answer: {kind: 'Approval'}}]);
  });
});

describe('a finished run', () => {
  const done = {
    ...running,
    phase: 'Succeeded',
    finishedAt: '2026-01-02T11:59:30Z',
    steps: [stepOf('drain', {state: 'Succeeded', intent: {key: 'k', epoch: 1, attempt: 1, digest: 'd', recordedAt: ''}})],
  } as const;
  const keepsPlan = (desk: ScriptedDesk, {meta}: Run) => {
    desk.logs.set(meta.uid, {entries: [], steps: [{id: 'drain', title: same('Drain it'), will: same(''), isUndoable: true}]});
  };

  test('has its steps, and what can be undone, where the desk keeps neither', async () => {
    const bench = await showing({status: done}, (desk, run) => {
      desk.forgetsSteps = true;
      keepsPlan(desk, run);
    });
    expect(bench.desk.runs()[0]?.status.steps).toEqual([]);
    expect(bench.screen()).toContain('1 Drain it');
    expect(bench.words()).toContain('U undo');
  });

  test('is undone by a new run, which is planned first', async () => {
    const bench = await showing({status: done}, keepsPlan);
    let undone: unknown;
    bench.desk.answerPlan = ({undoOf}) => {
      undone = undoOf;
      return {kind: 'refused', reason: 'NothingToUndo', message: 'somebody changed it since'};
    };
    await bench.press('U');
    expect(undone).toEqual({name: 'drain-1', uid: 'uid-drain-1'});
    expect(bench.screen()).toContain('Undo: Title of node-drain');
    expect(bench.screen()).toContain('somebody changed it since');
  });

  test.each<[string, Run['status']['phase'], EffectClass, string]>([
    ['that reached its end by commands', 'Succeeded', 'Keyed', 'cannot be undone'],
    ['that was left half way by commands', 'Aborted', 'Keyed', 'can be undone'],
    ['that only wrote objects', 'Succeeded', 'K8sCas', 'can be undone'],
  ])('%s offers undo only where it would be carried out', async (_, phase, effect, words) => {
    const bench = await showing({status: {...done, phase, steps: done.steps.map(step => ({...step, effect}))}}, keepsPlan);
    expect(bench.screen()).toContain(words);
    await bench.press('U');
    expect(bench.screen().includes('Undo: Title of node-drain')).toBe(words === 'can be undone');
  });

  test('has a transcript that can be saved', async () => {
    const bench = await showing({status: done}, (desk, {meta}) => {
      desk.logs.set(meta.uid, {
        entries: [{at: '2026-01-02T11:58:00Z', by: 'laptop-1', kind: 'planned', step: '', text: 'node-drain\u001B[31m on worker-1'}],
      });
    });
    await bench.press('t');
    expect(bench.screen()).toContain('# drain-1');
    expect(bench.screen()).toContain('asked by: ivan');
    await bench.press('e');
    expect(bench.saved[0]?.name).toBe('drain-1.md');
    expect(bench.saved[0]?.text).not.toContain('\u001B');
    expect(bench.screen()).toContain('Written to /tmp/drain-1.md');
  });
});
