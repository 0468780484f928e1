/** Puts restored databases in the place of the old ones, which stay beside. */
import type {Effect} from '../domain/kube-write.ts';
import {memberDump, restoreDumpOver} from '../domain/postgres/dump-commands.ts';
import type {DumpedDatabase, Manifest} from '../domain/postgres/dump-manifest.ts';
import {analyzeSql, databaseNamesSql, exchangeSql, freezeSql, identifier} from '../domain/postgres/dump-sql.ts';
import {isPutAside} from '../domain/postgres/limit-note.ts';
import {psql} from '../domain/postgres/member-commands.ts';
import {Refusal} from '../engine/define-runbook.ts';
import {again, done, type GateDefinition, type KeyedStep} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {runIdOf} from './postgres-backup-place.ts';
import {exchangeStepId} from './postgres-downtime.ts';
import {requireSpace} from './postgres-dump-scope.ts';
import {readMadeManifest} from './postgres-made-backup.ts';
import {type LeadingMember, leadingMember, namesIn} from './postgres-member.ts';
import {
  copyFaults,
  copyName,
  isWorthRestoring,
  maintenance,
  type Restore,
  requireNewSystem,
  restoreSecondsMax,
} from './postgres-restore-steps.ts';
import {uploadId} from './postgres-upload-steps.ts';

/** Throws Refusal where the database that was made anew does not hold yet what was dumped: nobody is let into it. */
export async function requireFilled(reader: Reader, restore: Restore, key: string): Promise<void> {
  const {member, left} = await pendingOf(reader, restore, key);
  const [missing] = left;
  if (missing === undefined || member.leader.systemId === restore.oldSystem) return;
  throw new Refusal('NotRestored', {
    en: `${missing.name} is not what was dumped: nobody is let into it`,
    ru: `${missing.name} — не то, что было в дампе: никого не впускаем`,
  });
}

/** The moment at which the restored databases are the ones: both renames of each, or none. */
export function exchangeStep(restore: Restore, gate?: GateDefinition): KeyedStep {
  // There, what was before is the empty database.
  const isRefilling = restore.oldSystem !== undefined;
  const pending = (reader: Reader, key: string) => pendingOf(reader, restore, key);
  return {
    id: exchangeStepId,
    effect: 'Keyed',
    isVital: true,
    ...(gate === undefined ? {} : {gate}),
    title: {en: 'Put the restored databases in place', ru: 'Поставить восстановленные базы на место'},
    will: {
      en: 'Old and new change names in one transaction. The old ones stay beside, closed, until you drop them. Rows of postgres, which stays open, are put back over what it holds.',
      ru: 'Старая и новая база меняются именами в одной транзакции. Старые остаются рядом закрытыми, пока вы их не удалите. Строки базы postgres, которая остаётся открытой, восстанавливаются поверх имеющихся.',
    },
    ...(isRefilling
      ? {}
      : {
          danger: {
            en: 'Undo changes the names back; what was written meanwhile stays beside, closed.',
            ru: 'Отмена возвращает имена; записанное тем временем остаётся рядом закрытым.',
          },
          undo: (reader: Reader, key: string) => putBack(reader, restore, key),
        }),
    act: async (reader, key) => {
      const {manifest, member, id, names, left} = await pending(reader, key);
      requireNewSystem(restore, member);
      for (const each of left) await requireWholeCopy(member, names, copyName(each.name, 'restore', id), each);
      const renames = left.map(({name}) => {
        const fresh = copyName(name, 'restore', id);
        const rename = `alter database ${identifier(fresh)} rename to ${identifier(name)}`;
        return member.exec(psql(names.includes(name) ? exchangeSql(name, copyName(name, 'before', id), fresh) : rename));
      });
      // First what may fail: then no name has changed.
      return [...(await overMaintenance(member, manifest, key)), ...renames];
    },
    verify: async (reader, past) => {
      const {manifest, member, id, names, exchanged, left} = await pending(reader, past.key);
      if (left.length > 0)
        return again({
          en: `${left.map(({name}) => name).join(', ')} not yet in place`,
          ru: `ещё не на месте: ${left.map(({name}) => name).join(', ')}`,
        });
      const [fault] = await maintenanceFaults(member, manifest);
      if (fault !== undefined)
        return again({
          en: `${maintenance}, which stays open, is not as it was dumped: ${fault}`,
          ru: `${maintenance} остаётся открытой и не такова, как в дампе: ${fault}`,
        });
      const kept = exchanged.map(name => copyName(name, 'before', id)).filter(name => names.includes(name));
      const placed = [...exchanged, ...(maintenanceOf(manifest) === undefined ? [] : [maintenance])];
      const [told, said] = kept.length === 0 ? ['', ''] : [`; kept: ${kept.join(', ')}`, `; сохранены: ${kept.join(', ')}`];
      return done({en: `${placed.join(', ')} in place${told}`, ru: `на месте: ${placed.join(', ')}${said}`});
    },
    timeouts: {act: restoreSecondsMax, verify: 3600},
    commands: [],
  };
}

async function maintenanceFaults(member: LeadingMember, manifest: Manifest): Promise<readonly string[]> {
  const dumped = maintenanceOf(manifest);
  return dumped === undefined ? [] : copyFaults(member, maintenance, dumped);
}

/** All or nothing, over what stands there: everybody who looks after the cluster is in it, and it cannot be renamed. */
async function overMaintenance(member: LeadingMember, manifest: Manifest, key: string): Promise<readonly Effect[]> {
  if ((await maintenanceFaults(member, manifest)).length === 0) return [];
  const index = manifest.databases.findIndex(({name}) => name === maintenance);
  await requireSpace(member, [maintenance]);
  return [member.exec(restoreDumpOver(maintenance, memberDump(uploadId(key), index)))];
}

/** undefined where it holds nobody's rows. */
export function maintenanceOf({databases}: Manifest): DumpedDatabase | undefined {
  return databases.find(each => each.name === maintenance && isWorthRestoring(each));
}

/** Rows may have come since: what is in place is closed and kept under a name that nothing drops. */
async function putBack(reader: Reader, {database}: Restore, key: string): Promise<readonly Effect[]> {
  const member = await leadingMember(reader, database);
  const names = namesIn(await member.ask(databaseNamesSql));
  // The key of an undo is another one, but of the same run.
  const id = runIdOf(key);
  const back = names.filter(name => names.includes(copyName(name, 'before', id)));
  return back.flatMap(name => [
    member.exec(psql(freezeSql([name]))),
    member.exec(psql(exchangeSql(name, copyName(name, 'undone', id), copyName(name, 'before', id)))),
  ]);
}

async function pendingOf(reader: Reader, {database, openBackup}: Restore, key: string) {
  const {manifest} = await readMadeManifest(reader, openBackup, key);
  const member = await leadingMember(reader, database);
  const names = namesIn(await member.ask(databaseNamesSql));
  const [id, dumped] = [runIdOf(key), manifest.databases.filter(({name}) => name !== maintenance)];
  // Only an exchange puts one aside, and it counts before.
  const left = dumped.filter(({name}) => names.includes(copyName(name, 'restore', id)) || !names.includes(copyName(name, 'before', id)));
  return {manifest, member, id, names, exchanged: dumped.map(({name}) => name), left: await notInPlace(member, names, left, id)};
}

/** One that nothing stood in the place of was only renamed: it is in place where it is as it was dumped. */
async function notInPlace(
  member: LeadingMember,
  names: readonly string[],
  dumped: readonly DumpedDatabase[],
  id: string,
): Promise<readonly DumpedDatabase[]> {
  const left: DumpedDatabase[] = [];
  for (const each of dumped) {
    const isCopied = names.includes(copyName(each.name, 'restore', id));
    const isInPlace = !isCopied && names.includes(each.name) && (await copyFaults(member, each.name, each)).length === 0;
    if (!isInPlace) left.push(each);
  }
  return left;
}

/** Throws Refusal where the copy is not what was dumped, row for row: nothing else is put in place. */
async function requireWholeCopy(member: LeadingMember, names: readonly string[], copy: string, dumped: DumpedDatabase): Promise<void> {
  const faults = names.includes(copy) ? await copyFaults(member, copy, dumped) : [`there is no ${copy}`];
  if (faults.length === 0) return;
  throw new Refusal('NotRestored', {
    en: `${dumped.name} was not restored: ${faults.slice(0, 3).join('; ')}`,
    ru: `${dumped.name} не восстановлена: ${faults.slice(0, 3).join('; ')}`,
  });
}

/** Without statistics the first queries would be slow. */
export function analyzeStep({database}: Restore): KeyedStep {
  return {
    id: 'analyzed',
    effect: 'Keyed',
    title: {en: 'Gather statistics', ru: 'Собрать статистику'},
    will: {en: 'ANALYZE in every database.', ru: 'ANALYZE в каждой базе.'},
    act: async reader => {
      const member = await leadingMember(reader, database);
      const names = namesIn(await member.ask(databaseNamesSql));
      return names.filter(name => !isPutAside(name)).map(name => member.exec(psql(analyzeSql, name)));
    },
    timeouts: {act: 3600},
    commands: [],
  };
}
