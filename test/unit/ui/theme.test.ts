import {describe, expect, test} from 'vitest';
import {asciiGlyphs, detectColorLevel, detectGlyphs, paint, type Theme, type Tone, unicodeGlyphs} from '../../../src/ui/theme.ts';
import {textWidth} from '../../../src/ui/width.ts';

describe('detectColorLevel', () => {
  test.each([
    [{TERM: 'xterm'}, '16'],
    [{TERM: 'xterm-256color'}, '256'],
    [{TERM: 'xterm-256color', COLORTERM: 'truecolor'}, 'truecolor'],
    [{TERM: 'dumb'}, 'none'],
    [{TERM: 'xterm-256color', NO_COLOR: '1'}, 'none'],
    [{TERM: 'xterm-256color', NO_COLOR: ''}, '256'],
    [{TERM: 'xterm', NO_COLOR: '1', FORCE_COLOR: '1'}, '16'],
    [{TERM: 'xterm-256color', FORCE_COLOR: '0'}, 'none'],
  ])('%j is %s', (env, level) => {
    expect(detectColorLevel(env)).toBe(level);
  });
});

test('the glyphs are plain ASCII where the locale or the console has no others', () => {
  expect(detectGlyphs({LANG: 'ru_RU.UTF-8', TERM: 'xterm'})).toBe(unicodeGlyphs);
  expect(detectGlyphs({LANG: 'C', TERM: 'xterm'})).toBe(asciiGlyphs);
  expect(detectGlyphs({LANG: 'C.UTF-8', TERM: 'linux'})).toBe(asciiGlyphs);
});

test('every glyph is one column wide, and verdicts differ by glyph alone', () => {
  for (const {verdict, ...others} of [unicodeGlyphs, asciiGlyphs]) {
    for (const glyph of [...Object.values(verdict), ...Object.values(others)]) expect([glyph, textWidth(glyph)]).toEqual([glyph, 1]);
    expect(new Set(Object.values(verdict)).size).toBe(5);
  }
});

describe('paint', () => {
  const at = (level: Theme['level']): Theme => ({level, glyphs: unicodeGlyphs});

  test('uses no colour without colours, but keeps inverse, bold and underline', () => {
    const tones: Tone[] = ['plain', 'accent', 'ok', 'busy', 'waiting', 'unknown'];
    for (const tone of tones) expect(paint(at('none'), 'x', {tone})).toBe('x');
    expect(paint(at('none'), 'x', {tone: 'ok', isBold: true, isUnderlined: true, isInverse: true})).toBe('\u001B[1;4;7mx\u001B[22;24;27m');
  });

  test('closes only what it opened, so that painted text nests', () => {
    expect(paint(at('16'), 'x', {tone: 'broken'})).toBe('\u001B[1;31mx\u001B[22;39m');
    expect(paint(at('truecolor'), 'x', {tone: 'accent'})).toBe('\u001B[38;5;75mx\u001B[39m');
    expect(paint(at('16'), '', {tone: 'ok'})).toBe('');
  });
});
