import {describe, expect, test} from 'vitest';
import type {Run} from '../../../src/domain/run.ts';
import type {RunStore} from '../../../src/engine/run-store.ts';
import {carryOut, enumerateCrashes} from '../../support/crash-enumeration.ts';
import {humanStep, keyedStep, Outside, probedStep, sampleRunbook} from '../../support/sample-runbooks.ts';

const keyed = sampleRunbook({steps: () => [keyedStep('pay'), keyedStep('tell')]});
const probed = sampleRunbook({steps: () => [probedStep('pay'), probedStep('tell')]});
const byHand = sampleRunbook({steps: () => [humanStep('plug'), probedStep('tell')]});

describe.each(['cluster', 'journal'] as const)('recorded in the %s, with a fault at every call', records => {
  test('what is deduplicated by key happens once', async () => {
    const makeOutside = () => new Outside({isDeduplicating: true});
    expect(await enumerateCrashes({runbook: keyed, makeOutside, effects: 2, records})).toEqual([]);
  });

  test('what can be asked for happens once', async () => {
    expect(await enumerateCrashes({runbook: probed, makeOutside: () => new Outside(), effects: 2, records})).toEqual([]);
  });

  test('what sometimes cannot be told is asked of a person, and happens once', async () => {
    const makeOutside = () => {
      let asked = 0;
      return new Outside({canTell: () => ++asked % 2 === 0});
    };
    expect(await enumerateCrashes({runbook: probed, makeOutside, effects: 2, records})).toEqual([]);
  });

  test('what a person does is confirmed once, and what follows happens once', async () => {
    expect(await enumerateCrashes({runbook: byHand, makeOutside: () => new Outside(), effects: 1, records})).toEqual([]);
  });
});

test('a person is asked only where nobody else can tell, and no sooner', async () => {
  const makeOutside = () => new Outside({canTell: () => false});
  const {run, kit} = await carryOut({runbook: probed, makeOutside, effects: 2}, []);
  expect(run.status.phase).toBe('Succeeded');
  expect((await kit.log()).filter(({kind}) => kind === 'decision')).toEqual([]);
});

describe('the enumeration finds', () => {
  test('an engine that acts before it journals', async () => {
    const wrong = await enumerateCrashes({runbook: probed, makeOutside: () => new Outside(), effects: 2, wrapStore: forgetsIntents});
    expect(wrong.join('\n')).toMatch(/kill-\w+ at call \d+: \S+\/pay happened twice/);
  });

  test('a probe that does not look', async () => {
    const runbook = sampleRunbook({steps: () => [probedStep('pay', {probe: async () => 'not-done'})]});
    expect(await enumerateCrashes({runbook, makeOutside: () => new Outside(), effects: 1})).not.toEqual([]);
  });

  test('an outside that does not deduplicate', async () => {
    expect(await enumerateCrashes({runbook: keyed, makeOutside: () => new Outside(), effects: 2})).not.toEqual([]);
  });

  test('a probe that says done of what was not', async () => {
    const runbook = sampleRunbook({steps: () => [probedStep('pay', {probe: async () => 'done'})]});
    const wrong = await enumerateCrashes({runbook, makeOutside: () => new Outside(), effects: 1});
    expect(wrong.join('\n')).toContain('0 of 1 effects happened');
  });
});

/** What an engine would be that records an intent only together with its outcome. */
function forgetsIntents(store: RunStore): RunStore {
  return {
    load: id => store.load(id),
    guard: run => store.guard(run),
    unguard: run => store.unguard(run),
    writePlan: (run, ref, plan) => store.writePlan(run, ref, plan),
    readPlan: (run, ref) => store.readPlan(run, ref),
    appendLog: (run, entries) => store.appendLog(run, entries),
    readLog: run => store.readLog(run),
    approvals: run => store.approvals(run),
    writeStatus: async (run, status): Promise<Run> =>
      status.steps.some(({state}) => state === 'Acting') ? {...run, status} : store.writeStatus(run, status),
  };
}
