/** What a filter may read of a row; text is made only for the columns that it asks for. */
import type {ColumnValue} from '../domain/query/column-kind.ts';
import type {FilterRow} from '../domain/query/filter.ts';
import type {JudgedRow, ShownColumn} from './columns.ts';
import type {Seen} from './define-view.ts';

export class RowText<Facts> implements FilterRow {
  readonly #row: JudgedRow<Facts>;
  readonly #columns: readonly ShownColumn<Facts>[];
  readonly #seen: Seen;

  constructor(row: JudgedRow<Facts>, columns: readonly ShownColumn<Facts>[], seen: Seen) {
    this.#row = row;
    this.#columns = columns;
    this.#seen = seen;
  }

  value(index: number): ColumnValue {
    return this.#columns[index]?.value(this.#row, this.#seen);
  }

  text(index: number): string {
    return this.#columns[index]?.text(this.#row, this.#seen) ?? '';
  }

  joined(): string {
    const {namespace, name} = this.#row.entry;
    const cells = this.#columns.flatMap((column, index) =>
      column.role === 'name' || column.role === 'namespace' ? [] : [this.text(index)],
    );
    return [namespace, name, ...cells].join(' ');
  }

  now(): number {
    return this.#seen.now;
  }
}
