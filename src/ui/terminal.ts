/** The terminal as the program sees it: draws React nodes in the alternate screen, gives keys and pastes, and is itself again after every way out. */
import type {ReactNode} from 'react';
import type {Key} from './keys.ts';

/** The part of a clock that the terminal needs; the domain's Clock is one. */
export type Timers = {setTimer(delayMs: number, run: () => void): {cancel(): void}};

export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGQUIT';

/** Why the terminal was given back. `error`: an exception, a rejection nobody handled, or a component that threw. */
export type TerminalEnd =
  | {readonly kind: 'closed'}
  | {readonly kind: 'signal'; readonly signal: EndSignal}
  | {readonly kind: 'error'; readonly error: unknown};

export type TerminalSize = {readonly columns: number; readonly rows: number};

/** One drawn frame: what rendering cost and what went to the terminal. */
export type Frame = {readonly renderMs: number; readonly bytes: number};

/** `process`, as far as the terminal needs it. */
export type HostProcess = Pick<NodeJS.Process, 'on' | 'off' | 'kill' | 'pid'>;

export type TerminalOptions = {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly process: HostProcess;
  readonly timers: Timers;
  /**
   * Called once, synchronously, when the terminal is itself again: the place to print an error and to end the process
   * (an exception or a signal does not end it any more once the terminal listens for it).
   */
  onEnd(end: TerminalEnd): void;
};

export type Terminal = {
  /** Draws the node; a second call replaces it. */
  mount(node: ReactNode): void;
  /** Every listener hears every key, in order, one at a time; each returns a function that removes it. */
  onKey(listener: (key: Key) => void): () => void;
  onPaste(listener: (text: string) => void): () => void;
  onResize(listener: (size: TerminalSize) => void): () => void;
  onFrame(listener: (frame: Frame) => void): () => void;
  size(): TerminalSize;
  /** Hands the terminal to another program while `run` lasts, and takes it back. */
  suspend(run: () => Promise<void>): Promise<void>;
  /** Draws everything anew, for a screen that something else has scribbled on. */
  redraw(): void;
  /** Sequences that draw nothing: title, clipboard, progress. */
  writeControl(sequence: string): void;
  /** Leaves the screen for good; `onEnd` hears `closed`. */
  restore(): void;
  waitUntilExit(): Promise<TerminalEnd>;
};
