/** Typed order of cells and the stable sort of rows by one or more columns. */
import type {ColumnKind, ColumnValue} from './column-kind.ts';
import {parseDurationMs} from './duration.ts';
import {compareNaturally} from './natural-order.ts';
import {parseQuantity} from './quantity.ts';
import {compareVersions, parseVersion, type Version} from './version-order.ts';

/** A cell made comparable. Numbers stand before versions, versions before text that could not be read as its kind. */
export type Ordinal = number | Version | string;

export type SortKey<Row> = {
  readonly kind: ColumnKind;
  readonly isDescending: boolean;
  value(row: Row): ColumnValue;
};

/** undefined where there is nothing to compare. */
export function ordinalOf(kind: ColumnKind, value: ColumnValue): Ordinal | undefined {
  if (value === undefined || Number.isNaN(value)) return undefined;
  switch (kind) {
    case 'text':
      return String(value);
    case 'number':
      return typeof value === 'number' ? value : (parseNumber(value) ?? value);
    case 'age':
    case 'time':
      // By the printed age, the youngest first: a later time is a smaller age.
      return typeof value === 'number' ? -value : (parseDurationMs(value) ?? value);
    case 'duration':
      return typeof value === 'number' ? value : (parseDurationMs(value) ?? value);
    case 'version':
      return typeof value === 'number' ? value : (parseVersion(value) ?? value);
    case 'quantity':
      return typeof value === 'number' ? value : (parseQuantity(value) ?? value);
  }
}

export function compareOrdinals(left: Ordinal, right: Ordinal): number {
  if (typeof left === 'number') return typeof right === 'number' ? compareNumbers(left, right) : -1;
  if (typeof right === 'number') return 1;
  if (typeof left === 'string') return typeof right === 'string' ? compareNaturally(left, right) : 1;
  return typeof right === 'string' ? -1 : compareVersions(left, right);
}

/** Not by subtraction, which has no answer for two infinities. */
function compareNumbers(left: number, right: number): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function parseNumber(text: string): number | undefined {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/** A new list. Rows that are equal by every key keep their order; an undefined value stands last in either direction. */
export function sortRows<Row>(rows: readonly Row[], keys: readonly SortKey<Row>[]): Row[] {
  const prepared = rows.map(row => ({row, ordinals: keys.map(key => ordinalOf(key.kind, key.value(row)))}));
  const directions = keys.map(key => key.isDescending);
  prepared.sort((left, right) => {
    for (let index = 0; index < directions.length; index += 1) {
      const difference = compareOptional(left.ordinals[index], right.ordinals[index], directions[index] === true);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  return prepared.map(({row}) => row);
}

/** An undefined value stands last in either direction. */
export function compareOptional(left: Ordinal | undefined, right: Ordinal | undefined, isDescending: boolean): number {
  if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
  const difference = compareOrdinals(left, right);
  return isDescending ? -difference : difference;
}
