/** What a terminal without the kitty protocol sends for a key, by the key's name. */

const sequences: Readonly<Record<string, string>> = {
  enter: '\r',
  esc: '\u001B',
  tab: '\t',
  'shift-tab': '\u001B[Z',
  space: ' ',
  backspace: '\u007F',
  delete: '\u001B[3~',
  up: '\u001B[A',
  down: '\u001B[B',
  right: '\u001B[C',
  left: '\u001B[D',
  home: '\u001B[H',
  end: '\u001B[F',
  pageup: '\u001B[5~',
  pagedown: '\u001B[6~',
  'shift-left': '\u001B[1;2D',
  'shift-right': '\u001B[1;2C',
  'ctrl-space': '\u0000',
  'ctrl-\\': '\u001C',
  'ctrl-]': '\u001D',
  'shift-pageup': '\u001B[5;2~',
};

export function bytesOfKey(name: string): string {
  const sequence = sequences[name];
  if (sequence !== undefined) return sequence;
  if (/^ctrl-[a-z]$/.test(name)) return String.fromCharCode(name.charCodeAt(5) - 96);
  if (name.startsWith('alt-')) return `\u001B${bytesOfKey(name.slice(4))}`;
  if (Array.from(name).length !== 1) throw new Error(`no bytes are known for the key '${name}'`);
  return name;
}
