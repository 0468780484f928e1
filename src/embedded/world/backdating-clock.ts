/** A clock for the server of the demo that can be set back while the world is seeded, so that objects have believable ages. */
import type {Clock, Timer} from '../../domain/clock.ts';

export class BackdatingClock implements Clock {
  readonly #clock: Clock;
  #lagMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now() - this.#lagMs;
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  setTimer(delayMs: number, run: () => void): Timer {
    return this.#clock.setTimer(delayMs, run);
  }

  /** What `write` does before its first await happens `ageMs` ago. */
  backdate<T>(ageMs: number, write: () => T): T {
    const before = this.#lagMs;
    this.#lagMs = ageMs;
    try {
      return write();
    } finally {
      this.#lagMs = before;
    }
  }
}
