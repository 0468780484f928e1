/** What a dump is to hold and where it is to be kept: judged before anything is done, and the same for all its steps. */
import {readBackupPlace} from '../domain/postgres/backup-place.ts';
import {formatBytes} from '../domain/postgres/byte-size.ts';
import {commanderContent, isCommanderDatabase} from '../domain/postgres/commander.ts';
import {isPlainName, neededTools, toolVersion} from '../domain/postgres/dump-commands.ts';
import {databaseNamesSql, type Limits} from '../domain/postgres/dump-sql.ts';
import {databasesSql} from '../domain/postgres/member-sql.ts';
import {Refusal} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import {gatherPlace, type KeptAt, runIdOf} from './postgres-backup-place.ts';
import {type Keeper, openKeeper} from './postgres-keeper.ts';
import type {DatabaseName} from './postgres-kinds.ts';
import {type LeadingMember, leadingMember, namesIn, objectsIn} from './postgres-member.ts';

/** JSON: part of what a plan stands on. */
export type DumpFacts = {
  readonly to: KeptAt;
  readonly databases: readonly string[];
  /** The roles too; Commander's one database needs none. */
  readonly hasGlobals: boolean;
};

export type DumpScope = {
  readonly database: DatabaseName;
  readonly facts: DumpFacts;
  /** As the databases let connections in before the writers were kept out, so that what is counted is what is dumped; absent where they go on. */
  readonly frozenFrom?: Limits;
};

/** Of a database's size: what a dump may take at most, with compression that does nothing. */
const spaceShare = 1.1;

/** Throws Refusal where no dump can be taken or kept. */
export async function gatherDump(
  reader: Reader,
  request: {
    readonly database: DatabaseName;
    readonly backupTo: string;
    readonly leftClass?: string;
    readonly isNamespaceLeaving?: boolean;
  },
): Promise<DumpFacts> {
  const {database, backupTo, ...rest} = request;
  const member = await leadingMember(reader, database);
  const isCommander = isCommanderDatabase(database);
  const found = namesIn(await member.ask(databaseNamesSql));
  const databases = isCommander ? [commanderContent] : found;
  const missing = databases.find(name => !found.includes(name));
  if (missing !== undefined)
    throw new Refusal('NoDatabase', {
      en: `there is no database ${missing} in ${database.name}: nothing to dump`,
      ru: `в ${database.name} нет базы ${missing}: снимать нечего`,
    });
  requirePlainNames(databases);
  for (const tool of neededTools) {
    if ((await member.run(toolVersion(tool))).exitCode !== 0)
      throw new Refusal('NoTool', {
        en: `the image of ${member.leader.name} has no ${tool}, without which no dump can be relied on`,
        ru: `в образе ${member.leader.name} нет ${tool}, а без него дампу нельзя доверять`,
      });
  }
  await requireSpace(member, databases);
  return {to: await gatherPlace(reader, readBackupPlace(backupTo), {database, ...rest}), databases, hasGlobals: !isCommander};
}

function requirePlainNames(databases: readonly string[]): void {
  const misread = databases.find(name => !isPlainName(name));
  if (misread !== undefined)
    throw new Refusal('BadName', {
      en: `the tools would take the name of the database ${misread} for a connection string: rename it first`,
      ru: `утилиты примут имя базы ${misread} за строку подключения: сначала переименуйте её`,
    });
}

export function backupFolder({name}: DatabaseName, key: string): string {
  return `${name}-${runIdOf(key)}`;
}

export function openBackup(reader: Reader, {database, facts}: DumpScope, key: string): Promise<Keeper> {
  return openKeeper(reader, facts.to, 'to', backupFolder(database, key), key);
}

/** Throws Refusal where the disk of the leader does not hold them a second time. */
export async function requireSpace(member: LeadingMember, databases: readonly string[]): Promise<void> {
  const sizes = objectsIn(await member.ask(databasesSql));
  const needed =
    sizes.filter(({datname}) => databases.includes(String(datname))).reduce((sum, {bytes}) => sum + Number(bytes), 0) * spaceShare;
  const free = await member.freeBytes();
  if (free >= needed) return;
  throw new Refusal('NoSpace', {
    en: `the dump may take ${formatBytes(needed)} and the disk of ${member.leader.name} has ${formatBytes(free)} left: make room first`,
    ru: `дамп может занять ${formatBytes(needed)}, а на диске ${member.leader.name} свободно ${formatBytes(free)}: сначала освободите место`,
  });
}

export function placeWords(to: KeptAt): {readonly en: string; readonly ru: string} {
  return to.kind === 'file'
    ? {en: `in ${to.folder} of ${to.owner}`, ru: `в ${to.folder} у ${to.owner}`}
    : {en: `on the claim ${to.namespace}/${to.name}`, ru: `в PVC ${to.namespace}/${to.name}`};
}
