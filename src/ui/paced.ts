/** Runs something at most once in a while, however often it is asked for. */
import type {Timers} from './timers.ts';

/** The first request is served at once, those that follow within the interval together at its end. */
export function paced(timers: Timers, intervalMs: number, run: () => void): () => void {
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
  return () => {
    isAsked = true;
    if (!isResting) serve();
  };
}
