import {expect, test} from 'vitest';
import {ageOf, humanDuration} from '../../../../../src/embedded/apiserver/printers/human-duration.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

test.each<[number, string]>([
  [-5 * second, '<invalid>'],
  [-1 * second, '0s'],
  [119 * second, '119s'],
  [2 * minute, '2m'],
  [2 * minute + second, '2m1s'],
  [10 * minute + second, '10m'],
  [3 * hour, '3h'],
  [3 * hour + minute, '3h1m'],
  [8 * hour + minute, '8h'],
  [2 * day + hour, '2d1h'],
  [8 * day + hour, '8d'],
  [2 * 365 * day + day, '2y1d'],
  [9 * 365 * day + day, '9y'],
])('%i ms is %s', (ms, text) => {
  expect(humanDuration(ms)).toBe(text);
});

test('an absent timestamp has no age', () => {
  expect(ageOf(undefined, 0)).toBe('<unknown>');
  expect(ageOf('nonsense', 0)).toBe('<invalid>');
});
