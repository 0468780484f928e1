/**
 * The rows of one table in the order in which they are shown. Kept up to date by difference: a flush costs what changed,
 * not what there is. Everything about one row that the screen needs and the store does not keep lives here.
 */
import {compareOptional, type Ordinal, ordinalOf} from '../domain/query/compare.ts';
import type {FilterRow} from '../domain/query/filter.ts';
import type {Entry} from '../domain/source.ts';
import {isProblem, type Verdict, type VerdictWord, verdictWords} from '../domain/verdict.ts';
import type {JudgedRow, ShownColumn} from './columns.ts';
import type {Seen} from './define-view.ts';
import {JoinedTexts} from './joined-texts.ts';
import {RowText} from './row-text.ts';
import type {ViewRow} from './view-row.ts';

/** How long a changed cell stays marked. */
export const freshMs = 3_000;
/** Above this share of changed rows a whole sort is cheaper than moving each. */
const moveShareMax = 0.1;

export type ModelRow<Facts> = JudgedRow<Facts> & {
  /** Columns whose text changed with the last change, and until when they are marked. */
  readonly fresh?: {readonly until: number; readonly titles: ReadonlySet<string>};
};

export type Order = {readonly column: string; readonly isDescending: boolean};

export type Arrangement<Facts> = {
  readonly columns: readonly ShownColumn<Facts>[];
  readonly order: Order | undefined;
  matches(row: FilterRow): boolean;
  readonly isProblemsOnly: boolean;
};

export type VerdictCounts = Readonly<Record<VerdictWord, number>>;

export class TableModel<Facts> {
  readonly #rows = new Map<string, ModelRow<Facts>>();
  /** Every row in order; a filter picks from these, so that a keystroke sorts nothing. */
  #sorted: ModelRow<Facts>[] = [];
  #shown: readonly ModelRow<Facts>[] = [];
  #counts: Record<VerdictWord, number> = {broken: 0, waiting: 0, busy: 0, unknown: 0, ok: 0};
  #arrangement: Arrangement<Facts>;
  readonly #texts = new JoinedTexts();
  readonly #judge: (row: ViewRow<Facts>, seen: Seen) => Verdict;

  constructor(judge: (row: ViewRow<Facts>, seen: Seen) => Verdict, arrangement: Arrangement<Facts>) {
    this.#judge = judge;
    this.#arrangement = arrangement;
  }

  get shown(): readonly ModelRow<Facts>[] {
    return this.#shown;
  }

  get total(): number {
    return this.#rows.size;
  }

  get counts(): VerdictCounts {
    return this.#counts;
  }

  get(uid: string): ModelRow<Facts> | undefined {
    return this.#rows.get(uid);
  }

  /** Takes over what the store holds now. */
  update(entries: Iterable<Entry<ViewRow<Facts>>>, seen: Seen): void {
    const changed = new Set<string>();
    const isFirst = this.#rows.size === 0;
    const uids: string[] = [];
    for (const entry of entries) {
      uids.push(entry.uid);
      const known = this.#rows.get(entry.uid);
      if (known?.entry === entry) continue;
      changed.add(entry.uid);
      this.#rows.set(entry.uid, this.#remade(entry, known, seen, isFirst));
    }
    if (this.#rows.size > uids.length) this.#forgetOthers(new Set(uids), changed);
    this.#place(changed, seen);
  }

  #forgetOthers(uids: ReadonlySet<string>, changed: Set<string>): void {
    for (const uid of this.#rows.keys()) {
      if (uids.has(uid)) continue;
      this.#rows.delete(uid);
      changed.add(uid);
    }
  }

  /** Judges every row anew: verdicts may depend on the clock, on siblings and on related sources. */
  rejudge(seen: Seen): void {
    const changed = new Set<string>();
    for (const [uid, row] of this.#rows) {
      const verdict = this.#judge(row.entry.row, seen);
      if (isSameVerdict(verdict, row.verdict)) continue;
      this.#rows.set(uid, {...row, verdict});
      changed.add(uid);
    }
    this.#place(changed, seen);
  }

  arrange(arrangement: Arrangement<Facts>, seen: Seen): void {
    const {columns, order} = this.#arrangement;
    this.#arrangement = arrangement;
    if (columns !== arrangement.columns || order !== arrangement.order) this.#sort(seen);
    this.#pick(seen);
  }

  #remade(entry: Entry<ViewRow<Facts>>, known: ModelRow<Facts> | undefined, seen: Seen, isFirst: boolean): ModelRow<Facts> {
    const row: ModelRow<Facts> = {entry, verdict: this.#judge(entry.row, seen)};
    if (isFirst) return row;
    const titles = new Set<string>();
    for (const column of this.#arrangement.columns) {
      if (column.role === 'age') continue;
      const isNews = known === undefined ? column.isKey : hasChanged(column, known, row, seen);
      if (isNews) titles.add(column.title);
    }
    return titles.size === 0 ? row : {...row, fresh: {until: seen.now + freshMs, titles}};
  }

  #place(changed: ReadonlySet<string>, seen: Seen): void {
    if (changed.size === 0) return;
    this.#recount();
    if (changed.size > 50 && changed.size > this.#rows.size * moveShareMax) {
      this.#sort(seen);
      this.#pick(seen);
    } else this.#move(changed, seen);
  }

  #recount(): void {
    this.#counts = {broken: 0, waiting: 0, busy: 0, unknown: 0, ok: 0};
    for (const row of this.#rows.values()) this.#counts[row.verdict.word] += 1;
  }

  #sort(seen: Seen): void {
    this.#sorted = [...this.#rows.values()].sort(this.#comparator(seen));
  }

  #pick(seen: Seen): void {
    this.#shown = this.#sorted.filter(row => this.#isShown(row, seen));
  }

  #move(changed: ReadonlySet<string>, seen: Seen): void {
    const compare = this.#comparator(seen);
    const rows = [...changed].flatMap(uid => this.#rows.get(uid) ?? []);
    this.#sorted = moved(this.#sorted, changed, rows, compare);
    const shown = rows.filter(row => this.#isShown(row, seen));
    this.#shown = moved(this.#shown, changed, shown, compare);
  }

  #isShown(row: ModelRow<Facts>, seen: Seen): boolean {
    if (this.#arrangement.isProblemsOnly && !isProblem(row.verdict)) return false;
    return this.#arrangement.matches(new RowText(row, this.#arrangement.columns, seen, this.#texts));
  }

  #comparator(seen: Seen): (a: ModelRow<Facts>, b: ModelRow<Facts>) => number {
    const {order, columns} = this.#arrangement;
    const column = order && columns.find(candidate => candidate.title === order.column);
    if (column === undefined || order === undefined) return compareIdentity;
    const ordinals = new Map<ModelRow<Facts>, Ordinal | undefined>();
    const ordinal = (row: ModelRow<Facts>): Ordinal | undefined => {
      if (ordinals.has(row)) return ordinals.get(row);
      const made = column.role === 'verdict' ? verdictWords.indexOf(row.verdict.word) : ordinalOf(column.kind, column.value(row, seen));
      ordinals.set(row, made);
      return made;
    };
    return (a, b) => compareOptional(ordinal(a), ordinal(b), order.isDescending) || compareIdentity(a, b);
  }
}

function compareIdentity(a: JudgedRow<unknown>, b: JudgedRow<unknown>): number {
  return (
    compareText(a.entry.namespace, b.entry.namespace) || compareText(a.entry.name, b.entry.name) || compareText(a.entry.uid, b.entry.uid)
  );
}

function hasChanged<Facts>(column: ShownColumn<Facts>, before: JudgedRow<Facts>, after: JudgedRow<Facts>, seen: Seen): boolean {
  // A verdict's text counts seconds; only another word or reason is news.
  if (column.role === 'verdict')
    return before.verdict.word !== after.verdict.word || before.verdict.reason?.key !== after.verdict.reason?.key;
  return column.value(before, seen) !== column.value(after, seen);
}

function isSameVerdict(a: Verdict, b: Verdict): boolean {
  return a.word === b.word && a.since === b.since && a.reason?.key === b.reason?.key && areSame(a.reason?.args, b.reason?.args);
}

/** Of ten thousand judgements at once nearly all are as before, with nothing but texts and numbers in them: most need no JSON. */
function areSame(a: readonly unknown[] = [], b: readonly unknown[] = []): boolean {
  if (a.length !== b.length) return false;
  return a.every(
    (argument, index) => argument === b[index] || (typeof argument === 'object' && JSON.stringify(argument) === JSON.stringify(b[index])),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A sorted list without the rows of these uids, and with others in their places. */
function moved<Row extends JudgedRow<unknown>>(
  sorted: readonly Row[],
  leaving: ReadonlySet<string>,
  coming: readonly Row[],
  compare: (a: Row, b: Row) => number,
): Row[] {
  const rows = sorted.filter(row => !leaving.has(row.entry.uid));
  for (const row of coming) rows.splice(insertionIndex(rows, row, compare), 0, row);
  return rows;
}

function insertionIndex<Row>(sorted: readonly Row[], row: Row, compare: (a: Row, b: Row) => number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = sorted[middle];
    if (other !== undefined && compare(other, row) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
