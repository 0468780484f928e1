/** What a key press is to the rest of the program, and which Latin key a Cyrillic letter sits on. */

/**
 * `name` is what bindings match: a character as typed ('a', 'A', 'ж', '/'), or one of enter, esc, tab, space, backspace,
 * delete, insert, up, down, left, right, pageup, pagedown, home, end, f1…f12, with `ctrl-`, `alt-`, `shift-` before it in
 * this order ('ctrl-x', 'shift-tab', 'ctrl-shift-left'). `text` is what the key would type, where it types something.
 */
export type Key = {
  readonly name: string;
  readonly text?: string;
  /** It came together with other text in one read: pasted or sent by a program, or typed faster than the line carries it. */
  readonly isInChunk?: true;
};

/** The key of the Latin layout at the same place; undefined where there is none to translate. For bindings, never for text. */
export function latinKey(key: Key): Key | undefined {
  const last = key.name.lastIndexOf('-', key.name.length - 2) + 1;
  const latin = latinByCyrillic[key.name.slice(last)];
  if (latin === undefined) return undefined;
  const name = key.name.slice(0, last) + latin;
  return key.text === undefined ? {name} : {name, text: latin};
}

/** ЙЦУКЕН over QWERTY, with the Ukrainian letters. '.' and ',' stand for '/' and '?', which sit on that key in a Latin layout. */
const latinByCyrillic: Readonly<Record<string, string>> = Object.fromEntries([
  ...pairs('йцукенгшщзхъфывапролджэячсмитьбю.ё', "qwertyuiop[]asdfghjkl;'zxcvbnm,./`"),
  ...pairs('ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,Ё', 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?~'),
  ...pairs('іїєІЇЄ№', 's]\'S}"#'),
]);

function pairs(cyrillic: string, latin: string): [string, string][] {
  return Array.from(cyrillic, (letter, index) => [letter, latin[index] ?? letter]);
}
