/**
 * A terminal inside a pane: takes what a program writes, answers its queries as xterm does, and gives lines to draw. What
 * the program wrote never reaches the outer terminal; only what the cells hold does.
 */
import graphemes from '@xterm/addon-unicode-graphemes';
import headless, {type IBufferCell, type IBufferLine, type Terminal} from '@xterm/headless';
import {cellStyle} from './cell-style.ts';
import type {KeyModes} from './key-bytes.ts';
import type {TerminalSession} from './terminal-session.ts';
import type {ColorLevel} from './theme.ts';
import {textWidth, visibleText} from './width.ts';

export type EmulatorSize = {readonly columns: number; readonly rows: number};

/** Lines above the screen that are kept; older ones are lost. */
const scrollbackLines = 5_000;
/** Output that waits to be shown: above the first number the program is held back, below the second it goes on. */
const waitingBytesMax = 512 * 1024;
const waitingBytesLow = 64 * 1024;
const titleLengthMax = 200;

export class TerminalEmulator {
  readonly #terminal: Terminal;
  readonly #session: TerminalSession;
  readonly #onChange: () => void;
  #isCursorShown = true;
  #waitingBytes = 0;
  #title = '';
  /** Lines scrolled back from the newest. */
  #back = 0;

  /** `onChange` hears of every change of what is shown, far more often than one would draw. */
  constructor(session: TerminalSession, {columns, rows}: EmulatorSize, onChange: () => void) {
    this.#session = session;
    this.#onChange = onChange;
    this.#terminal = new headless.Terminal({cols: columns, rows, scrollback: scrollbackLines, allowProposedApi: true});
    this.#terminal.loadAddon(new graphemes.UnicodeGraphemesAddon());
    this.#followCursor();
    this.#terminal.onData(reply => session.write(reply));
    this.#terminal.onTitleChange(title => {
      this.#title = visibleText(title.slice(0, titleLengthMax));
      onChange();
    });
    session.onOutput(bytes => this.#take(bytes));
  }

  /** As the program named itself; '' where it did not. */
  get title(): string {
    return this.#title;
  }

  /** Whether the program draws the whole screen, as editors do: then there is nothing above it. */
  get isFullScreen(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  get scrolledBack(): number {
    return Math.min(this.#back, this.#terminal.buffer.active.baseY);
  }

  keyModes(): KeyModes {
    const {applicationCursorKeysMode, bracketedPasteMode} = this.#terminal.modes;
    return {isApplicationCursor: applicationCursorKeysMode, isPasteBracketed: bracketedPasteMode};
  }

  resize({columns, rows}: EmulatorSize): void {
    if (columns < 1 || rows < 1 || (columns === this.#terminal.cols && rows === this.#terminal.rows)) return;
    this.#terminal.resize(columns, rows);
    this.#session.resize(columns, rows);
    this.#onChange();
  }

  scroll(by: number): void {
    this.#back = Math.max(0, Math.min(this.scrolledBack + by, this.#terminal.buffer.active.baseY));
    this.#onChange();
  }

  /** What is on the screen now, line by line, painted. */
  lines(level: ColorLevel): readonly string[] {
    const buffer = this.#terminal.buffer.active;
    const top = buffer.baseY - this.scrolledBack;
    const cursorRow = this.#isCursorShown ? buffer.baseY + buffer.cursorY - top : -1;
    const cell = buffer.getNullCell();
    return Array.from({length: this.#terminal.rows}, (_, row) =>
      lineText(buffer.getLine(top + row), this.#terminal.cols, cell, level, row === cursorRow ? buffer.cursorX : -1),
    );
  }

  dispose(): void {
    this.#terminal.dispose();
  }

  #take(bytes: Uint8Array): void {
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > waitingBytesMax) this.#session.setFlowing(false);
    this.#terminal.write(bytes, () => {
      const wasFull = this.#waitingBytes > waitingBytesLow;
      this.#waitingBytes -= bytes.length;
      if (wasFull && this.#waitingBytes <= waitingBytesLow) this.#session.setFlowing(true);
      this.#onChange();
    });
  }

  /** The headless terminal does not tell whether the program has hidden the cursor. */
  #followCursor(): void {
    const {parser} = this.#terminal;
    const set = (isShown: boolean) => (parameters: (number | number[])[]) => {
      if (parameters.includes(25)) this.#isCursorShown = isShown;
      return false;
    };
    parser.registerCsiHandler({prefix: '?', final: 'h'}, set(true));
    parser.registerCsiHandler({prefix: '?', final: 'l'}, set(false));
    const show = (): boolean => {
      this.#isCursorShown = true;
      return false;
    };
    parser.registerEscHandler({final: 'c'}, show);
    parser.registerCsiHandler({intermediates: '!', final: 'p'}, show);
  }
}

const plainEnd = '\u001B[0m';

function lineText(line: IBufferLine | undefined, columns: number, cell: IBufferCell, level: ColorLevel, cursorX: number): string {
  let text = '';
  let style = '';
  for (let column = 0; column < columns; column++) {
    const found = line?.getCell(column, cell);
    const width = found?.getWidth() ?? 1;
    // The second half of a wide character.
    if (width === 0) continue;
    const next = found === undefined ? (column === cursorX ? '7' : '') : cellStyle(found, level, column === cursorX);
    if (next !== style) {
      text += style === '' ? `\u001B[${next}m` : next === '' ? plainEnd : `${plainEnd}\u001B[${next}m`;
      style = next;
    }
    text += cellText(found?.getChars() ?? '', width);
  }
  return style === '' ? text : text + plainEnd;
}

/** Exactly as wide as the emulator counts; a character that would be counted otherwise further on is shown as unknown. */
function cellText(chars: string, width: number): string {
  if (chars === '') return ' '.repeat(width);
  const code = chars.charCodeAt(0);
  if (chars.length === 1 && code >= 0x20 && code < 0x7f) return chars;
  const isSafe = visibleText(chars) === chars && textWidth(chars) === width;
  return isSafe ? chars : '�'.padEnd(width);
}
