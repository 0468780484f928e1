/** Items from a writer that waits for room to a reader in the same process, until either leaves. */
import {HeldQueue} from '../../domain/held-queue.ts';

export class Pipe<Item> {
  readonly #queue: HeldQueue<Item>;
  readonly #signal: AbortSignal;
  #room = Promise.resolve();
  #makeRoom = () => {};

  constructor(sizeOf: (item: Item) => number, sizeMax: number, signal: AbortSignal) {
    this.#signal = signal;
    this.#queue = new HeldQueue({sizeOf, sizeMax, hold: () => this.#hold(), release: () => this.#makeRoom()});
    signal.addEventListener('abort', () => this.end(), {once: true});
  }

  get items(): AsyncIterable<Item> {
    return this.#queue;
  }

  /** Resolves when there is room for the next one; at once where nobody reads any more. */
  add(item: Item): Promise<void> {
    if (!this.#signal.aborted) this.#queue.add(item);
    return this.#room;
  }

  end(): void {
    this.#queue.end();
    this.#makeRoom();
  }

  #hold(): void {
    if (this.#signal.aborted) return;
    const {promise, resolve} = Promise.withResolvers<void>();
    this.#room = promise;
    this.#makeRoom = resolve;
  }
}
