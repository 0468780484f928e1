/** Update windows by the rule of modules and by the rule of nodes, at their edges. */
import {describe, expect, test} from 'vitest';
import {isWindowOpen, nextOpening, readWindows, type UpdateWindow, type WindowRule} from '../../../src/domain/update-window.ts';

const window = (from: string, to: string, ...days: readonly string[]): UpdateWindow => ({from, to, days});
/** 2026-01-02 is a Friday. */
const at = (time: string, day = 2): number => Date.parse(`2026-01-0${day}T${time}Z`);

type Case = readonly [rule: WindowRule, window: UpdateWindow, now: number, isOpen: boolean];

const cases: readonly Case[] = [
  ['module', window('8:00', '10:00'), at('08:00:00.000'), false],
  ['module', window('8:00', '10:00'), at('08:00:00.001'), true],
  ['module', window('8:00', '10:00'), at('09:59:59.999'), true],
  ['module', window('8:00', '10:00'), at('10:00:00.000'), false],
  ['module', window('08:00', '10:00', 'Fri'), at('09:00:00'), true],
  ['module', window('08:00', '10:00', 'fRI'), at('09:00:00'), true],
  ['module', window('08:00', '10:00', 'Mon', 'Sat'), at('09:00:00'), false],
  ['module', window('08:00', '10:00', 'Someday'), at('09:00:00'), false],
  ['module', window('08:00', '10:00', 'Someday'), at('09:00:00', 4), true],
  ['module', window('22:00', '04:00'), at('23:00:00'), false],
  ['module', window('22:00', '04:00'), at('03:00:00'), false],
  ['node', window('8:00', '10:00'), at('08:00:00.000'), true],
  ['node', window('8:00', '10:00'), at('07:59:59.999'), false],
  ['node', window('8:00', '10:00'), at('10:00:00.000'), true],
  ['node', window('8:00', '10:00'), at('10:00:00.001'), false],
  ['node', window('22:00', '04:00'), at('23:00:00'), true],
  ['node', window('22:00', '04:00'), at('03:00:00'), true],
  ['node', window('22:00', '04:00'), at('12:00:00'), false],
  ['node', window('22:00', '04:00', 'Friday'), at('23:00:00'), true],
  ['node', window('22:00', '04:00', 'Friday'), at('03:00:00', 3), false],
  ['node', window('8:00', '10:00', 'Someday'), at('09:00:00'), false],
  ['node', window('soon', '10:00'), at('09:00:00'), false],
  ['module', window('8:00', '25:00'), at('09:00:00'), false],
];

type Opening = readonly [rule: WindowRule, windows: readonly UpdateWindow[], now: number, opensAt: number | undefined];

const openings: readonly Opening[] = [
  ['module', [], at('12:00:00'), at('12:00:00')],
  ['module', [window('11:00', '13:00')], at('12:00:00'), at('12:00:00')],
  ['module', [window('22:00', '23:00')], at('12:00:00'), at('22:00:00')],
  ['module', [window('8:00', '9:00')], at('12:00:00'), at('08:00:00', 3)],
  ['module', [window('8:00', '9:00', 'Fri')], at('12:00:00'), at('08:00:00', 9)],
  ['module', [window('8:00', '9:00', 'Mon'), window('6:00', '7:00', 'Sun')], at('12:00:00'), at('06:00:00', 4)],
  ['module', [window('22:00', '4:00')], at('12:00:00'), undefined],
  ['module', [window('22:00', '4:00'), window('5:00', '6:00')], at('12:00:00'), at('05:00:00', 3)],
  ['node', [window('22:00', '4:00')], at('12:00:00'), at('22:00:00')],
  ['node', [window('22:00', '4:00', 'Sat')], at('12:00:00'), at('00:00:00', 3)],
  ['node', [window('8:00', '9:00', 'Someday')], at('12:00:00'), undefined],
];

describe('update windows', () => {
  test.each(cases)('by the rule of a %s %o at %d: open is %s', (rule, only, now, isOpen) => {
    expect(isWindowOpen([only], now, rule)).toBe(isOpen);
  });

  test('without any, it is always open', () => {
    expect(isWindowOpen([], at('03:00:00'), 'module')).toBe(true);
  });

  test.each(openings)('by the rule of a %s %o at %d: next opens at %s', (rule, windows, now, opensAt) => {
    expect(nextOpening(windows, now, rule)).toBe(opensAt);
  });

  test('names the window that cannot be read', () => {
    expect(() => readWindows({spec: {windows: [{from: '8:00', to: '9:00'}, {from: 8}]}}, 'spec.windows')).toThrow(
      expect.objectContaining({path: 'spec.windows[1].from'}),
    );
  });
});
