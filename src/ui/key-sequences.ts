/** The names of keys that terminals send as control sequences: legacy CSI and SS3, modifyOtherKeys, and kitty's CSI u. */
import type {Key} from './keys.ts';

/** A complete sequence `ESC [ parameters final` as a key; undefined for what is no key press (replies, mouse, focus, releases). */
export function keyOfCsi(parameters: string, final: string): Key | undefined {
  if (/[<=>?]/.test(parameters[0] ?? '')) return undefined;
  const [first = '', second = '', third = ''] = parameters.split(';');
  const [modifierText = '1', eventType] = second.split(':');
  if (eventType === '3') return undefined;
  const modifiers = Math.max(0, Number(modifierText || '1') - 1);
  if (final === 'u') return keyOfCodes(first, modifiers);
  if (final === '~') {
    if (first === '27' && third !== '') return keyOfCodes(third, modifiers);
    return named(keysByNumber[first], modifiers);
  }
  if (final === 'Z') return {name: 'shift-tab'};
  // `CSI row ; column R` is a cursor report and `CSI 1 ; m R` was F3: the report is the one that no user can mean to type.
  if (final === 'R') return undefined;
  return named(keysByLetter[final], modifiers);
}

export function keyOfSs3(final: string): Key | undefined {
  const typed = keypadBySs3[final];
  if (typed !== undefined) return typedKey(typed, 0);
  return final === 'M' ? {name: 'enter'} : named(keysByLetter[final], 0);
}

/** A character with the modifiers of the kitty protocol: bits 1 shift, 2 alt, 4 ctrl, 8 super, 16 hyper, 32 meta. */
export function typedKey(character: string, modifiers: number): Key {
  const name = character === ' ' ? 'space' : character;
  const prefix = prefixOf(modifiers & ~1);
  return prefix === '' ? {name, text: character} : {name: prefix + (modifiers & 1 ? shifted(name) : name)};
}

/** `unicode:shifted:base`: the base is the key of the Latin layout at that place, wanted when a modifier makes it a command. */
function keyOfCodes(codes: string, modifiers: number): Key | undefined {
  const [plain = Number.NaN, , base = Number.NaN] = codes.split(':').map(code => (code === '' ? Number.NaN : Number(code)));
  const special = keysByCode[plain];
  if (special !== undefined) return special === ' ' ? typedKey(' ', modifiers) : named(special, modifiers);
  const keypad = keypadByCode[plain];
  if (keypad !== undefined) return typedKey(keypad, modifiers);
  // Below space no character exists; kitty's private range holds keys that we have no names for.
  if (!(plain > 32) || plain > 0x10ffff || (plain >= 57344 && plain <= 63743)) return undefined;
  const isCommand = (modifiers & ~1 & 0x3f) !== 0;
  const character = String.fromCodePoint(isCommand && base > 32 && base < 0x10ffff ? base : plain);
  return typedKey(modifiers & 1 && !isCommand ? character.toUpperCase() : character, modifiers);
}

function named(name: string | undefined, modifiers: number): Key | undefined {
  return name === undefined ? undefined : {name: prefixOf(modifiers) + name};
}

function prefixOf(modifiers: number): string {
  const isAlt = (modifiers & (2 | 32)) !== 0;
  return (modifiers & 24 ? 'super-' : '') + (modifiers & 4 ? 'ctrl-' : '') + (isAlt ? 'alt-' : '') + (modifiers & 1 ? 'shift-' : '');
}

function shifted(name: string): string {
  return name.toLowerCase() === name.toUpperCase() || name.length > 1 ? `shift-${name}` : name.toUpperCase();
}

const keysByLetter: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
};

const keysByNumber: Readonly<Record<string, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
};

const keysByCode: Readonly<Record<number, string>> = {
  9: 'tab',
  13: 'enter',
  27: 'esc',
  32: ' ',
  127: 'backspace',
  57414: 'enter',
  57417: 'left',
  57418: 'right',
  57419: 'up',
  57420: 'down',
  57421: 'pageup',
  57422: 'pagedown',
  57423: 'home',
  57424: 'end',
  57425: 'insert',
  57426: 'delete',
};

const keypadByCode: Readonly<Record<number, string>> = Object.fromEntries(
  Array.from('0123456789./*-+', (character, index) => [57399 + index, character]),
);

const keypadBySs3: Readonly<Record<string, string>> = {
  X: '=',
  ...Object.fromEntries(Array.from('*+,-./0123456789', (character, index) => [String.fromCharCode(0x6a + index), character])),
};
