/** A limit of requests under way at once: what is more is told to come back later. Off until it is set. */
import {isTrue, splitPath} from './api-call.ts';
import {isPublicPath} from './discovery-handlers.ts';

export class InFlightLimit {
  readonly #retryAfterSeconds: number;
  #max = Number.POSITIVE_INFINITY;
  #count = 0;

  constructor(retryAfterSeconds = 1) {
    this.#retryAfterSeconds = retryAfterSeconds;
  }

  /** undefined lifts it. */
  set(max: number | undefined): void {
    this.#max = max ?? Number.POSITIVE_INFINITY;
  }

  get retryAfterSeconds(): number {
    return this.#retryAfterSeconds;
  }

  /** Takes a place until the returned function is called; undefined where there is none. Watches and probes need none. */
  enter(target: string): (() => void) | undefined {
    const {path, query} = splitPath(target);
    const isLong = isTrue(query.get('watch')) || isTrue(query.get('follow'));
    if (isLong || isPublicPath(path)) return () => {};
    if (this.#count >= this.#max) return undefined;
    this.#count++;
    return () => {
      this.#count--;
    };
  }
}
