import {expect, test} from 'vitest';
import {inversePatch, isPatched, mergePatch} from '../../../src/domain/merge-patch.ts';

test.each([
  [{a: 1}, {a: 1}, true],
  [{a: 1}, {a: 2}, false],
  [{a: {b: 1}}, {a: {c: null}}, true],
  [{}, {a: {b: null}}, true],
  [{a: 1}, {a: {b: null}}, false],
  [{}, {a: {}}, false],
  [{a: [1]}, {a: [1]}, true],
])('%j holds %j already: %s', (target, patch, expected) => {
  expect(isPatched(target, patch)).toBe(expected);
});

test('what a patch changed is put back by its inverse', () => {
  const before = {spec: {a: 1, kept: true}, metadata: {labels: {x: 'y'}}};
  const patch = {spec: {a: 2, b: {c: 3}}, metadata: {labels: {x: null, z: '1'}}};
  expect(mergePatch(mergePatch(before, patch), inversePatch(before, patch))).toEqual(before);
});
