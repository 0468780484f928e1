/** The doors through which time and chance come in. */

export type Timer = {cancel(): void};

export type Clock = {
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Never goes back; milliseconds from an arbitrary start. */
  monotonic(): number;
  /** Calls `run` once after `delayMs`. A timer never keeps the process alive. */
  setTimer(delayMs: number, run: () => void): Timer;
};

/** Uniform in [0, 1). */
export type Random = () => number;
