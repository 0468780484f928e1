/** The columns that a table shows: the view's own between NAMESPACE, NAME and AGE, and the verdict at the end. */
import {humanDuration} from '../domain/age.ts';
import type {ColumnKind, ColumnValue} from '../domain/query/column-kind.ts';
import type {Entry} from '../domain/source.ts';
import type {Verdict} from '../domain/verdict.ts';
import type {Column, Seen, View} from './define-view.ts';
import type {ViewRow} from './view-row.ts';

/** One object as a table knows it: what the store keeps, and the verdict of the last judgement. */
export type JudgedRow<Facts> = {readonly entry: Entry<ViewRow<Facts>>; readonly verdict: Verdict};

export type ShownColumn<Facts> = {
  readonly title: string;
  readonly kind: ColumnKind;
  readonly role: 'namespace' | 'name' | 'cell' | 'age' | 'verdict';
  /** Tells the rows apart: NAME, or the view's own. */
  readonly isKey: boolean;
  readonly leaves?: 'last' | 'early' | 'first';
  /** What sorting and filtering compare. */
  value(row: JudgedRow<Facts>, seen: Seen): ColumnValue;
  /** What is printed. */
  text(row: JudgedRow<Facts>, seen: Seen): string;
};

export type ColumnChoice = {
  /** The served version in which the kind is read: columns may belong to one shape of it. */
  readonly version: string;
  readonly hasNamespace: boolean;
  readonly isWide: boolean;
  /** Puts a verdict into the words of the chosen language. */
  verdictText(verdict: Verdict, seen: Seen): string;
};

export function shownColumns<Facts>(view: View<Facts>, choice: ColumnChoice): readonly ShownColumn<Facts>[] {
  const own = view.columns.filter(
    column =>
      ((column.priority ?? 0) === 0 || choice.isWide) && (column.versions === undefined || column.versions.includes(choice.version)),
  );
  return [
    ...(choice.hasNamespace ? [plainColumn<Facts>('NAMESPACE', 'namespace', row => row.entry.namespace)] : []),
    ...(view.hasName === false ? [] : [plainColumn<Facts>('NAME', 'name', row => row.entry.name)]),
    ...own.filter(column => column.isAfterAge !== true).map(ownColumn<Facts>),
    ...(view.hasAge ? [ageColumn<Facts>()] : []),
    ...own.filter(column => column.isAfterAge === true).map(ownColumn<Facts>),
    plainColumn<Facts>('VERDICT', 'verdict', (row, seen) => choice.verdictText(row.verdict, seen)),
  ];
}

/** A value in kubectl's words. */
export function cellText(kind: ColumnKind, value: ColumnValue, now: number): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  switch (kind) {
    case 'age':
    case 'time':
      return humanDuration(now - value);
    case 'duration':
      return humanDuration(value);
    case 'text':
    case 'number':
    case 'version':
    case 'quantity':
      return String(value);
  }
}

function plainColumn<Facts>(
  title: string,
  role: 'namespace' | 'name' | 'verdict',
  text: (row: JudgedRow<Facts>, seen: Seen) => string,
): ShownColumn<Facts> {
  return {title, kind: 'text', role, isKey: role === 'name', value: text, text};
}

function ageColumn<Facts>(): ShownColumn<Facts> {
  const value = (row: JudgedRow<Facts>): ColumnValue => row.entry.row.createdAt;
  return {title: 'AGE', kind: 'age', role: 'age', isKey: false, value, text: (row, seen) => cellText('age', value(row), seen.now)};
}

function ownColumn<Facts>(column: Column<Facts>): ShownColumn<Facts> {
  const value = (row: JudgedRow<Facts>, seen: Seen): ColumnValue =>
    row.entry.row.facts === undefined ? undefined : column.value(row.entry.row.facts, seen);
  return {
    title: column.title,
    kind: column.kind,
    role: 'cell',
    isKey: column.isKey === true,
    ...(column.leaves === undefined ? {} : {leaves: column.leaves}),
    value,
    text: (row, seen) => {
      const {facts} = row.entry.row;
      return facts !== undefined && column.text !== undefined
        ? column.text(facts, seen)
        : cellText(column.kind, value(row, seen), seen.now);
    },
  };
}
