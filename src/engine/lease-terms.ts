/** The terms of one candidate: takes a Lease, renews it and gives it back, each by compare-and-swap over what it has observed. */
import type {Clock} from '../domain/clock.ts';
import type {KubePort} from '../domain/kube-port.ts';
import {type LeaseAnswer, LeaseClient} from './lease-client.ts';
import {type LeaseRecord, microTime, writeLease} from './lease-record.ts';
import {ObservedLease} from './observed-lease.ts';

export type LeaseSettings = {
  /** For others: so long after its last change they leave the lease alone. */
  readonly durationMs: number;
  /** For the holder: so long after its last renewal it believes in it. The difference is the time for work to stop. */
  readonly renewDeadlineMs: number;
  readonly retryMs: number;
};

export type LeaseTermsOptions = {
  readonly port: KubePort;
  readonly clock: Clock;
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
  readonly settings: LeaseSettings;
  /** Written with every term. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Aborts looks, takes and renewals. */
  readonly signal: AbortSignal;
  /** A renewal that had to read the lease first. */
  readonly onSlowPath: () => void;
};

export class LeaseTerms {
  readonly #options: LeaseTermsOptions;
  readonly #client: LeaseClient;
  readonly #observed: ObservedLease;
  #takenFrom: LeaseRecord | undefined;
  /** When the last write that got through was sent: others have seen it no earlier. */
  #writtenAt = {monotonicMs: Number.NEGATIVE_INFINITY, wallMs: 0};

  constructor(options: LeaseTermsOptions) {
    const {port, namespace, name, settings} = options;
    this.#options = options;
    // Half the deadline: a request that hangs leaves time for another.
    this.#client = new LeaseClient(port, namespace, name, settings.renewDeadlineMs / 2);
    this.#observed = new ObservedLease(settings.durationMs);
  }

  /** As it stood when it became ours. */
  get takenFrom(): LeaseRecord | undefined {
    return this.#takenFrom;
  }

  get lease(): LeaseRecord | undefined {
    return this.#observed.lease;
  }

  get isOurs(): boolean {
    return this.lease?.holder === this.#options.identity;
  }

  /** What is left of the belief in the last write. */
  get leftMs(): number {
    return this.#writtenAt.monotonicMs + this.#options.settings.renewDeadlineMs - this.#options.clock.monotonic();
  }

  /** The wall clock is asked too, as the monotonic one stops while a laptop sleeps. */
  get ageMs(): number {
    const {clock} = this.#options;
    return Math.max(clock.monotonic() - this.#writtenAt.monotonicMs, clock.now() - this.#writtenAt.wallMs);
  }

  /** 0 when it may be taken. */
  get freeInMs(): number {
    return Math.max(0, this.#observed.freeAtMs(this.#options.identity) - this.#options.clock.monotonic());
  }

  /** What the feed saw; false for what is older than what was seen before. */
  observe(lease: LeaseRecord | undefined): boolean {
    if (lease !== undefined) return this.#observed.see(lease, this.#options.clock.monotonic());
    this.#observed.vanish();
    return true;
  }

  async look(): Promise<LeaseAnswer> {
    const seen = await this.#client.get(this.#options.signal);
    if (seen.kind === 'lease') this.observe(seen.lease);
    if (seen.kind === 'absent') this.observe(undefined);
    return seen;
  }

  /** Over the record as last seen, whoever holds it. */
  take(): Promise<LeaseAnswer> {
    return this.#write(this.#observed.isGone ? undefined : this.lease);
  }

  /** Over the record as last seen; only where that fails the lease is read first. Whose it is then, `isOurs` tells. */
  async renew(): Promise<LeaseAnswer> {
    const fast = await this.take();
    if (fast.kind !== 'conflict' && fast.kind !== 'absent') return fast;
    this.#options.onSlowPath();
    const seen = await this.look();
    const mayWrite = seen.kind === 'absent' || (seen.kind === 'lease' && this.isOurs);
    return mayWrite ? this.take() : seen;
  }

  async giveBack(): Promise<void> {
    const first = await this.#writeFree();
    if (first?.kind !== 'conflict') return;
    const seen = await this.#client.get();
    if (seen.kind === 'lease' && this.observe(seen.lease)) await this.#writeFree();
  }

  async #writeFree(): Promise<LeaseAnswer | undefined> {
    const {lease} = this;
    if (lease === undefined || !this.isOurs) return undefined;
    const renewedAt = microTime(this.#options.clock.now());
    return this.#client.update(writeLease(lease.object, {...lease, holder: '', durationMs: 1_000, renewedAt}, {}));
  }

  async #write(before: LeaseRecord | undefined): Promise<LeaseAnswer> {
    const {clock, identity, settings, annotations, signal} = this.#options;
    const sentAt = {monotonicMs: clock.monotonic(), wallMs: clock.now()};
    const isOurs = before?.holder === identity;
    const time = microTime(sentAt.wallMs);
    const term = {
      holder: identity,
      durationMs: settings.durationMs,
      transitions: (before?.transitions ?? -1) + (isOurs ? 0 : 1),
      acquiredAt: isOurs ? before.acquiredAt : time,
      renewedAt: time,
    };
    const object = writeLease(before?.object ?? this.#client.blank, term, annotations);
    const answer = before === undefined ? await this.#client.create(object, signal) : await this.#client.update(object, signal);
    if (answer.kind === 'lease') {
      if (!isOurs) this.#takenFrom = before;
      this.observe(answer.lease);
      this.#writtenAt = sentAt;
    }
    return answer;
  }
}
