/** The built program as a headless replica in a process of its own, heard by its log and asked by its probes. */
import {type ChildProcessByStdio, spawn} from 'node:child_process';
import {once} from 'node:events';
import type {Readable} from 'node:stream';
import {waitUntil} from './control-plane/wait-until.ts';
import type {Program} from './dashboard.ts';

export type LogLine = {readonly level: string; readonly msg: string; readonly [field: string]: unknown};

const startMs = 30_000;

export class ControllerProcess {
  readonly #child: ChildProcessByStdio<null, null, Readable>;
  readonly #exited: Promise<number | undefined>;
  #stderr = '';

  private constructor([command = '', ...args]: readonly string[], env: Readonly<Record<string, string | undefined>>) {
    this.#child = spawn(command, [...args, '--listen', '127.0.0.1:0'], {stdio: ['ignore', 'ignore', 'pipe'], env});
    this.#child.stderr.on('data', chunk => {
      this.#stderr += chunk;
    });
    this.#exited = once(this.#child, 'close').then(([code]) => code ?? undefined);
  }

  static start(program: Program, kubeconfig: string, args: readonly string[] = [], owner = 'replica'): Promise<ControllerProcess> {
    const command = [process.execPath, program.file, '--controller', '--kubeconfig', kubeconfig, ...args];
    return ControllerProcess.spawn(command, {PATH: process.env.PATH, HOME: program.home, POD_NAME: owner});
  }

  /** Resolves when its probes answer. */
  static async spawn(command: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<ControllerProcess> {
    const replica = new ControllerProcess(command, env);
    await replica.hears(({msg}) => msg === 'started');
    return replica;
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the controller has not been started');
    return this.#child.pid;
  }

  get log(): readonly LogLine[] {
    return this.#stderr
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line));
  }

  hears(isIt: (line: LogLine) => boolean): Promise<LogLine> {
    return waitUntil('the line in the log of the controller', () => this.log.find(isIt), {
      deadlineMs: startMs,
      explain: () => this.#stderr,
      whyHopeless: () => (this.#child.exitCode === null ? undefined : `it has ended with ${this.#child.exitCode}`),
    });
  }

  /** `no answer` where none came in time: for a kubelet that is a failure. */
  async probe(path: string, timeoutMs = 5_000): Promise<{readonly code: number | 'no answer'; readonly text: string}> {
    const listen = this.log.find(({msg}) => msg === 'started')?.listen;
    try {
      const answer = await fetch(`http://${listen}${path}`, {signal: AbortSignal.timeout(timeoutMs)});
      return {code: answer.status, text: await answer.text()};
    } catch {
      return {code: 'no answer', text: ''};
    }
  }

  signal(signal: 'SIGTERM' | 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
    this.#child.kill(signal);
  }

  /** The exit code, undefined where a signal ended it. */
  async ended(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | undefined> {
    if (signal !== undefined) this.signal(signal);
    return this.#exited;
  }
}
