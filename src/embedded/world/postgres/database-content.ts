/** What the databases of a simulated cluster hold, and how it changes when they are made, renamed, frozen and dropped. */
import type {Content, Rows, Table} from './postgres-state.ts';
import {countRows} from './postgres-state.ts';

/** `limitNote`: as it was set on the database. */
export type Upkeep = {readonly limit: number; readonly isReadOnly: boolean; readonly limitNote?: string | undefined};

const open: Upkeep = {limit: -1, isReadOnly: false};
const bytesPerStatement = 8_192;
/** Names that restores give to what they make and put aside. */
const isMadeByRestore = /_(restore|before|scratch|undone)_/;
/** The table of the writer, whose rows are numbered. */
const ledgerTable = 'ledger';

/** Where the writer writes; undefined where there is no such database. */
export function writersDatabase({databases}: Content): string | undefined {
  return Object.keys(databases).find(name => name !== 'postgres' && !isMadeByRestore.test(name));
}

export function upkeepOf({upkeep = {}}: Content, database: string): Upkeep {
  return upkeep[database] ?? open;
}

/** Nobody who writes comes in. */
export function isFrozen(content: Content): boolean {
  const database = writersDatabase(content);
  return database === undefined || upkeepOf(content, database).limit === 0;
}

export function ledgerOf(content: Content, database: string): Rows {
  return database === writersDatabase(content) ? content.ledger : (content.ledgers?.[database] ?? []);
}

/** Every table with its rows, by name. */
export function tablesOf(content: Content, database: string): readonly (readonly [name: string, rows: number])[] {
  const tables = Object.entries(content.databases[database] ?? {}).map(([name, {rows}]) => [name, rows] as const);
  const ledger = database === 'postgres' || content.databases[database]?.[ledgerTable] !== undefined ? [] : ledgerRow(content, database);
  return [...tables, ...ledger].sort(([one], [other]) => (one < other ? -1 : 1));
}

/** As the server counts them: each row was put in once. */
export function changesOf(content: Content, database: string): number {
  return tablesOf(content, database).reduce((sum, [, rows]) => sum + rows, content.changes?.[database] ?? 0);
}

function ledgerRow(content: Content, database: string): readonly (readonly [string, number])[] {
  const rows = countRows(ledgerOf(content, database));
  return rows === 0 && Object.keys(content.databases[database] ?? {}).length === 0 ? [] : [[ledgerTable, rows]];
}

export type Filling = {readonly tables: Readonly<Record<string, Table>>; readonly ledger: Rows};

export function fillingOf(content: Content, database: string): Filling {
  return {tables: content.databases[database] ?? {}, ledger: ledgerOf(content, database)};
}

export function withDatabase(content: Content, database: string, {tables, ledger}: Filling): Content {
  const filled = {...content, lsn: content.lsn + bytesPerStatement, databases: {...content.databases, [database]: tables}};
  return database === writersDatabase(filled) ? {...filled, ledger} : {...filled, ledgers: {...content.ledgers, [database]: ledger}};
}

export function withUpkeep(content: Content, database: string, change: Partial<Upkeep>): Content {
  const upkeep = {...content.upkeep, [database]: {...upkeepOf(content, database), ...change}};
  return {...content, lsn: content.lsn + bytesPerStatement, upkeep};
}

export function withoutDatabase(content: Content, database: string): Content {
  return {
    ...content,
    lsn: content.lsn + bytesPerStatement,
    ledger: database === writersDatabase(content) ? [] : content.ledger,
    databases: without(content.databases, database),
    ledgers: without(content.ledgers ?? {}, database),
    upkeep: without(content.upkeep ?? {}, database),
  };
}

export function renamed(content: Content, from: string, to: string): Content {
  const [filling, upkeep] = [fillingOf(content, from), upkeepOf(content, from)];
  return withUpkeep(withDatabase(withoutDatabase(content, from), to, filling), to, upkeep);
}

function without<Value>(all: Readonly<Record<string, Value>>, name: string): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => key !== name));
}
