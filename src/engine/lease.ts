/**
 * Competes for one Lease, holds it, and knows for how long it may be believed to hold it. An elector lives once: after
 * losing or releasing its lease it is dead, and whoever wants the lease again makes a new one, with a new identity.
 *
 * A Lease does not fence: a holder that was frozen may still be about to write when another has taken over. So whoever
 * acts under it asks `isFresh` before each effect, and writes nothing that a newer epoch would not refuse.
 */
import type {Clock, Random, Timer} from '../domain/clock.ts';
import type {KubePort} from '../domain/kube-port.ts';
import type {Log} from '../domain/log.ts';
import type {LeaseAnswer, LeaseVerb} from './lease-client.ts';
import type {LeaseRecord} from './lease-record.ts';
import {type LeaseSettings, LeaseTerms} from './lease-terms.ts';
import type {Meter} from './metrics.ts';

/** Tells of changes of a Lease as they happen; undefined when it is gone. It may be late or silent: that costs time, never safety. */
export type LeaseFeed = {
  subscribe(namespace: string, name: string, onChange: (lease: LeaseRecord | undefined) => void): {stop(): void};
};

export type LeaseElectorOptions = {
  readonly port: KubePort;
  readonly feed: LeaseFeed;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** For leases of fixed names only: every name is a series of its own. */
  readonly meter?: Meter;
  readonly namespace: string;
  readonly name: string;
  /** Who holds it, for people; made unique for this elector. */
  readonly owner: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly settings?: LeaseSettings;
  /** Called once, when the lease is no longer ours though nobody gave it back: stop everything that acts under it. */
  readonly onLost: (why: LossReason) => void;
};

/** 'late': no renewal got through in time. 'taken': the record names somebody else. */
export type LossReason = 'late' | 'taken';

export type Acquired =
  | {readonly kind: 'acquired'}
  /** Nobody waits for it any more. */
  | {readonly kind: 'stopped'}
  | {readonly kind: 'refused'; readonly verb: LeaseVerb; readonly message: string}
  | {readonly kind: 'namespaceAbsent'};

export type Tried =
  | Acquired
  | {readonly kind: 'held'; readonly lease: LeaseRecord | undefined; readonly freeInMs: number}
  | {readonly kind: 'failed'; readonly message: string; readonly retryAfterMs: number};

export const leaseSettings: LeaseSettings = {durationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000};

/** On acquiring, retries come up to so many times later, so that candidates do not go on colliding. */
const jitter = 1.2;
/** Timers may fire a little early. */
const timerSlackMs = 5;

export class LeaseElector {
  readonly identity: string;
  readonly #options: LeaseElectorOptions;
  readonly #settings: LeaseSettings;
  readonly #terms: LeaseTerms;
  readonly #abort = new AbortController();
  #state: 'candidate' | 'holder' | 'released' | 'lost' = 'candidate';
  /** The conversation with the server that is under way: one at a time. */
  #flight: Promise<unknown> | undefined;
  #next: Timer | undefined;
  #deadline: Timer | undefined;
  #subscription: {stop(): void} | undefined;
  #onAcquired: ((outcome: Acquired) => void) | undefined;

  constructor(options: LeaseElectorOptions) {
    const {port, clock, random, namespace, name, owner, annotations = {}, settings = leaseSettings, meter} = options;
    if (settings.durationMs <= settings.renewDeadlineMs || settings.renewDeadlineMs <= settings.retryMs * jitter) {
      throw new Error('a lease lasts longer than its renewal may take, and that longer than the pause between tries');
    }
    this.#options = options;
    this.#settings = settings;
    this.identity = `${owner}_${Math.floor(random() * 36 ** 10).toString(36)}`;
    const onSlowPath = () => meter?.count('leader_election_slowpath_total', {name});
    const {signal} = this.#abort;
    this.#terms = new LeaseTerms({port, clock, namespace, name, identity: this.identity, settings, annotations, signal, onSlowPath});
  }

  /** Who had it before this elector took it; undefined where there was no lease. */
  get takenFrom(): LeaseRecord | undefined {
    return this.#terms.takenFrom;
  }

  /** The lease as last seen. */
  get lease(): LeaseRecord | undefined {
    return this.#terms.lease;
  }

  /** Waits until the lease is ours, is refused for good, or `release` is called. */
  acquire(): Promise<Acquired> {
    return new Promise(resolve => {
      this.#onAcquired = resolve;
      this.#subscribe();
      this.#campaignSoon(0);
    });
  }

  /** Looks once. A holder that has died can only be told from a living one by looking for as long as it promised. */
  async tryAcquire(): Promise<Tried> {
    const tried = await this.#alone(this.#campaign());
    if (tried.kind === 'acquired') this.#subscribe();
    return tried;
  }

  /** To be asked right before each effect. */
  isFresh(marginMs: number): boolean {
    return this.#state === 'holder' && this.#terms.ageMs < this.#settings.renewDeadlineMs - marginMs;
  }

  observe(lease: LeaseRecord | undefined): void {
    if (this.#state === 'released' || this.#state === 'lost' || !this.#terms.observe(lease)) return;
    if (this.#state === 'candidate') this.#campaignSoon(this.#terms.freeInMs);
    else if (!this.#terms.isOurs) this.#lose('taken');
  }

  /** Gives the lease back, or the candidacy up. Only when all work under it has provably stopped. */
  async release(): Promise<void> {
    if (this.#state === 'lost' || this.#state === 'released') return;
    this.#end('released');
    this.#onAcquired?.({kind: 'stopped'});
    await this.#flight;
    await this.#terms.giveBack();
  }

  #subscribe(): void {
    const {feed, namespace, name} = this.#options;
    this.#subscription = feed.subscribe(namespace, name, lease => this.observe(lease));
  }

  #campaignSoon(delayMs: number): void {
    this.#next?.cancel();
    if (this.#onAcquired === undefined || this.#state !== 'candidate') return;
    this.#next = this.#options.clock.setTimer(delayMs > 0 ? delayMs + timerSlackMs : 0, () => {
      // A look that is under way arms the timer anew when it ends.
      if (this.#flight === undefined) void this.#alone(this.#campaign()).then(tried => this.#afterCampaign(tried));
    });
  }

  #afterCampaign(tried: Tried): void {
    switch (tried.kind) {
      case 'held':
        this.#campaignSoon(tried.freeInMs);
        break;
      case 'failed':
        this.#options.log('debug', 'lease not acquired', {lease: this.#options.name, error: tried.message});
        this.#campaignSoon(Math.max(tried.retryAfterMs, this.#settings.retryMs * (1 + this.#options.random() * jitter)));
        break;
      case 'refused':
      case 'namespaceAbsent':
        this.#end('released');
        this.#onAcquired?.(tried);
        break;
      case 'acquired':
      case 'stopped':
        this.#onAcquired?.(tried);
        break;
    }
  }

  async #campaign(): Promise<Tried> {
    const terms = this.#terms;
    const seen = await terms.look();
    if (this.#state !== 'candidate') return {kind: 'stopped'};
    if (seen.kind !== 'lease' && seen.kind !== 'absent') return triedOf(seen);
    if (terms.freeInMs > 0) return {kind: 'held', lease: terms.lease, freeInMs: terms.freeInMs};
    const taken = await terms.take();
    if (this.#state !== 'candidate') return {kind: 'stopped'};
    if (taken.kind !== 'lease') return triedOf(taken);
    if (!terms.isOurs) return triedOf({kind: 'conflict'});
    this.#hold();
    return {kind: 'acquired'};
  }

  #hold(): void {
    const {log, meter, name} = this.#options;
    this.#state = 'holder';
    log('info', 'lease acquired', {lease: name, identity: this.identity});
    meter?.set('leader_election_master_status', {name}, 1);
    this.#next?.cancel();
    this.#afterRenewal(0);
  }

  #afterRenewal(tookMs: number): void {
    this.#deadline?.cancel();
    this.#deadline = this.#options.clock.setTimer(this.#terms.leftMs, () => this.#lose('late'));
    this.#renewSoon(this.#settings.retryMs - tookMs);
  }

  #renewSoon(delayMs: number): void {
    this.#next = this.#options.clock.setTimer(delayMs, () => void this.#alone(this.#renew()));
  }

  async #renew(): Promise<void> {
    const {clock, log, name} = this.#options;
    // Woken from a freeze: the timer of the deadline is due as well, and nothing may be sent before it.
    if (this.#terms.leftMs <= 0) {
      this.#lose('late');
      return;
    }
    const startMs = clock.monotonic();
    const answer = await this.#terms.renew();
    if (this.#state !== 'holder') return;
    const tookMs = clock.monotonic() - startMs;
    if (!this.#terms.isOurs) this.#lose('taken');
    else if (answer.kind === 'lease') this.#afterRenewal(tookMs);
    else {
      log('warn', 'lease not renewed', {lease: name, answer: answer.kind, error: 'message' in answer ? answer.message : ''});
      this.#renewSoon(this.#settings.retryMs - tookMs);
    }
  }

  #lose(why: LossReason): void {
    if (this.#state !== 'holder') return;
    this.#end('lost');
    this.#abort.abort();
    this.#options.log('error', 'lease lost', {lease: this.#options.name, identity: this.identity, why});
    this.#options.onLost(why);
  }

  #end(state: 'released' | 'lost'): void {
    this.#state = state;
    this.#next?.cancel();
    this.#deadline?.cancel();
    this.#subscription?.stop();
    this.#options.meter?.set('leader_election_master_status', {name: this.#options.name}, 0);
  }

  async #alone<Result>(flight: Promise<Result>): Promise<Result> {
    this.#flight = flight;
    try {
      return await flight;
    } finally {
      this.#flight = undefined;
    }
  }
}

function triedOf(answer: Exclude<LeaseAnswer, {kind: 'lease'}>): Tried {
  switch (answer.kind) {
    case 'refused':
    case 'namespaceAbsent':
    case 'failed':
      return answer;
    case 'absent':
    case 'conflict':
      return {kind: 'failed', message: 'somebody else wrote the lease at the same time', retryAfterMs: 0};
  }
}
