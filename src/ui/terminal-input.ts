/** The one reader of the keyboard: raw mode on and off, bytes through the parser, and the short waits that tell an Escape from a sequence. */
import {createKeyParser, type InputEvent} from './key-parser.ts';
import type {Timers} from './timers.ts';

export type TerminalInput = {
  start(): void;
  /** Another program reads from now on. */
  stop(): void;
  /** Nobody reads, but the terminal is kept open, and with it the process. */
  rest(): void;
};

/** A lone Escape is a key when nothing follows it for so long; a cut sequence or paste may hang on a slow line much longer. */
const waitMs = {escape: 40, sequence: 500, paste: 2_000} as const;

export function createTerminalInput(stdin: NodeJS.ReadStream, timers: Timers, onEvent: (event: InputEvent) => void): TerminalInput {
  const parser = createKeyParser();
  let waiting: {cancel(): void} | undefined;
  let isStarted = false;

  function receive(chunk: Uint8Array | string): void {
    waiting?.cancel();
    waiting = undefined;
    emit(marked(parser.push(chunk)));
    const pending = parser.pending();
    if (pending !== 'nothing') waiting = timers.setTimer(waitMs[pending], () => emit(parser.flush()));
  }

  function emit(events: readonly InputEvent[]): void {
    // A key may hand the terminal over or leave it: what was typed after it is not for us.
    for (const event of events) if (isStarted) onEvent(event);
  }

  return {
    start() {
      if (isStarted) return;
      isStarted = true;
      if (stdin.isTTY) stdin.setRawMode(true);
      stdin.on('data', receive);
      stdin.resume();
    },
    stop() {
      rest();
      stdin.pause();
    },
    rest,
  };

  function rest(): void {
    isStarted = false;
    waiting?.cancel();
    waiting = undefined;
    parser.flush();
    stdin.off('data', receive);
    if (stdin.isTTY) stdin.setRawMode(false);
  }
}

/** So many characters come together when a person types over a slow line; terminals mark what is pasted by themselves. */
const typedTogetherMax = 3;

/** More characters in one read than a person types: whoever must know is told. */
function marked(events: readonly InputEvent[]): readonly InputEvent[] {
  const isTyped = (event: InputEvent): boolean => event.kind === 'key' && event.key.text !== undefined;
  if (events.filter(isTyped).length <= typedTogetherMax) return events;
  return events.map(event => (event.kind === 'key' && isTyped(event) ? {...event, key: {...event.key, isInChunk: true}} : event));
}
