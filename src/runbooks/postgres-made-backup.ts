/** A backup that was made, found again at its place and read. */
import type {FolderPlace} from '../domain/postgres/backup-place.ts';
import {type Manifest, manifestName, readManifest} from '../domain/postgres/dump-manifest.ts';
import {asWords, type Words} from '../domain/words.ts';
import {Refusal} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import {type Keeper, noHelper} from './postgres-keeper.ts';

export type MadeBackup = {readonly keeper: Keeper};

/** Throws Refusal where there is none that can be read. */
export async function readMadeManifest(
  reader: Reader,
  openBackup: (reader: Reader, key: string) => Promise<MadeBackup>,
  key: string,
): Promise<{readonly manifest: Manifest; readonly keeper: Keeper}> {
  const {keeper} = await openBackup(reader, key);
  const text = await keeper.readText(manifestName);
  const manifest = text === undefined ? undefined : readManifest(text);
  if (manifest === undefined) throw noManifest(keeper.describe(manifestName));
  return {manifest, keeper};
}

/** What a gate says instead of what the backup is: its step makes the helper again, and checks all of it before it acts. */
export const outOfReach = {
  backup: 'out of reach for the moment, its helper is gone: it is made again, and the backup checked, before anything is done',
};

/** undefined where the place is a claim and its helper is gone. */
export async function readManifestInReach(
  ...asked: Parameters<typeof readMadeManifest>
): Promise<Awaited<ReturnType<typeof readMadeManifest>> | undefined> {
  try {
    return await readMadeManifest(...asked);
  } catch (error) {
    if (error instanceof Refusal && error.reason === noHelper) return undefined;
    throw error;
  }
}

/** Of a folder of the person who asks, before any pod is made. */
export async function readFolderManifest(reader: Reader, {folder}: FolderPlace, name: string): Promise<Manifest> {
  const path = `${folder === '/' ? '' : folder}/${name}/${manifestName}`;
  const text = await reader.files?.readText(path);
  const manifest = text === undefined ? undefined : readManifest(text);
  if (manifest === undefined) throw noManifest(asWords(path));
  return manifest;
}

function noManifest(where: Words): Refusal {
  return new Refusal('NoBackup', {
    en: `${where.en} is no manifest of a backup: name the folder that postgres-backup made`,
    ru: `${where.ru} — не манифест копии: укажите папку, которую создал postgres-backup`,
  });
}
