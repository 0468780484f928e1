/** Files of which every line is on the disk before anybody goes on: opened for the owner alone, written at their end, synced. */
import {constants} from 'node:fs';
import {chmod, type FileHandle, mkdir, open, readFile, rename, stat, truncate} from 'node:fs/promises';
import {dirname} from 'node:path';
import type {AppendFile} from '../../engine/journal-file.ts';

/** Throws where the folder cannot be made the owner's own. */
export async function ownFolder(folder: string): Promise<void> {
  await mkdir(folder, {recursive: true, mode: 0o700});
  await chmod(folder, 0o700);
}

/** `nameAside` says under which path a full file is kept. */
export function durableFile(path: string, nameAside: () => string): AppendFile {
  return {
    path,
    readAll: async () => (await readOrNothing(path)).toString('utf8'),
    append: async (text, bytes) => {
      const isNew = bytes === 0;
      await withFile(path, async file => {
        const {size} = await file.stat();
        if (size !== bytes) throw new Error(`${path} has ${size} bytes and not ${bytes}: somebody else has written to it`);
        await appendOrTakeBack(file, text, bytes);
      });
      if (isNew) await syncFolder(path);
    },
    cut: async bytes => {
      await truncate(path, bytes);
      await withFile(path, file => file.sync());
    },
    setAside: async () => {
      const aside = nameAside();
      await rename(path, aside);
      await syncFolder(path);
      return aside;
    },
  };
}

/** Adds to a file that others may write to as well: in one piece, and behind what one of them may have left unended. */
export async function appendLines(path: string, lines: readonly string[]): Promise<void> {
  await withFile(path, async file => {
    const {size} = await file.stat();
    const {buffer} = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    const start = size === 0 || buffer[0] === 0x0a ? '' : '\n';
    await file.appendFile(`${start}${lines.map(line => `${line}\n`).join('')}`);
    await file.sync();
  });
}

export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

export async function readOrNothing(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return Buffer.alloc(0);
    throw error;
  }
}

async function withFile(path: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  try {
    await work(file);
  } finally {
    await file.close();
  }
}

/** A disk that is full must not leave half a line behind. */
async function appendOrTakeBack(file: FileHandle, text: string, bytes: number): Promise<void> {
  try {
    await file.appendFile(text);
    await file.sync();
  } catch (error) {
    await file.truncate(bytes).catch(() => undefined);
    throw error;
  }
}

/** A new name is on the disk only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
