/** Runs a command beside a container's program, as its user and in its environment; bytes pass unchanged both ways. */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {accessSync, constants} from 'node:fs';
import {constants as system} from 'node:os';
import {join} from 'node:path';
import type {ProcessExit, ProcessIo} from '../../../src/embedded/apiserver/pod-runtime.ts';
import type {OrphanGuard} from '../control-plane/orphan-guard.ts';
import {asPostgres} from '../postgres-user.ts';

export type ExecPlace = {
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly guard: OrphanGuard;
  /** Hears of the process while it runs; the pod's end is its end. */
  readonly running: Set<ChildProcess>;
};

const signalled = 128;

export async function execInPod(command: readonly string[], io: ProcessIo, place: ExecPlace): Promise<ProcessExit> {
  const {environment, guard, running} = place;
  const [name = ''] = command;
  if (!isThere(name, environment.PATH ?? '')) {
    return {
      kind: 'failed',
      message: `OCI runtime exec failed: exec failed: exec: ${JSON.stringify(name)}: executable file not found in $PATH: unknown`,
    };
  }
  const [program = '', ...args] = asPostgres(command, environment);
  const child = spawn(program, args, {stdio: 'pipe', cwd: place.folder});
  const exited = once(child, 'exit');
  if (child.pid !== undefined) guard.add(child.pid);
  running.add(child);
  child.stdin.on('error', () => undefined);
  void feed(io.input, child);
  const send = async (stream: 'stdout' | 'stderr'): Promise<void> => {
    // A client that has left leaves the process, which goes on.
    for await (const bytes of child[stream]) if (!io.signal.aborted) await io.write(stream, bytes);
  };
  await Promise.all([send('stdout'), send('stderr')]);
  const [code, signal]: [number | null, NodeJS.Signals | null] = (await exited) as [number | null, NodeJS.Signals | null];
  if (child.pid !== undefined) guard.remove(child.pid);
  running.delete(child);
  return {kind: 'exited', code: code ?? signalled + (signal === null ? 0 : system.signals[signal])};
}

async function feed(input: AsyncIterable<Uint8Array>, child: ChildProcess): Promise<void> {
  const {stdin} = child;
  for await (const bytes of input) {
    if (stdin === null || stdin.destroyed) return;
    if (!stdin.write(bytes)) await Promise.race([once(stdin, 'drain'), once(stdin, 'close')]).catch(() => undefined);
  }
  stdin?.end();
}

function isThere(name: string, path: string): boolean {
  const candidates = name.includes('/') ? [name] : path.split(':').map(folder => join(folder, name));
  return candidates.some(candidate => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
