/**
 * The engine: takes runs from the feed, wins the lease of each before it acts, carries it as far as it can go, and gives
 * the lease back. The same object works in a dashboard and headless; nothing is kept here that the API server does not hold.
 */
import type {Log} from '../domain/log.ts';
import {isFinished, type Run} from '../domain/run.ts';
import type {OpenSource} from '../domain/source.ts';
import {ControllerLoop, type Outcome, type StopOutcome} from './controller-loop.ts';
import {decideRun} from './decide-run.ts';
import type {DriveParts} from './drive-parts.ts';
import {type DriveOutcome, driveRun} from './drive-run.ts';
import {KubeClient} from './kube-client.ts';
import {LeaseElector, type LeaseFeed, type Tried} from './lease.ts';
import {leaseKind} from './lease-record.ts';
import type {LeaseSettings} from './lease-terms.ts';
import type {Meter} from './metrics.ts';
import {ReadYourWrites} from './read-your-writes.ts';
import {RunFeed, type RunFeedOptions} from './run-feed.ts';
import {runFinalizer} from './run-store.ts';

export type EngineOptions = Omit<DriveParts, 'holder' | 'isHolding' | 'isStopping' | 'wait'> &
  RunFeedOptions & {
    readonly log: Log;
    readonly meter: Meter;
    readonly open: OpenSource;
    readonly leaseFeed: LeaseFeed;
    readonly leaseSettings: LeaseSettings;
    /** Who this is, for people: `deckhand-7f9c`, `anna@bastion`. */
    readonly owner: string;
    /** Runs carried at once: 1 for a replica, whose throughput grows with replicas. */
    readonly workers: number;
    /** Whether this engine may take the run at all: its groups, and on whose word. */
    mayCarry(run: Run): boolean;
    /** Runs, or what people say of them, have changed. */
    onChange?(): void;
  };

/** A lease is believed in so much shorter than its deadline, that an effect under way ends before it. */
const effectMarginMs = 1_500;
const retryHeldMs = 1_000;

type Waiter = {wake(): void};

export class Engine {
  readonly #options: EngineOptions;
  readonly #loop: ControllerLoop;
  readonly #waiters = new Map<string, Waiter>();
  /** What a run looked like when this engine last found nothing to do in it: `resourceVersion/approvals heard`. */
  readonly #parked = new Map<string, string>();
  readonly #written = new ReadYourWrites();
  readonly #approvalsHeard = new Map<string, number>();
  readonly #subscriptions = new Map<string, {stop(): void}>();
  /** Of runs that others hold: only who has looked for long enough can tell a dead holder from a living one. */
  readonly #candidates = new Map<string, {readonly uid: string; readonly elector: LeaseElector}>();
  readonly #driving = new Set<string>();
  #feed: RunFeed | undefined;
  #isStopping = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    const {clock} = options.ports;
    const {meter, log, workers} = options;
    this.#loop = new ControllerLoop({name: 'runs', clock, meter, log, concurrency: workers, reconcile: key => this.#reconcile(key)});
  }

  /** Runs that are known; a dashboard reads its own watch instead. */
  get runs(): readonly Run[] {
    return this.#feed?.runs() ?? [];
  }

  /** The runs that exist have been read once. */
  get synced(): Promise<void> {
    return this.#feed?.synced ?? Promise.resolve();
  }

  get isSynced(): boolean {
    return this.#feed !== undefined && [...this.#feed.states.values()].every(state => state === 'live');
  }

  /** Milliseconds for which work has been there and none was finished. A run that waits for the world is no stall. */
  get stalledMs(): number {
    return this.#waiters.size > 0 ? 0 : this.#loop.stalledMs;
  }

  async start(): Promise<void> {
    this.#feed = new RunFeed(this.#options.open, this.#options, {
      onRun: (name, run, before) => this.#hear(name, run, before),
      onApproval: name => {
        this.#approvalsHeard.set(name, (this.#approvalsHeard.get(name) ?? 0) + 1);
        this.look(name);
      },
      onNews: () => this.#options.onChange?.(),
    });
    await this.#loop.start();
  }

  /** This engine acts on the run now, under its lease. */
  isDriving(name: string): boolean {
    return this.#driving.has(name);
  }

  /** Something about the run has changed that its record does not show. */
  look(name: string): void {
    this.#waiters.get(name)?.wake();
    this.#loop.queue.add(name);
  }

  /** Runs in progress are handed over at their next safe point. */
  async stop(graceMs: number): Promise<StopOutcome> {
    this.#isStopping = true;
    for (const waiter of this.#waiters.values()) waiter.wake();
    const outcome = await this.#loop.stop(graceMs);
    this.#feed?.stop();
    for (const name of [...this.#candidates.keys()]) this.#stopWatching(name);
    return outcome;
  }

  #hear(name: string, run: Run | undefined, before: Run | undefined): void {
    const isOrder =
      run === undefined || run.meta.generation !== before?.meta.generation || run.meta.deletionTimestamp !== before.meta.deletionTimestamp;
    // Our own status writes come back here as well: they must not hurry a step that waits.
    if (isOrder) this.#waiters.get(name)?.wake();
    if (run === undefined || isFinished(run)) this.#forget(name);
    if (run !== undefined && this.#isWorth(name, run)) this.#loop.queue.add(name);
  }

  #forget(name: string): void {
    this.#parked.delete(name);
    this.#approvalsHeard.delete(name);
    this.#stopWatching(name);
  }

  #isWorth(name: string, run: Run): boolean {
    if (isFinished(run)) return run.meta.finalizers.includes(runFinalizer);
    // What the feed shows from before our own last write is no news; the rest is on its way.
    if (!this.#written.isCaughtUp(name, run.meta.resourceVersion)) return false;
    if (this.#parked.get(name) === this.#markOf(name, run) || !this.#options.mayCarry(run)) return false;
    const next = decideRun(run, {now: this.#options.ports.clock.now(), isStopping: false});
    return next.do !== 'park' || next.until !== undefined;
  }

  #markOf(name: string, {meta}: Run): string {
    return `${meta.resourceVersion}/${this.#approvalsHeard.get(name) ?? 0}`;
  }

  async #reconcile(name: string): Promise<Outcome> {
    const run = this.#feed?.get(name);
    if (run === undefined || this.#isStopping || !this.#isWorth(name, run)) return {kind: 'done'};
    const elector = this.#candidate(run);
    const tried = await elector.tryAcquire();
    if (tried.kind !== 'acquired') return this.#afterTry(name, tried);
    this.#candidates.delete(name);
    this.#stopWatching(name);
    const heard = this.#approvalsHeard.get(name) ?? 0;
    this.#driving.add(name);
    try {
      return await this.#take(run, elector, await this.#drive(run, elector), heard);
    } finally {
      this.#driving.delete(name);
      await elector.release();
    }
  }

  #candidate(run: Run): LeaseElector {
    const {name, uid} = run.meta;
    const known = this.#candidates.get(name);
    if (known?.uid === uid) return known.elector;
    this.#stopWatching(name);
    const elector = this.#elector(run);
    this.#candidates.set(name, {uid, elector});
    return elector;
  }

  #elector({meta}: Run): LeaseElector {
    const {ports, leaseFeed, leaseSettings, log, namespace, owner} = this.#options;
    return new LeaseElector({
      port: ports.kube,
      feed: leaseFeed,
      clock: ports.clock,
      random: ports.random,
      log,
      namespace,
      name: leaseName(meta.uid),
      owner,
      settings: leaseSettings,
      annotations: {'deckhand.dev/run': `${meta.namespace}/${meta.name}`},
      onLost: () => this.#waiters.get(meta.name)?.wake(),
    });
  }

  #afterTry(name: string, tried: Exclude<Tried, {kind: 'acquired'}>): Outcome {
    switch (tried.kind) {
      case 'held':
        this.#watchLease(name);
        return {kind: 'requeue', afterMs: Math.max(tried.freeInMs, retryHeldMs)};
      case 'failed':
        return {kind: 'requeue', afterMs: Math.max(tried.retryAfterMs, retryHeldMs)};
      case 'stopped':
        return {kind: 'done'};
      case 'refused':
        return {kind: 'error', error: new Error(`no right to ${tried.verb} leases in ${this.#options.namespace}: ${tried.message}`)};
      case 'namespaceAbsent':
        return {kind: 'error', error: new Error(`the namespace ${this.#options.namespace} is not there`)};
    }
  }

  /** Given back or gone, the lease of somebody else is tried at once; every renewal of it is seen when it comes. */
  #watchLease(name: string): void {
    const candidate = this.#candidates.get(name);
    if (candidate === undefined || this.#subscriptions.has(name)) return;
    const {uid, elector} = candidate;
    const subscription = this.#options.leaseFeed.subscribe(this.#options.namespace, leaseName(uid), lease => {
      elector.observe(lease);
      if (lease === undefined || lease.holder === '') this.#loop.queue.add(name);
    });
    this.#subscriptions.set(name, subscription);
  }

  #stopWatching(name: string): void {
    this.#subscriptions.get(name)?.stop();
    this.#subscriptions.delete(name);
    void this.#candidates.get(name)?.elector.release();
    this.#candidates.delete(name);
  }

  #drive({meta}: Run, elector: LeaseElector): Promise<DriveOutcome> {
    const {namespace, name, uid} = meta;
    return driveRun(
      {
        ...this.#options,
        holder: {identity: elector.identity, lease: leaseName(uid)},
        found: {before: elector.takenFrom},
        isHolding: () => elector.isFresh(effectMarginMs),
        isStopping: () => this.#isStopping,
        wait: ms => this.#wait(name, ms),
      },
      {namespace, name},
    );
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
      this.#waiters.set(name, {wake});
    });
  }

  async #take({meta}: Run, elector: LeaseElector, outcome: DriveOutcome, heard: number): Promise<Outcome> {
    switch (outcome.kind) {
      case 'finished':
      case 'gone':
        await elector.release();
        await this.#deleteLease(leaseName(meta.uid), elector.lease?.uid);
        return {kind: 'done'};
      case 'parked':
        return this.#park(meta.name, outcome, heard);
      case 'lost':
        return {kind: 'requeue', afterMs: retryHeldMs};
      case 'trouble':
        return {kind: 'error', error: outcome.error};
    }
  }

  /** Nobody needs to look again before the record or what people say of it changes. */
  #park(name: string, {until, seen}: Extract<DriveOutcome, {kind: 'parked'}>, heard: number): Outcome {
    if (seen !== undefined) this.#written.wrote(name, seen);
    if ((this.#approvalsHeard.get(name) ?? 0) !== heard) return {kind: 'requeue', afterMs: 0};
    if (until !== undefined) return {kind: 'requeue', afterMs: Math.max(1, until - this.#options.ports.clock.now())};
    if (seen !== undefined) this.#parked.set(name, `${seen}/${heard}`);
    return {kind: 'done'};
  }

  /** Of a run that has ended: one that stays is swept by the leader. */
  async #deleteLease(name: string, uid: string | undefined): Promise<void> {
    if (uid === undefined) return;
    const {namespace, ports, log} = this.#options;
    try {
      await new KubeClient(ports.kube).delete(
        {kind: leaseKind, namespace, name},
        {apiVersion: 'v1', kind: 'DeleteOptions', preconditions: {uid}},
      );
    } catch (error) {
      log('debug', 'lease of a finished run stays', {lease: name, error: error instanceof Error ? error.message : String(error)});
    }
  }
}

export function leaseName(runUid: string): string {
  return `run-${runUid}`;
}
