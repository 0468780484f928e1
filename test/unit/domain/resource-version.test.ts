import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {compareVersions, isOlderVersion} from '../../../src/domain/resource-version.ts';

describe('compareVersions', () => {
  test('orders numbers of any length as numbers', () => {
    fc.assert(
      fc.property(fc.bigInt({min: 0n}), fc.bigInt({min: 0n}), (a, b) => {
        const expected = a < b ? -1 : a > b ? 1 : 0;
        expect(Math.sign(compareVersions(String(a), String(b)) ?? Number.NaN)).toBe(expected);
      }),
    );
  });

  test('knows no order of what is no number, nor of what is missing', () => {
    expect(compareVersions('10/3', '9')).toBeUndefined();
    expect(compareVersions('', '')).toBeUndefined();
    expect(compareVersions('abc', 'abc')).toBe(0);
    expect(isOlderVersion('abc', 'abd')).toBe(false);
  });
});
