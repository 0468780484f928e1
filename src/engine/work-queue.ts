/**
 * A queue of keys with client-go's semantics: a key waits at most once however often it is added, is never worked on twice
 * at a time, and one that is added while it is worked on comes back when that work is done.
 */
import type {Clock, Timer} from '../domain/clock.ts';
import type {Meter} from './metrics.ts';
import {RateLimit} from './rate-limit.ts';

export type WorkQueueOptions = {
  readonly name: string;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly rateLimit?: RateLimit;
};

export class WorkQueue {
  readonly #labels: {readonly name: string};
  readonly #clock: Clock;
  readonly #meter: Meter;
  readonly #rateLimit: RateLimit;
  /** Keys that want work, in `#order` unless they are being worked on, with the time they were added. */
  readonly #dirty = new Map<string, number>();
  /** Keys being worked on, with the time they were taken. */
  readonly #processing = new Map<string, number>();
  /** Of the dirty keys those that nobody works on, in the order to be handed out. */
  readonly #order = new Set<string>();
  readonly #later = new Map<string, {readonly atMs: number; readonly timer: Timer}>();
  #takers: ((key: string | undefined) => void)[] = [];
  #drainers: (() => void)[] = [];
  #isShutDown = false;

  constructor({name, clock, meter, rateLimit}: WorkQueueOptions) {
    this.#labels = {name};
    this.#clock = clock;
    this.#meter = meter;
    this.#rateLimit = rateLimit ?? new RateLimit(clock);
  }

  /** Keys that wait to be taken. */
  get depth(): number {
    return this.#order.size;
  }

  /** Keys that are being worked on. */
  get processing(): readonly string[] {
    return [...this.#processing.keys()];
  }

  /** Since when, by the monotonic clock, the oldest work waits or runs; undefined where there is none. */
  get busySinceMs(): number | undefined {
    const [firstAdded = Number.POSITIVE_INFINITY] = this.#dirty.values();
    const since = Math.min(firstAdded, ...this.#processing.values());
    return since === Number.POSITIVE_INFINITY ? undefined : since;
  }

  add(key: string): void {
    if (this.#isShutDown || this.#dirty.has(key)) return;
    this.#dirty.set(key, this.#clock.monotonic());
    this.#meter.count('workqueue_adds_total', this.#labels);
    if (!this.#processing.has(key)) this.#enqueue(key);
  }

  /** Of several delays of one key the one that ends first counts. */
  addAfter(key: string, delayMs: number): void {
    if (this.#isShutDown) return;
    this.#meter.count('workqueue_retries_total', this.#labels);
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    const atMs = this.#clock.monotonic() + delayMs;
    const waiting = this.#later.get(key);
    if (waiting !== undefined && waiting.atMs <= atMs) return;
    waiting?.timer.cancel();
    const timer = this.#clock.setTimer(delayMs, () => {
      this.#later.delete(key);
      this.add(key);
    });
    this.#later.set(key, {atMs, timer});
  }

  addRateLimited(key: string): void {
    this.addAfter(key, this.#rateLimit.nextDelayMs(key));
  }

  /** Forgets that the key ever failed. */
  forget(key: string): void {
    this.#rateLimit.forget(key);
  }

  failures(key: string): number {
    return this.#rateLimit.failures(key);
  }

  /** The next key, when there is one; whoever takes it calls `done`. undefined once the queue is shut down and empty. */
  get(): Promise<string | undefined> {
    const [key] = this.#order;
    if (key !== undefined) return Promise.resolve(this.#take(key));
    if (this.#isShutDown) return Promise.resolve(undefined);
    return new Promise(resolve => this.#takers.push(resolve));
  }

  done(key: string): void {
    const takenAtMs = this.#processing.get(key);
    if (takenAtMs === undefined) throw new Error(`nobody works on ${key}`);
    this.#processing.delete(key);
    this.#meter.observe('workqueue_work_duration_seconds', this.#labels, this.#secondsSince(takenAtMs));
    if (this.#dirty.has(key)) this.#enqueue(key);
    this.#letDrain();
  }

  /** Takes no more keys; hands out those that wait, drops those that were to come later. */
  shutDown(): void {
    this.#isShutDown = true;
    for (const {timer} of this.#later.values()) timer.cancel();
    this.#later.clear();
    const takers = this.#takers;
    this.#takers = [];
    for (const taker of takers) taker(undefined);
  }

  /** Shuts down, and resolves when no work is in progress and no key waits. */
  shutDownWithDrain(): Promise<void> {
    this.shutDown();
    return new Promise(resolve => {
      this.#drainers.push(resolve);
      this.#letDrain();
    });
  }

  /** Brings the figures up to date that change while nothing happens; called when metrics are read. */
  measure(): void {
    const seconds = [...this.#processing.values()].map(takenAtMs => this.#secondsSince(takenAtMs));
    const sum = seconds.reduce((total, each) => total + each, 0);
    this.#meter.set('workqueue_unfinished_work_seconds', this.#labels, sum);
    this.#meter.set('workqueue_longest_running_processor_seconds', this.#labels, Math.max(0, ...seconds));
  }

  #enqueue(key: string): void {
    this.#order.add(key);
    this.#measureDepth();
    const taker = this.#takers.shift();
    if (taker !== undefined) taker(this.#take(key));
  }

  #take(key: string): string {
    const nowMs = this.#clock.monotonic();
    this.#meter.observe('workqueue_queue_duration_seconds', this.#labels, this.#secondsSince(this.#dirty.get(key) ?? nowMs));
    this.#order.delete(key);
    this.#dirty.delete(key);
    this.#processing.set(key, nowMs);
    this.#measureDepth();
    return key;
  }

  #letDrain(): void {
    if (this.#processing.size > 0 || this.#order.size > 0) return;
    const drainers = this.#drainers;
    this.#drainers = [];
    for (const drained of drainers) drained();
  }

  #measureDepth(): void {
    this.#meter.set('workqueue_depth', this.#labels, this.#order.size);
  }

  #secondsSince(startMs: number): number {
    return (this.#clock.monotonic() - startMs) / 1000;
  }
}
