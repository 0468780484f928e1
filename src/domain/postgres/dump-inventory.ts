/** What a database holds, counted: before the dump, after it, and again where it was put back. */
import {readItems, readList, readNumber, readString, readStrings} from '../fields.ts';
import type {DatabaseProperties} from './dump-sql.ts';

export type Inventory = {
  readonly tables: readonly {readonly schema: string; readonly name: string; readonly rows: number}[];
  /** `value` null: never used. */
  readonly sequences: readonly {readonly schema: string; readonly name: string; readonly value: number | null}[];
  readonly largeObjects: number;
  readonly extensions: readonly {readonly name: string; readonly version: string}[];
  readonly owners: readonly string[];
  /** Constraints that were never held against the rows. */
  readonly unvalidated: number;
};

/** Throws UnreadableField. */
export function readInventory(document: unknown): Inventory {
  return {
    tables: readItems(document, 'tables', item => ({...nameOf(item), rows: readNumber(item, 'rows') ?? 0})),
    sequences: readItems(document, 'sequences', item => ({...nameOf(item), value: readNumber(item, 'value') ?? null})),
    largeObjects: readNumber(document, 'largeObjects') ?? 0,
    extensions: readItems(document, 'extensions', item => ({
      name: readString(item, 'name') ?? '',
      version: readString(item, 'version') ?? '',
    })),
    owners: readStrings(document, 'owners'),
    unvalidated: readNumber(document, 'unvalidated') ?? 0,
  };
}

function nameOf(item: unknown): {readonly schema: string; readonly name: string} {
  return {schema: readString(item, 'schema') ?? '', name: readString(item, 'name') ?? ''};
}

/** Throws UnreadableField. */
export function readProperties(document: unknown): DatabaseProperties {
  return {
    encoding: readString(document, 'encoding') ?? '',
    collate: readString(document, 'collate') ?? '',
    ctype: readString(document, 'ctype') ?? '',
    owner: readString(document, 'owner') ?? '',
    connectionLimit: readNumber(document, 'connectionLimit') ?? -1,
    settings: readList(document, 'settings').filter(each => typeof each === 'string'),
    grants: readItems(document, 'grants', item => ({to: readString(item, 'to') ?? '', right: readString(item, 'right') ?? ''})),
  };
}

/** `schema.table`. */
export function tableNames({tables}: Inventory): readonly string[] {
  return tables.map(({schema, name}) => `${schema}.${name}`);
}

/**
 * How what was put back differs from what was dumped; [] where it does not. What others wrote while it was dumped is in it or
 * not: then the number lies between that before and that after.
 */
export function inventoryFaults(before: Inventory, after: Inventory, found: Inventory): readonly string[] {
  const later = countsOf(after);
  const actual = countsOf(found);
  const faults: string[] = [];
  for (const [name, first] of countsOf(before)) {
    const [low, high] = range(first, later.get(name) ?? first);
    const seen = actual.get(name);
    if (seen === undefined) faults.push(`${name} is missing`);
    else if (seen < low || seen > high) faults.push(`${name}: ${seen} instead of ${low === high ? low : `${low} to ${high}`}`);
  }
  for (const name of actual.keys()) if (!later.has(name)) faults.push(`${name} should not be there`);
  return faults;
}

function range(one: number, other: number): readonly [number, number] {
  return [Math.min(one, other), Math.max(one, other)];
}

function countsOf({tables, sequences, largeObjects, extensions, unvalidated}: Inventory): ReadonlyMap<string, number> {
  return new Map([
    ...tables.map(({schema, name, rows}) => [`${schema}.${name}`, rows] as const),
    ...sequences.map(({schema, name, value}) => [`sequence ${schema}.${name}`, value ?? 0] as const),
    ...extensions.map(({name}) => [`extension ${name}`, 1] as const),
    ['large objects', largeObjects] as const,
    ['constraints that are not validated', unvalidated] as const,
  ]);
}
