/** What a plan says before its steps: the rights it rests on, and how long it took. */
import {expect, test} from 'vitest';
import {node} from '../../support/objects.ts';
import {entryOf, planOf, runOf, type ScriptedDesk, same, stepOf} from '../../support/scripted-desk.ts';
import {openBench, type ViewBench} from '../../support/view-bench.tsx';

function bench(prepare: (desk: ScriptedDesk) => void): Promise<ViewBench> {
  return openBench({objects: [node('worker-1')]}, desk => {
    desk.entries = [entryOf('node-cordon')];
    prepare(desk);
  });
}

test('rights are counted where all are there, and named where they are missing', async () => {
  const right = (text: string, state: 'pass' | 'fail') => ({id: text, state, text, isRight: true}) as const;
  const {press, screen, desk, clock} = await bench(each => {
    each.answerPlan = request => {
      const checks = [right('get pods', 'pass'), right('list pods', 'pass'), {id: 'lag', state: 'pass', text: 'it keeps up'} as const];
      return {kind: 'planned', plan: planOf(request, {checks})};
    };
  });
  await press('c');
  expect(screen()).toContain('● you may do all 2 things it needs · it keeps up');
  desk.answerPlan = request => {
    const checks = [right('get pods', 'pass'), right('ivan may not list pods', 'fail')];
    return {kind: 'planned', plan: planOf(request, {checks})};
  };
  await clock.advance(5_000);
  expect(screen()).toContain('▲ not so: ivan may not list pods');
  expect(screen()).not.toContain('things it needs');
  expect(screen()).not.toContain('get pods');
});

test('one run is not what is usual', async () => {
  const {press, screen} = await bench(each => {
    each.answerPlan = request => ({kind: 'planned', plan: planOf(request, {usualSeconds: 180, usualOf: 1})});
  });
  await press('c');
  expect(screen()).toContain('took 3m the one time it was done here');
  expect(screen()).not.toContain('usually');
});

test('a rehearsal says of a step that only the platform could end how far it came', async () => {
  const steps = [stepOf('write', {state: 'Succeeded'}), stepOf('await', {state: 'Skipped', message: 'left out by rehearsal: rehearsal'})];
  const run = runOf('rehearsal', {status: {phase: 'Succeeded', steps}});
  const {press, screen} = await bench(desk => {
    desk.answerRehearsal = () => ({kind: 'rehearsed', run, entries: [], unknowable: [same('Step await: a node')]});
  });
  await press('c', 'R');
  expect(screen()).toContain('On a copy of the objects it touches this ended ● Succeeded');
  expect(screen()).toContain('? Step await');
  expect(screen()).toContain('only the platform can do');
  expect(screen()).not.toContain('left out by');
});
