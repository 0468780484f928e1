/** Candidates for one Lease, each a process of its own that can be frozen, cut off or given a wrong clock, over one API server. */
import type {Clock, Timer} from '../../src/domain/clock.ts';
import {type KubePort, type KubeRequest, type KubeResponse, TransportError} from '../../src/domain/kube-port.ts';
import {phrase} from '../../src/domain/messages/phrase.ts';
import {createApiServer} from '../../src/embedded/apiserver/api-server.ts';
import {type Acquired, LeaseElector, type LeaseElectorOptions, type LeaseFeed, type LossReason} from '../../src/engine/lease.ts';
import {type LeaseRecord, readLease} from '../../src/engine/lease-record.ts';
import {FakeClock} from './fake-clock.ts';

export const leasesPath = '/apis/coordination.k8s.io/v1/namespaces/deckhand/leases';

/** What becomes of a request: how long it travels there and back, whether it arrives and whether the answer does. */
export type LeaseFault = {
  readonly toMs?: number;
  readonly fromMs?: number;
  readonly isLost?: 'before' | 'after';
  readonly status?: number;
};

export class LeaseRig {
  readonly clock = new FakeClock();
  readonly server = createApiServer({clock: this.clock, random: dice(0.7)});
  readonly candidates: Candidate[] = [];

  static async open(): Promise<LeaseRig> {
    const rig = new LeaseRig();
    await rig.send('POST', '/api/v1/namespaces', {apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'deckhand'}});
    return rig;
  }

  /** What any client does to the leases; those who listen hear of it. */
  async send(method: KubeRequest['method'], path: string, body?: unknown): Promise<KubeResponse> {
    return this.pass({
      method,
      path,
      ...(body === undefined ? {} : {body: JSON.stringify(body)}),
      headers: {'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'},
    });
  }

  async pass(request: KubeRequest): Promise<KubeResponse> {
    const answer = await this.server.port.request(request);
    if (request.method !== 'GET' && answer.status < 300 && request.path.startsWith(leasesPath)) {
      const lease = request.method === 'DELETE' ? undefined : readLease(JSON.parse(answer.body));
      for (const candidate of this.candidates) candidate.hear(lease);
    }
    return answer;
  }

  async lease(): Promise<LeaseRecord | undefined> {
    const answer = await this.server.port.request({method: 'GET', path: `${leasesPath}/leader`});
    return answer.status === 200 ? readLease(JSON.parse(answer.body)) : undefined;
  }

  add(owner: string, more: Partial<LeaseElectorOptions> = {}): Candidate {
    const candidate = new Candidate(this, owner, more);
    this.candidates.push(candidate);
    return candidate;
  }

  /** Those who would act right now. */
  fresh(): string[] {
    return this.candidates.filter(candidate => candidate.elector.isFresh(0)).map(candidate => candidate.owner);
  }
}

export class Candidate implements KubePort, Clock {
  readonly owner: string;
  readonly elector: LeaseElector;
  readonly losses: LossReason[] = [];
  readonly requests: KubeRequest[] = [];
  acquired: Acquired | undefined;
  acquiredAtMs = Number.NaN;
  wallSkewMs = 0;
  isFeedSilent = false;
  isReleased = false;
  /** Of the next requests, in their order; then `fault`. */
  readonly faults: LeaseFault[] = [];
  fault: LeaseFault = {};
  isSubscribed = false;
  readonly #rig: LeaseRig;
  #feedLagMs = 0;
  #isFrozen = false;
  #waiting: (() => void)[] = [];
  #onChange: ((lease: LeaseRecord | undefined) => void) | undefined;

  constructor(rig: LeaseRig, owner: string, more: Partial<LeaseElectorOptions>) {
    this.#rig = rig;
    this.owner = owner;
    const feed: LeaseFeed = {
      subscribe: (_namespace, _name, onChange) => {
        this.#onChange = onChange;
        this.isSubscribed = true;
        return {
          stop: () => {
            this.#onChange = undefined;
            this.isSubscribed = false;
          },
        };
      },
    };
    const random = dice(rig.candidates.length / 1_000);
    const onLost = (why: LossReason) => void this.losses.push(why);
    const parts = {port: this, clock: this, random, feed, log: () => {}, onLost};
    this.elector = new LeaseElector({...parts, namespace: 'deckhand', name: 'leader', owner, ...more});
  }

  campaign(): this {
    void this.elector.acquire().then(outcome => {
      this.acquired = outcome;
      this.acquiredAtMs = this.monotonic();
    });
    return this;
  }

  freeze(): void {
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
    for (const run of this.#waiting.splice(0)) run();
  }

  /** The program ends its work in good order. */
  release(): void {
    this.isReleased = true;
    void this.elector.release();
  }

  jumpTo(wallSkewMs: number): void {
    this.wallSkewMs = wallSkewMs;
  }

  lag(feedLagMs: number): void {
    this.#feedLagMs = feedLagMs;
  }

  /** The end of all trouble. */
  recover(): void {
    this.thaw();
    this.faults.splice(0);
    this.#feedLagMs = 0;
  }

  hear(lease: LeaseRecord | undefined): void {
    if (!this.isFeedSilent) this.setTimer(this.#feedLagMs, () => this.#onChange?.(lease));
  }

  now(): number {
    return this.#rig.clock.now() + this.wallSkewMs;
  }

  monotonic(): number {
    return this.#rig.clock.monotonic();
  }

  setTimer(delayMs: number, run: () => void): Timer {
    let isCancelled = false;
    const runUnlessCancelled = () => {
      if (!isCancelled) run();
    };
    const timer = this.#rig.clock.setTimer(delayMs, () => {
      if (this.#isFrozen) this.#waiting.push(runUnlessCancelled);
      else runUnlessCancelled();
    });
    return {
      cancel: () => {
        isCancelled = true;
        timer.cancel();
      },
    };
  }

  request(request: KubeRequest): Promise<KubeResponse> {
    this.requests.push(request);
    const fault = this.faults.shift() ?? this.fault;
    return new Promise((resolve, reject) => {
      const fail = (kind: 'timeout' | 'aborted' | 'reset') => reject(new TransportError(kind, phrase('text', kind)));
      // What was sent goes on its way, whatever becomes of the one who sent it.
      const timer = request.timeoutMs === undefined ? undefined : this.setTimer(request.timeoutMs, () => fail('timeout'));
      request.signal?.addEventListener('abort', () => fail('aborted'));
      void this.#travel(request, fault).then(answer => {
        timer?.cancel();
        if (answer === undefined) fail('reset');
        else resolve(answer);
      });
    });
  }

  stream(): Promise<never> {
    throw new Error('electors do not watch');
  }

  async #travel(request: KubeRequest, {toMs = 0, fromMs = 0, isLost, status}: LeaseFault): Promise<KubeResponse | undefined> {
    if (toMs > 0) await new Promise<void>(resolve => this.#rig.clock.setTimer(toMs, resolve));
    if (status !== undefined) return {status, headers: {}, body: refusal(status)};
    // A connection that was given up may have delivered all the same.
    const {signal: _, ...sent} = request;
    const answer = isLost === 'before' ? undefined : await this.#rig.pass(sent);
    if (fromMs > 0) await new Promise<void>(resolve => this.#rig.clock.setTimer(fromMs, resolve));
    if (this.#isFrozen) await new Promise<void>(resolve => this.#waiting.push(resolve));
    return isLost === 'after' ? undefined : answer;
  }
}

/** A holder and one who watches it, some time into its term. */
export async function openTerm() {
  const rig = await LeaseRig.open();
  const holder = rig.add('a').campaign();
  await rig.clock.advance(0);
  const watcher = rig.add('b').campaign();
  await rig.clock.advance(60_000);
  if (!holder.elector.isFresh(0)) throw new Error('the first candidate does not hold the lease');
  return {rig, holder, watcher};
}

/** The same chances in every run. */
function dice(seed: number): () => number {
  let last = seed;
  return () => {
    last = (last * 997.13 + 0.123) % 1;
    return last;
  };
}

function refusal(code: number): string {
  return JSON.stringify({kind: 'Status', apiVersion: 'v1', status: 'Failure', message: `refused with ${code}`, code});
}
