/** One container of a pod: its program runs, is started anew where it ends by itself, and stops when the pod has to go. */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {request} from 'node:http';
import {systemClock} from '../../../src/cli/system-clock.ts';
import type {Timer} from '../../../src/domain/clock.ts';
import type {Fields} from '../../../src/domain/fields.ts';
import type {OrphanGuard} from '../control-plane/orphan-guard.ts';
import {LineLog} from './container-log.ts';
import type {ContainerProgram} from './container-program.ts';
import type {PodContainer} from './pod-spec.ts';

/** A kubelet waits 10 s before the second restart; here a test waits for it. */
const restartMs = 1_000;
const restartMsMax = 8_000;
const probeMs = 500;

export type ContainerParts = {
  readonly container: PodContainer;
  readonly address: string;
  /** Of the pod. */
  readonly folder: string;
  readonly guard: OrphanGuard;
  /** Asked again for each start. */
  readonly prepare: () => ContainerProgram;
  readonly restarts: (code: number) => boolean;
  readonly onChange: () => void;
};

export class ContainerLife {
  readonly name: string;
  log = new LineLog();
  previousLog: LineLog | undefined;
  readonly #parts: ContainerParts;
  #program: ContainerProgram | undefined;
  #child: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  #state: Fields = {waiting: {reason: 'ContainerCreating'}};
  #lastState: Fields = {};
  #isProbed = false;
  #restartCount = 0;
  #isStopping = false;
  #timer: Timer | undefined;
  /** Undefined while it runs or will run again. */
  exitCode: number | undefined;

  constructor(parts: ContainerParts) {
    this.#parts = parts;
    this.name = parts.container.name;
  }

  get environment(): Readonly<Record<string, string>> | undefined {
    return this.#program?.environment;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  start(): void {
    const {guard, prepare, onChange, container, folder} = this.#parts;
    const program = prepare();
    const [command = '', ...args] = program.command;
    const child = spawn(command, args, {detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: program.environment, cwd: folder});
    const startedAt = now();
    if (child.pid !== undefined) guard.add(child.pid);
    this.log.read(child.stdout);
    this.log.read(child.stderr);
    child.once('error', error => this.log.add(error.message));
    this.#program = program;
    this.#child = child;
    this.#state = {running: {startedAt}};
    this.#isProbed = container.readiness === undefined;
    this.#ended = once(child, 'exit').then(([code, signal]) => this.#end(child, code ?? (signal === 'SIGKILL' ? 137 : 143), startedAt));
    if (container.readiness !== undefined) this.#probe(child);
    onChange();
  }

  /** In its time, or by force. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    this.#timer?.cancel();
    const child = this.#child;
    if (child === undefined) return;
    child.kill('SIGTERM');
    const force = systemClock.setTimer(graceMs, () => child.kill('SIGKILL'));
    await this.#ended;
    force.cancel();
  }

  /** As a machine that loses its power, for a moment. */
  async crash(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  /** To its first process alone. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal);
  }

  get isReady(): boolean {
    return this.#child !== undefined && this.#isProbed;
  }

  get status(): Fields {
    const {name, image} = this.#parts.container;
    return {
      name,
      image,
      imageID: image,
      containerID: `lab://${this.#child?.pid ?? 'none'}`,
      ready: this.isReady,
      started: this.#child !== undefined,
      restartCount: this.#restartCount,
      state: this.#state,
      lastState: this.#lastState,
    };
  }

  async #end(child: ChildProcess, code: number, startedAt: string): Promise<void> {
    const {guard, restarts, onChange} = this.#parts;
    if (child.pid !== undefined) {
      guard.remove(child.pid);
      killGroup(child.pid);
    }
    await this.#program?.killRest();
    this.#child = undefined;
    this.#isProbed = false;
    this.log.end();
    const terminated = {exitCode: code, reason: code === 0 ? 'Completed' : 'Error', startedAt, finishedAt: now()};
    const isOver = this.#isStopping || !restarts(code);
    this.#state = isOver ? {terminated} : {waiting: {reason: 'CrashLoopBackOff', message: 'restarting the container'}};
    if (isOver) this.exitCode = code;
    else this.#restartLater({terminated});
    onChange();
  }

  #restartLater(lastState: Fields): void {
    this.#lastState = lastState;
    this.previousLog = this.log;
    this.log = new LineLog();
    const delayMs = Math.min(restartMs * 2 ** this.#restartCount, restartMsMax);
    this.#restartCount += 1;
    this.#timer = systemClock.setTimer(delayMs, () => this.start());
  }

  #probe(child: ChildProcess): void {
    if (this.#child !== child || this.#isStopping) return;
    const {address, container, onChange} = this.#parts;
    const {port, path} = container.readiness ?? {port: 0, path: ''};
    const hear = (isReady: boolean): void => {
      if (this.#child !== child) return;
      if (isReady !== this.#isProbed) {
        this.#isProbed = isReady;
        onChange();
      }
      systemClock.setTimer(probeMs, () => this.#probe(child));
    };
    const asked = request({host: address, port, path, timeout: probeMs}, answer => {
      answer.resume();
      hear((answer.statusCode ?? 500) < 400);
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', () => hear(false));
    asked.end();
  }
}

/** With its first process a container ends whole: a copy that Patroni had begun must not go on beside the next Patroni. */
function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody of it was left.
    return;
  }
}

function now(): string {
  return new Date(systemClock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
}
