/** Commands in containers with a file or another command at their ends. */
import {expect, test} from 'vitest';
import {podExec} from '../../../src/cli/pod-exec.ts';
import type {ExecEffect} from '../../../src/domain/kube-write.ts';
import {phrase} from '../../../src/domain/messages/phrase.ts';
import type {ExecRequest} from '../../../src/domain/pod-streams.ts';
import {createReader} from '../../../src/engine/live-reader.ts';
import {MemoryDisk, sha256Of} from '../../support/memory-disk.ts';
import {RunKit} from '../../support/run-kit.ts';
import {ScriptedProcess, scriptedStreams} from '../../support/scripted-streams.ts';

const place = {namespace: 'shop', pod: 'db-0', podUid: 'u', container: 'postgres'};
const helper = {
  kind: 'command',
  namespace: 'safe',
  pod: 'keeper',
  podUid: 'k',
  container: 'keeper',
  command: ['dd', 'of=/backup/x'],
} as const;
const dump = 'PGDMP and more';
const passed = `${dump.length} ${sha256Of(Buffer.from(dump))}`;

function rig() {
  const processes = new Map<string, ScriptedProcess>();
  const streams = scriptedStreams({
    exec: async ({pod, hasInput}: ExecRequest) => {
      const process = new ScriptedProcess();
      processes.set(pod.name, process);
      expect(hasInput).toBe(pod.name === 'keeper' || pod.name === 'db-in');
      return process;
    },
  });
  const disk = new MemoryDisk();
  const run = (effect: Partial<ExecEffect>) => podExec(streams, disk)({kind: 'exec', ...place, command: ['cat', '/x'], ...effect});
  const process = async (pod: string): Promise<ScriptedProcess> => {
    for (;;) {
      const found = processes.get(pod);
      if (found !== undefined) return found;
      await Promise.resolve();
    }
  };
  return {disk, run, process};
}

test('what a command writes goes into a file, and the result says how much it was', async () => {
  const {disk, run, process} = rig();
  const result = run({output: {kind: 'file', path: '/safe/x'}});
  const source = await process('db-0');
  source.says(dump);
  source.ends({kind: 'exited', code: 0});
  expect(await result).toEqual({exitCode: 0, stdout: passed, stderr: ''});
  expect(await disk.readText('/safe/x')).toBe(dump);
});

test.each([
  ['fails', {kind: 'exited', code: 1}, 1],
  ['is cut off', {kind: 'unknown', phrase: phrase('connect.readOnly', 'GET', '/')}, undefined],
] as const)('no file comes of a command that %s', async (_, outcome, exitCode) => {
  const {disk, run, process} = rig();
  const result = run({output: {kind: 'file', path: '/safe/x'}});
  const source = await process('db-0');
  source.says(dump);
  source.ends(outcome);
  expect((await result).exitCode).toBe(exitCode);
  expect(disk.files.size).toBe(0);
});

test('what a command writes goes into another one', async () => {
  const {run, process} = rig();
  const result = run({output: helper});
  const [source, target] = [await process('db-0'), await process('keeper')];
  source.says(dump);
  source.ends({kind: 'exited', code: 0});
  target.ends({kind: 'exited', code: 0});
  expect(await result).toEqual({exitCode: 0, stdout: passed, stderr: ''});
  expect(target.written).toBe(dump);
});

test('the second command is left where the first one is cut off: its input does not end', async () => {
  const {run, process} = rig();
  const result = run({output: helper});
  const [source, target] = [await process('db-0'), await process('keeper')];
  source.says(dump);
  target.ends({kind: 'exited', code: 0});
  source.ends({kind: 'unknown', phrase: phrase('connect.readOnly', 'GET', '/')});
  expect((await result).exitCode).toBeUndefined();
  expect(target.isClosed).toBe(true);
});

test('a file is what a command reads', async () => {
  const {disk, run, process} = rig();
  await disk.save('/safe/x', dump);
  const result = run({pod: 'db-in', command: ['dd', 'of=/x'], input: {kind: 'file', path: '/safe/x'}});
  const target = await process('db-in');
  await expect.poll(() => target.written).toBe(dump);
  target.ends({kind: 'exited', code: 0});
  expect((await result).exitCode).toBe(0);
});

test('a disk that is full fails the command and leaves no file', async () => {
  const {disk, run, process} = rig();
  disk.free = 3;
  const result = run({output: {kind: 'file', path: '/safe/x'}});
  const source = await process('db-0');
  source.says(dump);
  source.ends({kind: 'exited', code: 0});
  await expect(result).rejects.toThrow('no space left');
  expect(disk.files.size).toBe(0);
});

test('an answer that was cut is no answer to what is asked, and the end of a command all the same', async () => {
  const {run, process} = rig();
  const running = run({});
  const source = await process('db-0');
  for (let piece = 0; piece < 5; piece += 1) source.says('x'.repeat(1024 * 1024));
  source.ends({kind: 'exited', code: 0});
  const result = await running;
  expect(result).toMatchObject({exitCode: 0, isCut: true});
  const {port, clock} = await RunKit.start({runbooks: []});
  const reader = createReader({kube: port, clock, exec: async () => result});
  await expect(reader.run({kind: 'exec', ...place, command: ['cat', '/x']})).rejects.toThrow('cat in shop/db-0 says more than is read');
});
