/** Carries a kept dump to the disk of the leader, byte for byte, and takes it away again. */
import {makeFolder, memberDump, memberFolder, removeFiles, removeFolder, renameFile, writeFile} from '../domain/postgres/dump-commands.ts';
import type {Manifest} from '../domain/postgres/dump-manifest.ts';
import {Refusal} from '../engine/define-runbook.ts';
import {again, done, type KeyedStep} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {runIdOf} from './postgres-backup-place.ts';
import {withDowntime} from './postgres-downtime.ts';
import type {DatabaseName} from './postgres-kinds.ts';
import {type MadeBackup, readMadeManifest} from './postgres-made-backup.ts';
import {leadingMember} from './postgres-member.ts';
import type {Restore} from './postgres-restore-steps.ts';

const restoreSecondsMax = 12 * 3600;

/** Of the files of the dump as the member has them for this restore. */
export function uploadId(key: string): string {
  return `${runIdOf(key)}-back`;
}

export function uploadStep({database, openBackup}: Restore): KeyedStep {
  const missing = async (reader: Reader, key: string) => {
    const {manifest, keeper} = await readMadeManifest(reader, openBackup, key);
    const member = await leadingMember(reader, database);
    const wanted: {readonly file: string; readonly path: string}[] = [];
    for (const [index, {file, bytes, sha256}] of manifest.databases.entries()) {
      const path = memberDump(uploadId(key), index);
      const found = await member.digest(path);
      if (found?.bytes !== bytes || found.sha256 !== sha256) wanted.push({file, path});
    }
    return {manifest, keeper, member, wanted};
  };
  return {
    id: 'dump-brought-back',
    effect: 'Keyed',
    isVital: true,
    title: {en: 'Bring the dump to the database', ru: 'Доставить дамп к базе'},
    will: {
      en: 'The files go to the disk of the leader; size and SHA-256 must be those of the manifest.',
      ru: 'Файлы копируются на диск лидера; размер и SHA-256 должны совпасть с манифестом.',
    },
    act: async (reader, key) => {
      const {manifest, keeper, member, wanted} = await missing(reader, key);
      await requireWhole(keeper, manifest);
      const bytes = manifest.databases.reduce((sum, each) => sum + each.bytes, 0);
      if (wanted.length > 0 && (await member.freeBytes()) < bytes)
        throw new Refusal('NoSpace', {
          en: `the dump does not fit the disk of ${member.leader.name}: make room, then retry`,
          ru: `дамп не помещается на диск ${member.leader.name}: освободите место и повторите`,
        });
      const folder = wanted.length === 0 ? [] : [member.exec(makeFolder(memberFolder(uploadId(key))))];
      const brought = wanted.flatMap(({file, path}) => [
        member.exec(removeFiles([path, `${path}.part`])),
        keeper.send(file, member.command(writeFile(`${path}.part`))),
        member.exec(renameFile(`${path}.part`, path)),
      ]);
      return [...folder, ...brought];
    },
    undo: async (reader, key) => [...(await removeUploads(reader, database, key))],
    verify: async (reader, past) => {
      const {manifest, wanted} = await missing(reader, past.key);
      const [file] = wanted;
      if (file !== undefined)
        return again({
          en: `${file.file} is not the same at both ends`,
          ru: `${file.file} на двух концах не совпадает`,
        });
      return done(withDowntime(manifest.databases.map(({name}) => name).join(', '), reader, past));
    },
    timeouts: {act: restoreSecondsMax, verify: 3600},
    commands: [],
  };
}

/** Throws Refusal where a file of the backup is not what the manifest says. */
export async function requireWhole(keeper: MadeBackup['keeper'], {databases, globals}: Manifest): Promise<void> {
  for (const {file, bytes, sha256} of [...databases, ...(globals === null ? [] : [globals])]) {
    const kept = await keeper.digest(file);
    if (kept?.bytes === bytes && kept.sha256 === sha256) continue;
    const where = keeper.describe(file);
    const [told, said] =
      kept === undefined ? ['is not there', 'отсутствует'] : ['is not as it was when it was kept', 'не такой, каким был сохранён'];
    throw new Refusal('BackupDamaged', {
      en: `${where.en} ${told}: this backup cannot be relied on`,
      ru: `${where.ru} ${said}: на эту копию полагаться нельзя`,
    });
  }
}

async function removeUploads(reader: Reader, database: DatabaseName, key: string) {
  const member = await leadingMember(reader, database);
  return [member.exec(removeFolder(memberFolder(uploadId(key))))];
}

export function uploadTidyStep({database}: Restore): KeyedStep {
  return {
    id: 'restore-tidied',
    effect: 'Keyed',
    isHarmless: true,
    title: {en: 'Free the disk of the database', ru: 'Освободить диск базы'},
    will: {en: 'The files that were brought to the leader go.', ru: 'Файлы, доставленные на лидер, удаляются.'},
    act: (reader, key) => removeUploads(reader, database, key),
    timeouts: {act: 600},
    commands: [],
  };
}
