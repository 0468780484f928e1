/** The statements with which databases are counted, frozen, made, exchanged and dropped, as PostgreSQL would carry them out. */
import {databaseNamesSql, extensionsSql, freezeStateSql, inventorySql, propertiesSql, rolesSql} from '../../../domain/postgres/dump-sql.ts';
import {renamed, tablesOf, upkeepOf, withDatabase, withoutDatabase, withUpkeep} from './database-content.ts';
import type {Content} from './postgres-state.ts';

export type StatementAnswer = {readonly rows?: string; readonly content?: Content} | {readonly error: string};

/** undefined for a statement of another kind. */
export function answerStatement(content: Content, statement: string, database: string): StatementAnswer | undefined {
  const names = Object.keys(content.databases).sort();
  switch (statement) {
    case databaseNamesSql:
      return {rows: JSON.stringify(names)};
    case rolesSql:
      return {rows: JSON.stringify(['commander', 'postgres', 'shop', 'standby'])};
    case inventorySql:
      return {rows: JSON.stringify(inventoryOf(content, database))};
    case extensionsSql:
      return {rows: JSON.stringify(extensionsOf(content, database))};
    default:
  }
  const about = names.find(name => statement === propertiesSql(name));
  if (about !== undefined) return {rows: JSON.stringify(propertiesOf(content, about))};
  if (statement === freezeStateSql([])) return {rows: '[]'};
  const frozen = /where d\.datname in \((.+)\)$/
    .exec(statement)?.[1]
    ?.split(', ')
    .map(name => name.slice(1, -1));
  if (frozen !== undefined && statement === freezeStateSql(frozen))
    return {rows: JSON.stringify(frozen.map(name => freezeOf(content, name)))};
  return changeContent(content, statement);
}

function inventoryOf(content: Content, database: string) {
  return {
    tables: tablesOf(content, database).map(([name, rows]) => ({schema: 'public', name, rows})),
    sequences: [],
    largeObjects: 0,
    extensions: extensionsOf(content, database).map(extension => ({name: extension, version: '1.0'})),
    owners: [database],
    unvalidated: 0,
  };
}

function extensionsOf({extensions = {}}: Content, database: string): readonly string[] {
  return [...(extensions[database] ?? []), 'plpgsql'];
}

function propertiesOf(content: Content, database: string) {
  const {limit, isReadOnly, limitNote} = upkeepOf(content, database);
  return {
    encoding: 'UTF8',
    collate: 'en_US.utf-8',
    ctype: 'en_US.utf-8',
    owner: 'postgres',
    connectionLimit: limit,
    settings: [
      ...(isReadOnly ? ['default_transaction_read_only=on'] : []),
      ...(limitNote === undefined ? [] : [`deckhand.limit_before=${limitNote}`]),
    ],
    grants: [],
  };
}

function freezeOf(content: Content, name: string) {
  const {limit, isReadOnly} = upkeepOf(content, name);
  return {name, limit, isReadOnly, sessions: limit === 0 ? 0 : 1};
}

const name = '"((?:[^"]|"")*)"';
const changes: readonly (readonly [RegExp, (content: Content, given: readonly string[]) => Content])[] = [
  [
    new RegExp(`^alter database ${name} connection limit (-?\\d+)$`),
    (content, [database = '', limit]) => withUpkeep(content, database, {limit: Number(limit)}),
  ],
  [
    new RegExp(`^alter database ${name} set default_transaction_read_only = on$`),
    (content, [database = '']) => withUpkeep(content, database, {isReadOnly: true}),
  ],
  [
    new RegExp(`^alter database ${name} reset default_transaction_read_only$`),
    (content, [database = '']) => withUpkeep(content, database, {isReadOnly: false}),
  ],
  [
    new RegExp(`^alter database ${name} set deckhand\\.limit_before = '(-?\\d+)'$`),
    (content, [database = '', limitNote]) => withUpkeep(content, database, {limitNote}),
  ],
  [
    new RegExp(`^alter database ${name} reset deckhand\\.limit_before$`),
    (content, [database = '']) => withUpkeep(content, database, {limitNote: undefined}),
  ],
  [new RegExp(`^alter database ${name} rename to ${name}$`), (content, [from = '', to = '']) => renamed(content, from, to)],
  [
    new RegExp(`^create database ${name} with .* connection limit 0$`),
    (content, [database = '']) => withUpkeep(withDatabase(content, database, {tables: {}, ledger: []}), database, {limit: 0}),
  ],
  [new RegExp(`^drop database if exists ${name}$`), (content, [database = '']) => withoutDatabase(content, database)],
  [new RegExp(`^(?:alter database ${name} set|grant|revoke) `), content => content],
  [/^select count\(pg_terminate_backend\(pid\)\)/, content => content],
  [/^(?:analyze|set statement_timeout = 0)?$/, content => content],
];

/** Several in a row are one transaction: all or none. */
function changeContent(content: Content, text: string): StatementAnswer | undefined {
  let changed = content;
  for (const statement of text.split('; ')) {
    const fault = faultOf(changed, statement);
    if (fault !== undefined) return {error: fault};
    const change = changes.find(([pattern]) => pattern.test(statement));
    if (change === undefined) return undefined;
    const [pattern, carryOut] = change;
    changed = carryOut(changed, (pattern.exec(statement) ?? []).slice(1));
  }
  return {content: changed};
}

function faultOf({databases}: Content, statement: string): string | undefined {
  const [, verb = '', about = '', other] = new RegExp(`^(create|alter) database ${name}(?: rename to ${name})?`).exec(statement) ?? [];
  if (verb === 'create' && databases[about] !== undefined) return `database "${about}" already exists`;
  if (verb === 'alter' && databases[about] === undefined) return `database "${about}" does not exist`;
  return other !== undefined && databases[other] !== undefined ? `database "${other}" already exists` : undefined;
}
