/** The printed text of whole rows, kept between the keystrokes of a filter: making ten thousand of them is most of what one costs. */
import type {JudgedRow} from './columns.ts';

/** Ages in a kept text may be this much behind: the rows that a filter shows are not picked anew by the clock either. */
const keptMs = 10_000;

export class JoinedTexts {
  readonly #texts = new Map<JudgedRow<unknown>, string>();
  #columns: unknown;
  #madeAt = Number.NEGATIVE_INFINITY;

  /** `make` is called where the row, its columns or the time are not those of before. */
  of(row: JudgedRow<unknown>, columns: unknown, now: number, make: () => string): string {
    if (columns !== this.#columns || now - this.#madeAt >= keptMs) {
      this.#texts.clear();
      this.#columns = columns;
      this.#madeAt = now;
    }
    const known = this.#texts.get(row);
    if (known !== undefined) return known;
    const text = make();
    this.#texts.set(row, text);
    return text;
  }
}
