/** A line of pieces at its left and right is as wide as it is told, and what is cut at the left does not run into the right. */
import {stripVTControlCharacters} from 'node:util';
import {expect, test} from 'vitest';
import {layOutLine} from '../../../src/ui/line-layout.ts';
import {type Theme, unicodeGlyphs} from '../../../src/ui/theme.ts';

const theme: Theme = {level: '16', glyphs: unicodeGlyphs};
const lineOf = (left: string, right: string, width: number): string =>
  stripVTControlCharacters(layOutLine(theme, [{text: left}], right === '' ? [] : [{text: right}], width));

test.each([
  ['move', 'Running', 12, 'move Running'],
  ['move it', 'Running', 12, 'mov… Running'],
  ['move', 'Running', 20, 'move         Running'],
  ['move it', '', 7, 'move it'],
])('%s and %s in %s columns', (left, right, width, line) => {
  expect(lineOf(left, right, width)).toBe(line);
});

test.each([
  [40, 'Move a database  ns/one         harmless'],
  [30, 'Move a datab…  ns/one harmless'],
  [24, 'Move a data…  … harmless'],
])('what is kept stays whole, and what stands before it is cut: in %s columns', (width, line) => {
  const left = [{text: 'Move a database'}, {text: '  ns/one', isKept: true}];
  expect(stripVTControlCharacters(layOutLine(theme, left, [{text: 'harmless'}], width))).toBe(line);
});
