/** The grid on which ages tick: whole seconds, so that all ages of a frame change together. */
import type {Clock, Timer} from '../domain/clock.ts';

const gridMs = 1_000;

/** Calls `onTick` at every full second of the wall clock until it is stopped. */
export function startClockGrid(clock: Clock, onTick: (now: number) => void): {stop(): void} {
  let timer: Timer;
  const arm = (): void => {
    timer = clock.setTimer(gridMs - (clock.now() % gridMs), () => {
      arm();
      onTick(gridTime(clock));
    });
  };
  arm();
  return {stop: () => timer.cancel()};
}

export function gridTime(clock: Clock): number {
  return Math.floor(clock.now() / gridMs) * gridMs;
}
