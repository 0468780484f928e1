/** The terminal as the program sees it: draws React nodes in the alternate screen, gives keys and pastes, and is itself again after every way out. */
import {type Instance, render} from 'ink';
import {createElement, type ReactNode} from 'react';
import {createFrameStream, type FrameStream, type TerminalSize} from './frame-stream.ts';
import {InkRoot, type SuspendInk, type Suspension, withoutRawMode} from './ink-root.ts';
import type {InputEvent} from './key-parser.ts';
import type {Key} from './keys.ts';
import {paced} from './paced.ts';
import {type HostProcess, type ProcessWatch, type TerminalEnd, watchProcess} from './process-watch.ts';
import {createTerminalInput, type TerminalInput} from './terminal-input.ts';
import {createTerminalModes, type TerminalModes} from './terminal-modes.ts';
import type {Timers} from './timers.ts';

/** One drawn frame: what rendering cost and what went to the terminal. */
export type Frame = {readonly renderMs: number; readonly bytes: number};

export type TerminalOptions = {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly process: HostProcess;
  readonly timers: Timers;
  /**
   * Called once, synchronously, when the terminal is itself again: the place to print an error and to end the process
   * (an exception or a signal does not end it any more once the terminal listens for it).
   */
  onEnd(end: TerminalEnd): void;
  /** True for a key that listeners shall have, though it means something to the terminal: Ctrl-Z. */
  keepsKey?(key: Key): boolean;
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

/** A storm of resizes is drawn at most so often. */
const resizeIntervalMs = 30;

export function openTerminal(options: TerminalOptions): Terminal {
  return new InkTerminal(options);
}

class InkTerminal implements Terminal {
  readonly #options: TerminalOptions;
  readonly #keyListeners = new Set<(key: Key) => void>();
  readonly #pasteListeners = new Set<(text: string) => void>();
  readonly #resizeListeners = new Set<(size: TerminalSize) => void>();
  readonly #frameListeners = new Set<(frame: Frame) => void>();
  readonly #exit = Promise.withResolvers<TerminalEnd>();
  readonly #frames: FrameStream;
  readonly #modes: TerminalModes;
  readonly #input: TerminalInput;
  readonly #watch: ProcessWatch;
  readonly #requestResize: () => void;
  #state: 'open' | 'suspended' | 'ended' = 'open';
  #size: TerminalSize;
  #instance: Instance | undefined;
  #suspendInk: SuspendInk | undefined;
  #renderMs = 0;

  constructor(options: TerminalOptions) {
    const {stdin, stdout, process, timers} = options;
    this.#options = options;
    this.#size = sizeOf(stdout);
    this.#frames = createFrameStream(stdout, this.#size, bytes => tell(this.#frameListeners, {renderMs: this.#renderMs, bytes}));
    this.#modes = createTerminalModes(text => stdout.isTTY && stdout.write(text));
    this.#input = createTerminalInput(stdin, timers, event => this.#take(event));
    this.#watch = watchProcess(process, timers, {
      end: reason => this.#endOnSignal(reason),
      leave: () => this.#leave(),
      stop: () => this.#stopJob(),
      redraw: () => this.redraw(),
    });
    this.#requestResize = paced(timers, resizeIntervalMs, () => this.#takeNewSize());

    this.#modes.enter();
    this.#input.start();
    this.#watch.start();
    stdout.on('resize', this.#requestResize);
    // A terminal that is gone answers with an error or with the end of its input; it may send no signal.
    const hangUp = () => this.#finish({kind: 'signal', signal: 'SIGHUP'});
    stdout.on('error', hangUp);
    stdin.on('error', hangUp);
    stdin.on('end', hangUp);
  }

  mount(node: ReactNode): void {
    if (this.#isEnded()) return;
    const onSuspender = (suspender: SuspendInk) => {
      this.#suspendInk = suspender;
    };
    const root = createElement(InkRoot, {node, onSuspender});
    if (this.#instance !== undefined) {
      this.#instance.rerender(root);
      return;
    }
    this.#instance = render(root, {
      stdout: this.#frames.stream,
      stdin: withoutRawMode(this.#options.stdin),
      alternateScreen: true,
      incrementalRendering: true,
      maxFps: 60,
      exitOnCtrlC: false,
      patchConsole: false,
      interactive: this.#options.stdout.isTTY,
      // The protocol is asked for and pushed by the terminal's own modes: Ink would not hear the answer, as it reads no keys.
      kittyKeyboard: {mode: 'disabled'},
      concurrent: false,
      onRender: ({renderTime}) => {
        this.#renderMs = renderTime;
      },
    });
    this.#instance.waitUntilExit().catch((error: unknown) => this.#finish({kind: 'error', error}));
  }

  onKey(listener: (key: Key) => void): () => void {
    return subscribe(this.#keyListeners, listener);
  }

  onPaste(listener: (text: string) => void): () => void {
    return subscribe(this.#pasteListeners, listener);
  }

  onResize(listener: (size: TerminalSize) => void): () => void {
    return subscribe(this.#resizeListeners, listener);
  }

  onFrame(listener: (frame: Frame) => void): () => void {
    return subscribe(this.#frameListeners, listener);
  }

  size(): TerminalSize {
    return this.#size;
  }

  suspend(run: () => Promise<void>): Promise<void> {
    return this.#handOver(run, () => this.#input.stop());
  }

  /** Ink forgets its last frame and draws a whole one. */
  redraw(): void {
    if (this.#state !== 'open') return;
    this.#forgetFrame();
    this.#frames.announceResize();
  }

  writeControl(sequence: string): void {
    this.#modes.writeControl(sequence);
  }

  restore(): void {
    this.#finish({kind: 'closed'});
  }

  waitUntilExit(): Promise<TerminalEnd> {
    return this.#exit.promise;
  }

  #take(event: InputEvent): void {
    switch (event.kind) {
      case 'kitty':
        this.#modes.enableKitty();
        break;
      case 'paste':
        tell(this.#pasteListeners, event.text);
        break;
      case 'key':
        if (event.key.name === 'ctrl-z' && this.#options.keepsKey?.(event.key) !== true) this.#stopJob();
        else tell(this.#keyListeners, event.key);
        break;
    }
  }

  /** Everything goes back to what it was, synchronously, whatever state React is in. */
  #leave(): void {
    if (this.#isEnded()) return;
    this.#state = 'ended';
    this.#frames.setMuted(true);
    this.#modes.leave();
    this.#input.stop();
    this.#watch.end();
    this.#options.stdout.off('resize', this.#requestResize);
    this.#instance?.unmount();
  }

  #finish(end: TerminalEnd): void {
    if (this.#isEnded()) return;
    this.#leave();
    this.#exit.resolve(end);
    this.#options.onEnd(end);
  }

  #endOnSignal(end: TerminalEnd): void {
    // Keys that mean interrupt reach the whole job: while another program has the terminal they are meant for that one.
    const isInterrupt = end.kind === 'signal' && (end.signal === 'SIGINT' || end.signal === 'SIGQUIT');
    if (!(isInterrupt && this.#state === 'suspended')) this.#finish(end);
  }

  #stopJob(): void {
    const {process} = this.#options;
    if (this.#state === 'open') void this.#handOver(this.#watch.stopUntilContinued, () => this.#input.rest());
    // The program that has the terminal stops too; the shell gets it back only when the whole job has stopped.
    else if (this.#state === 'suspended') process.kill(process.pid, 'SIGSTOP');
  }

  async #handOver(run: () => Promise<void>, yieldInput: () => void): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'suspended';
    this.#frames.setMuted(true);
    this.#modes.leave();
    yieldInput();
    const suspension = await this.#suspendInk?.();
    try {
      await run();
    } finally {
      await this.#resume(suspension);
    }
  }

  async #resume(suspension: Suspension | undefined): Promise<void> {
    // A signal may have ended the program while the other one had the terminal.
    if (this.#isEnded()) return;
    this.#state = 'open';
    this.#modes.enter();
    this.#input.start();
    this.#frames.setMuted(false);
    this.#frames.eraseBeforeNext();
    this.#readSize();
    await suspension?.resume();
  }

  #takeNewSize(): void {
    if (this.#state !== 'open') return;
    this.#frames.setSize(sizeOf(this.#options.stdout));
    this.#forgetFrame();
    // The tree is laid out anew for the new size before Ink draws it, or a frame taller than the terminal would scroll it.
    this.#readSize();
    this.#options.timers.setTimer(0, () => this.#state === 'open' && this.#frames.announceResize());
  }

  #readSize(): void {
    this.#size = sizeOf(this.#options.stdout);
    this.#frames.setSize(this.#size);
    tell(this.#resizeListeners, this.#size);
  }

  #forgetFrame(): void {
    if (this.#instance === undefined) return;
    this.#frames.setMuted(true);
    this.#frames.announceResize();
    this.#instance.clear();
    this.#frames.setMuted(false);
    this.#frames.eraseBeforeNext();
  }

  #isEnded(): boolean {
    return this.#state === 'ended';
  }
}

function sizeOf({columns, rows}: NodeJS.WriteStream): TerminalSize {
  return {columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24};
}

function subscribe<Value>(listeners: Set<(value: Value) => void>, listener: (value: Value) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell<Value>(listeners: ReadonlySet<(value: Value) => void>, value: Value): void {
  for (const listener of [...listeners]) listener(value);
}
