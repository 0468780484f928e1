/** pg_dump, pg_dumpall and pg_restore of a simulated member: an archive with its contents in front, its data behind, and an end. */
import {isFields} from '../../../domain/fields.ts';
import {sleep} from '../pause.ts';
import {timestamp} from '../seeding.ts';
import {diskOf, leaderOf} from './cluster-step.ts';
import {type Filling, fillingOf, tablesOf, withDatabase} from './database-content.ts';
import {storeFile} from './file-programs.ts';
import type {MemberPlace} from './member-programs.ts';
import type {Content} from './postgres-state.ts';

type Archive = {
  readonly database: string;
  readonly at: string;
  readonly tables: readonly string[];
  /** undefined where the archive is cut or damaged behind its contents. */
  readonly filling: Filling | undefined;
};

const version = '15.18 (Debian 15.18-0+deb12u1)';
const magic = 'PGDMP';
const ending = 'END';
const bytesPerSecond = 25_000_000;

export async function runPgDump(args: readonly string[], place: MemberPlace): Promise<number> {
  if (args[0] === '--version') return say(place, `pg_dump (PostgreSQL) ${version}`);
  const {content} = disk(place);
  const database = option(args, '-d');
  if (content.databases[database] === undefined)
    return fail(place, `pg_dump: error: connection failed: FATAL:  database "${database}" does not exist`);
  await sleep(place.clock, (dumpedBytes(content, database) / bytesPerSecond) * 1000, place.signal);
  const faults = place.parts().faults;
  const whole = archiveText(content, database, place.clock.now());
  const isSpoiled = (faults.spoiledDumps ?? 0) > 0;
  if (isSpoiled) faults.spoiledDumps = (faults.spoiledDumps ?? 0) - 1;
  const text = isSpoiled ? whole.slice(0, -ending.length - 8) : whole;
  return (await store(place, option(args, '-f'), text))
    ? 0
    : fail(place, 'pg_dump: error: could not write to file: No space left on device');
}

export async function runPgDumpall(args: readonly string[], place: MemberPlace): Promise<number> {
  if (args[0] === '--version') return say(place, `pg_dumpall (PostgreSQL) ${version}`);
  const roles = 'CREATE ROLE postgres;\nCREATE ROLE standby;\n';
  return (await store(place, option(args, '-f'), roles)) ? 0 : fail(place, 'pg_dumpall: error: No space left on device');
}

export async function runPgRestore(args: readonly string[], place: MemberPlace): Promise<number> {
  if (args[0] === '--version') return say(place, `pg_restore (PostgreSQL) ${version}`);
  const path = args.at(-1) ?? '';
  const text = disk(place).files[path]?.bytes;
  if (text === undefined) return fail(place, `pg_restore: error: could not open input file "${path}": No such file or directory`);
  if (!text.startsWith(magic)) return fail(place, 'pg_restore: error: input file does not appear to be a valid archive');
  const archive = readArchive(text);
  if (args.includes('--list')) return say(place, listing(archive));
  if (archive.filling === undefined) return fail(place, 'pg_restore: error: could not read from input file: end of file');
  const database = option(args, '-d');
  return database === '' ? 0 : restore(place, database, archive.filling, args.includes('-c'));
}

async function restore(place: MemberPlace, database: string, filling: Filling, isOver: boolean): Promise<number> {
  const parts = place.parts();
  const member = place.member();
  if (member === undefined || leaderOf(parts)?.name !== member.name)
    return fail(place, 'pg_restore: error: could not execute query: ERROR:  cannot execute CREATE TABLE in a read-only transaction');
  const own = disk(place);
  const there = own.content.databases[database];
  if (there === undefined) return fail(place, `pg_restore: error: connection failed: FATAL:  database "${database}" does not exist`);
  if (!isOver && Object.keys(there).length > 0)
    return fail(place, 'pg_restore: error: could not execute query: ERROR:  relation "clusters" already exists');
  own.content = withDatabase(own.content, database, filling);
  await place.write('stderr', 'pg_restore: creating TABLE "public.clusters"\n');
  return 0;
}

function dumpedBytes({databases}: Content, database: string): number {
  return Object.values(databases[database] ?? {}).reduce((sum, {bytes}) => sum + bytes, 0);
}

function archiveText(content: Content, database: string, nowMs: number): string {
  const contents = {database, at: timestamp(nowMs), tables: tablesOf(content, database).map(([name]) => name)};
  return `${magic}\n${JSON.stringify(contents)}\n${JSON.stringify(fillingOf(content, database))}\n${ending}`;
}

function readArchive(text: string): Archive {
  const [, front = '', data = '', end] = text.split('\n');
  const contents: unknown = end === undefined && data === '' ? undefined : parse(front);
  const filling = end === ending ? parse(data) : undefined;
  const known = {filling: isFilling(filling) ? filling : undefined};
  // As pg_restore lists what went through a terminal.
  if (!isFields(contents) || !Array.isArray(contents.tables)) return {database: '', at: '34370-06-21T19:13:34Z', tables: [], ...known};
  return {database: String(contents.database), at: String(contents.at), tables: contents.tables.map(String), ...known};
}

function isFilling(value: unknown): value is Filling {
  return isFields(value) && isFields(value.tables) && Array.isArray(value.ledger);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function listing({database, at, tables}: Archive): string {
  const entries = tables.map((name, index) => `${3400 + index}; 0 ${16400 + index} TABLE DATA public ${name} ${database}`);
  return [
    ';',
    `; Archive created at ${at.replace('T', ' ').replace(/\.\d+|Z/g, '')} UTC`,
    `;     dbname: ${database}`,
    `;     TOC Entries: ${database === '' ? -673215333 : entries.length + 5}`,
    ';     Compression: -1',
    ';     Dump Version: 1.14-0',
    ';     Format: CUSTOM',
    ';     Integer: 4 bytes',
    ';     Offset: 8 bytes',
    `;     Dumped from database version: ${version}`,
    `;     Dumped by pg_dump version: ${version}`,
    ';',
    ';',
    '; Selected TOC Entries:',
    ';',
    ...(database === '' ? [] : [`6; 2615 2200 SCHEMA - public postgres`, ...entries]),
  ].join('\n');
}

function disk(place: MemberPlace) {
  const member = place.member();
  if (member === undefined) throw new Error('the pod is gone');
  return diskOf(place.parts(), member);
}

function store(place: MemberPlace, path: string, text: string): Promise<boolean> {
  return storeFile(place.disk(), path, text);
}

function option(args: readonly string[], name: string): string {
  const at = args.indexOf(name);
  return at === -1 ? '' : (args[at + 1] ?? '');
}

async function say({write}: MemberPlace, text: string): Promise<number> {
  await write('stdout', `${text}\n`);
  return 0;
}

async function fail({write}: MemberPlace, text: string): Promise<number> {
  await write('stderr', `${text}\n`);
  return 1;
}
