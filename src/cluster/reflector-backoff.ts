/** How long to wait before the next try: 0.8 s doubling to 30 s, up to twice that by chance, forgotten after 2 quiet minutes. */
import type {Clock, Random} from '../domain/clock.ts';

const delayMsFirst = 800;
const delayMsMax = 30_000;
const forgetAfterMs = 120_000;

export class Backoff {
  readonly #clock: Clock;
  readonly #random: Random;
  #delayMs = delayMsFirst;
  #failedAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  nextDelayMs(): number {
    const nowMs = this.#clock.monotonic();
    if (nowMs - this.#failedAtMs > forgetAfterMs) this.reset();
    this.#failedAtMs = nowMs;
    const delayMs = this.#delayMs;
    this.#delayMs = Math.min(delayMs * 2, delayMsMax);
    return delayMs * (1 + this.#random());
  }

  reset(): void {
    this.#delayMs = delayMsFirst;
  }
}
