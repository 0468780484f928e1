/** The programs that can be run in pods of the demo. Nothing of it leaves the process: it is a play of a shell, not a shell. */
import type {Clock} from '../../domain/clock.ts';
import type {ProcessExit, ProcessIo} from '../apiserver/pod-runtime.ts';
import {deckhouseController} from './deckhouse-controller.ts';
import {sleep} from './pause.ts';
import {runShell} from './shell.ts';

export type ShellWorld = {
  readonly clock: Clock;
  readonly namespace: string;
  readonly hostname: string;
  readonly variables: Map<string, string>;
  /** Tasks in the platform's queue `main`. */
  mainTasks(): number;
};

/** Returns the exit code. */
type Program = (args: readonly string[], world: ShellWorld, io: ProcessIo) => Promise<number> | number;

const out = async (io: ProcessIo, text: string, code = 0): Promise<number> => {
  await io.write('stdout', text);
  return code;
};

const complain = async (io: ProcessIo, text: string, code = 1): Promise<number> => {
  await io.write('stderr', text);
  return code;
};

const programs: Readonly<Record<string, Program>> = {
  true: () => 0,
  false: () => 1,
  pwd: (_args, _world, io) => out(io, '/\n'),
  whoami: (_args, _world, io) => out(io, 'root\n'),
  id: (_args, _world, io) => out(io, 'uid=0(root) gid=0(root) groups=0(root)\n'),
  hostname: (_args, {hostname}, io) => out(io, `${hostname}\n`),
  uname: (_args, _world, io) => out(io, 'Linux\n'),
  date: (_args, {clock}, io) => out(io, `${new Date(clock.now()).toUTCString()}\n`),
  echo: (args, _world, io) => out(io, args[0] === '-n' ? args.slice(1).join(' ') : `${args.join(' ')}\n`),
  env: (_args, {variables}, io) => out(io, [...variables].map(([name, value]) => `${name}=${value}\n`).join('')),
  async sleep([seconds = ''], {clock}, io) {
    if (!/^\d+(\.\d+)?$/.test(seconds)) return complain(io, `sleep: invalid time interval '${seconds}'\n`);
    await sleep(clock, Number(seconds) * 1000, io.signal);
    return 0;
  },
  ls(args, world, io) {
    const [path = '/'] = args.filter(argument => !argument.startsWith('-'));
    const entries = folderEntries(path, world);
    if (entries.length > 0) return out(io, `${entries.join('\n')}\n`);
    return path in filesOf(world) ? out(io, `${path}\n`) : complain(io, `ls: ${path}: No such file or directory\n`);
  },
  async cat(args, world, io) {
    if (args.length === 0) {
      for await (const bytes of io.input) await io.write('stdout', bytes);
      return 0;
    }
    let code = 0;
    for (const path of args) {
      const text = filesOf(world)[path];
      code = text === undefined ? await complain(io, `cat: can't open '${path}': No such file or directory\n`) : code;
      if (text !== undefined) await io.write('stdout', text);
    }
    return code;
  },
  'deckhouse-controller': async (args, {namespace, mainTasks}, io) => {
    const said = namespace === 'd8-system' ? deckhouseController(args, mainTasks()) : undefined;
    return said === undefined ? complain(io, `deckhouse-controller: error: unexpected ${args.join(' ')}\n`) : out(io, said);
  },
  sh: runShellProgram,
  bash: runShellProgram,
};

function runShellProgram(args: readonly string[], world: ShellWorld, io: ProcessIo): Promise<number> {
  const run = (name: string, rest: readonly string[], at: ProcessIo) => runNamed(name, rest, world, at);
  return runShell(args, {world, run}, io);
}

/** undefined where there is no such program. */
async function runNamed(name: string, args: readonly string[], world: ShellWorld, io: ProcessIo): Promise<number | undefined> {
  const base = name.replace(/^\/(usr\/)?(local\/)?s?bin\//, '');
  const program = Object.hasOwn(programs, base) ? programs[base] : undefined;
  return program?.(args, world, io);
}

export async function runProgram([name = '', ...args]: readonly string[], world: ShellWorld, io: ProcessIo): Promise<ProcessExit> {
  const code = await runNamed(name, args, world, io);
  if (code !== undefined) return {kind: 'exited', code};
  const why = `exec: ${JSON.stringify(name)}: executable file not found in $PATH`;
  return {kind: 'failed', message: `error executing command in container: failed to exec in container: OCI runtime exec failed: ${why}`};
}

function filesOf({hostname, namespace}: ShellWorld): Readonly<Record<string, string>> {
  return {
    '/etc/hostname': `${hostname}\n`,
    '/etc/hosts': `127.0.0.1\tlocalhost\n10.111.0.7\t${hostname}\n`,
    '/etc/os-release': 'NAME="Demo Linux"\nID=demo\nVERSION_ID=1\n',
    '/etc/resolv.conf': `search ${namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.222.0.10\n`,
    '/var/run/secrets/kubernetes.io/serviceaccount/namespace': namespace,
  };
}

/** Names right under a folder; none where it is no folder. */
function folderEntries(path: string, world: ShellWorld): readonly string[] {
  const folder = path.endsWith('/') ? path : `${path}/`;
  const below = Object.keys(filesOf(world)).filter(file => file.startsWith(folder));
  const root = folder === '/' ? ['bin', 'proc', 'tmp', 'usr'] : [];
  return [...new Set([...root, ...below.map(file => file.slice(folder.length).split('/')[0] ?? '')])].sort();
}
