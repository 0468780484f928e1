/** One backup at its place: its files are read, written and measured alike in a folder and on a claim. */
import {readString} from '../domain/fields.ts';
import type {FileDigest} from '../domain/files.ts';
import type {CommandPlace, Effect, ExecEffect} from '../domain/kube-write.ts';
import {
  backupMount,
  fileDigest,
  fileSize,
  freeSpace,
  makeFolder,
  printFile,
  readDigest,
  readFreeBytes,
  renameFile,
  writeFile,
} from '../domain/postgres/dump-commands.ts';
import type {Words} from '../domain/words.ts';
import {Refusal} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import {type KeeperRole, type KeptAt, keeperContainer, keeperRef} from './postgres-backup-place.ts';

/** The reason where the helper of a claim does not run. */
export const noHelper = 'NoHelper';

/** A command in a member, without what it reads and writes. */
export type MemberCommand = Omit<ExecEffect, 'kind' | 'stdin' | 'input' | 'output'>;

export type Keeper = {
  /** For people. */
  describe(name: string): Words;
  digest(name: string): Promise<FileDigest | undefined>;
  readText(name: string): Promise<string | undefined>;
  freeBytes(): Promise<number>;
  /** What the command writes becomes the file. */
  receive(name: string, from: MemberCommand): readonly Effect[];
  /** The file is what the command reads. */
  send(name: string, to: MemberCommand): Effect;
  write(name: string, text: string): readonly Effect[];
};

/** `folder` is that of the one backup. Throws Refusal where the place cannot be reached. */
export async function openKeeper(reader: Reader, place: KeptAt, role: KeeperRole, folder: string, key: string): Promise<Keeper> {
  return place.kind === 'file' ? fileKeeper(reader, place, folder) : await claimKeeper(reader, place, role, folder, key);
}

function fileKeeper(reader: Reader, {folder, owner}: Extract<KeptAt, {kind: 'file'}>, name: string): Keeper {
  const {files} = reader;
  if (files?.owner !== owner)
    throw new Refusal('OtherMachine', {
      en: `${folder} is a folder of ${owner}: carry the run on from a dashboard there`,
      ru: `${folder} — папка у ${owner}: продолжите запуск из deckhand на той машине`,
    });
  const pathOf = (file: string): string => `${folder === '/' ? '' : folder}/${name}/${file}`;
  return {
    describe: file => ({en: `${pathOf(file)} on ${owner}`, ru: `${pathOf(file)} у ${owner}`}),
    digest: file => files.digest(pathOf(file)),
    readText: file => files.readText(pathOf(file)),
    freeBytes: () => files.freeBytes(folder),
    receive: (file, from) => [{kind: 'exec', ...from, output: {kind: 'file', path: pathOf(file)}}],
    send: (file, to) => ({kind: 'exec', ...to, input: {kind: 'file', path: pathOf(file)}}),
    write: (file, text) => [{kind: 'save', path: pathOf(file), content: text}],
  };
}

async function claimKeeper(
  reader: Reader,
  place: Extract<KeptAt, {kind: 'pvc'}>,
  role: KeeperRole,
  folder: string,
  key: string,
): Promise<Keeper> {
  const {namespace = '', name: pod} = keeperRef(place, role, key);
  const live = await reader.get(keeperRef(place, role, key));
  if (live === undefined || readString(live, 'status.phase') !== 'Running')
    throw new Refusal(noHelper, {
      en: `the helper ${namespace}/${pod} does not run: without it the claim ${place.name} is out of reach`,
      ru: `вспомогательный под ${namespace}/${pod} не работает: без него PVC ${place.name} недоступен`,
    });
  const helper = {namespace, pod, podUid: live.metadata.uid, container: keeperContainer};
  const run = async (command: readonly string[]): Promise<string | undefined> => {
    const {exitCode, stdout} = await reader.run({kind: 'exec', ...helper, command});
    return exitCode === 0 ? stdout : undefined;
  };
  const within = `${backupMount}/${folder}`;
  const pathOf = (file: string): string => `${within}/${file}`;
  const partOf = (file: string): string => `${pathOf(file)}.part`;
  const exec = (command: readonly string[]): ExecEffect => ({kind: 'exec', ...helper, command});
  const taking = (file: string): CommandPlace => ({kind: 'command', ...helper, command: writeFile(partOf(file))});
  const keep = (file: string): Effect => exec(renameFile(partOf(file), pathOf(file)));
  return {
    describe: file => ({
      en: `${folder}/${file} on the claim ${namespace}/${place.name}`,
      ru: `${folder}/${file} в PVC ${namespace}/${place.name}`,
    }),
    digest: async file => {
      const bytes = Number(await run(fileSize(pathOf(file))));
      const sha256 = readDigest((await run(fileDigest(pathOf(file)))) ?? '');
      return sha256 === undefined || !Number.isSafeInteger(bytes) ? undefined : {bytes, sha256};
    },
    readText: file => run(printFile(pathOf(file))),
    freeBytes: async () => readFreeBytes((await run(freeSpace(backupMount))) ?? '') ?? 0,
    receive: (file, from) => [exec(makeFolder(within)), {kind: 'exec', ...from, output: taking(file)}, keep(file)],
    send: (file, to) => ({kind: 'exec', ...helper, command: printFile(pathOf(file)), output: {kind: 'command', ...to}}),
    write: (file, text) => [exec(makeFolder(within)), {...exec(writeFile(partOf(file))), stdin: text}, keep(file)],
  };
}
