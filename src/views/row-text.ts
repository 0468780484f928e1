/** What a filter may read of a row; text is made only for the columns that it asks for. */
import type {ColumnValue} from '../domain/query/column-kind.ts';
import type {FilterRow} from '../domain/query/filter.ts';
import type {JudgedRow, ShownColumn} from './columns.ts';
import type {Seen} from './define-view.ts';
import type {JoinedTexts} from './joined-texts.ts';

export class RowText<Facts> implements FilterRow {
  readonly #row: JudgedRow<Facts>;
  readonly #columns: readonly ShownColumn<Facts>[];
  readonly #seen: Seen;
  readonly #kept: JoinedTexts;

  constructor(row: JudgedRow<Facts>, columns: readonly ShownColumn<Facts>[], seen: Seen, kept: JoinedTexts) {
    this.#row = row;
    this.#columns = columns;
    this.#seen = seen;
    this.#kept = kept;
  }

  value(index: number): ColumnValue {
    return this.#columns[index]?.value(this.#row, this.#seen);
  }

  text(index: number): string {
    return this.#columns[index]?.text(this.#row, this.#seen) ?? '';
  }

  joined(): string {
    return this.#kept.of(this.#row, this.#columns, this.#seen.now, () => {
      const {namespace, name} = this.#row.entry;
      let text = `${namespace} ${name}`;
      for (const [index, column] of this.#columns.entries()) {
        if (column.role !== 'name' && column.role !== 'namespace') text += ` ${this.text(index)}`;
      }
      return text;
    });
  }

  now(): number {
    return this.#seen.now;
  }
}
