import {expect, test} from 'vitest';
import {done} from '../../../src/engine/define-step.ts';
import {carryOut} from '../../support/crash-enumeration.ts';
import {Outside, probedStep, sampleRunbook} from '../../support/sample-runbooks.ts';

/** Of a run that is killed once at each of its calls: everything that a probe was quoted with. */
async function saidBy(change: Parameters<typeof probedStep>[1]): Promise<readonly string[]> {
  const runbook = sampleRunbook({steps: () => [probedStep('pay', {probe: async () => 'done', ...change})]});
  const setup = {runbook, makeOutside: () => new Outside(), effects: 1};
  const {kit: whole} = await carryOut(setup, []);
  const texts = new Set<string>();
  for (let call = 1; call <= whole.calls; call += 1) {
    const {kit} = await carryOut(setup, [{call, kind: 'kill-after'}]);
    for (const {kind, text} of await kit.log()) if (kind === 'decision') texts.add(text);
  }
  return [...texts];
}

test('a probe that only knows that it was asked for says that the world is looked at next', async () => {
  expect(await saidBy({verify: async () => done()})).toEqual(['the probe says: done; what came of it is looked at next']);
  expect(await saidBy({})).toEqual(['the probe says: done']);
});
