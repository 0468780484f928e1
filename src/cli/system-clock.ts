/** The real clock. Its timers never keep the process alive. */
import type {Clock} from '../domain/clock.ts';

/** What a timer of Node can hold; it runs a longer one at once. */
const timerMsMax = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (delayMs, run) => {
    let timer: NodeJS.Timeout | undefined;
    const wait = (leftMs: number) => {
      const then = leftMs > timerMsMax ? () => wait(leftMs - timerMsMax) : run;
      timer = setTimeout(then, Math.min(Math.max(0, leftMs), timerMsMax));
      timer.unref();
    };
    wait(delayMs);
    return {cancel: () => clearTimeout(timer)};
  },
};
