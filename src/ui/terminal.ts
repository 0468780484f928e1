/** The terminal as the program sees it: draws React nodes in the alternate screen, gives keys and pastes, and is itself again after every way out. */
import {type Instance, render, useApp} from 'ink';
import {createElement, type ReactNode} from 'react';
import {createFrameStream, type TerminalSize} from './frame-stream.ts';
import type {InputEvent} from './key-parser.ts';
import type {Key} from './keys.ts';
import {type HostProcess, type TerminalEnd, watchProcess} from './process-watch.ts';
import {createTerminalInput} from './terminal-input.ts';
import {createTerminalModes} from './terminal-modes.ts';
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

export function openTerminal({stdin, stdout, process, timers, onEnd}: TerminalOptions): Terminal {
  const keyListeners = new Set<(key: Key) => void>();
  const pasteListeners = new Set<(text: string) => void>();
  const resizeListeners = new Set<(size: TerminalSize) => void>();
  const frameListeners = new Set<(frame: Frame) => void>();
  const exit = Promise.withResolvers<TerminalEnd>();
  let state: 'open' | 'suspended' | 'ended' = 'open';
  let size = sizeOf(stdout);
  let instance: Instance | undefined;
  let suspendInk: SuspendInk | undefined;
  let renderMs = 0;

  const frames = createFrameStream(stdout, size, bytes => tell(frameListeners, {renderMs, bytes}));
  const modes = createTerminalModes(text => stdout.isTTY && stdout.write(text));
  const input = createTerminalInput(stdin, timers, take);
  const watch = watchProcess(process, timers, {end: onSignal, leave, stop: stopJob, redraw});

  function take(event: InputEvent): void {
    switch (event.kind) {
      case 'kitty':
        modes.enableKitty();
        break;
      case 'paste':
        tell(pasteListeners, event.text);
        break;
      case 'key':
        if (event.key.name === 'ctrl-z') stopJob();
        else tell(keyListeners, event.key);
        break;
    }
  }

  /** Everything goes back to what it was, synchronously, whatever state React is in. */
  function leave(): void {
    if (state === 'ended') return;
    state = 'ended';
    frames.setMuted(true);
    modes.leave();
    input.stop();
    watch.end();
    stdout.off('resize', resizes.request);
    instance?.unmount();
  }

  function finish(end: TerminalEnd): void {
    if (state === 'ended') return;
    leave();
    exit.resolve(end);
    onEnd(end);
  }

  function stopJob(): void {
    if (state === 'open') void handOver(watch.stopUntilContinued, input.rest);
    // The program that has the terminal stops too; the shell gets it back only when the whole job has stopped.
    else if (state === 'suspended') process.kill(process.pid, 'SIGSTOP');
  }

  function onSignal(end: TerminalEnd): void {
    // Keys that mean interrupt reach the whole job: while another program has the terminal they are meant for that one.
    const isForOther = state === 'suspended' && end.kind === 'signal' && (end.signal === 'SIGINT' || end.signal === 'SIGQUIT');
    if (!isForOther) finish(end);
  }

  async function handOver(run: () => Promise<void>, yieldInput: () => void): Promise<void> {
    if (state !== 'open') return;
    state = 'suspended';
    frames.setMuted(true);
    modes.leave();
    yieldInput();
    const suspension = await suspendInk?.();
    try {
      await run();
    } finally {
      await resume(suspension);
    }
  }

  async function resume(suspension: Suspension | undefined): Promise<void> {
    // A signal may have ended the program while the other one had the terminal.
    if (isEnded()) return;
    state = 'open';
    modes.enter();
    input.start();
    frames.setMuted(false);
    frames.eraseBeforeNext();
    size = sizeOf(stdout);
    frames.setSize(size);
    tell(resizeListeners, size);
    await suspension?.resume();
  }

  /** Ink forgets its last frame and draws a whole one. */
  function redraw(): void {
    if (state !== 'open' || instance === undefined) return;
    forgetFrame(instance);
    frames.announceResize();
  }

  function forgetFrame(drawn: Instance): void {
    frames.setMuted(true);
    frames.announceResize();
    drawn.clear();
    frames.setMuted(false);
    frames.eraseBeforeNext();
  }

  const resizes = createPacer(timers, resizeIntervalMs, () => {
    if (state !== 'open') return;
    size = sizeOf(stdout);
    frames.setSize(size);
    if (instance !== undefined) forgetFrame(instance);
    // The tree is laid out anew for the new size before Ink draws it, or a frame taller than the terminal would scroll it.
    tell(resizeListeners, size);
    timers.setTimer(0, () => state === 'open' && frames.announceResize());
  });

  const isEnded = () => state === 'ended';

  modes.enter();
  input.start();
  watch.start();
  stdout.on('resize', resizes.request);
  // A terminal that is gone answers with an error or with the end of its input; it may send no signal.
  stdout.on('error', () => finish({kind: 'signal', signal: 'SIGHUP'}));
  stdin.on('error', () => finish({kind: 'signal', signal: 'SIGHUP'}));
  stdin.on('end', () => finish({kind: 'signal', signal: 'SIGHUP'}));

  return {
    mount(node) {
      if (isEnded()) return;
      const root = createElement(Root, {
        node,
        onSuspender: suspender => {
          suspendInk = suspender;
        },
      });
      if (instance !== undefined) return instance.rerender(root);
      instance = render(root, {
        stdout: frames.stream,
        stdin: withoutRawMode(stdin),
        alternateScreen: true,
        incrementalRendering: true,
        maxFps: 60,
        exitOnCtrlC: false,
        patchConsole: false,
        interactive: stdout.isTTY,
        // The protocol is asked for and pushed by the terminal's own modes: Ink would not hear the answer, as it reads no keys.
        kittyKeyboard: {mode: 'disabled'},
        concurrent: false,
        onRender: ({renderTime}) => {
          renderMs = renderTime;
        },
      });
      instance.waitUntilExit().catch((error: unknown) => finish({kind: 'error', error}));
    },
    onKey: listener => subscribe(keyListeners, listener),
    onPaste: listener => subscribe(pasteListeners, listener),
    onResize: listener => subscribe(resizeListeners, listener),
    onFrame: listener => subscribe(frameListeners, listener),
    size: () => size,
    suspend: run => handOver(run, input.stop),
    redraw,
    writeControl: modes.writeControl,
    restore: () => finish({kind: 'closed'}),
    waitUntilExit: () => exit.promise,
  };
}

type Suspension = {resume(): Promise<void>};
type SuspendInk = () => Promise<Suspension | undefined>;

/** Ink hands out its way to hold rendering only to components. */
function Root({node, onSuspender}: {node: ReactNode; onSuspender(suspend: SuspendInk): void}): ReactNode {
  onSuspender(useApp().suspendTerminal);
  return node;
}

/** Ink never reads the keyboard nor changes its mode: a component that asks for it fails at once. */
function withoutRawMode(stdin: NodeJS.ReadStream): NodeJS.ReadStream {
  return new Proxy(stdin, {get: (target, property) => (property === 'isTTY' ? false : Reflect.get(target, property, target))});
}

function sizeOf({columns, rows}: NodeJS.WriteStream): TerminalSize {
  return {columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24};
}

/** The first request is served at once, those that follow within the interval together at its end. */
function createPacer(timers: Timers, intervalMs: number, run: () => void): {request(): void} {
  let isResting = false;
  let isAsked = false;
  function serve(): void {
    isResting = true;
    isAsked = false;
    timers.setTimer(intervalMs, () => {
      isResting = false;
      if (isAsked) serve();
    });
    run();
  }
  return {
    request() {
      isAsked = true;
      if (!isResting) serve();
    },
  };
}

function subscribe<Value>(listeners: Set<(value: Value) => void>, listener: (value: Value) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell<Value>(listeners: ReadonlySet<(value: Value) => void>, value: Value): void {
  for (const listener of [...listeners]) listener(value);
}
