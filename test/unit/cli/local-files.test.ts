/** What runs keep on this machine. */
import {createHash} from 'node:crypto';
import {mkdtemp, readdir, readFile, rm, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {localFiles} from '../../../src/cli/local-files.ts';
import {FileFault} from '../../../src/domain/files.ts';

const files = localFiles('anna@bastion');
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deckhand-files-'));
});

afterEach(() => rm(folder, {recursive: true}));

test('a file and its folders are for their owner alone', async () => {
  const path = join(folder, 'a', 'b', 'keys.json');
  await files.save(path, 'kept');
  expect(await files.readText(path)).toBe('kept');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'a'))).mode & 0o777).toBe(0o700);
});

test('a file that is written in pieces appears when it is whole, with its digest', async () => {
  const path = join(folder, 'dump');
  const file = await files.create(path);
  await file.write(Buffer.from('half'));
  expect(await files.digest(path)).toBeUndefined();
  await file.write(Buffer.from(' and half'));
  const sha256 = createHash('sha256').update('half and half').digest('hex');
  expect(await file.keep()).toEqual({bytes: 13, sha256});
  expect(await files.digest(path)).toEqual({bytes: 13, sha256});
});

test('what is dropped leaves nothing behind, and what stood there stays', async () => {
  const path = join(folder, 'dump');
  await files.save(path, 'the one before');
  const file = await files.create(path);
  await file.write(Buffer.from('half'));
  await file.drop();
  expect(await readdir(folder)).toEqual(['dump']);
  expect(await readFile(path, 'utf8')).toBe('the one before');
});

test('what the disk refuses is a sentence with the path', async () => {
  await files.save(join(folder, 'file'), '');
  await expect(files.save(join(folder, 'file', 'below'), 'x')).rejects.toThrow(FileFault);
  await expect(files.save('relative/path', 'x')).rejects.toThrow('relative/path is no absolute path');
  expect(await files.readText(join(folder, 'none'))).toBeUndefined();
});

test('the free space of a folder that is yet to be made is that of the disk it will be on', async () => {
  expect(await files.freeBytes(join(folder, 'not', 'yet'))).toBeGreaterThan(0);
});
