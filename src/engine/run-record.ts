/**
 * The record of one run in the hands of its holder: every change goes through here, so that what is logged is durable
 * before the status that names it, and every status carries epoch, generation and conditions that agree.
 */
import type {Fields} from '../domain/fields.ts';
import {noStatus} from '../domain/read-run-status.ts';
import {finishedPhases, type Phase, type Run, type RunStatus, type StepStatus} from '../domain/run.ts';
import type {Words} from '../domain/words.ts';
import {setConditions, type WantedCondition} from './conditions.ts';
import {fitMessage} from './fit-status.ts';
import type {EnginePorts} from './ports.ts';
import type {LogEntry, LogKind, NewLogEntry} from './run-log.ts';
import type {RunStore} from './run-store.ts';
import type {RunWitness} from './run-witness.ts';

export type Holder = {readonly identity: string; readonly lease: string};

type Parts = {readonly store: RunStore; readonly clock: EnginePorts['clock']; readonly holder: Holder; readonly witness?: RunWitness};

/** A field set to undefined is a field taken away. */
export type StepChange = {readonly [Name in Exclude<keyof StepStatus, 'message' | 'messageRu'>]?: StepStatus[Name] | undefined} & {
  readonly message?: string | Words;
};

const passing: ReadonlySet<string> = new Set(['Paused', 'Stalled', 'WaitingForApproval']);

export class RunRecord {
  readonly #parts: Parts;
  #run: Run;
  #epoch: number;
  #isTakenOver = false;
  #pending: NewLogEntry[] = [];

  constructor(run: Run, parts: Parts) {
    this.#run = run;
    this.#parts = parts;
    this.#epoch = run.status.holder?.epoch ?? 0;
  }

  get run(): Run {
    return this.#run;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Makes this engine the holder: from the next write on, whoever held the run before is refused by its epoch. */
  takeOver(): void {
    this.#epoch += 1;
    this.#isTakenOver = true;
  }

  /** Whether `takeOver` was called: this engine writes under an epoch of its own. */
  get isTakenOver(): boolean {
    return this.#isTakenOver;
  }

  timestamp(): string {
    return new Date(this.#parts.clock.now()).toISOString();
  }

  /** Becomes durable with the next write, before it. */
  note(kind: LogKind, step: string, text: string, data?: Fields): void {
    const entry = {at: this.timestamp(), by: this.#parts.holder.identity, epoch: this.#epoch, kind, step, text};
    this.#pending.push(data === undefined ? entry : {...entry, data});
  }

  /** What was noted becomes durable without a change of the status. */
  async flush(): Promise<RunStatus['log']> {
    const {log} = this.#run.status;
    if (this.#pending.length === 0) return log;
    const entries = this.#pending;
    const head = await this.#parts.store.appendLog(this.#run, entries);
    this.#pending = [];
    this.#run = {...this.#run, status: {...this.#run.status, log: head}};
    return head;
  }

  /** What was noted included. Throws BrokenLog where the chain does not hold. */
  async readLog(): Promise<readonly LogEntry[]> {
    await this.flush();
    return this.#parts.store.readLog(this.#run);
  }

  /** Reads the record anew; false where it is gone. */
  async reload(): Promise<boolean> {
    const run = await this.#parts.store.load(this.#run.meta);
    if (run === undefined || run.meta.uid !== this.#run.meta.uid) return false;
    const {log} = this.#run.status;
    // A chunk that was written ahead of its status stays the end of the chain.
    this.#run = log.head > run.status.log.head ? {...run, status: {...run.status, log}} : run;
    return true;
  }

  /** Back to a run that nobody has looked at, as it was before somebody wrote into it. */
  async wipe(): Promise<void> {
    this.#run = await this.#parts.store.writeStatus(this.#run, {...noStatus, runUID: this.#run.meta.uid});
    this.#epoch = 0;
    this.#isTakenOver = false;
  }

  async write(change: Partial<RunStatus>, conditions: readonly WantedCondition[] = []): Promise<void> {
    const log = await this.flush();
    const {meta, status: before} = this.#run;
    const {identity, lease} = this.#parts.holder;
    const since = before.holder?.epoch === this.#epoch ? before.holder.since : this.timestamp();
    const steps = change.steps ?? before.steps;
    const isOver = finishedPhases.has(change.phase ?? before.phase);
    const status: RunStatus = {
      ...before,
      ...change,
      observedGeneration: change.observedGeneration ?? meta.generation,
      runUID: meta.uid,
      holder: {identity, lease, epoch: this.#epoch, since},
      current: steps.find(({state}) => state !== 'Succeeded' && state !== 'Skipped')?.id ?? '',
      progress: `${steps.filter(({state}) => state === 'Succeeded' || state === 'Skipped').length}/${steps.length}`,
      conditions: setConditions(before.conditions, telling(before, conditions), {
        now: this.timestamp(),
        observedGeneration: meta.generation,
      }),
      log,
      ...(isOver && before.finishedAt === undefined ? {finishedAt: this.timestamp()} : {}),
    };
    const known = this.#run;
    this.#run = await this.#parts.store.writeStatus(known, status);
    this.#parts.witness?.(known, this.#run);
  }

  /** Changes one step, and the phase with it. */
  writeStep(id: string, change: StepChange, phase?: Phase, conditions: readonly WantedCondition[] = []): Promise<void> {
    return this.writeSteps({[id]: change}, phase, conditions);
  }

  async writeSteps(
    changes: Readonly<Record<string, StepChange>>,
    phase?: Phase,
    conditions: readonly WantedCondition[] = [],
  ): Promise<void> {
    const steps = this.#run.status.steps.map(step => changeStep(step, changes[step.id] ?? {}));
    await this.write({steps, ...(phase === undefined ? {} : {phase})}, conditions);
  }

  /** What a step waits for, and which logs tell more; not worth a write while both stay the same. */
  async writeMessage(
    id: string,
    reason: string,
    message: string | Words,
    logs: readonly string[] = this.step(id).logs ?? [],
  ): Promise<void> {
    const {message: said, logs: named = []} = this.step(id);
    // The English text alone: a cluster whose kind is older drops the other one.
    if (said === fitMessage(message).message && named.join() === logs.join()) return;
    await this.writeStep(id, {reason, message, logs: logs.length === 0 ? undefined : logs});
  }

  step(id: string): StepStatus {
    const step = this.#run.status.steps.find(each => each.id === id);
    if (step === undefined) throw new Error(`the record of ${this.#run.meta.name} has no step ${id}`);
    return step;
  }

  async guard(): Promise<void> {
    this.#run = await this.#parts.store.guard(this.#run);
  }

  async unguard(): Promise<void> {
    this.#run = await this.#parts.store.unguard(this.#run);
  }
}

/** That something is not so is worth saying only where it once was. */
function telling({conditions}: RunStatus, changes: readonly WantedCondition[]): readonly WantedCondition[] {
  return changes.filter(({type, status}) => status !== 'False' || !passing.has(type) || conditions.some(old => old.type === type));
}

function changeStep(step: StepStatus, change: StepChange): StepStatus {
  const changed: {-readonly [Name in keyof StepStatus]: StepStatus[Name]} = {...step};
  if (change.state !== undefined) changed.state = change.state;
  if (change.attempts !== undefined) changed.attempts = change.attempts;
  if (change.reason !== undefined) changed.reason = change.reason;
  if (change.message !== undefined) {
    delete changed.messageRu;
    Object.assign(changed, fitMessage(change.message));
  }
  for (const name of optionalFields) {
    if (!(name in change)) continue;
    delete changed[name];
    Object.assign(changed, change[name] === undefined ? {} : {[name]: change[name]});
  }
  if (changed.state !== 'Verifying') delete changed.logs;
  return changed;
}

const optionalFields = ['intent', 'startedAt', 'finishedAt', 'deadline', 'nextAttemptAt', 'logs', 'gate'] as const;
