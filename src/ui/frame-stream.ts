/** The stream that Ink draws on: passes frames to the terminal in one write each, keeps Ink away from the terminal's modes, and can be muted. */
export type TerminalSize = {readonly columns: number; readonly rows: number};

export type FrameStream = {
  /** What Ink gets as its stdout. */
  readonly stream: NodeJS.WriteStream;
  /** While muted, Ink draws into the void. */
  setMuted(isMuted: boolean): void;
  /** The next frame is complete, not a difference: it is drawn on an empty screen from the top left. */
  eraseBeforeNext(): void;
  /** The size that Ink sees from now on; it learns of it with `announceResize`. */
  setSize(size: TerminalSize): void;
  announceResize(): void;
};

const beginSynchronized = '\u001B[?2026h';
const endSynchronized = '\u001B[?2026l';
const homeAndErase = '\u001B[H\u001B[2J';

/** Alternate screen and cursor visibility belong to the terminal module, which sets and resets them in its own order. */
const modesOfInk = new Set(['\u001B[?1049h', '\u001B[?1049l', '\u001B[?25h', '\u001B[?25l']);

/** `onWrite` hears how many bytes each frame took. */
export function createFrameStream(stdout: NodeJS.WriteStream, initial: TerminalSize, onWrite: (bytes: number) => void): FrameStream {
  const resizeListeners = new Set<() => void>();
  let size = initial;
  let isMuted = false;
  let shouldErase = false;
  /** What came since the beginning of a synchronized frame; undefined outside one. */
  let held: string | undefined;

  function send(frame: string): void {
    if (isMuted || frame === '') return;
    const text = (shouldErase ? homeAndErase : '') + joinLineSteps(frame);
    shouldErase = false;
    const wrapped = beginSynchronized + text + endSynchronized;
    stdout.write(wrapped);
    onWrite(wrapped.length + (/[^\0-\u007F]/.test(wrapped) ? extraBytes(wrapped) : 0));
  }

  function write(chunk: string, encoding?: unknown, callback?: unknown): boolean {
    if (chunk === beginSynchronized) held = '';
    else if (chunk === endSynchronized) {
      send(held ?? '');
      held = undefined;
    } else if (!modesOfInk.has(chunk)) {
      if (held === undefined) send(chunk);
      else held += chunk;
    }
    const done = typeof encoding === 'function' ? encoding : callback;
    if (typeof done === 'function') queueMicrotask(() => done());
    return true;
  }

  const listen = (event: string, listener: () => void) => {
    if (event === 'resize') resizeListeners.add(listener);
    else stdout.on(event, listener);
    return stream;
  };
  const ignore = (event: string, listener: () => void) => {
    if (event === 'resize') resizeListeners.delete(listener);
    else stdout.off(event, listener);
    return stream;
  };
  const own: Readonly<Record<PropertyKey, unknown>> = {write, on: listen, addListener: listen, off: ignore, removeListener: ignore};

  const stream = withOwn(stdout, own, () => size);

  return {
    stream,
    setMuted(next) {
      isMuted = next;
      held = undefined;
    },
    eraseBeforeNext() {
      shouldErase = true;
    },
    setSize(next) {
      size = next;
    },
    announceResize() {
      for (const listener of [...resizeListeners]) listener();
    },
  };
}

/** The stream as it is, but for what we do ourselves; its other methods run on the stream, not on the stand-in. */
function withOwn(stdout: NodeJS.WriteStream, own: Readonly<Record<PropertyKey, unknown>>, size: () => TerminalSize): NodeJS.WriteStream {
  return new Proxy(stdout, {
    get(target, property) {
      if (property === 'columns' || property === 'rows') return size()[property];
      if (Object.hasOwn(own, property)) return own[property];
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Ink steps over each unchanged line by itself: 3 bytes a line, 140 of a cursor move's budget of 600 at 50 rows. */
function joinLineSteps(frame: string): string {
  return frame.replace(/(?:\u001B\[E){2,}/g, steps => `\u001B[${steps.length / 3}E`);
}

function extraBytes(text: string): number {
  return new TextEncoder().encode(text).length - text.length;
}
