/** The programs that handle files, on a disk of the simulated world: of a member, or of a pod that mounts a claim. */
import {createHash} from 'node:crypto';
import type {StoredFile} from './postgres-state.ts';

export type FileSystem = {
  readonly files: Record<string, StoredFile>;
  readonly capacityBytes: number;
  usedBytes(): number;
};

export type FilePlace = {
  disk(): FileSystem;
  readonly input: AsyncIterable<Uint8Array>;
  write(stream: 'stdout' | 'stderr', bytes: Uint8Array | string): Promise<void>;
};

/** Resolves with the exit code. */
export type FileProgram = (args: readonly string[], place: FilePlace) => Promise<number>;

const toolVersion = 'coreutils 9.1';

export const filePrograms: Readonly<Record<string, FileProgram>> = {
  cat: versioned(runCat),
  dd: versioned(runDd),
  df: versioned(runDf),
  head: versioned(runHead),
  mkdir: async () => 0,
  mv: runMv,
  rm: runRm,
  sha256sum: versioned(runSha256sum),
  stat: versioned(runStat),
};

function versioned(program: FileProgram): FileProgram {
  return async (args, place) => {
    if (args[0] !== '--version') return program(args, place);
    await place.write('stdout', `${toolVersion}\n`);
    return 0;
  };
}

async function found(name: string, path: string, {disk, write}: FilePlace): Promise<StoredFile | undefined> {
  const file = disk().files[path];
  if (file === undefined) await write('stderr', `${name}: ${path}: No such file or directory\n`);
  return file;
}

async function runCat([path = '']: readonly string[], place: FilePlace): Promise<number> {
  const file = await found('cat', path, place);
  if (file !== undefined) await place.write('stdout', file.bytes);
  return file === undefined ? 1 : 0;
}

async function runHead(args: readonly string[], place: FilePlace): Promise<number> {
  const file = await found('head', args.at(-1) ?? '', place);
  if (file !== undefined) await place.write('stdout', file.bytes.slice(0, Number(args[1])));
  return file === undefined ? 1 : 0;
}

async function runDd(args: readonly string[], {disk, input, write}: FilePlace): Promise<number> {
  const path = args.find(argument => argument.startsWith('of='))?.slice(3) ?? '';
  const decoder = new TextDecoder();
  let bytes = '';
  for await (const chunk of input) bytes += decoder.decode(chunk, {stream: true});
  return (await storeFile(disk(), path, bytes + decoder.decode()))
    ? 0
    : fail(write, `dd: error writing '${path}': No space left on device`);
}

/** false where the disk is full. */
export async function storeFile(disk: FileSystem, path: string, bytes: string): Promise<boolean> {
  if (disk.usedBytes() + bytes.length > disk.capacityBytes) return false;
  disk.files[path] = {bytes};
  return true;
}

async function runDf(args: readonly string[], {disk, write}: FilePlace): Promise<number> {
  const {capacityBytes, usedBytes} = disk();
  const used = usedBytes();
  const free = Math.max(0, capacityBytes - used);
  await write('stdout', 'Filesystem     1-blocks      Used Available Capacity Mounted on\n');
  await write('stdout', `/dev/sdb ${capacityBytes} ${used} ${free} ${Math.round((100 * used) / capacityBytes)}% ${args.at(-1)}\n`);
  return 0;
}

async function runMv(args: readonly string[], place: FilePlace): Promise<number> {
  const [from = '', to = ''] = args.slice(-2);
  const file = await found('mv', from, place);
  if (file === undefined) return 1;
  const {files} = place.disk();
  files[to] = file;
  delete files[from];
  return 0;
}

async function runRm([flags = '', ...paths]: readonly string[], {disk}: FilePlace): Promise<number> {
  const {files} = disk();
  const isGone = (file: string) => paths.some(path => file === path || (flags.includes('r') && file.startsWith(`${path}/`)));
  for (const file of Object.keys(files).filter(isGone)) delete files[file];
  return 0;
}

async function runSha256sum([path = '']: readonly string[], place: FilePlace): Promise<number> {
  const file = await found('sha256sum', path, place);
  if (file !== undefined) await place.write('stdout', `${createHash('sha256').update(file.bytes).digest('hex')}  ${path}\n`);
  return file === undefined ? 1 : 0;
}

async function runStat(args: readonly string[], place: FilePlace): Promise<number> {
  const file = await found('stat', args.at(-1) ?? '', place);
  if (file !== undefined) await place.write('stdout', `${Buffer.byteLength(file.bytes)}\n`);
  return file === undefined ? 1 : 0;
}

async function fail(write: FilePlace['write'], message: string): Promise<number> {
  await write('stderr', `${message}\n`);
  return 1;
}
