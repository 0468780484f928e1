/** Files on this machine, for what runs keep outside of the cluster: dumps and keys. For the owner alone, whole or not at all. */
import {createHash, randomBytes} from 'node:crypto';
import {constants, createReadStream} from 'node:fs';
import {chmod, type FileHandle, mkdir, open, readFile, rename, statfs, unlink} from 'node:fs/promises';
import {dirname, isAbsolute} from 'node:path';
import {type FileDigest, FileFault, type FilePort, type NewFile} from '../domain/files.ts';

export function localFiles(owner: string): FilePort {
  return {
    owner,
    digest: path => guarded(path, () => digestOf(path)),
    readText: path => guarded(path, () => orMissing(readFile(path, 'utf8'))),
    freeBytes: folder => guarded(folder, () => freeBytes(folder)),
    save: (path, text) =>
      guarded(path, async () => {
        const file = await createFile(path);
        await file.write(new TextEncoder().encode(text));
        await file.keep();
      }),
    create: path => guarded(path, () => createFile(path)),
    read: path => readBytes(path),
  };
}

async function createFile(path: string): Promise<NewFile> {
  if (!isAbsolute(path)) throw new FileFault(`${path} is no absolute path`);
  await ownFolders(dirname(path));
  const part = `${path}.${randomBytes(4).toString('hex')}.part`;
  const file = await open(part, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
  const hash = createHash('sha256');
  let bytes = 0;
  const drop = async (): Promise<void> => {
    await file.close().catch(() => undefined);
    await unlink(part).catch(() => undefined);
  };
  const step = (work: () => Promise<void>): Promise<void> =>
    guarded(path, work).catch(async (error: unknown) => {
      await drop();
      throw error;
    });
  return {
    write: chunk =>
      step(async () => {
        await writeAll(file, chunk);
        hash.update(chunk);
        bytes += chunk.length;
      }),
    keep: async () => {
      await step(async () => {
        await file.sync();
        await file.close();
        await rename(part, path);
        await syncFolder(dirname(path));
      });
      return {bytes, sha256: hash.digest('hex')};
    },
    drop,
  };
}

/** A folder that is there already keeps the rights that its owner gave it. */
async function ownFolders(folder: string): Promise<void> {
  const made = await mkdir(folder, {recursive: true, mode: 0o700});
  if (made !== undefined) await chmod(folder, 0o700);
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

async function digestOf(path: string): Promise<FileDigest | undefined> {
  const hash = createHash('sha256');
  let bytes = 0;
  return orMissing(
    (async () => {
      for await (const chunk of readBytes(path)) {
        hash.update(chunk);
        bytes += chunk.length;
      }
      return {bytes, sha256: hash.digest('hex')};
    })(),
  );
}

async function* readBytes(path: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path)) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
}

/** The folder itself may yet have to be made. */
async function freeBytes(folder: string): Promise<number> {
  const found = await orMissing(statfs(folder));
  if (found !== undefined) return found.bavail * found.bsize;
  const parent = dirname(folder);
  if (parent === folder) throw new FileFault(`${folder} is on no disk`);
  return freeBytes(parent);
}

/** A new name is on the disk only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function orMissing<Found>(work: Promise<Found>): Promise<Found | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function guarded<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    throw new FileFault(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
