/** Runs a credential plugin: argument list, no shell, bounded time and output, every line of stderr passed on. */
import {type ChildProcess, spawn} from 'node:child_process';
import {StringDecoder} from 'node:string_decoder';
import type {Clock, Timer} from '../domain/clock.ts';
import {visibleLine} from '../domain/visible-line.ts';
import {errorCode} from './error-code.ts';

const stdoutBytesMax = 1_000_000;
const stderrLinesMax = 20;
const killDelayMs = 2000;

export type PluginCommand = {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The plugin talks to the person at the terminal: stdin and stderr are ours, and nobody hurries it. */
  readonly isInteractive: boolean;
  readonly timeoutMs: number;
};

export type PluginOutcome =
  | {readonly kind: 'answered'; readonly stdout: string}
  | {readonly kind: 'missing'}
  | {readonly kind: 'notRunnable'; readonly code: string}
  | {readonly kind: 'failed'; readonly exit: string; readonly stderr: readonly string[]}
  | {readonly kind: 'timeout'}
  | {readonly kind: 'tooMuch'; readonly bytes: number};

export type PluginRun = {readonly outcome: Promise<PluginOutcome>; kill(): void};

export function runPlugin(plugin: PluginCommand, clock: Clock, onLine: (line: string) => void): PluginRun {
  const {command, args, env, isInteractive} = plugin;
  const stdio = isInteractive ? (['inherit', 'pipe', 'inherit'] as const) : (['ignore', 'pipe', 'pipe'] as const);
  try {
    // A session of its own has no terminal: what is not interactive cannot prompt behind the screen, and dies with its children.
    const child = spawn(command, [...args], {env, stdio: [...stdio], detached: !isInteractive});
    return {outcome: collect(child, plugin, clock, onLine), kill: () => kill(child, 'SIGKILL', !isInteractive)};
  } catch (error) {
    return {outcome: Promise.resolve({kind: 'notRunnable', code: errorCode(error)}), kill() {}};
  }
}

function collect(child: ChildProcess, {isInteractive, timeoutMs}: PluginCommand, clock: Clock, onLine: (line: string) => void) {
  const stdout: Buffer[] = [];
  const stderr: string[] = [];
  let stdoutBytes = 0;
  const lines = splitLines(line => {
    const visible = visibleLine(line);
    stderr.push(visible);
    if (stderr.length > stderrLinesMax) stderr.shift();
    onLine(visible);
  });
  return new Promise<PluginOutcome>(resolve => {
    let killTimer: Timer | undefined;
    const timer = isInteractive ? undefined : clock.setTimer(timeoutMs, () => stop({kind: 'timeout'}));

    /** Does not wait for the end: a grandchild may hold the pipes open for ever. */
    function stop(outcome: PluginOutcome) {
      timer?.cancel();
      resolve(outcome);
      kill(child, 'SIGTERM', !isInteractive);
      killTimer ??= clock.setTimer(killDelayMs, () => kill(child, 'SIGKILL', !isInteractive));
    }

    child.stdout?.on('data', (chunk: Buffer) => {
      stdoutBytes += chunk.length;
      if (stdoutBytes > stdoutBytesMax) stop({kind: 'tooMuch', bytes: stdoutBytes});
      else stdout.push(chunk);
    });
    child.stderr?.on('data', lines.push);
    child.once('error', error => {
      timer?.cancel();
      const code = errorCode(error);
      resolve(code === 'ENOENT' ? {kind: 'missing'} : {kind: 'notRunnable', code});
    });
    child.once('close', (code, signal) => {
      timer?.cancel();
      killTimer?.cancel();
      lines.end();
      if (code === 0) resolve({kind: 'answered', stdout: Buffer.concat(stdout).toString('utf8')});
      else resolve({kind: 'failed', exit: signal ?? `exit ${code}`, stderr});
    });
  });
}

/** A line longer than any screen is cut, so that a plugin that never ends its line does not fill the memory. */
function splitLines(onLine: (line: string) => void) {
  const lineLengthMax = 10_000;
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return {
    push(chunk: Buffer) {
      const parts = (rest + decoder.write(chunk)).split(/\r?\n/);
      rest = (parts.pop() ?? '').slice(0, lineLengthMax);
      for (const part of parts) if (part !== '') onLine(part);
    },
    end() {
      if (rest !== '') onLine(rest);
    },
  };
}

/** Gone already, or not ours any more: either way there is nothing left to end. */
function kill(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL', isGroup: boolean) {
  if (child.pid === undefined) return;
  try {
    process.kill(isGroup ? -child.pid : child.pid, signal);
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
