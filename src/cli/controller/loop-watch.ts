/** How long the event loop has not come round: a process that hangs must not be taken for one that works. */
import type {Clock} from '../../domain/clock.ts';

const beatMs = 500;

export type LoopWatch = {
  /** Beyond the beat itself; near 0 in a healthy process. */
  lagMs(): number;
  stop(): void;
};

export function watchLoop(clock: Clock): LoopWatch {
  let lastBeatMs = clock.monotonic();
  const beat = () => {
    lastBeatMs = clock.monotonic();
    timer = clock.setTimer(beatMs, beat);
  };
  let timer = clock.setTimer(beatMs, beat);
  return {
    lagMs: () => Math.max(0, clock.monotonic() - lastBeatMs - beatMs),
    stop: () => timer.cancel(),
  };
}
