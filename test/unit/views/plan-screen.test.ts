/** From a key on a row to a run: the plan is shown, agreed to as strongly as its risk asks, and made again before anything is done. */
import {describe, expect, test} from 'vitest';
import {russian} from '../../../src/domain/messages/russian.ts';
import {node} from '../../support/objects.ts';
import type {ScriptedDesk} from '../../support/scripted-desk.ts';
import {entryOf, planOf, same} from '../../support/scripted-desk.ts';
import {type BenchOptions, openBench, type ViewBench} from '../../support/view-bench.tsx';

const cordon = entryOf('node-cordon');
const drain = entryOf('node-drain', {risk: 'destructive'});

function bench(prepare: (desk: ScriptedDesk) => void = () => undefined, options: BenchOptions = {}): Promise<ViewBench> {
  return openBench({objects: [node('worker-1'), node('worker-2')], ...options}, desk => {
    desk.entries = [cordon, drain];
    prepare(desk);
  });
}

const risky = (desk: ScriptedDesk): void => {
  desk.answerPlan = request => ({kind: 'planned', plan: planOf(request, {risk: 'destructive'})});
};

describe('a key on a row', () => {
  test('opens the plan of its runbook, with the row as the target', async () => {
    const {press, screen} = await bench();
    await press('c');
    expect(screen()).toContain('Title of node-cordon  worker-1');
    expect(screen()).toContain('● you may patch nodes');
    expect(screen()).toContain('-   unschedulable: false');
    expect(screen()).toContain('+   unschedulable: true');
    expect(screen()).toContain('$ kubectl patch');
    expect(screen()).toContain('Recorded as a RunbookRun in namespace deckhand.');
  });

  test('stands in the footer and in the help, and only where the runbook is there', async () => {
    const {press, lines, screen} = await bench();
    expect(lines().at(-1)).toContain('c cordon');
    expect(lines().at(-1)).not.toContain('replace');
    await press('?');
    expect(screen()).toMatch(/r +drain/);
    expect(screen()).not.toMatch(/B +reboot/);
  });

  test('does nothing where nothing may be changed, and says why', async () => {
    const {press, screen, desk} = await bench(undefined, {facts: {readOnly: {key: 'text', args: ['started with --readonly']}}});
    await press('c');
    expect(screen()).toContain('started with --readonly');
    expect(desk.plansMade).toBe(0);
  });
});

describe('consent', () => {
  test('of a change is y, and the run that was asked for is shown', async () => {
    const {press, desk, screen} = await bench();
    await press('c', 'y');
    expect(desk.submitted).toEqual([
      {request: {runbook: 'node-cordon', parameters: {target: 'worker-1'}}, planDigest: 'digest-1', isConsenting: false},
    ]);
    expect(screen()).toContain('node-cordon  worker-1');
    expect(screen()).toContain('Pending');
    await press('esc');
    expect(screen()).toContain('nodes');
  });

  test('of a harmless run is enter, and y does nothing', async () => {
    const {press, desk} = await bench(each => {
      each.answerPlan = request => ({kind: 'planned', plan: planOf(request, {risk: 'harmless'})});
    });
    await press('c', 'y');
    expect(desk.submitted).toHaveLength(0);
    await press('enter');
    expect(desk.submitted).toHaveLength(1);
  });

  test('names what it is given for, however long the title', async () => {
    const {press, lines} = await bench(each => {
      each.entries = each.entries.map(entry => ({...entry, words: {...entry.words, title: same(`Let go of ${'all of it '.repeat(7)}`)}}));
    });
    await press('c');
    expect(lines()[1]).toMatch(/Let go of all of it .*… {2}worker-1 /);
  });

  test('of a destructive run is its name, typed', async () => {
    const {press, type, desk, screen} = await bench(risky);
    await press('r', 'y');
    expect(screen()).toContain('Type worker-1 to agree:');
    await press('enter');
    expect(screen()).toContain('nothing is typed yet');
    await type('worker-2');
    await press('enter');
    expect(screen()).toMatch(/agree: worker-2 .*that is another text/);
    expect(desk.submitted).toHaveLength(0);
    await press('backspace');
    await type('1');
    await press('enter');
    expect(desk.submitted).toMatchObject([{isConsenting: true}]);
  });

  test.each<[string, (bench: ViewBench) => Promise<void>]>([
    ['a bracketed paste', async ({app}) => app.paste('worker-1')],
    ['characters that come at once', ({typeAtOnce}) => typeAtOnce('worker-1')],
  ])('is not given by %s', async (_, paste) => {
    const screen = await bench(risky);
    await screen.press('r', 'y');
    await paste(screen);
    expect(screen.screen()).toContain('pasted text does not count');
    await screen.press('enter');
    expect(screen.screen()).toContain('pasted text does not count');
    expect(screen.desk.submitted).toHaveLength(0);
  });

  test('of a change is not given by a y among other characters', async () => {
    const {press, typeAtOnce, desk} = await bench();
    await press('c');
    await typeAtOnce('yes');
    expect(desk.submitted).toEqual([]);
  });

  test('in a protected context names the context too', async () => {
    const {press, type, desk, screen} = await bench(risky, {facts: {isProtected: true}});
    await press('r', 'y');
    await type('worker-1');
    await press('enter');
    expect(desk.submitted).toHaveLength(0);
    expect(screen()).toContain('Type prod to agree:');
    await type('prod');
    await press('enter');
    expect(desk.submitted).toHaveLength(1);
  });

  test('is not asked for while a check fails', async () => {
    const {press, desk, screen, lines} = await bench(each => {
      each.answerPlan = request => ({
        kind: 'planned',
        plan: planOf(request, {checks: [{id: 'rights', state: 'fail', text: 'ivan may not patch nodes'}]}),
      });
    });
    await press('c', 'y');
    expect(screen()).toContain('▲ not so: ivan may not patch nodes');
    expect(lines().at(-1)).not.toContain('carry it out');
    expect(screen()).toContain('1 check fails');
    expect(desk.submitted).toHaveLength(0);
  });
});

test('what our own code refuses, checks and cannot preview is said in the language that is spoken', async () => {
  const {press, screen, desk, clock} = await bench(
    each => {
      each.answerPlan = request => {
        const plan = planOf(request, {
          checks: [
            {id: 'rights', state: 'fail', text: 'no right', words: {en: 'no right', ru: 'нет права'}},
            {id: 'lag', state: 'pass', text: 'it keeps up', words: {en: 'it keeps up', ru: 'не отстаёт'}},
          ],
        });
        const preview = {kind: 'not-previewable', why: 'a person', words: {en: 'a person', ru: 'делает человек'}} as const;
        return {kind: 'planned', plan: {...plan, steps: plan.steps.map(step => ({...step, preview}))}};
      };
    },
    {catalogue: russian},
  );
  await press('c');
  for (const said of ['нет права', 'не отстаёт', 'делает человек']) expect(screen()).toContain(said);
  desk.answerPlan = () => ({kind: 'refused', reason: 'NothingToDo', message: 'cordoned', words: {en: 'cordoned', ru: 'уже выведен'}});
  await clock.advance(5_000);
  expect(screen()).toContain('Так нельзя: уже выведен');
});

describe('the plan that is shown', () => {
  test('is made again every few seconds, and checks follow', async () => {
    const {press, clock, screen, desk} = await bench();
    await press('c');
    desk.answerPlan = request => ({
      kind: 'planned',
      plan: planOf(request, {checks: [{id: 'pdb', state: 'fail', text: 'a budget refuses'}]}),
    });
    await clock.advance(5_000);
    expect(screen()).toContain('a budget refuses');
  });

  test('is seen again before anybody can agree once it has changed', async () => {
    const {press, desk, screen} = await bench();
    await press('c');
    desk.answerPlan = request => ({kind: 'planned', plan: planOf(request, {digest: 'digest-2', notes: [same('now it costs more')]})});
    await press('y');
    expect(desk.submitted).toHaveLength(0);
    expect(screen()).toContain('The plan has changed: nothing was done.');
    expect(screen()).toContain('now it costs more');
    await press('y');
    expect(desk.submitted).toHaveLength(0);
    await press('enter', 'y');
    expect(desk.submitted).toMatchObject([{planDigest: 'digest-2'}]);
  });

  test('that changes while the name is typed is not what was agreed to', async () => {
    const {press, type, desk, clock, screen} = await bench(risky);
    await press('r', 'y');
    await type('worker-1');
    desk.answerPlan = request => ({kind: 'planned', plan: planOf(request, {risk: 'destructive', digest: 'digest-2'})});
    await clock.advance(5_000);
    await press('enter');
    expect(desk.submitted).toEqual([]);
    expect(screen()).toContain('The plan has changed: nothing was done.');
    await press('enter', 'y');
    await type('worker-1');
    await press('enter');
    expect(desk.submitted).toMatchObject([{planDigest: 'digest-2'}]);
  });

  test('says what cannot be previewed, what is so already, and what cannot be undone', async () => {
    const {press, screen} = await bench(each => {
      each.answerPlan = request => {
        const plan = planOf(request);
        const [step] = plan.steps;
        if (step === undefined) throw new Error('no step');
        const steps = [
          {...step, preview: {kind: 'no-op'} as const},
          {...step, id: 'next', isUndoable: false, preview: {kind: 'not-previewable', why: 'a person does it'} as const},
          {...step, id: 'last', preview: {kind: 'later'} as const},
        ];
        return {kind: 'planned', plan: {...plan, steps, usualSeconds: 180}};
      };
    });
    await press('c');
    expect(screen()).toContain('no change: it is so already');
    expect(screen()).toContain('? cannot be previewed: a person does it');
    expect(screen()).toContain('cannot be undone');
    expect(screen()).toContain('decided when it is reached');
    expect(screen()).toContain('$ kubectl do it');
    expect(screen()).toContain('usually done in 3m');
  });

  test('is what one agrees to: not while a rehearsal stands in its place', async () => {
    const {press, lines, screen, desk} = await bench();
    await press('c', 'R');
    expect(screen()).toContain('It could not be rehearsed: no rehearsal in this test');
    expect(lines().at(-1)).not.toContain('carry it out');
    await press('y');
    expect(desk.submitted).toHaveLength(0);
    await press('R', 'y');
    expect(desk.submitted).toHaveLength(1);
  });

  test('may be refused, in the words of the runbook', async () => {
    const {press, screen, desk} = await bench(each => {
      each.answerPlan = () => ({kind: 'refused', reason: 'NothingToDo', message: 'worker-1 is cordoned already'});
    });
    await press('c', 'y');
    expect(screen()).toContain('▲ This cannot be done: worker-1 is cordoned already');
    expect(desk.submitted).toHaveLength(0);
  });

  test('stays while the cluster is away, and cannot be agreed to', async () => {
    const {press, clock, screen, desk} = await bench();
    await press('c');
    desk.answerPlan = () => {
      throw new Error('connection refused');
    };
    await clock.advance(5_000);
    await press('y');
    expect(screen()).toContain('The plan cannot be checked now: connection refused');
    expect(screen()).toContain('Do it');
    expect(desk.submitted).toHaveLength(0);
  });

  test('fits 60×15 with everything that consent needs', async () => {
    const {press, lines} = await bench(risky, {columns: 60, rows: 15});
    await press('r', 'y');
    expect(lines()).toHaveLength(15);
    expect(lines().join('\n')).toContain('Type worker-1 to agree:');
    expect(Math.max(...lines().map(line => line.length))).toBeLessThanOrEqual(60);
  });
});

test('a journal in place of the cluster is named, with what it lacks', async () => {
  const {press, screen} = await bench(
    each => {
      each.where = {kind: 'journal', file: '/home/ivan/runs', why: 'no right to create runbookruns', mayLease: true};
    },
    {columns: 160},
  );
  await press('c');
  expect(screen()).toContain('Recorded in /home/ivan/runs (no right to create runbookruns): no hand-over, no approval by a second person.');
});

test('why it is a journal is said in the language that is spoken', async () => {
  const {press, screen} = await bench(
    each => {
      each.where = {kind: 'journal', file: '/runs', why: 'no right', words: {en: 'no right', ru: 'нет права'}, mayLease: true};
    },
    {columns: 160, catalogue: russian},
  );
  await press('c');
  expect(screen()).toContain('Записывается в /runs (нет права)');
});
