/** Brings a kept dump back: into databases of their own first, counted there, and only then put in the place of the old ones. */

import type {Effect} from '../domain/kube-write.ts';
import {copyStem} from '../domain/postgres/copy-stem.ts';
import {memberDump, restoreDump} from '../domain/postgres/dump-commands.ts';
import {inventoryFaults, readInventory} from '../domain/postgres/dump-inventory.ts';
import {type DumpedDatabase, limitWhenOpen, type Manifest} from '../domain/postgres/dump-manifest.ts';
import {
  createDatabaseSql,
  databaseNamesSql,
  dressDatabaseSql,
  dropDatabaseSql,
  endSessionsSql,
  inventorySql,
  type Limits,
} from '../domain/postgres/dump-sql.ts';
import {noteLimitsSql} from '../domain/postgres/limit-note.ts';
import {psql} from '../domain/postgres/member-commands.ts';
import {asWords, type Words} from '../domain/words.ts';
import {Refusal} from '../engine/define-runbook.ts';
import {again, done, failed, type KeyedStep} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {runIdOf} from './postgres-backup-place.ts';
import {withDowntime} from './postgres-downtime.ts';
import {requireSpace} from './postgres-dump-scope.ts';
import type {DatabaseName} from './postgres-kinds.ts';
import {type MadeBackup, readMadeManifest} from './postgres-made-backup.ts';
import {type LeadingMember, leadingMember, namesIn} from './postgres-member.ts';
import {isProved, noteProof, requireSameFiles} from './postgres-trial.ts';
import {uploadId} from './postgres-upload-steps.ts';

/** `openBackup` finds the backup at its place. */
export type Restore = {
  readonly database: DatabaseName;
  readonly openBackup: (reader: Reader, key: string) => Promise<MadeBackup>;
  /** As the databases that are exchanged let connections in before. */
  readonly limits: Limits;
  /** Of the database that was to be destroyed: nothing is put into that one. */
  readonly oldSystem?: string;
};

/** Throws Refusal where the database that leads is still the old one. */
export function requireNewSystem({oldSystem}: Pick<Restore, 'oldSystem'>, {leader}: LeadingMember): void {
  if (leader.systemId !== oldSystem) return;
  throw new Refusal('OldSystem', {
    en: `${leader.name} leads the database that was to be destroyed: nothing is put into it`,
    ru: `лидер ${leader.name} — из той базы, которую нужно было удалить: в неё ничего не кладём`,
  });
}

export const restoreSecondsMax = 12 * 3600;

/** The one that cannot be renamed: everybody who looks after the cluster is in it. */
export const maintenance = 'postgres';

export type CopyKind = 'scratch' | 'restore';

const copyKinds = ['scratch', 'restore', 'before', 'undone'] as const;

/** `before`: what was put aside; `undone`: what was in place until its exchange was taken back. Neither is ever dropped. */
export function copyName(database: string, kind: (typeof copyKinds)[number], id: string): string {
  return `${copyStem(database)}_${kind}_${id}`;
}

/** Into databases that nobody knows; what comes of it is counted against the manifest. */
export function copyStep(restore: Restore, kind: CopyKind): KeyedStep {
  const {database, openBackup} = restore;
  const isTest = kind === 'scratch';
  return {
    id: isTest ? 'restore-tried' : 'restored',
    effect: 'Keyed',
    isVital: true,
    title: isTest
      ? {en: 'Restore the dump once, to see that it comes back', ru: 'Пробно восстановить дамп'}
      : {en: 'Restore the dump into new databases', ru: 'Восстановить дамп в новые базы'},
    will: {
      en: 'All or nothing, beside what is there; rows of every table, sequences, large objects and extensions are counted and must be the same.',
      ru: 'Всё или ничего, рядом с имеющимся; строки каждой таблицы, sequences, large objects и расширения пересчитываются и должны совпасть.',
    },
    act: async (reader, key) => {
      const {manifest} = await readMadeManifest(reader, openBackup, key);
      const member = await leadingMember(reader, database);
      if (kind === 'restore') requireNewSystem(restore, member);
      const names = namesIn(await member.ask(databaseNamesSql));
      const effects: Effect[] = [];
      const wanted: string[] = [];
      requireCopyNames(
        manifest.databases.map(({name}) => name),
        runIdOf(key),
      );
      for (const [index, dumped] of manifest.databases.entries()) {
        if (!isCopied(dumped, kind)) continue;
        const target = copyName(dumped.name, kind, runIdOf(key));
        if (names.includes(target) && (await copyFaults(member, target, dumped)).length === 0) continue;
        wanted.push(dumped.name);
        const limit = restore.limits[dumped.name] ?? limitWhenOpen(manifest, dumped);
        effects.push(...copyEffects(member, dumped, {target, file: fileOf(kind, key, index), limit}));
      }
      await requireSpace(member, wanted);
      return effects;
    },
    // What is put into a database that was made anew is all there is.
    ...((isTest || restore.oldSystem === undefined) && {
      undo: (reader: Reader, key: string) => dropCopies(reader, database, kind, runIdOf(key)),
    }),
    verify: async (reader, past) => {
      const {manifest} = await readMadeManifest(reader, openBackup, past.key);
      const member = await leadingMember(reader, database);
      const fault = await firstFault(member, manifest, kind, runIdOf(past.key));
      if (fault !== undefined) return fault.isAbsent ? again(fault.text) : failed('RestoreDiffers', fault.text);
      const copied = manifest.databases.filter(each => isCopied(each, kind));
      const rows = copied.flatMap(({before}) => before.tables).reduce((sum, table) => sum + table.rows, 0);
      const names = copied.map(({name}) => name).join(', ');
      const said =
        names === ''
          ? {en: 'nothing to copy', ru: 'копировать нечего'}
          : {en: `${rows} rows in ${names}, as they were dumped`, ru: `строк ${rows} в ${names}, как в дампе`};
      return done(withDowntime(said, reader, past));
    },
    timeouts: {act: restoreSecondsMax, verify: 3600},
    commands: [],
  };
}

/** What looks after the cluster makes its own things in the one database that it lives in; only rows are somebody's. */
export function isWorthRestoring({name, before: {tables, largeObjects}}: Pick<DumpedDatabase, 'name' | 'before'>): boolean {
  return name !== maintenance || largeObjects > 0 || tables.some(({rows}) => rows > 0);
}

/** Copies are dropped to be made again: none may bear the name of a database that is dumped, or of another copy. Throws Refusal. */
function requireCopyNames(databases: readonly string[], id: string): void {
  const names = [...databases, ...databases.flatMap(name => copyKinds.map(kind => copyName(name, kind, id)))];
  const taken = names.find((name, index) => names.indexOf(name) !== index);
  if (taken !== undefined)
    throw new Refusal('NameTaken', {
      en: `a copy would be named ${taken}, and so is another database: rename that one first`,
      ru: `копия получила бы имя ${taken}, а оно уже у другой базы: сначала переименуйте ту`,
    });
}

/** Tried right where it was dumped, with the file that is there already. */
function fileOf(kind: CopyKind, key: string, index: number): string {
  return memberDump(kind === 'scratch' ? runIdOf(key) : uploadId(key), index);
}

/** No copy can take the place of the one that stays open: its rows are put back as the others are exchanged. */
function isCopied(dumped: DumpedDatabase, kind: CopyKind): boolean {
  return isWorthRestoring(dumped) && (kind === 'scratch' || dumped.name !== maintenance);
}

function copyEffects(
  member: LeadingMember,
  {properties}: DumpedDatabase,
  {target, file, limit}: {readonly target: string; readonly file: string; readonly limit: number},
): readonly Effect[] {
  const dress = dressDatabaseSql(target, properties);
  return [
    ...dropEffects(member, target),
    member.exec(psql(createDatabaseSql(target, properties))),
    ...(dress === '' ? [] : [member.exec(psql(dress))]),
    // Closed until the writers are let in: whoever finds it so after a run that ended before knows how it was.
    ...(limit === 0 ? [] : [member.exec(psql(noteLimitsSql({[target]: limit})))]),
    member.exec(restoreDump(target, file)),
  ];
}

type CopyFault = {readonly isAbsent: boolean; readonly text: Words};

/** undefined where every database of the backup came back as it was dumped. An empty copy is none: a restore is all or nothing. */
async function firstFault(member: LeadingMember, manifest: Manifest, kind: CopyKind, id: string): Promise<CopyFault | undefined> {
  const names = namesIn(await member.ask(databaseNamesSql));
  for (const {name, before, after} of manifest.databases.filter(each => isCopied(each, kind))) {
    const target = copyName(name, kind, id);
    const found = names.includes(target) ? readInventory(await member.ask(inventorySql, target)) : undefined;
    if (found === undefined || (found.tables.length === 0 && before.tables.length > 0))
      return {isAbsent: true, text: {en: `${name}: nothing was restored`, ru: `${name}: ничего не восстановлено`}};
    const faults = inventoryFaults(before, after, found);
    if (faults.length > 0) return {isAbsent: false, text: asWords(`${name}: ${faults.slice(0, 4).join('; ')}`)};
  }
  return undefined;
}

/** A pg_restore whose engine died may live on in it, and nothing drops a database that somebody is in. */
function dropEffects(member: LeadingMember, target: string): readonly Effect[] {
  return [member.exec(psql(endSessionsSql(target))), member.exec(psql(dropDatabaseSql(target)))];
}

/** How a database differs from what was dumped; [] where it does not. */
export async function copyFaults(member: LeadingMember, target: string, {before, after}: DumpedDatabase): Promise<readonly string[]> {
  return inventoryFaults(before, after, readInventory(await member.ask(inventorySql, target)));
}

export function dropScratchStep({database, openBackup}: Restore): KeyedStep {
  return {
    id: 'trial-dropped',
    effect: 'Keyed',
    isHarmless: true,
    isVital: true,
    title: {en: 'Note that the dump came back, and drop what the trial made', ru: 'Записать итог пробы и удалить её базы'},
    will: {
      en: 'What the trial made is counted once more; the result is kept beside the dump, and the databases of the trial go.',
      ru: 'Результат пробы пересчитывается ещё раз; итог сохраняется рядом с дампом, базы пробы удаляются.',
    },
    act: async (reader, key) => {
      const {manifest, keeper} = await readMadeManifest(reader, openBackup, key);
      const dropped = await dropCopies(reader, database, 'scratch', runIdOf(key));
      if (await isProved(keeper, manifest)) return dropped;
      const fault = await firstFault(await leadingMember(reader, database), manifest, 'scratch', runIdOf(key));
      if (fault !== undefined)
        throw new Refusal('NotProved', {
          en: `the dump did not come back: ${fault.text.en}`,
          ru: `дамп не восстановился: ${fault.text.ru}`,
        });
      await requireSameFiles(await leadingMember(reader, database), manifest, runIdOf(key));
      return [...noteProof(keeper, manifest), ...dropped];
    },
    timeouts: {act: 3600},
    commands: [],
  };
}

async function dropCopies(reader: Reader, database: DatabaseName, kind: CopyKind, id: string): Promise<readonly Effect[]> {
  const member = await leadingMember(reader, database);
  const names = namesIn(await member.ask(databaseNamesSql)).filter(name => name.endsWith(`_${kind}_${id}`));
  return names.flatMap(name => dropEffects(member, name));
}
