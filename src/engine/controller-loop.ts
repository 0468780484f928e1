/**
 * Runs a reconciler over the keys of its queue. Whatever the reconciler does, its answer is one of four outcomes, and one
 * switch turns them into queue calls, metrics and logs. A programmer's error in it is counted and retried, never the end.
 */
import type {Clock} from '../domain/clock.ts';
import {UnreadableField} from '../domain/fields.ts';
import {TransportError} from '../domain/kube-port.ts';
import type {Log} from '../domain/log.ts';
import {StatusError} from '../domain/status-error.ts';
import type {Meter} from './metrics.ts';
import type {RateLimit} from './rate-limit.ts';
import {WorkQueue} from './work-queue.ts';

export type Outcome =
  | {readonly kind: 'done'}
  /** Not an error: look again later. */
  | {readonly kind: 'requeue'; readonly afterMs: number}
  /** Tried again with back-off. */
  | {readonly kind: 'error'; readonly error: Error}
  /** Trying again cannot help: only a change of the object brings its key back. */
  | {readonly kind: 'terminal'; readonly error: Error};

/** Reads the world behind the key anew; TransportError, StatusError and UnreadableField may be thrown and count as 'error'. */
export type Reconcile = (key: string, signal: AbortSignal) => Promise<Outcome>;

export type CacheSync = {readonly name: string; readonly synced: Promise<void>};

export type ControllerLoopOptions = {
  readonly name: string;
  readonly reconcile: Reconcile;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly log: Log;
  /** Keys worked on at once. */
  readonly concurrency?: number;
  /** What must have been read before the first key is looked at. */
  readonly caches?: readonly CacheSync[];
  readonly syncTimeoutMs?: number;
  /** After this long the reconciler's signal is aborted. */
  readonly reconcileTimeoutMs?: number;
  readonly rateLimit?: RateLimit;
};

export type StartOutcome =
  | {readonly kind: 'started'}
  | {readonly kind: 'stopped'}
  | {readonly kind: 'unsynced'; readonly caches: readonly string[]};
/** While keys are 'abandoned' their work may still write: whoever holds a lease for it must not give it away. */
export type StopOutcome = {readonly kind: 'stopped'} | {readonly kind: 'abandoned'; readonly keys: readonly string[]};

const syncTimeoutMsDefault = 120_000;
/** For work to end once its signal is aborted. */
const abortGraceMs = 1_000;

export class ControllerLoop {
  readonly queue: WorkQueue;
  readonly #options: ControllerLoopOptions;
  readonly #labels: {readonly controller: string};
  readonly #running = new Map<string, AbortController>();
  #workers: readonly Promise<void>[] = [];
  #finishedAtMs = Number.NEGATIVE_INFINITY;
  #isStopping = false;
  #leaveSync: () => void = () => {};

  constructor(options: ControllerLoopOptions) {
    const {name, clock, meter, rateLimit} = options;
    this.#options = options;
    this.#labels = {controller: name};
    this.queue = new WorkQueue({name, clock, meter, ...(rateLimit && {rateLimit})});
  }

  /** Keys may be added before. */
  async start(): Promise<StartOutcome> {
    const {concurrency = 1, meter, log, caches = []} = this.#options;
    const unsynced = await this.#waitForCaches(caches);
    if (this.#isStopping) return {kind: 'stopped'};
    if (unsynced.length > 0) {
      log('error', 'caches did not sync in time', {...this.#labels, caches: unsynced.join(', ')});
      return {kind: 'unsynced', caches: unsynced};
    }
    meter.set('controller_runtime_max_concurrent_reconciles', this.#labels, concurrency);
    this.#workers = Array.from({length: concurrency}, () => this.#work());
    return {kind: 'started'};
  }

  /** Milliseconds for which work has been there and none was finished; 0 while there is nothing to do. */
  get stalledMs(): number {
    const {busySinceMs} = this.queue;
    return busySinceMs === undefined ? 0 : this.#options.clock.monotonic() - Math.max(busySinceMs, this.#finishedAtMs);
  }

  /** Hands out no more keys, lets the work in progress end in its own time, and aborts it when that is up. */
  async stop(graceMs: number): Promise<StopOutcome> {
    this.#isStopping = true;
    this.#leaveSync();
    this.queue.shutDown();
    const isAtRest = Promise.all(this.#workers).then(() => true);
    if (await this.#within(graceMs, isAtRest)) return {kind: 'stopped'};
    for (const controller of this.#running.values()) controller.abort();
    if (await this.#within(abortGraceMs, isAtRest)) return {kind: 'stopped'};
    const keys = [...this.#running.keys()];
    this.#options.log('error', 'work did not end', {...this.#labels, keys: keys.join(', ')});
    return {kind: 'abandoned', keys};
  }

  async #work(): Promise<void> {
    for (let key = await this.queue.get(); key !== undefined; key = await this.queue.get()) {
      if (!this.#isStopping) await this.#workOn(key);
      this.queue.done(key);
    }
  }

  async #workOn(key: string): Promise<void> {
    const {clock, meter, reconcileTimeoutMs} = this.#options;
    const startMs = clock.monotonic();
    const controller = new AbortController();
    const timeOut = () => {
      meter.count('controller_runtime_reconcile_timeouts_total', this.#labels);
      controller.abort();
    };
    const timer = reconcileTimeoutMs === undefined ? undefined : clock.setTimer(reconcileTimeoutMs, timeOut);
    this.#running.set(key, controller);
    this.#measureWorkers();
    const outcome = await this.#outcomeOf(key, controller.signal);
    timer?.cancel();
    this.#running.delete(key);
    this.#measureWorkers();
    this.#finishedAtMs = clock.monotonic();
    meter.observe('controller_runtime_reconcile_time_seconds', this.#labels, (this.#finishedAtMs - startMs) / 1000);
    this.#answer(key, outcome);
  }

  async #outcomeOf(key: string, signal: AbortSignal): Promise<Outcome> {
    try {
      return await this.#options.reconcile(key, signal);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      if (!isOperatingFailure(error)) this.#reportPanic(key, error);
      return {kind: 'error', error};
    }
  }

  #answer(key: string, outcome: Outcome): void {
    const {meter, log} = this.#options;
    const count = (result: string) => meter.count('controller_runtime_reconcile_total', {...this.#labels, result});
    switch (outcome.kind) {
      case 'done':
        this.queue.forget(key);
        count('success');
        log('debug', 'reconciled', {...this.#labels, key});
        break;
      case 'requeue':
        this.queue.forget(key);
        this.queue.addAfter(key, outcome.afterMs);
        count('requeue_after');
        log('debug', 'reconciled, again later', {...this.#labels, key, afterMs: outcome.afterMs});
        break;
      case 'error':
        this.queue.addRateLimited(key);
        count('error');
        meter.count('controller_runtime_reconcile_errors_total', this.#labels);
        log('warn', 'reconcile failed', {...this.#labels, key, error: outcome.error.message, failures: this.queue.failures(key)});
        break;
      case 'terminal':
        this.queue.forget(key);
        count('error');
        meter.count('controller_runtime_reconcile_errors_total', this.#labels);
        meter.count('controller_runtime_terminal_reconcile_errors_total', this.#labels);
        log('error', 'reconcile failed for good', {...this.#labels, key, error: outcome.error.message});
        break;
    }
  }

  #reportPanic(key: string, error: Error): void {
    this.#options.meter.count('controller_runtime_reconcile_panics_total', this.#labels);
    this.#options.log('error', 'reconciler is broken', {...this.#labels, key, error: error.message, stack: error.stack ?? ''});
  }

  /** The names of those that were not synced in time. */
  #waitForCaches(caches: readonly CacheSync[]): Promise<readonly string[]> {
    const pending = new Set(caches);
    return new Promise(resolve => {
      const leave = () => {
        timer.cancel();
        resolve([...pending].map(cache => cache.name));
      };
      const timer = this.#options.clock.setTimer(this.#options.syncTimeoutMs ?? syncTimeoutMsDefault, leave);
      this.#leaveSync = leave;
      for (const cache of caches) {
        const synced = () => {
          pending.delete(cache);
          if (pending.size === 0) leave();
        };
        // One that fails to sync stays pending and is named when the time is up.
        cache.synced.then(synced, () => {});
      }
      if (pending.size === 0) leave();
    });
  }

  /** false when the time is up first. */
  #within(ms: number, done: Promise<boolean>): Promise<boolean> {
    return new Promise(resolve => {
      const timer = this.#options.clock.setTimer(ms, () => resolve(false));
      void done.then(() => {
        timer.cancel();
        resolve(true);
      });
    });
  }

  #measureWorkers(): void {
    this.#options.meter.set('controller_runtime_active_workers', this.#labels, this.#running.size);
  }
}

/** What goes wrong without anybody having made a mistake in the code. */
function isOperatingFailure(error: Error): boolean {
  return error instanceof TransportError || error instanceof StatusError || error instanceof UnreadableField;
}
