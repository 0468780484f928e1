/** Real time, run so many times faster: for tests in which sockets are real and minutes should not be. */
import type {Clock} from '../../src/domain/clock.ts';

export function fastClock(factor: number): Clock {
  const startMs = Date.now();
  const elapsedMs = () => performance.now() * factor;
  const originMs = elapsedMs();
  return {
    now: () => startMs + elapsedMs() - originMs,
    monotonic: elapsedMs,
    setTimer: (delayMs, run) => {
      const timer = setTimeout(run, Math.max(0, delayMs / factor));
      return {cancel: () => clearTimeout(timer)};
    },
  };
}
