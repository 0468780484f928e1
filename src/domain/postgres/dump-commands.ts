/** The commands with which a dump is taken, checked, carried and put back; argument lists, never a shell. */
import {dataMount} from './member-commands.ts';

/** Where a helper pod mounts the claim that keeps backups. */
export const backupMount = '/backup';

/** Times in UTC and messages in English, wherever the pod stands. */
const plain = ['env', 'LC_ALL=C', 'TZ=UTC'];

/** A lock that somebody holds must not keep a restore for ever. */
const plainImpatient = [...plain, 'PGOPTIONS=-c lock_timeout=10s'];

/** `id` names the run: each has files of its own. The tools make files that all may read; the folder is what keeps them private. */
export function memberFolder(id: string): string {
  return `${dataMount}/deckhand-${id}`;
}

export function memberDump(id: string, index: number): string {
  return `${memberFolder(id)}/${index}.dump`;
}

/** What the database held right before the dump, as JSON. */
export function memberNotes(id: string, index: number): string {
  return `${memberFolder(id)}/${index}.json`;
}

export function memberGlobals(id: string): string {
  return `${memberFolder(id)}/globals.sql`;
}

/** What follows -d is taken for a whole connection string where it looks like one: the tools would go to another database or server. */
export function isPlainName(database: string): boolean {
  return !database.includes('=') && !/^postgres(ql)?:\/\//.test(database);
}

/** The tools that a member must have; they are there where they tell their version. */
export const neededTools = ['pg_dump', 'pg_restore', 'pg_dumpall', 'sha256sum', 'stat', 'df', 'dd'] as const;

export function toolVersion(tool: string): readonly string[] {
  return [tool, '--version'];
}

export function pgDump(database: string, file: string): readonly string[] {
  return [...plain, 'pg_dump', '-U', 'postgres', '-Fc', '-b', '-d', database, '-f', file];
}

/** With the hashes of passwords: the file is as secret as they are. */
export function pgDumpGlobals(file: string): readonly string[] {
  return [...plain, 'pg_dumpall', '-U', 'postgres', '--globals-only', '-f', file];
}

export function listDump(file: string): readonly string[] {
  return [...plain, 'pg_restore', '--list', file];
}

/** Reads and uncompresses all of it: what is cut or flipped anywhere fails here, and only here. */
export function readDumpWhole(file: string): readonly string[] {
  return [...plain, 'pg_restore', '-f', '/dev/null', file];
}

/** All or nothing. Says what it is at, so that the connection is never silent for long. */
export function restoreDump(database: string, file: string): readonly string[] {
  return [...plainImpatient, 'pg_restore', '-U', 'postgres', '-v', '-1', '-e', '-d', database, file];
}

/** Over what stands there: for the one database that cannot be exchanged for another, all or nothing as well. */
export function restoreDumpOver(database: string, file: string): readonly string[] {
  return [...plainImpatient, 'pg_restore', '-U', 'postgres', '-v', '-c', '--if-exists', '-1', '-e', '-d', database, file];
}

/** Roles of which some are there already: those statements fail, the others are carried out. Read from its input. */
export const applySql: readonly string[] = ['psql', '-U', 'postgres', '-X', '-q', '-v', 'VERBOSITY=terse', '-d', 'postgres', '-f', '-'];

export function fileDigest(file: string): readonly string[] {
  return ['sha256sum', file];
}

export function fileSize(file: string): readonly string[] {
  return ['stat', '-c', '%s', file];
}

export function fileHead(file: string): readonly string[] {
  return ['head', '-c', '5', file];
}

export function freeSpace(folder: string): readonly string[] {
  return ['df', '-P', '-B1', folder];
}

export function printFile(file: string): readonly string[] {
  return ['cat', file];
}

/** From its input, and on the disk when it ends. */
export function writeFile(file: string): readonly string[] {
  return ['dd', 'bs=1M', 'iflag=fullblock', 'conv=fsync', 'status=none', `of=${file}`];
}

export function renameFile(from: string, to: string): readonly string[] {
  return ['mv', '-f', from, to];
}

/** Nobody else may look into it: what a dump holds is as secret as the database. */
export function makeFolder(folder: string): readonly string[] {
  return ['mkdir', '-m', '700', '-p', folder];
}

export function removeFiles(files: readonly string[]): readonly string[] {
  return ['rm', '-f', ...files];
}

export function removeFolder(folder: string): readonly string[] {
  return ['rm', '-rf', folder];
}

/** The first word of `sha256sum`; undefined where it printed none. */
export function readDigest(printed: string): string | undefined {
  return /^\\?([0-9a-f]{64})\b/.exec(printed)?.[1];
}

/** The column Available of `df -P -B1`, in bytes. */
export function readFreeBytes(printed: string): number | undefined {
  const columns = printed.trim().split('\n').at(-1)?.trim().split(/\s+/) ?? [];
  const free = Number(columns[3]);
  return columns.length >= 6 && Number.isSafeInteger(free) ? free : undefined;
}
