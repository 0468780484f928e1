/** A program of this machine in a pseudo terminal, as a pane takes it. node-pty is optional: where it is missing that is said in one sentence. */
import {constants} from 'node:os';
import process from 'node:process';
import {phrase} from '../domain/messages/phrase.ts';
import type {TerminalExit, TerminalSession} from '../ui/terminal-session.ts';
import {ProgramRefused, type ProgramSize} from '../views/local-programs.ts';

export type LocalProgram = {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly size: ProgramSize;
};

export async function openLocalTerminal({command: [file, ...args], env, size}: LocalProgram): Promise<TerminalSession> {
  const {spawn} = await loadNodePty();
  const environment = Object.entries({...env, TERM: 'xterm-256color'}).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const pty = spawn(file, args, {
    name: 'xterm-256color',
    cols: size.columns,
    rows: size.rows,
    cwd: process.cwd(),
    env: Object.fromEntries(environment),
    encoding: null,
  });
  const early: Uint8Array[] = [];
  let listener = (bytes: Uint8Array): void => void early.push(bytes);
  let hasEnded = false;
  pty.onData(data => listener(typeof data === 'string' ? Buffer.from(data) : data));
  const exit = new Promise<TerminalExit>(resolve => {
    pty.onExit(({exitCode, signal = 0}) => {
      hasEnded = true;
      resolve(signal === 0 ? {kind: 'exited', code: exitCode} : {kind: 'signalled', signal: signalName(signal)});
    });
  });
  return {
    onOutput(next) {
      listener = next;
      for (const bytes of early.splice(0)) next(bytes);
    },
    write: text => hasEnded || pty.write(text),
    resize: (columns, rows) => hasEnded || pty.resize(columns, rows),
    setFlowing: isFlowing => hasEnded || (isFlowing ? pty.resume() : pty.pause()),
    exit,
    close: () => hasEnded || pty.kill('SIGHUP'),
  };
}

async function loadNodePty(): Promise<typeof import('node-pty')> {
  try {
    return await import('node-pty');
  } catch {
    throw new ProgramRefused(phrase('terminal.noPty'));
  }
}

function signalName(number: number): string {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
}
