/** Ages as kubectl prints them, at both sides of every change of form. */
import {describe, expect, test} from 'vitest';
import {humanDuration} from '../../../src/domain/age.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

describe('an age is printed as kubectl prints it', () => {
  test.each([
    [Number.NaN, '<invalid>'],
    [-2 * second, '<invalid>'],
    [-2 * second + 1, '0s'],
    [-1, '0s'],
    [0, '0s'],
    [999, '0s'],
    [41 * second, '41s'],
    [2 * minute - 1, '119s'],
    [2 * minute, '2m'],
    [3 * minute + 12 * second, '3m12s'],
    [10 * minute - second, '9m59s'],
    [10 * minute, '10m'],
    [10 * minute + 59 * second, '10m'],
    [3 * hour - 1, '179m'],
    [3 * hour, '3h'],
    [5 * hour + 2 * minute, '5h2m'],
    [8 * hour - minute, '7h59m'],
    [8 * hour, '8h'],
    [2 * day - 1, '47h'],
    [2 * day, '2d'],
    [2 * day + 3 * hour, '2d3h'],
    [8 * day - hour, '7d23h'],
    [8 * day, '8d'],
    [45 * day, '45d'],
    [2 * year - 1, '729d'],
    [2 * year, '2y'],
    [3 * year + 10 * day, '3y10d'],
    [8 * year - day, '7y364d'],
    [8 * year, '8y'],
    [30 * year + 100 * day, '30y'],
  ])('%d ms is %s', (durationMs, text) => {
    expect(humanDuration(durationMs)).toBe(text);
  });
});
