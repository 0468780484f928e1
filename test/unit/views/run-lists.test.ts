/** Lists around runs: what waits for a person, runs, audit, bulk actions; and what the shell does with runs. */
import {describe, expect, test} from 'vitest';
import {english} from '../../../src/domain/messages/english.ts';
import {russian} from '../../../src/domain/messages/russian.ts';
import type {Run} from '../../../src/domain/run.ts';
import {annotate, deckhouseRelease, moduleRelease, node, set} from '../../support/objects.ts';
import {entryOf, planOf, runOf, type ScriptedDesk, same, stepOf} from '../../support/scripted-desk.ts';
import {type BenchOptions, openBench, type ViewBench} from '../../support/view-bench.tsx';

const disruption = 'release blocked, disruption approval required: (`kubectl annotate x`): ingress restarts';
const objects = [
  node('worker-1'),
  node('worker-2'),
  node('worker-3'),
  deckhouseRelease('v1.72.1', set('status', {phase: 'Pending', message: disruption})),
  moduleRelease(
    'console-v1.4.2',
    set('spec', {moduleName: 'console', version: '1.4.2'}),
    set('status', {phase: 'Pending', message: `Release is waiting for the 'modules.deckhouse.io/approved: "true"' annotation`}),
  ),
  moduleRelease('done-v1', set('spec', {moduleName: 'done', version: '1.0.0'}), set('status', {phase: 'Deployed'}), annotate('x')),
];

function bench(options: BenchOptions = {}, prepare: (desk: ScriptedDesk) => void = () => undefined): Promise<ViewBench> {
  return openBench({objects, columns: 120, ...options}, desk => {
    desk.entries = [
      'node-cordon',
      'node-drain',
      'deckhouse-release-disruption-approve',
      'deckhouse-release-approve',
      'module-release-approve',
    ].map(name =>
      entryOf(name, name.startsWith('node') ? {} : {target: {group: 'deckhouse.io', plural: 'x', kind: 'X', isNamespaced: false}}),
    );
    prepare(desk);
  });
}

const gate = {id: 'start', required: 1, have: 0, approvals: [], evidenceDigest: 'e', openedAt: ''};
const waiting = runOf('drain-1', {status: {phase: 'AwaitingApproval', steps: [stepOf('drain', {state: 'AwaitingApproval', gate})]}});

describe('needs you', () => {
  test('lists approvals of releases and gates of runs, each with its key', async () => {
    const {press, screen} = await bench({}, desk => desk.put(waiting));
    await press('n');
    expect(screen()).toContain('needs you 3');
    expect(screen()).toMatch(/worker-1 +node-drain +enter +◔ waits for agreement at the gate start/);
    expect(screen()).toMatch(/v1\.72\.1 +DeckhouseRelease +D +◔ disruption to be approved: ingress restarts/);
    expect(screen()).toMatch(/console-v1\.4\.2 +ModuleRelease +a +◔ waits for approval by a person/);
    expect(screen()).not.toContain('done-v1');
  });

  test('the key starts what is waited for', async () => {
    const {press, screen, desk} = await bench();
    await press('n', 'j', 'D', 'a');
    expect(screen()).toContain('Title of ');
    expect(desk.plansMade).toBeGreaterThan(0);
  });

  test('lists runs of this user that nobody carries, and says so once at the start', async () => {
    const {press, screen, desk} = await bench({objects: [node('worker-1')]}, each => {
      each.put(runOf('drain-1', {status: {phase: 'Running', steps: [stepOf('drain', {state: 'Acting'})]}}));
      each.put(runOf('drain-2', {spec: {requestedBy: {user: 'anna', groups: []}}, status: {phase: 'Running'}}));
    });
    expect(screen()).toContain('A run has not ended: n lists what waits and who goes on.');
    await press('n');
    expect(screen()).toContain('needs you 1');
    expect(screen()).toContain('yours, has not ended');
    await press('enter', 'r');
    expect(desk.adopted).toEqual(['drain-1']);
  });

  test('says that nothing waits', async () => {
    const {press, screen} = await bench({objects: [node('worker-1')]});
    await press('n');
    expect(screen()).toContain('Nothing waits for you.');
  });

  test('is announced in the header of every screen while a run waits', async () => {
    const {lines} = await bench({}, desk => desk.put(waiting));
    expect(lines()[0]).toContain('◔ 1 waits for you: n');
  });

  describe('tells what only others can give apart', () => {
    const approvals = (users: readonly string[], groups: readonly string[]): Run['spec']['approvals'] => [
      {gate: '*', required: 1, users, groups},
    ];
    const asked = (name: string, by: string, rules: Run['spec']['approvals']): Run =>
      runOf(name, {spec: {requestedBy: {user: by, groups: []}, approvals: rules}, status: waiting.status});
    const worker = {objects: [node('worker-1')]};

    test('one’s own run that wants a second person', async () => {
      const {press, screen, lines} = await bench(worker, desk => {
        desk.put(asked('drain-1', 'ivan', approvals([], [])));
        desk.put(asked('drain-2', 'ivan', approvals(['olga'], ['dba'])));
      });
      expect(lines()[0]).not.toContain('for you');
      await press('n');
      expect(screen()).toContain('needs you 0  2 wait for others');
      expect(screen()).toContain('not for you: waits for agreement of somebody else than who asked, at the gate start');
      expect(screen()).toContain('not for you: waits for agreement of dba, olga at the gate start');
    });

    test('the run of somebody else that names other people, until one is named', async () => {
      const {press, screen, lines, desk} = await bench(worker, each => {
        each.put(asked('drain-1', 'anna', approvals(['olga'], ['dba'])));
      });
      expect(lines()[0]).not.toContain('for you');
      await press('n');
      expect(screen()).toContain('needs you 0  1 waits for others');
      await press('enter', 'a');
      expect(screen()).toContain('you are not among them');
      expect(desk.answers).toEqual([]);
      desk.groups = ['dba'];
      await press('esc');
      expect(lines()[0]).toContain('1 waits for you');
      expect(screen()).toContain('needs you 1');
    });

    test('every run, where one may only look', async () => {
      const {press, screen, lines} = await bench(worker, desk => {
        desk.isHeard = false;
        desk.put(waiting);
      });
      expect(lines()[0]).not.toContain('for you');
      await press('n');
      expect(screen()).toContain('not for you: waits for agreement at the gate start');
    });
  });
});

describe('runs', () => {
  test('what waits comes first, then what goes on, then what has ended', async () => {
    const {lines} = await bench({command: 'runs'}, desk => {
      desk.put(waiting);
      desk.put(runOf('cordon-1', {spec: {runbook: {name: 'node-cordon'}}, status: {phase: 'Running', progress: '0/1'}}));
      desk.put(runOf('old', {spec: {runbook: {name: 'node-uncordon'}}, status: {phase: 'Succeeded', progress: '1/1'}}));
    });
    const names = lines()
      .slice(4, 7)
      .map(line => line.slice(3).split(' ')[0]);
    expect(names).toEqual(['node-drain', 'node-cordon', 'node-uncordon']);
    expect(lines()[1]).toContain('2 not finished  1 waits for a person');
  });

  test('are drawn again by the clock only where a duration reads otherwise', async () => {
    const framesOfMinute = async (createdAt: string): Promise<number> => {
      const {app, clock, screen} = await bench({command: 'runs'}, desk =>
        desk.put(runOf('old', {createdAt, status: {phase: 'Succeeded'}})),
      );
      screen();
      await clock.advance(1_000);
      const {frame} = app.state.getState();
      await clock.advance(60_000);
      return app.state.getState().frame - frame;
    };
    expect(await framesOfMinute('2026-01-02T11:59:00Z')).toBeGreaterThan(50);
    expect(await framesOfMinute('2026-01-02T11:30:00Z')).toBeLessThan(3);
  });

  test('that stand still are taken over', async () => {
    const left = runOf('drain-2', {
      status: {
        phase: 'Paused',
        steps: [stepOf('drain')],
        conditions: [{type: 'Paused', status: 'True', reason: 'HolderLeft', message: '', lastTransitionTime: '', observedGeneration: 1}],
      },
    });
    const {press, desk, screen} = await bench({command: 'runs'}, each => each.put(left));
    expect(screen()).toContain('an engine to go on');
    await press('r');
    expect(desk.adopted).toEqual(['drain-2']);
  });
});

test('the audit tells who did what', async () => {
  const {screen} = await bench({command: 'audit'}, desk => {
    desk.audited = [
      {
        at: '2026-01-02T11:58:00Z',
        kind: 'effect',
        user: 'ivan',
        context: 'prod',
        runbook: 'node-cordon',
        run: 'cordon-1',
        runUid: 'uid',
        target: 'worker-1',
        step: 'cordon',
        what: 'patch Node worker-1',
        outcome: 'resourceVersion 7',
      },
    ];
  });
  expect(screen()).toMatch(/2026-01-02 11:58:00 ivan +node-cordon +worker-1 +cordon +patch Node worker-1 +resourceVersion 7/);
});

describe('marked rows', () => {
  test('are planned one by one, agreed to once, and each has its own outcome', async () => {
    const {press, screen, desk, clock} = await bench({}, each => {
      each.answerPlan = request =>
        request.parameters.target === 'worker-2'
          ? {kind: 'refused', reason: 'NothingToDo', message: 'worker-2 is cordoned already'}
          : {kind: 'planned', plan: planOf(request, {notes: [same(`note of ${String(request.parameters.target)}`)]})};
    });
    await press('space', 'space', 'space', 'c');
    await clock.advance(0);
    expect(screen()).toContain('2 of 3');
    expect(screen()).toMatch(/worker-1 +◔ change +note of worker-1/);
    expect(screen()).toMatch(/worker-2 +▲ not done +worker-2 is cordoned already/);
    await press('y');
    await clock.advance(0);
    expect(desk.submitted.map(({request}) => request.parameters.target)).toEqual(['worker-1', 'worker-3']);
    expect(screen()).toMatch(/worker-1 +◔ Pending/);
    await press('g', 'enter', 'esc');
    expect(screen()).toMatch(/worker-2 +▲ not done +worker-2 is cordoned already/);
    expect(desk.submitted).toHaveLength(2);
  });

  test('under a destructive action are agreed to by its name and their number', async () => {
    const {press, type, screen, desk, clock} = await bench({}, each => {
      each.answerPlan = request => ({kind: 'planned', plan: planOf(request, {risk: 'destructive'})});
    });
    await press('space', 'space', 'r');
    await clock.advance(0);
    await press('y');
    expect(screen()).toContain('Type node-drain 2 to agree:');
    await type('node-drain 2');
    await press('enter');
    await clock.advance(0);
    expect(desk.submitted).toHaveLength(2);
  });

  test('whose plan has changed since it was shown are left alone', async () => {
    const {press, desk, clock, screen} = await bench();
    await press('space', 'space', 'c');
    await clock.advance(0);
    desk.answerPlan = request => ({kind: 'planned', plan: planOf(request, {digest: 'digest-2'})});
    await press('y');
    await clock.advance(0);
    expect(desk.submitted).toEqual([]);
    expect(screen()).toContain('its plan has changed since it was shown');
  });
});

describe('the shell', () => {
  test('undoes the last action by a plan', async () => {
    const {press, desk, screen} = await bench();
    await press('U');
    expect(screen()).toContain('Nothing was run from here yet.');
    await press('c', 'y', 'esc');
    desk.put(runOf('node-cordon-1', {spec: {runbook: {name: 'node-cordon'}}, status: {phase: 'Succeeded'}}));
    await press('U');
    expect(screen()).toContain('Undo: Title of node-cordon');
  });

  test('names the runs that have not ended before it leaves', async () => {
    const {press, hasQuit, screen, desk} = await bench({columns: 160});
    await press('c', 'y', 'esc');
    expect(desk.inHand()).toHaveLength(1);
    await press('ctrl-c');
    expect(hasQuit()).toBe(false);
    expect(screen()).toContain('A run has not ended (node-cordon-1)');
    await press('ctrl-c');
    expect(hasQuit()).toBe(true);
  });

  test('finds every action by a part of its name', async () => {
    const {press, type, screen, desk} = await bench();
    await press('ctrl-p');
    await type('cordon');
    expect(screen()).toMatch(/› +c +cordon +Actions/);
    expect(screen()).toContain('Title of node-cordon (node-cordon)');
    expect(screen()).not.toContain('drain');
    await press('enter');
    expect(screen()).toContain('Title of node-cordon  worker-1');
    expect(desk.plansMade).toBe(1);
  });

  test.each([english, russian])('has no key twice on a screen', async catalogue => {
    const {app} = await bench({catalogue});
    for (const command of ['nodes', 'modulereleases', 'deckhousereleases', 'modules', 'nodegroups']) {
      app.openKind(command);
      const keys = app.screen.bindings().flatMap(binding => binding.keys);
      expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    }
  });
});
