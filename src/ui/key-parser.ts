/** Bytes from the terminal → key presses and pastes, one at a time however they arrive; replies, mouse and focus reports never come out as keys. */
import {keyOfCsi, keyOfSs3, typedKey} from './key-sequences.ts';
import type {Key} from './keys.ts';
import {graphemes} from './width.ts';

export type InputEvent =
  | {readonly kind: 'key'; readonly key: Key}
  | {readonly kind: 'paste'; readonly text: string}
  /** The terminal answered that it speaks the kitty keyboard protocol. */
  | {readonly kind: 'kitty'};

/** What is held back until more arrives: an Escape that may be a key by itself, a sequence cut in the middle, a paste without its end. */
export type Pending = 'nothing' | 'escape' | 'sequence' | 'paste';

export type KeyParser = {
  push(chunk: Uint8Array | string): InputEvent[];
  pending(): Pending;
  /** Nothing more came in time: takes what is held back for what it is. */
  flush(): InputEvent[];
};

/** Longer pastes are cut, longer control strings dropped: a broken terminal must not eat the memory. */
const pasteLengthMax = 1_000_000;
const sequenceLengthMax = 65_536;

const pasteEnd = '\u001B[201~';

/** One step of the parser: what was read and how far; undefined when the rest has not arrived. */
type Step = {readonly event?: InputEvent; readonly length: number; readonly startsPaste?: true} | undefined;

export function createKeyParser(): KeyParser {
  return new BufferedParser();
}

class BufferedParser implements KeyParser {
  readonly #decoder = new TextDecoder();
  #buffer = '';
  /** The paste so far; undefined outside one. */
  #pasted: string | undefined;

  push(chunk: Uint8Array | string): InputEvent[] {
    this.#buffer += typeof chunk === 'string' ? chunk : this.#decoder.decode(chunk, {stream: true});
    const events: InputEvent[] = [];
    while (this.#buffer !== '') {
      const read = this.#pasted !== undefined ? this.#readPaste() : this.#buffer[0] === '\u001B' ? this.#readSequence() : this.#readText();
      if (read === undefined) break;
      events.push(...read);
    }
    return events;
  }

  pending(): Pending {
    if (this.#pasted !== undefined) return 'paste';
    return this.#buffer === '' ? 'nothing' : this.#buffer.length === 1 ? 'escape' : 'sequence';
  }

  flush(): InputEvent[] {
    const rest = this.#buffer;
    this.#buffer = '';
    if (this.#pasted !== undefined) return this.#endPaste(rest);
    if (rest === '\u001B') return [keyEvent({name: 'esc'})];
    // Alt with '[', 'O', ']' or 'P' looks like the beginning of a sequence.
    return rest.length === 2 ? [keyEvent(typedKey(rest.slice(1), 2))] : [];
  }

  #readText(): InputEvent[] {
    const next = this.#buffer.indexOf('\u001B');
    const text = next < 0 ? this.#buffer : this.#buffer.slice(0, next);
    this.#buffer = this.#buffer.slice(text.length);
    return keysOfText(text);
  }

  #readSequence(): InputEvent[] | undefined {
    const step = readEscape(this.#buffer);
    if (step === undefined) {
      if (this.#buffer.length > sequenceLengthMax) this.#buffer = '';
      return undefined;
    }
    if (step.startsPaste) this.#pasted = '';
    this.#buffer = this.#buffer.slice(step.length);
    return step.event === undefined ? [] : [step.event];
  }

  #readPaste(): InputEvent[] | undefined {
    const end = this.#buffer.indexOf(pasteEnd);
    if (end >= 0) {
      const last = this.#buffer.slice(0, end);
      this.#buffer = this.#buffer.slice(end + pasteEnd.length);
      return this.#endPaste(last);
    }
    // The end mark itself may be cut in two.
    const upTo = Math.max(0, this.#buffer.length - pasteEnd.length + 1);
    this.#pasted = ((this.#pasted ?? '') + this.#buffer.slice(0, upTo)).slice(0, pasteLengthMax);
    this.#buffer = this.#buffer.slice(upTo);
    return undefined;
  }

  #endPaste(last: string): InputEvent[] {
    const text = ((this.#pasted ?? '') + last).slice(0, pasteLengthMax);
    this.#pasted = undefined;
    return text === '' ? [] : [{kind: 'paste', text}];
  }
}

function readEscape(text: string): Step {
  const kind = text[1];
  if (kind === undefined) return undefined;
  switch (kind) {
    case '[':
      return readCsi(text);
    case 'O':
      return text.length < 3 ? undefined : {...keyStep(keyOfSs3(text[2] ?? '')), length: 3};
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
      return readControlString(text);
    // The second Escape may begin a sequence of its own.
    case '\u001B':
      return {event: keyEvent({name: 'esc'}), length: 1};
    default: {
      const character = String.fromCodePoint(text.codePointAt(1) ?? 0);
      const [key] = keysOfText(character);
      const alt = key?.kind === 'key' ? {name: key.key.name.replace(/^(super-)?(ctrl-)?/, '$&alt-')} : undefined;
      return {...keyStep(alt), length: 1 + character.length};
    }
  }
}

function readCsi(text: string): Step {
  // The Linux console sends its first function keys as `ESC [ [ letter`.
  if (text[2] === '[') {
    const name = text[3] === undefined ? undefined : (['f1', 'f2', 'f3', 'f4', 'f5'] as const)[text.charCodeAt(3) - 65];
    return text.length < 4 ? undefined : {...keyStep(name === undefined ? undefined : {name}), length: 4};
  }
  let at = 2;
  while (at < text.length && isBetween(text, at, 0x20, 0x3f)) at++;
  const final = text[at];
  if (final === undefined) return undefined;
  const parameters = text.slice(2, at);
  // A control character or a letter beyond ASCII cannot end a sequence: what came before it was cut off for good.
  if (!isBetween(text, at, 0x40, 0x7e)) return {length: at};
  const length = at + 1;
  if (final === '~' && parameters === '200') return {length, startsPaste: true};
  if (final === '~' && parameters === '201') return {length};
  if (final === 'u' && /^\?\d+$/.test(parameters)) return {event: {kind: 'kitty'}, length};
  return {...keyStep(keyOfCsi(parameters, final)), length};
}

/** OSC, DCS, SOS, PM, APC: the terminal's answers, up to BEL or ST. None of them is a key. */
function readControlString(text: string): Step {
  const end = /\u0007|\u001B\\|\u009C/.exec(text);
  return end === null ? undefined : {length: end.index + end[0].length};
}

function keyStep(key: Key | undefined): {event?: InputEvent} {
  return key === undefined ? {} : {event: keyEvent(key)};
}

function keyEvent(key: Key): InputEvent {
  return {kind: 'key', key};
}

function keysOfText(text: string): InputEvent[] {
  return graphemes(text).flatMap(grapheme => {
    // '\r\n' is one grapheme and one press.
    const code = grapheme === '\r\n' ? 13 : grapheme.length === 1 ? grapheme.charCodeAt(0) : 0x100;
    if (code >= 0x80 && code < 0xa0) return [];
    if (code >= 0x20 && code !== 0x7f) return [keyEvent(typedKey(grapheme, 0))];
    return [keyEvent({name: controlNames[code] ?? `ctrl-${String.fromCharCode(code + 0x60)}`})];
  });
}

const controlNames: Readonly<Record<number, string>> = {
  0: 'ctrl-space',
  8: 'backspace',
  9: 'tab',
  10: 'enter',
  13: 'enter',
  28: 'ctrl-\\',
  29: 'ctrl-]',
  30: 'ctrl-^',
  31: 'ctrl-_',
  127: 'backspace',
};

function isBetween(text: string, at: number, low: number, high: number): boolean {
  const code = text.charCodeAt(at);
  return code >= low && code <= high;
}
