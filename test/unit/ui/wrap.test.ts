/** Text is broken at spaces by terminal columns; nothing is lost, and columns of a line that fits stay. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {textWidth} from '../../../src/ui/width.ts';
import {wrapText} from '../../../src/ui/wrap.ts';

describe('wrapText', () => {
  test.each<[string, number, readonly string[]]>([
    ['one two three', 8, ['one two', 'three']],
    ['wanted  no pods', 20, ['wanted  no pods']],
    ['', 5, ['']],
    ['abcdefgh', 3, ['abc', 'def', 'gh']],
    ['a\nb c', 5, ['a', 'b c']],
    ['узел ждёт', 5, ['узел', 'ждёт']],
    ['名前 名前', 5, ['名前', '名前']],
  ])('%j at %d', (text, width, lines) => {
    expect(wrapText(text, width)).toEqual(lines);
  });

  test('never exceeds the width nor loses a character', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({unit: fc.constantFrom('a', 'ж', '名', '-'), minLength: 1, maxLength: 12}), {maxLength: 8}),
        fc.integer({min: 2, max: 20}),
        (words, width) => {
          const lines = wrapText(words.join(' '), width);
          expect(lines.every(line => textWidth(line) <= width)).toBe(true);
          expect(lines.join('').replaceAll(' ', '')).toBe(words.join(''));
        },
      ),
    );
  });
});
