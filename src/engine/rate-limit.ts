/** How long a key that failed waits: its own back-off or the common budget of retries, whichever is longer. */
import type {Clock} from '../domain/clock.ts';

export type RateLimitSettings = {
  /** Doubles with every failure of the same key. */
  readonly delayMsFirst: number;
  readonly delayMsMax: number;
  /** All keys together. */
  readonly perSecond: number;
  readonly burst: number;
};

/** client-go's defaults. */
const defaults: RateLimitSettings = {delayMsFirst: 5, delayMsMax: 1_000_000, perSecond: 10, burst: 100};

export class RateLimit {
  readonly #clock: Clock;
  readonly #settings: RateLimitSettings;
  readonly #failures = new Map<string, number>();
  readonly #bucket: TokenBucket;

  constructor(clock: Clock, settings: Partial<RateLimitSettings> = {}) {
    this.#clock = clock;
    this.#settings = {...defaults, ...settings};
    this.#bucket = new TokenBucket(this.#settings.perSecond, this.#settings.burst, clock.monotonic());
  }

  nextDelayMs(key: string): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const {delayMsFirst, delayMsMax} = this.#settings;
    return Math.max(Math.min(delayMsFirst * 2 ** failures, delayMsMax), this.#bucket.reserve(this.#clock.monotonic()));
  }

  /** How often in a row the key failed. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }
}

export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  /** Negative while tokens are owed to those who were told to wait. */
  #tokens: number;
  #filledAtMs: number;

  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#filledAtMs = nowMs;
  }

  /** Takes a token, if need be one of the future, and says in how many milliseconds it is there. */
  reserve(nowMs: number): number {
    this.#fill(nowMs);
    this.#tokens -= 1;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#perSecond) * 1000;
  }

  /** Takes a token if there is one. */
  take(nowMs: number): boolean {
    this.#fill(nowMs);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  #fill(nowMs: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((nowMs - this.#filledAtMs) / 1000) * this.#perSecond);
    this.#filledAtMs = nowMs;
  }
}
