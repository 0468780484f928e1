import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {pathToFileURL} from 'node:url';
import {expect, test} from 'vitest';
import {durableFile} from '../../../../src/cli/journal/durable-file.ts';
import {lockJournal} from '../../../../src/cli/journal/journal-lock.ts';
import {clusterIdentity, openJournal} from '../../../../src/cli/journal/open-journal.ts';
import {systemClock} from '../../../../src/cli/system-clock.ts';
import {RunKit, requester} from '../../../support/run-kit.ts';
import {temporaryFolder} from '../../cluster/temporary-folder.ts';

const spec = {runbook: {name: 'node-cordon'}, parameters: {target: 'w1'}};

const temporary = temporaryFolder();
let folders = 0;

function newFolder(): string {
  folders += 1;
  return join(temporary.path, `${folders}`, 'deckhand');
}

function open(folder: string, told: string[] = []) {
  return openJournal({
    cluster: 'uid-1',
    user: requester,
    clock: systemClock,
    random: Math.random,
    log: (_, message) => void told.push(message),
    folder,
  });
}

test('a journal is the owner’s alone, and outlives its process', async () => {
  const folder = newFolder();
  const first = await open(folder);
  const run = await first.runs.createRun(spec);
  first.close();
  const path = join(folder, 'journal-uid-1.jsonl');
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const second = await open(folder);
  expect(second.runs.runs()).toEqual([run]);
  expect(second.place).toBe(`${hostname()}:${path}`);
  second.close();
  expect(readdirSync(folder)).toEqual(['journal-uid-1.jsonl']);
});

test('a folder that others could look into is closed to them', async () => {
  const folder = newFolder();
  mkdirSync(folder, {recursive: true, mode: 0o755});
  (await open(folder)).close();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('a torn last line is cut off the disk, and told of', async () => {
  const folder = newFolder();
  const first = await open(folder);
  await first.runs.createRun(spec, 'run-1');
  await first.runs.createRun(spec, 'run-2');
  first.close();
  const path = join(folder, 'journal-uid-1.jsonl');
  truncateSync(path, statSync(path).size - 20);
  const told: string[] = [];
  const second = await open(folder, told);
  expect(second.runs.runs().map(({meta}) => meta.name)).toEqual(['run-1']);
  expect(told).toEqual(['the last line of the journal was torn and has been cut off; nothing else is lost']);
  expect(readFileSync(path, 'utf8').endsWith('}\n')).toBe(true);
  await second.runs.createRun(spec, 'run-3');
  second.close();
  const third = await open(folder);
  expect(third.runs.runs().map(({meta}) => meta.name)).toEqual(['run-3', 'run-1']);
  third.close();
});

test('a journal that was changed stays as it is, and frees its lock', async () => {
  const folder = newFolder();
  const first = await open(folder);
  await first.runs.createRun(spec, 'run-1');
  first.close();
  const path = join(folder, 'journal-uid-1.jsonl');
  const text = readFileSync(path, 'utf8').replace('node-cordon', 'node-drain');
  writeFileSync(path, text);
  await expect(open(folder)).rejects.toThrow(`${path}, line 2: its hash does not fit its text`);
  expect(readFileSync(path, 'utf8')).toBe(text);
  expect(readdirSync(folder)).toEqual(['journal-uid-1.jsonl']);
});

test('a journal that is in use is refused by the name of its holder', async () => {
  const folder = newFolder();
  const first = await open(folder);
  await expect(open(folder)).rejects.toThrow('is in use by this process');
  first.close();
  (await open(folder)).close();
});

test('what a process held is free once it was killed, and not before', async () => {
  const folder = newFolder();
  mkdirSync(folder, {recursive: true});
  const path = join(folder, 'journal.jsonl');
  const lock = pathToFileURL(join(import.meta.dirname, '../../../../src/cli/journal/journal-lock.ts')).href;
  const program = `import {lockJournal} from '${lock}'; lockJournal('${path}'); console.log('held'); setInterval(() => 0, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {stdio: ['ignore', 'pipe', 'inherit']});
  await once(child.stdout, 'data');
  expect(() => lockJournal(path)).toThrow(`is in use by the process ${child.pid}`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  lockJournal(path).release();
  expect(readdirSync(folder)).toEqual([]);
});

test('a lock of another machine counts, whatever its number; one of a number given anew does not', () => {
  const folder = newFolder();
  mkdirSync(folder, {recursive: true});
  const path = join(folder, 'journal.jsonl');
  const reused = join(folder, `journal.jsonl.lock-${process.ppid}-1-${hostname()}`);
  writeFileSync(reused, '');
  lockJournal(path).release();
  expect(existsSync(reused)).toBe(false);
  const foreign = join(folder, 'journal.jsonl.lock-99999999-1-elsewhere');
  writeFileSync(foreign, '');
  expect(() => lockJournal(path)).toThrow(
    `is in use by the process 99999999 on elsewhere: quit that one first, or, if it is no more, remove ${foreign}`,
  );
  expect(readdirSync(folder)).toEqual(['journal.jsonl.lock-99999999-1-elsewhere']);
});

test('a file that is not as long as it was left is not written to', async () => {
  const folder = newFolder();
  mkdirSync(folder, {recursive: true});
  const path = join(folder, 'some.jsonl');
  const file = durableFile(path, () => `${path}.1`);
  await file.append('one\n', 0);
  await expect(file.append('two\n', 0)).rejects.toThrow('has 4 bytes and not 0: somebody else has written to it');
  await file.append('two\n', 4);
  expect(await file.readAll()).toBe('one\ntwo\n');
  expect(await file.setAside()).toBe(`${path}.1`);
  expect(await file.readAll()).toBe('');
});

test('a cluster is known by the uid of kube-system, and by its address only where that may not be read', async () => {
  const kit = await RunKit.start({runbooks: []});
  const uid = await clusterIdentity(kit.port, 'https://a:6443');
  expect(uid).toBe((await kit.world.find({apiVersion: 'v1', kind: 'Namespace', name: 'kube-system'}))?.metadata.uid);
  const answering = (status: number) => ({stream: kit.port.stream, request: async () => ({status, headers: {}, body: '{}'})});
  const byAddress = await clusterIdentity(answering(403), 'https://a:6443');
  expect(byAddress).toMatch(/^at-[0-9a-f]{16}$/);
  expect(await clusterIdentity(answering(404), 'https://a:6443')).toBe(byAddress);
  expect(await clusterIdentity(answering(403), 'https://b:6443')).not.toBe(byAddress);
  await expect(clusterIdentity(answering(500), 'https://a:6443')).rejects.toThrow();
});
