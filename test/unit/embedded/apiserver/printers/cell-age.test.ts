import {expect, test} from 'vitest';
import {ageOf} from '../../../../../src/embedded/apiserver/printers/cell-age.ts';

test('ages count from the timestamp; what is no timestamp has none', () => {
  expect(ageOf('2026-01-01T00:00:00Z', Date.UTC(2026, 0, 1, 0, 2, 1))).toBe('2m1s');
  expect(ageOf(undefined, 0)).toBe('<unknown>');
  expect(ageOf('nonsense', 0)).toBe('<invalid>');
});
