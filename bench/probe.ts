/** The program in a pty, with a clock at the wire: when the frame began that first showed an effect. */
import {openTerminal, type PtyTerminal} from '../test/support/screen/pty-terminal.ts';

export type ProbeOptions = {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
};

export type Probe = PtyTerminal & {
  /** Milliseconds on the clock of `performance`. */
  readonly spawnedAt: number;
  /** Runs `act` and resolves with the milliseconds until the first byte of the frame whose arrival made `isShown` true. */
  timeUntil(act: () => void, isShown: (terminal: PtyTerminal) => boolean): Promise<number>;
  /** The same from the start of the program on. */
  sinceSpawn(isShown: (terminal: PtyTerminal) => boolean): Promise<number>;
};

export const columns = 200;
export const rows = 50;

const beginFrame = '\u001B[?2026h';
const timeoutMs = 30_000;

type Waiting = {readonly from: number; readonly isShown: (terminal: PtyTerminal) => boolean; readonly resolve: (ms: number) => void};

export function openProbe({command, args, env = {}}: ProbeOptions): Probe {
  const waiting = new Set<Waiting>();
  let frameAt = 0;
  const spawnedAt = performance.now();
  const terminal = openTerminal({
    command,
    args,
    env,
    columns,
    rows,
    onBytes: (bytes, isShown) => {
      const arrivedAt = performance.now();
      if (bytes.includes(beginFrame)) frameAt = arrivedAt;
      const startedAt = frameAt;
      void isShown.then(() => {
        for (const each of [...waiting]) {
          if (!each.isShown(terminal)) continue;
          waiting.delete(each);
          // A frame that had begun before the act cannot be its effect: the piece that showed it counts.
          each.resolve((startedAt > each.from ? startedAt : arrivedAt) - each.from);
        }
      });
    },
  });
  const waitFrom = (from: number, isShown: (terminal: PtyTerminal) => boolean): Promise<number> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(entry);
        reject(new Error(`nothing of it on the screen within ${timeoutMs} ms:\n${terminal.screen().join('\n')}`));
      }, timeoutMs);
      const entry: Waiting = {
        from,
        isShown,
        resolve: ms => {
          clearTimeout(timer);
          resolve(ms);
        },
      };
      waiting.add(entry);
    });
  return Object.assign(terminal, {
    spawnedAt,
    timeUntil: (act: () => void, isShown: (terminal: PtyTerminal) => boolean) => {
      const shown = waitFrom(performance.now(), isShown);
      act();
      return shown;
    },
    sinceSpawn: (isShown: (terminal: PtyTerminal) => boolean) => waitFrom(spawnedAt, isShown),
  });
}
