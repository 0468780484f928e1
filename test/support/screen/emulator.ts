/** A terminal without a window: takes what a program writes, answers its queries as xterm does, and shows screen, attributes and modes. */
import graphemes from '@xterm/addon-unicode-graphemes';
import headless, {type IBufferCell, type Terminal} from '@xterm/headless';

export type Cell = {
  readonly text: string;
  readonly isBold: boolean;
  readonly isDim: boolean;
  readonly isInverse: boolean;
  readonly isUnderlined: boolean;
  /** Palette index of the foreground; undefined for the terminal's own colour. */
  readonly color: number | undefined;
};

/** What a program must have put back when it is gone. */
export type Modes = {
  readonly isAlternate: boolean;
  readonly isCursorShown: boolean;
  readonly isPasteBracketed: boolean;
  readonly mouse: string;
  readonly sendsFocus: boolean;
  readonly wraps: boolean;
  readonly isSynchronized: boolean;
  readonly kittyDepth: number;
  readonly titleDepth: number;
  readonly progress: string;
};

export type EmulatorOptions = {columns: number; rows: number; speaksKitty?: boolean};

export class Emulator {
  readonly #terminal: Terminal;
  #isCursorShown = true;
  #kittyDepth = 0;
  #titleDepth = 0;
  #progress = '0';
  #isDisposed = false;

  constructor({columns, rows, speaksKitty = false}: EmulatorOptions) {
    this.#terminal = new headless.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 1000});
    this.#terminal.loadAddon(new graphemes.UnicodeGraphemesAddon());
    this.#followModes(speaksKitty);
  }

  /** What the terminal says back to the program. */
  onReply(listener: (text: string) => void): void {
    this.#terminal.onData(listener);
  }

  /** Resolves when everything written is on the screen. */
  write(data: string | Uint8Array): Promise<void> {
    return this.#isDisposed ? Promise.resolve() : new Promise(resolve => this.#terminal.write(data, resolve));
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  /** The lines of the screen from the top, without the spaces at their ends. */
  screen(): string[] {
    const buffer = this.#terminal.buffer.active;
    return Array.from({length: this.#terminal.rows}, (_, row) =>
      (buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? '').trimEnd(),
    );
  }

  cell(column: number, row: number): Cell {
    const buffer = this.#terminal.buffer.active;
    const cell: IBufferCell | undefined = buffer.getLine(buffer.baseY + row)?.getCell(column);
    return {
      text: cell?.getChars() ?? '',
      isBold: cell?.isBold() !== 0,
      isDim: cell?.isDim() !== 0,
      isInverse: cell?.isInverse() !== 0,
      isUnderlined: cell?.isUnderline() !== 0,
      color: cell === undefined || cell.isFgDefault() ? undefined : cell.getFgColor(),
    };
  }

  modes(): Modes {
    const modes = this.#terminal.modes;
    return {
      isAlternate: this.#terminal.buffer.active.type === 'alternate',
      isCursorShown: this.#isCursorShown,
      isPasteBracketed: modes.bracketedPasteMode,
      mouse: modes.mouseTrackingMode,
      sendsFocus: modes.sendFocusMode,
      wraps: modes.wraparoundMode,
      isSynchronized: modes.synchronizedOutputMode,
      kittyDepth: this.#kittyDepth,
      titleDepth: this.#titleDepth,
      progress: this.#progress,
    };
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#terminal.dispose();
  }

  /** What the headless terminal does not tell, or does not answer by itself. */
  #followModes(speaksKitty: boolean): void {
    const {parser} = this.#terminal;
    const cursor = (isShown: boolean) => (parameters: (number | number[])[]) => {
      if (parameters.includes(25)) this.#isCursorShown = isShown;
      return false;
    };
    parser.registerCsiHandler({prefix: '?', final: 'h'}, cursor(true));
    parser.registerCsiHandler({prefix: '?', final: 'l'}, cursor(false));
    parser.registerCsiHandler({prefix: '?', final: 'u'}, () => {
      if (speaksKitty) this.#terminal.input('\u001B[?0u', false);
      return true;
    });
    parser.registerCsiHandler({prefix: '>', final: 'u'}, () => {
      this.#kittyDepth++;
      return true;
    });
    parser.registerCsiHandler({prefix: '<', final: 'u'}, () => {
      this.#kittyDepth = Math.max(0, this.#kittyDepth - 1);
      return true;
    });
    parser.registerCsiHandler({final: 't'}, ([operation]) => {
      if (operation === 22) this.#titleDepth++;
      if (operation === 23) this.#titleDepth--;
      return false;
    });
    parser.registerOscHandler(11, data => {
      if (data === '?') this.#terminal.input('\u001B]11;rgb:0000/0000/0000\u001B\\', false);
      return true;
    });
    parser.registerOscHandler(9, data => {
      if (data.startsWith('4;')) this.#progress = data.split(';')[1] ?? '';
      return true;
    });
  }
}
