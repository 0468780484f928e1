/** A program in a real pseudo-terminal, with the emulator as its screen: press, wait, look. */
import {type IPty, spawn} from 'node-pty';
import {type Cell, Emulator, type Modes} from './emulator.ts';
import {bytesOfKey} from './key-bytes.ts';

export type PtyOptions = {
  command: string;
  args: readonly string[];
  env?: Readonly<Record<string, string | undefined>>;
  cwd?: string;
  columns?: number;
  rows?: number;
  speaksKitty?: boolean;
  /** Hears what the program wrote the moment it arrives; `isShown` resolves when the screen has it. */
  onBytes?: (bytes: Buffer, isShown: Promise<void>) => void;
};

export type Exit = {readonly code: number; readonly signal: number};

export type PtyTerminal = {
  screen(): string[];
  cell(column: number, row: number): Cell;
  modes(): Modes;
  /** Resolves once the screen matches: a regular expression against its text, or a predicate on its lines. */
  waitFor(wanted: RegExp | ((lines: string[]) => boolean), timeoutMs?: number): Promise<void>;
  press(...keys: string[]): void;
  /** Sends the characters in one piece. */
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** Remembers this moment; `since` tells how many bytes the program has written after it, and which. */
  mark(): {bytes(): number; text(): string};
  kill(signal: string): void;
  readonly pid: number;
  readonly exit: Promise<Exit>;
  /** Ends the program if it still runs. */
  close(): Promise<void>;
};

/** The environment of a user's terminal: what the test runner itself runs under must not reach the program. */
const plainEnvironment = {
  TERM: 'xterm-256color',
  LANG: 'C.UTF-8',
  COLORTERM: undefined,
  CI: undefined,
  NO_COLOR: undefined,
  FORCE_COLOR: undefined,
};

export function openTerminal({
  command,
  args,
  env = {},
  cwd,
  columns = 80,
  rows = 24,
  speaksKitty = false,
  onBytes,
}: PtyOptions): PtyTerminal {
  const emulator = new Emulator({columns, rows, speaksKitty});
  const environment = Object.entries({...process.env, ...plainEnvironment, ...env}).filter(([, value]) => value !== undefined);
  const pty: IPty = spawn(command, [...args], {
    cols: columns,
    rows,
    cwd: cwd ?? process.cwd(),
    env: Object.fromEntries(environment) as Record<string, string>,
    encoding: null,
  });
  const waiting = new Set<() => void>();
  const chunks: Buffer[] = [];
  let received = 0;
  let ended: Exit | undefined;
  emulator.onReply(text => ended === undefined && pty.write(text));
  // With a null encoding node-pty gives the bytes as they came.
  pty.onData((data: string | Buffer) => {
    const bytes = Buffer.from(data);
    chunks.push(bytes);
    received += bytes.length;
    const isShown = emulator.write(bytes);
    onBytes?.(bytes, isShown);
    void isShown.then(() => {
      for (const check of [...waiting]) check();
    });
  });
  const exit = new Promise<Exit>(resolve => {
    pty.onExit(({exitCode, signal = 0}) => {
      ended = {code: exitCode, signal};
      // The last bytes are on the screen before the exit is told.
      void emulator.write('').then(() => resolve({code: exitCode, signal}));
    });
  });

  return {
    screen: () => emulator.screen(),
    cell: (column, row) => emulator.cell(column, row),
    modes: () => emulator.modes(),
    waitFor: (wanted, timeoutMs = 20_000) =>
      new Promise((resolve, reject) => {
        const check = () => {
          // A frame arrives in pieces; between its marks the screen is half of one and half of the other.
          if (ended === undefined && emulator.modes().isSynchronized) return;
          const lines = emulator.screen();
          if (!(typeof wanted === 'function' ? wanted(lines) : wanted.test(lines.join('\n')))) return;
          done();
          resolve();
        };
        const timer = setTimeout(() => {
          done();
          const state = ended === undefined ? 'still running' : `ended with code ${ended.code}, signal ${ended.signal}`;
          reject(new Error(`not on the screen within ${timeoutMs} ms: ${wanted} (program ${state})\n${emulator.screen().join('\n')}`));
        }, timeoutMs);
        const done = () => {
          clearTimeout(timer);
          waiting.delete(check);
        };
        waiting.add(check);
        check();
      }),
    press: (...keys) => {
      for (const key of keys) pty.write(bytesOfKey(key));
    },
    type: text => pty.write(text),
    resize: (nextColumns, nextRows) => {
      emulator.resize(nextColumns, nextRows);
      pty.resize(nextColumns, nextRows);
    },
    mark: () => {
      const [at, first] = [received, chunks.length];
      return {bytes: () => received - at, text: () => Buffer.concat(chunks.slice(first)).toString('utf8')};
    },
    kill: signal => {
      process.kill(pty.pid, signal);
    },
    pid: pty.pid,
    exit,
    close: async () => {
      if (ended === undefined) pty.kill('SIGKILL');
      await exit;
      emulator.dispose();
    },
  };
}
