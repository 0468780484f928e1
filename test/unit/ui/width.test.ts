import fc from 'fast-check';
import stringWidth from 'string-width';
import {describe, expect, test} from 'vitest';
import {quickWidth} from '../../../src/ui/quick-width.ts';
import {cutColumns, fitText, textWidth, visibleText} from '../../../src/ui/width.ts';

const samples = ['', 'prometheus', 'узел-1', '漢字かな', 'emoji 👨‍👩‍👧 end', '🇷🇺', 'é́x', '⚠️ ⚠ ✅', '한국어', 'a…b', '●▲◐◔', 'नमस्ते'];

describe('fitText', () => {
  test('fills or cuts to the very column', () => {
    expect(fitText('abc', 5)).toBe('abc  ');
    expect(fitText('abc', 5, 'right')).toBe('  abc');
    expect(fitText('abcdef', 5)).toBe('abcd…');
    expect(fitText('узел-1', 4)).toBe('узе…');
    expect(fitText('漢字かな', 5)).toBe('漢字…');
    expect(fitText('漢字かな', 6)).toBe('漢字 …');
    expect(fitText('👨‍👩‍👧👨‍👩‍👧', 3)).toBe('👨‍👩‍👧…');
    expect(fitText('abc', 0)).toBe('');
    expect(fitText('abc', 1)).toBe('…');
  });

  test('gives exactly the width asked for, whatever the text', () => {
    const text = fc.oneof(
      fc.string({unit: 'grapheme'}),
      fc.constantFrom(...samples),
      fc.array(fc.constantFrom(...samples)).map(parts => parts.join('')),
    );
    fc.assert(
      fc.property(text, fc.integer({min: 0, max: 30}), fc.constantFrom('left' as const, 'right' as const), (any, width, align) => {
        const fitted = fitText(visibleText(any), width, align);
        expect(stringWidth(fitted)).toBe(width);
      }),
    );
  });
});

test('textWidth agrees with string-width on every character that it does not ask it about', () => {
  for (let code = 0x20; code < 0x3000; code++) {
    const character = String.fromCharCode(code);
    const text = visibleText(character);
    expect([code.toString(16), textWidth(text)]).toEqual([code.toString(16), stringWidth(text)]);
  }
});

test('quickWidth counts no colours, and leaves every other sequence to string-width', () => {
  const painted = ['\u001B[1;31m▲ broken\u001B[39;22m', '\u001B[m●', '\u001B[38;5;75mузел\u001B[39m ›'];
  for (const text of painted) expect(quickWidth(text)).toBe(stringWidth(text));
  for (const text of ['\u001B[2Ka', '\u001B]8;;http://x\u0007a', '\u001B', 'a\u001B[31', '漢', 'e\u0301'])
    expect(quickWidth(text)).toBeUndefined();
});

test('cutColumns replaces half of a wide character by a space', () => {
  expect(cutColumns('漢字かな', 1, 5)).toBe(' 字 ');
  expect(cutColumns('abcdef', 2, 4)).toBe('cd');
  expect(cutColumns('abc', -5, 2)).toBe('ab');
  expect(cutColumns('漢字', 4, 9)).toBe('');
});

describe('visibleText', () => {
  test.each([
    ['a\nb', 'a␤b'],
    ['a\tb', 'a␉b'],
    ['\u001B[31mred', '␛[31mred'],
    ['\u007F', '␡'],
    ['\u0085', '⟨U+0085⟩'],
    ['abc\u202Etxt.exe', 'abc⟨U+202E⟩txt.exe'],
    ['a\u200Bb', 'a⟨U+200B⟩b'],
    ['a\u200Db', 'a⟨U+200D⟩b'],
    ['\uD800', '⟨U+D800⟩'],
    ['\u{E0041}', '⟨U+E0041⟩'],
  ])('%j becomes %s', (hidden, visible) => {
    expect(visibleText(hidden)).toBe(visible);
  });

  test('leaves what can be seen as it is', () => {
    for (const sample of samples) expect(visibleText(sample)).toBe(sample);
  });
});
