/** A terminal for components in this process: streams that look like a TTY, with the emulator behind them. */
import {EventEmitter} from 'node:events';
import {PassThrough} from 'node:stream';
import type {ReactNode} from 'react';
import type {HostProcess, TerminalEnd} from '../../../src/ui/process-watch.ts';
import {openTerminal, type Terminal} from '../../../src/ui/terminal.ts';
import type {Timers} from '../../../src/ui/timers.ts';
import {type Cell, Emulator, type EmulatorOptions, type Modes} from './emulator.ts';
import {bytesOfKey} from './key-bytes.ts';

export type InProcessScreen = {
  readonly terminal: Terminal;
  /** Draws the node and waits until it is on the screen. */
  draw(node: ReactNode): Promise<string[]>;
  screen(): string[];
  cell(column: number, row: number): Cell;
  modes(): Modes;
  press(...keys: string[]): void;
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** Everything that has been written, as text. */
  written(): string;
  waitFor(wanted: (lines: string[]) => boolean): Promise<void>;
  /** The process around it: emits signals, exceptions and its exit as `process` does; remembers what was sent with `kill`. */
  readonly host: EventEmitter & {readonly sent: [number, string | number | undefined][]};
  readonly ends: TerminalEnd[];
};

const realTimers: Timers = {
  setTimer(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return {cancel: () => clearTimeout(timer)};
  },
};

export function openScreen({timers = realTimers, ...size}: EmulatorOptions & {timers?: Timers}): InProcessScreen {
  const emulator = new Emulator(size);
  const waiting = new Set<() => void>();
  let written = '';
  const stdout = Object.assign(new EventEmitter(), {
    isTTY: true,
    columns: size.columns,
    rows: size.rows,
    writable: true,
    write(text: string) {
      written += text;
      // The line discipline of a real terminal returns the carriage.
      void emulator.write(text.replaceAll('\n', '\r\n')).then(() => {
        for (const check of [...waiting]) check();
      });
      return true;
    },
  });
  const stdin = Object.assign(new PassThrough(), {isTTY: true, isRaw: false, setRawMode: () => stdin});
  emulator.onReply(text => stdin.write(text));
  const sent: [number, string | number | undefined][] = [];
  const host = Object.assign(new EventEmitter(), {
    sent,
    pid: 1,
    kill: (pid: number, signal?: string | number) => sent.push([pid, signal]) > 0,
  });
  const ends: TerminalEnd[] = [];
  const terminal = openTerminal({
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    process: host as unknown as HostProcess,
    timers,
    onEnd: end => ends.push(end),
  });

  const waitFor = (wanted: (lines: string[]) => boolean) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (!wanted(emulator.screen())) return;
        clearTimeout(timer);
        waiting.delete(check);
        resolve();
      };
      const timer = setTimeout(() => reject(new Error(`not on the screen within 10 s:\n${emulator.screen().join('\n')}`)), 10_000);
      waiting.add(check);
      check();
    });

  return {
    terminal,
    async draw(node) {
      terminal.mount(node);
      // Ink holds a frame back for at most a sixtieth of a second.
      terminal.redraw();
      await emulator.write('');
      return emulator.screen();
    },
    screen: () => emulator.screen(),
    cell: (column, row) => emulator.cell(column, row),
    modes: () => emulator.modes(),
    press: (...keys) => {
      for (const key of keys) stdin.write(bytesOfKey(key));
    },
    type: text => stdin.write(text),
    resize(columns, rows) {
      emulator.resize(columns, rows);
      Object.assign(stdout, {columns, rows});
      stdout.emit('resize');
    },
    written: () => written,
    waitFor,
    host,
    ends,
  };
}
