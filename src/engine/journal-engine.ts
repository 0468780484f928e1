/** Carries the runs of a journal: nobody else can see them, so the lock of the file stands in for the leases of runs. */
import type {Log} from '../domain/log.ts';
import {isFinished, type Run} from '../domain/run.ts';
import {ControllerLoop, type Outcome} from './controller-loop.ts';
import type {DriveParts} from './drive-parts.ts';
import {driveRun} from './drive-run.ts';
import type {JournalRuns} from './journal-run-store.ts';
import {journalNamespace} from './journal-state.ts';
import type {Meter} from './metrics.ts';
import {runFinalizer} from './run-store.ts';

/** `store` writes to the journal; something may stand in between. */
export type JournalEngineOptions = Omit<DriveParts, 'holder' | 'isHolding' | 'isStopping' | 'wait'> & {
  readonly journal: JournalRuns;
  readonly log: Log;
  readonly meter: Meter;
  readonly owner: string;
  readonly workers: number;
  /** Goes on with what earlier processes left; otherwise only with what this one writes. */
  readonly takesUp: boolean;
};

export class JournalEngine {
  readonly #options: JournalEngineOptions;
  readonly #loop: ControllerLoop;
  readonly #waiters = new Map<string, () => void>();
  /** Generation and approvals of a run when nothing was left to do in it. */
  readonly #parked = new Map<string, string>();
  readonly #unsubscribe: () => void;
  #isStopping = false;

  constructor(options: JournalEngineOptions) {
    this.#options = options;
    const {ports, meter, log, workers, journal, takesUp} = options;
    this.#loop = new ControllerLoop({
      name: 'journal',
      clock: ports.clock,
      meter,
      log,
      concurrency: workers,
      reconcile: name => this.#reconcile(name),
    });
    this.#unsubscribe = journal.subscribe(name => this.#hear(name));
    if (takesUp) for (const run of journal.runs()) this.#hear(run.meta.name);
    void this.#loop.start();
  }

  /** Goes on with a run that an earlier process left. */
  look(name: string): void {
    this.#hear(name);
  }

  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    for (const wake of this.#waiters.values()) wake();
    await this.#loop.stop(graceMs);
    this.#unsubscribe();
  }

  #hear(name: string): void {
    const run = this.#options.journal.find(name);
    if (run === undefined) return;
    const isOver = isFinished(run) && !run.meta.finalizers.includes(runFinalizer);
    if (!isOver) this.#enqueue(run);
  }

  /** The engine's own writes are heard here as well; only what a person said brings a parked run back. */
  #enqueue(run: Run): void {
    const {name} = run.meta;
    if (this.#parked.get(name) === this.#markOf(run)) return;
    if (this.#loop.queue.processing.includes(name)) {
      if (run.meta.generation !== run.status.observedGeneration) this.#waiters.get(name)?.();
      return;
    }
    this.#loop.queue.add(name);
  }

  #markOf({meta}: Run): string {
    return `${meta.generation}/${this.#options.journal.answersTo(meta.name)}/${meta.deletionTimestamp ?? ''}`;
  }

  async #reconcile(name: string): Promise<Outcome> {
    const {journal, owner, ports} = this.#options;
    const before = journal.find(name);
    if (before === undefined || this.#isStopping) return {kind: 'done'};
    const mark = this.#markOf(before);
    const parts = {
      ...this.#options,
      holder: {identity: owner, lease: ''},
      isHolding: () => true,
      isStopping: () => this.#isStopping,
      wait: (ms: number) => this.#wait(name, ms),
    };
    const outcome = await driveRun(parts, {namespace: journalNamespace, name});
    switch (outcome.kind) {
      case 'finished':
      case 'gone':
      case 'lost':
        this.#parked.delete(name);
        return {kind: 'done'};
      case 'parked': {
        if (outcome.until !== undefined) return {kind: 'requeue', afterMs: Math.max(1, outcome.until - ports.clock.now())};
        this.#parked.set(name, mark);
        const after = journal.find(name);
        // Somebody spoke while the run was in hand.
        return after !== undefined && this.#markOf(after) !== mark ? {kind: 'requeue', afterMs: 0} : {kind: 'done'};
      }
      case 'trouble':
        return {kind: 'error', error: outcome.error};
    }
  }

  #wait(name: string, ms: number): Promise<void> {
    if (this.#isStopping) return Promise.resolve();
    return new Promise(resolve => {
      const wake = (): void => {
        timer.cancel();
        this.#waiters.delete(name);
        resolve();
      };
      const timer = this.#options.ports.clock.setTimer(ms, wake);
      this.#waiters.set(name, wake);
    });
  }
}
