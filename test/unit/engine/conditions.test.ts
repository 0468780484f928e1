import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {RunCondition} from '../../../src/domain/run.ts';
import {setConditions, type WantedCondition} from '../../../src/engine/conditions.ts';

const at = {now: '2026-01-02T12:00:00Z', observedGeneration: 2};
const old: RunCondition = {
  type: 'Ready',
  status: 'True',
  reason: 'AllGood',
  message: 'fine',
  lastTransitionTime: '2026-01-01T00:00:00Z',
  observedGeneration: 1,
};
const foreign = {...old, type: 'Foreign', reason: 'Other'};
const ready: WantedCondition = {type: 'Ready', status: 'True', reason: 'AllGood', message: 'fine'};

describe('setting a condition', () => {
  test('moves the transition time with the status only, and the generation always', () => {
    expect(setConditions([old], [{...ready, reason: 'Better', message: 'finer'}], at)).toEqual([
      {...old, reason: 'Better', message: 'finer', observedGeneration: 2},
    ]);
    expect(setConditions([old], [{...ready, status: 'False', reason: 'Broken'}], at)).toEqual([
      {...old, status: 'False', reason: 'Broken', lastTransitionTime: '2026-01-02T12:00:00Z', observedGeneration: 2},
    ]);
  });

  test('adds what is missing, and leaves others as they are', () => {
    const set = setConditions([foreign, old], [ready, {...ready, type: 'Stalled', status: 'False'}], at);
    expect(set[0]).toBe(foreign);
    expect(set).toMatchObject([foreign, {...old, observedGeneration: 2}, {type: 'Stalled', lastTransitionTime: '2026-01-02T12:00:00Z'}]);
  });

  test('that stands there already gives back the very list', () => {
    const list = [foreign, {...old, observedGeneration: 2}];
    expect(setConditions(list, [ready], at)).toBe(list);
  });

  test('cuts a message that would not fit the status, between characters', () => {
    const [condition] = setConditions([], [{...ready, message: `${'x'.repeat(252)}😀${'x'.repeat(9)}`}], at);
    expect(condition?.message).toBe(`${'x'.repeat(252)}…`);
  });

  test('makes of any word a reason that the API server takes', () => {
    const reasons = ['', 'not good', 'Nicht-gut', '409', 'нет', 'Fine'].map(
      reason => setConditions([], [{...ready, reason}], at)[0]?.reason,
    );
    expect(reasons).toEqual(['Unspecified', 'notgood', 'Nichtgut', 'Unspecified', 'Unspecified', 'Fine']);
  });

  test('twice is the same as once, whatever stood there', () => {
    const status = fc.constantFrom('True' as const, 'False' as const, 'Unknown' as const);
    const wanted = fc.record({type: fc.constantFrom('A', 'B', 'C'), status, reason: fc.constantFrom('X', 'Y'), message: fc.string()});
    fc.assert(
      fc.property(
        fc.uniqueArray(wanted, {selector: each => each.type}),
        fc.uniqueArray(wanted, {selector: each => each.type}),
        (first, second) => {
          const before = setConditions([], first, {...at, now: '2026-01-02T11:00:00Z'});
          const once = setConditions(before, second, at);
          expect(setConditions(once, second, {...at, now: '2026-01-02T13:00:00Z'})).toBe(once);
          expect(new Set(once.map(condition => condition.type)).size).toBe(once.length);
        },
      ),
    );
  });
});
