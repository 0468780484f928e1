/**
 * Remembers what we wrote last under each key, so that no decision is made on a cache that has not seen it yet: a stale
 * cache shows the world before our own step, and the step would be done again.
 */
import {isOlderVersion} from '../domain/resource-version.ts';
import {Recent} from './recent.ts';

/** Keys beyond are forgotten, the oldest first: by then the cache has seen them or is broken in ways that its own state tells. */
const keysMax = 4_096;

export class ReadYourWrites {
  readonly #written: Recent<string>;

  constructor(max = keysMax) {
    this.#written = new Recent(max);
  }

  /** Answers may come in another order than the writes: the newest counts. */
  wrote(key: string, resourceVersion: string): void {
    const before = this.#written.get(key);
    if (before === undefined || isOlderVersion(before, resourceVersion)) this.#written.set(key, resourceVersion);
  }

  /**
   * `seenVersion` is the object's in the cache; where it is not there, the version up to which the cache has read, since
   * only that tells a deletion from an object yet to come. '' where that is unknown.
   */
  isCaughtUp(key: string, seenVersion: string): boolean {
    const written = this.#written.get(key);
    if (written === undefined) return true;
    if (seenVersion === '' || isOlderVersion(seenVersion, written)) return false;
    this.#written.delete(key);
    return true;
  }
}
