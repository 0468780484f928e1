/**
 * Proof of life of one cluster: while anybody watches and no event comes, one GET /readyz every 5 s. A stopped process, a
 * frozen etcd or a dead link keeps its connections open and may even send bookmarks, so silence alone proves nothing.
 */
import type {Clock, Timer} from '../domain/clock.ts';
import {type KubePort, type KubeResponse, TransportError} from '../domain/kube-port.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import {readStatus} from '../domain/read-status.ts';

const quietMsMax = 5_000;
const probeEveryMs = 5_000;
const probeTimeoutMs = 5_000;

/** 403 and 404: a server that answers but does not show this page to everybody. */
const signsOfLife: ReadonlySet<number> = new Set([200, 403, 404]);

/** One source, as the cluster's pulse knows it. Calls come in one turn of the event loop for all of them. */
export type LivenessMember = {
  /** The server showed itself alive so long ago, by an answer or by somebody's event, and had not been away. */
  alive(agoMs: number): void;
  /** The server does not answer, or answers that it is not well. */
  failing(reason: Phrase): void;
  /** The first good answer after that. */
  recovered(): void;
};

export type LivenessSeat = {
  /** An event or a page came: proof of life without asking. Bookmarks are none, a server with a frozen etcd sends them. */
  heard(): void;
  leave(): void;
};

export type Liveness = {
  /** A member that joins while the server is away is told so at once. */
  join(member: LivenessMember): LivenessSeat;
};

export function createLiveness({port, clock}: {readonly port: KubePort; readonly clock: Clock}): Liveness {
  const pulse = new Pulse(port, clock);
  return {join: member => pulse.join(member)};
}

class Pulse implements Liveness {
  readonly #port: KubePort;
  readonly #clock: Clock;
  readonly #members = new Set<LivenessMember>();
  #timer: Timer | undefined;
  #probe: AbortController | undefined;
  #probedAtMs = Number.NEGATIVE_INFINITY;
  #heardAtMs = Number.NEGATIVE_INFINITY;
  #outage: Phrase | undefined;

  constructor(port: KubePort, clock: Clock) {
    this.#port = port;
    this.#clock = clock;
  }

  join(member: LivenessMember): LivenessSeat {
    this.#members.add(member);
    if (this.#members.size === 1) {
      this.#heardAtMs = this.#clock.monotonic();
      this.#arm();
    } else if (this.#outage !== undefined) member.failing(this.#outage);
    return {
      heard: () => {
        this.#heardAtMs = this.#clock.monotonic();
      },
      leave: () => {
        if (this.#members.delete(member) && this.#members.size === 0) this.#rest();
      },
    };
  }

  #rest(): void {
    this.#timer?.cancel();
    this.#probe?.abort();
    this.#probe = undefined;
    this.#outage = undefined;
  }

  /** While the server is away only the clock counts: an event from a buffer does not end an outage. */
  #arm(): void {
    this.#timer?.cancel();
    const nowMs = this.#clock.monotonic();
    const afterQuietMs = this.#outage === undefined ? this.#heardAtMs + quietMsMax : nowMs;
    const dueMs = Math.max(afterQuietMs, this.#probedAtMs + probeEveryMs, nowMs);
    this.#timer = this.#clock.setTimer(dueMs - nowMs, () => this.#onTimer());
  }

  #onTimer(): void {
    const quietMs = this.#clock.monotonic() - this.#heardAtMs;
    if (quietMs >= quietMsMax || this.#outage !== undefined) {
      void this.#ask();
      return;
    }
    // One member's events prove the server to all.
    for (const member of [...this.#members]) member.alive(quietMs);
    this.#arm();
  }

  async #ask(): Promise<void> {
    const probe = new AbortController();
    this.#probe = probe;
    this.#probedAtMs = this.#clock.monotonic();
    const outage = await this.#answer(probe);
    if (this.#probe !== probe) return;
    this.#probe = undefined;
    this.#tell(outage);
    if (this.#members.size > 0) this.#arm();
  }

  /** Why the server is not well; undefined where it is. The deadline is kept here, whatever the port does about it. */
  #answer(probe: AbortController): Promise<Phrase | undefined> {
    return new Promise(resolve => {
      const deadline = this.#clock.setTimer(probeTimeoutMs, () => {
        probe.abort();
        resolve(phrase('source.frozen', probeTimeoutMs / 1000));
      });
      probe.signal.addEventListener('abort', () => deadline.cancel());
      const asking = this.#port.request({
        method: 'GET',
        path: '/readyz',
        headers: {accept: '*/*'},
        signal: probe.signal,
        timeoutMs: probeTimeoutMs,
      });
      asking.then(
        answer => {
          deadline.cancel();
          resolve(reasonOfAnswer(answer));
        },
        (error: unknown) => {
          deadline.cancel();
          resolve(reasonOfError(error));
        },
      );
    });
  }

  #tell(outage: Phrase | undefined): void {
    const wasAway = this.#outage !== undefined;
    this.#outage = outage;
    for (const member of [...this.#members]) {
      if (outage !== undefined) member.failing(outage);
      else if (wasAway) member.recovered();
      else member.alive(0);
    }
  }
}

/** Of a server that is not ready the body is a page of checks; only a refusal of the credentials has a sentence to pass on. */
function reasonOfAnswer(answer: KubeResponse): Phrase | undefined {
  if (signsOfLife.has(answer.status)) return undefined;
  return answer.status === 401 ? phrase('source.unauthorized', readStatus(answer).message) : phrase('source.notReady', answer.status);
}

function reasonOfError(error: unknown): Phrase {
  if (error instanceof TransportError) return error.phrase;
  return phrase('text', error instanceof Error ? error.message : String(error));
}
