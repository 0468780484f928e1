/** Keys → what xterm sends for them: for the program inside a pane, whatever protocol the outer terminal speaks. */
import type {Key} from './keys.ts';

export type KeyModes = {
  /** DECCKM: arrows come as SS3 sequences. */
  readonly isApplicationCursor: boolean;
  readonly isPasteBracketed: boolean;
};

const esc = '\u001B';

/** '' where no terminal has bytes for the key. */
export function keyBytes(key: Key, modes: KeyModes): string {
  const {name, text} = key;
  if (text !== undefined) return text;
  const {bare, modifiers} = withoutModifiers(name);
  const hasOnlyAlt = modifiers === 2;
  const letter = cursorLetters[bare];
  if (letter !== undefined) {
    if (modifiers > 0) return `${esc}[1;${modifiers + 1}${letter}`;
    return `${esc}${modes.isApplicationCursor ? 'O' : '['}${letter}`;
  }
  const functionLetter = functionLetters[bare];
  if (functionLetter !== undefined) return modifiers > 0 ? `${esc}[1;${modifiers + 1}${functionLetter}` : `${esc}O${functionLetter}`;
  const number = numbers[bare];
  if (number !== undefined) return `${esc}[${number}${modifiers > 0 ? `;${modifiers + 1}` : ''}~`;
  if (bare === 'tab' && modifiers === 1) return `${esc}[Z`;
  const plain = plainBytes[bare] ?? bare;
  if (modifiers === 0 || modifiers === 1) return plain;
  if (hasOnlyAlt || modifiers === 3) return esc + plain;
  const control = controlByte(bare);
  return control === '' ? '' : (modifiers & 2 ? esc : '') + control;
}

/** Newlines of a paste are Enter; a paste can never end its own bracket. */
export function pasteBytes(text: string, {isPasteBracketed}: KeyModes): string {
  const typed = text.replace(/\r?\n/g, '\r').replaceAll(esc, '');
  return isPasteBracketed ? `${esc}[200~${typed}${esc}[201~` : typed;
}

/** Bits as the kitty protocol has them: 1 shift, 2 alt, 4 ctrl. */
function withoutModifiers(name: string): {bare: string; modifiers: number} {
  let bare = name;
  let modifiers = 0;
  for (let found = modifier.exec(bare); found !== null; found = modifier.exec(bare)) {
    modifiers |= modifierBits[found[1] ?? ''] ?? 0;
    bare = bare.slice(found[0].length);
  }
  return {bare, modifiers};
}

const modifier = /^(super|ctrl|alt|shift)-(?=.)/;
const modifierBits: Readonly<Record<string, number>> = {shift: 1, alt: 2, ctrl: 4, super: 0};

/** '' where Ctrl makes no character of it. */
function controlByte(bare: string): string {
  if (bare === 'space') return '\u0000';
  if (bare === 'backspace') return '\b';
  const known = plainBytes[bare];
  if (known !== undefined) return known;
  if (bare === '/') return '\u001F';
  const code = bare.length === 1 ? bare.toUpperCase().charCodeAt(0) : 0;
  return code >= 0x40 && code < 0x60 ? String.fromCharCode(code - 0x40) : '';
}

const plainBytes: Readonly<Record<string, string>> = {enter: '\r', esc, tab: '\t', space: ' ', backspace: '\u007F'};

const cursorLetters: Readonly<Record<string, string>> = {up: 'A', down: 'B', right: 'C', left: 'D', end: 'F', home: 'H'};

const functionLetters: Readonly<Record<string, string>> = {f1: 'P', f2: 'Q', f3: 'R', f4: 'S'};

const numbers: Readonly<Record<string, number>> = {
  insert: 2,
  delete: 3,
  pageup: 5,
  pagedown: 6,
  f5: 15,
  f6: 17,
  f7: 18,
  f8: 19,
  f9: 20,
  f10: 21,
  f11: 23,
  f12: 24,
};
