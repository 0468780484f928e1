/** One running program of the control plane: started, frozen, killed and started again with the same arguments. */
import type {ChildProcess} from 'node:child_process';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {closeSync, openSync, readFileSync} from 'node:fs';
import type {OrphanGuard} from './orphan-guard.ts';
import {waitUntil} from './wait-until.ts';

const READY_DEADLINE_MS = 60_000;
const LOG_TAIL_LINES = 25;

export type ProgramSpec = {
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly logPath: string;
  readonly isReady: () => Promise<boolean>;
};

/** What a test may do to a program. */
export type ProgramHandle = {
  readonly name: string;
  /** Of the process that runs now, or of the last one. */
  readonly pid: number;
  readonly logPath: string;
  /** SIGSTOP: connections stay open and nothing is answered any more. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** SIGKILL, and resolves when the process is gone. */
  kill(): Promise<void>;
  /** Kills it if it runs, starts it on the same port and data, resolves when it is ready. */
  restart(): Promise<void>;
};

export class Program implements ProgramHandle {
  readonly #spec: ProgramSpec;
  readonly #guard: OrphanGuard;
  #child: ChildProcess | undefined;

  constructor(spec: ProgramSpec, guard: OrphanGuard) {
    this.#spec = spec;
    this.#guard = guard;
  }

  get name(): string {
    return this.#spec.name;
  }

  get logPath(): string {
    return this.#spec.logPath;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error(`${this.name} has not been started`);
    return pid;
  }

  async start(): Promise<void> {
    const child = this.#spawn();
    await waitUntil(`${this.name} is ready`, this.#spec.isReady, {
      deadlineMs: READY_DEADLINE_MS,
      whyHopeless: () => (isRunning(child) ? undefined : `it ended (${child.signalCode ?? `exit code ${child.exitCode}`})`),
      explain: () => readLogTail(this.logPath),
    });
  }

  pause(): void {
    this.#signal('SIGSTOP');
  }

  resume(): void {
    this.#signal('SIGCONT');
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || !isRunning(child)) return;
    const exited = once(child, 'exit');
    child.ref();
    child.kill('SIGKILL');
    await exited;
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  #spawn(): ChildProcess {
    const log = openSync(this.logPath, 'a', 0o600);
    const child = spawn(this.#spec.path, this.#spec.args, {detached: true, stdio: ['ignore', log, log]});
    closeSync(log);
    const {pid} = child;
    // Without a listener, a program that cannot be executed would end the test process; the wait for readiness reports it.
    child.once('error', error => console.error(`${this.name}: ${error.message}`));
    if (pid === undefined) throw new Error(`${this.name} cannot be started from ${this.#spec.path}`);
    this.#guard.add(pid);
    child.once('exit', () => this.#guard.remove(pid));
    child.unref();
    this.#child = child;
    return child;
  }

  #signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.#child?.kill(signal) !== true) throw new Error(`${this.name} is not running`);
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

function readLogTail(path: string): string {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.slice(-LOG_TAIL_LINES).join('\n');
}
