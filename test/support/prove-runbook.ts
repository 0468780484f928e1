/**
 * What every runbook is held to: it comes to its end, an engine killed at any call of its port is followed by one that brings
 * it to the same end with each effect done once, and its undo puts the world back.
 */
import {describe, expect, test} from 'vitest';
import {type Fields, isFields} from '../../src/domain/fields.ts';
import {type ObjectRef, objectPath} from '../../src/domain/object-ref.ts';
import type {Run, RunSpec} from '../../src/domain/run.ts';
import type {Draft} from '../../src/embedded/world/world-client.ts';
import type {Runbook} from '../../src/engine/define-runbook.ts';
import type {Fault} from './call-trail.ts';
import {essence} from './object-essence.ts';
import {type KitOptions, type Platform, RunKit} from './run-kit.ts';

export type Scenario = {
  readonly runbook: Runbook;
  readonly parameters: Fields & {readonly target: string};
  readonly objects: readonly Draft[];
  /** Makes what needs the uid of another object, and gives parameters that do. */
  readonly prepare?: (kit: RunKit) => Promise<Fields>;
  /** Plays Deckhouse: asks what is there, does what it would do now; called between two looks. */
  readonly platform?: Platform;
  readonly spec?: Partial<RunSpec> & Fields;
  /** What must be so at the end, however it was reached. */
  readonly check: (kit: RunKit, run: Run) => Promise<void>;
  /** Objects that must be as they were once the run is undone; absent: it is not undone here. */
  readonly undone?: readonly ObjectRef[];
  /** The platform's own writes race with ours, so that only `check` can compare two ends. */
  readonly isRacing?: boolean;
  readonly records?: KitOptions['records'];
  /** A world that lives, instead of `objects` and `platform`. */
  readonly template?: KitOptions['template'];
  readonly inhabit?: KitOptions['inhabit'];
};

const faultKinds = ['kill-before', 'kill-after', 'answer-lost'] as const;
/** Pairs of faults tried for each runbook, drawn by a fixed seed; many in CI, all in the soak. */
const pairsMax = Number(process.env.DECKHAND_CRASH_PAIRS ?? 10);
const pairsMsMax = 60_000 + 1_000 * pairsMax;

export function proveRunbook(scenario: Scenario): void {
  const {runbook, records} = scenario;
  describe(records === undefined ? runbook.name : `${runbook.name}, recorded in the ${records}`, () => {
    test('comes to its end, and then nothing more happens', async () => {
      const {kit, run} = await undisturbed(scenario);
      await kit.log();
      const [effects, calls] = [kit.effects.length, kit.calls];
      expect((await kit.drive()).kind).toBe('finished');
      // One look at the record, which is no call where it is a file of our own, and no write.
      expect([kit.effects.length, kit.calls]).toEqual([effects, records === 'journal' ? calls : calls + 1]);
      expect(run.meta.finalizers).toEqual([]);
    });

    test('survives a fault at every call', {timeout: 600_000}, async () => {
      const {kit} = await undisturbed(scenario);
      const expected = await endOf(kit, scenario);
      for (let call = 1; call <= kit.calls; call += 1) {
        for (const kind of kindsOf(scenario)) await tryFaults(scenario, [{call, kind}], expected);
      }
    });

    test('survives pairs of faults', {timeout: pairsMsMax}, async () => {
      const {kit} = await undisturbed(scenario);
      const expected = await endOf(kit, scenario);
      for (const faults of drawPairs(kit.calls)) await tryFaults(scenario, faults, expected);
    });

    if (scenario.undone !== undefined) undoTest(scenario, scenario.undone);
  });
}

function undoTest(scenario: Scenario, undone: readonly ObjectRef[]): void {
  test('is undone by a run of its own', async () => {
    const kit = await startKit(scenario);
    const before = await statesOf(kit, undone);
    await submit(kit, scenario);
    const run = await kit.driveToEnd();
    expect(run.status.phase, describeRun(run)).toBe('Succeeded');
    await kit.submit(scenario.runbook.name, run.spec.parameters, {undoOf: {name: run.meta.name, uid: run.meta.uid}}, 'undo-1');
    const undo = await kit.driveToEnd('undo-1');
    expect(undo.status.phase, describeRun(undo)).toBe('Succeeded');
    expect(await statesOf(kit, undone)).toEqual(before);
  });
}

/** Only a file can be left in the middle of a write. */
function kindsOf({records}: Scenario): readonly Fault['kind'][] {
  return records === 'journal' ? [...faultKinds, 'kill-within'] : faultKinds;
}

type End = {readonly effects: readonly string[]; readonly states: unknown};

async function undisturbed(scenario: Scenario): Promise<{readonly kit: RunKit; readonly run: Run}> {
  const kit = await startKit(scenario);
  await submit(kit, scenario);
  const run = await kit.driveToEnd();
  expect(run.status.phase, describeRun(run)).toBe('Succeeded');
  await scenario.check(kit, run);
  return {kit, run};
}

async function tryFaults(scenario: Scenario, faults: readonly Fault[], expected: End): Promise<void> {
  const where = faults.map(({call, kind}) => `${kind} at call ${call}`).join(', ');
  const kit = await startKit(scenario);
  await submit(kit, scenario);
  kit.strikeAt(...faults);
  const run = await kit.driveToEnd();
  expect(run.status.phase, `${where}: ${describeRun(run)}`).toBe('Succeeded');
  await scenario.check(kit, run);
  await kit.log();
  if (scenario.isRacing === true) return;
  expect({where, ...(await endOf(kit, scenario))}).toEqual({where, ...expected});
}

function startKit({runbook, objects, platform, records = 'cluster', template, inhabit}: Scenario): Promise<RunKit> {
  return RunKit.start({
    runbooks: [runbook],
    objects,
    records,
    ...(platform === undefined ? {} : {platform}),
    ...(template === undefined ? {} : {template}),
    ...(inhabit === undefined ? {} : {inhabit}),
  });
}

async function submit(kit: RunKit, {runbook, parameters, prepare, spec = {}}: Scenario): Promise<Run> {
  return kit.submit(runbook.name, {...parameters, ...(await prepare?.(kit))}, spec);
}

async function endOf(kit: RunKit, scenario: Scenario): Promise<End> {
  if (scenario.isRacing === true) return {effects: [], states: []};
  const paths = [...new Set(kit.effects.map(effect => effect.split(' ')[1] ?? ''))].sort();
  const states = await Promise.all(paths.map(async path => [path, await stateAt(kit, path)]));
  return {effects: [...kit.effects].sort(), states};
}

/** Without their status, which is their controllers' affair. */
function statesOf(kit: RunKit, refs: readonly ObjectRef[]): Promise<readonly unknown[]> {
  return Promise.all(
    refs.map(async ref => {
      const state = await stateAt(kit, objectPath(ref));
      return isFields(state) ? {...state, status: undefined} : state;
    }),
  );
}

/** Marks of the run that made an object name the run, which is another one each time. */
async function stateAt(kit: RunKit, path: string): Promise<unknown> {
  const answer = await kit.port.request({method: 'GET', path});
  if (answer.status !== 200) return answer.status;
  const text = answer.body.replaceAll(/("deckhand.dev\/run":")[^"]*/g, '$1RUN').replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z?"/g, '"TIME"');
  return essence(JSON.parse(text));
}

/** Without a source of chance of its own: the same pairs in every run. */
function drawPairs(calls: number): readonly (readonly Fault[])[] {
  const all = calls * calls;
  const wanted = Math.min(pairsMax, all);
  let state = 12_345;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state % below;
  };
  const draw = (index: number): number => (wanted === all ? index : next(all));
  return Array.from({length: wanted}, (_, index) => {
    const pair = draw(index);
    const [first, second] = [1 + (pair % calls), 1 + Math.floor(pair / calls)];
    return [
      {call: Math.min(first, second), kind: faultKinds[next(3)] ?? 'kill-before'},
      {call: Math.max(first, second) + 1, kind: faultKinds[next(3)] ?? 'kill-after'},
    ];
  });
}

function describeRun({status}: Run): string {
  const steps = status.steps.map(({id, state, message}) => `${id} ${state} ${message}`).join('; ');
  const told = status.conditions.filter(({message}) => message !== '').map(({type, message}) => `${type}: ${message}`);
  return `${status.phase}; ${steps}; ${told.join('; ')}`;
}
