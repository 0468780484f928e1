/** The real clock. Its timers never keep the process alive. */
import type {Clock} from '../domain/clock.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (delayMs, run) => {
    const timer = setTimeout(run, Math.max(0, delayMs));
    timer.unref();
    return {cancel: () => clearTimeout(timer)};
  },
};
