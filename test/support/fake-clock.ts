/** A Clock that moves only when a test says so; timers run in order of their time, promises settle between them. */
import type {Clock, Timer} from '../../src/domain/clock.ts';

type Pending = {readonly atMs: number; readonly order: number; readonly run: () => void};

export class FakeClock implements Clock {
  readonly #startMs: number;
  #elapsedMs = 0;
  #order = 0;
  readonly #pending = new Set<Pending>();

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#startMs = startMs;
  }

  now(): number {
    return this.#startMs + this.#elapsedMs;
  }

  monotonic(): number {
    return this.#elapsedMs;
  }

  setTimer(delayMs: number, run: () => void): Timer {
    const pending: Pending = {atMs: this.#elapsedMs + Math.max(0, delayMs), order: this.#order++, run};
    this.#pending.add(pending);
    return {cancel: () => void this.#pending.delete(pending)};
  }

  /** Timers that wait: a test that ends with some has left something running. */
  get timersPending(): number {
    return this.#pending.size;
  }

  /** Moves time on, running what falls due on the way at its own instant, and lets promises settle after each. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#elapsedMs + ms;
    await settle();
    for (let due = this.#next(untilMs); due !== undefined; due = this.#next(untilMs)) {
      this.#pending.delete(due);
      this.#elapsedMs = due.atMs;
      due.run();
      await settle();
    }
    this.#elapsedMs = untilMs;
  }

  #next(untilMs: number): Pending | undefined {
    let next: Pending | undefined;
    for (const pending of this.#pending) {
      if (pending.atMs > untilMs) continue;
      if (next === undefined || pending.atMs < next.atMs || (pending.atMs === next.atMs && pending.order < next.order)) next = pending;
    }
    return next;
  }
}

/** Runs every promise reaction that needs no further time: the immediate comes after the whole queue of them. */
export function settle(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
