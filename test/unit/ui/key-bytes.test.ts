/** Keys as the program in a pane gets them, whatever way they came to us. */
import {describe, expect, test} from 'vitest';
import {keyBytes, pasteBytes} from '../../../src/ui/key-bytes.ts';
import {createKeyParser} from '../../../src/ui/key-parser.ts';

const plain = {isApplicationCursor: false, isPasteBracketed: false};

function keysOf(bytes: string): string {
  const parser = createKeyParser();
  return [...parser.push(bytes), ...parser.flush()].map(event => (event.kind === 'key' ? keyBytes(event.key, plain) : '')).join('');
}

test.each([
  ['letters', 'aЖ你'],
  ['Enter', '\r'],
  ['Tab and its way back', '\t\u001B[Z'],
  ['Escape', '\u001B'],
  ['Backspace', '\u007F'],
  ['Ctrl-C, Ctrl-D, Ctrl-Z, Ctrl-\\', '\u0003\u0004\u001A\u001C'],
  ['Ctrl-Space, Ctrl-_, Ctrl-^', '\u0000\u001F\u001E'],
  ['Alt-b, Alt-.', '\u001Bb\u001B.'],
  ['arrows', '\u001B[A\u001B[B\u001B[C\u001B[D'],
  ['Ctrl-Left and Shift-Up', '\u001B[1;5D\u001B[1;2A'],
  ['Home, End, Insert, Delete, pages', '\u001B[H\u001B[F\u001B[2~\u001B[3~\u001B[5~\u001B[6~'],
  ['function keys', '\u001BOP\u001BOS\u001B[15~\u001B[24~'],
  ['modified function keys', '\u001B[1;2Q\u001B[17;5~'],
  ['an emoji of several code points', '👩‍👩‍👧'],
])('%s pass unchanged', (_, bytes) => {
  expect(keysOf(bytes)).toBe(bytes);
});

test.each([
  ['\u001B[99;5u', '\u0003', 'Ctrl-C'],
  ['\u001B[1089::99;5u', '\u0003', 'Ctrl with the Cyrillic letter on the place of C'],
  ['\u001B[27u', '\u001B', 'Escape'],
  ['\u001B[98;3u', '\u001Bb', 'Alt-b'],
  ['\u001B[127;5u', '\b', 'Ctrl-Backspace'],
  ['\u001B[13;2u', '\r', 'Shift-Enter'],
  ['\u001B[122;7u', '\u001B\u001A', 'Ctrl-Alt-z'],
])('what a kitty terminal sends as %j comes as %j: %s', (bytes, expected) => {
  expect(keysOf(bytes)).toBe(expected);
});

test('arrows follow the cursor mode of the program', () => {
  const modes = {...plain, isApplicationCursor: true};
  expect(keyBytes({name: 'up'}, modes) + keyBytes({name: 'end'}, modes)).toBe('\u001BOA\u001BOF');
  expect(keyBytes({name: 'ctrl-up'}, modes)).toBe('\u001B[1;5A');
});

describe('a paste', () => {
  test('is bracketed where the program asks for that, and cannot end its own bracket', () => {
    expect(pasteBytes('a\u001B[201~rm\nb', {...plain, isPasteBracketed: true})).toBe('\u001B[200~a[201~rm\rb\u001B[201~');
  });

  test('is typed where it does not, its lines ended by Enter', () => {
    expect(pasteBytes('a\r\nb\n', plain)).toBe('a\rb\r');
  });
});
