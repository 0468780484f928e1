/** Items between a sender that can be held back and one slow reader. */

export type HeldQueueOptions<Item> = {
  readonly sizeOf: (item: Item) => number;
  /** The sender is held back above it, and let go at half of it. */
  readonly sizeMax: number;
  readonly hold: () => void;
  readonly release: () => void;
};

export class HeldQueue<Item> implements AsyncIterable<Item> {
  readonly #options: HeldQueueOptions<Item>;
  readonly #items: Item[] = [];
  #size = 0;
  #isHeld = false;
  #isEnded = false;
  #wake: (() => void) | undefined;

  constructor(options: HeldQueueOptions<Item>) {
    this.#options = options;
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  add(item: Item): void {
    this.#items.push(item);
    this.#size += this.#options.sizeOf(item);
    if (this.#size > this.#options.sizeMax && !this.#isHeld) {
      this.#isHeld = true;
      this.#options.hold();
    }
    this.#rouse();
  }

  /** What is in the queue is still read. */
  end(): void {
    this.#isEnded = true;
    this.#rouse();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    while (true) {
      const item = this.#items.shift();
      if (item !== undefined) {
        this.#took(item);
        yield item;
      } else if (this.#isEnded) {
        return;
      } else {
        await new Promise<void>(resolve => {
          this.#wake = resolve;
        });
      }
    }
  }

  #took(item: Item): void {
    const {sizeOf, sizeMax, release} = this.#options;
    this.#size -= sizeOf(item);
    if (!this.#isHeld || this.#size > sizeMax / 2) return;
    this.#isHeld = false;
    release();
  }

  #rouse(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
