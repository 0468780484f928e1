/** Lets one loop be called away from whatever it waits for: a timer, an answer, the next bytes of a silent stream. */
import type {Clock} from '../domain/clock.ts';

export class Interrupted<Reason extends string> extends Error {
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(`interrupted: ${reason}`);
    this.name = 'Interrupted';
    this.reason = reason;
  }
}

/**
 * Good for one piece of work, which waits for one thing at a time. The first reason wins and stays: whatever is waited
 * for afterwards is interrupted at once. The signal goes to the transport as well, but nothing depends on its obeying.
 */
export class Interruption<Reason extends string> {
  readonly #controller = new AbortController();
  #error: Interrupted<Reason> | undefined;
  #reject: ((error: Interrupted<Reason>) => void) | undefined;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  interrupt(reason: Reason): void {
    if (this.#error !== undefined) return;
    this.#error = new Interrupted(reason);
    this.#reject?.(this.#error);
    this.#controller.abort(this.#error);
  }

  /** `work`'s outcome, or Interrupted. Holds no more than the wait at hand, so a stream of a million events leaks nothing. */
  wait<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      work.then(resolve, reject);
      if (this.#error !== undefined) reject(this.#error);
    });
  }

  async sleep(clock: Clock, delayMs: number): Promise<void> {
    const {promise, resolve} = Promise.withResolvers<void>();
    const timer = clock.setTimer(delayMs, resolve);
    try {
      await this.wait(promise);
    } finally {
      timer.cancel();
    }
  }
}
