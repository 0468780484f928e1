/**
 * Stands between a client and a true server, and spoils what passes: refusals, resets, silence, cut and doubled lines,
 * streams that lag behind each other. Chunks are always cut at random bytes.
 */
import {LineSplitter} from '../../src/cluster/reflector-lines.ts';
import type {Clock, Random} from '../../src/domain/clock.ts';
import {
  type KubePort,
  type KubeRequest,
  type KubeResponse,
  type KubeStream,
  TransportError,
  type TransportErrorKind,
} from '../../src/domain/kube-port.ts';
import {phrase} from '../../src/domain/messages/phrase.ts';

/** What happens to one request. */
export type RequestFault =
  | {readonly kind: 'answer'; readonly status: 401 | 410 | 429 | 500 | 503; readonly retryAfterSeconds?: number}
  | {readonly kind: 'reset'}
  | {readonly kind: 'hang'}
  /** The first half of the body, as if it were all. */
  | {readonly kind: 'truncate'};

/** What happens to an open stream; a cut or garbled line is the next one, 'repeat' is a single earlier one, 'replay' the last few. */
export type StreamFault = 'reset' | 'end' | 'cutLine' | 'garbledLine' | 'expired' | 'serverError' | 'mute' | 'replay' | 'repeat';

/** 'frozen': the process is stopped. 'storeFrozen': it answers what needs no store, bookmarks go on. 'down': nobody listens. */
export type ServerState = 'well' | 'frozen' | 'storeFrozen' | 'down';

const replayedMax = 8;
/** Instead of what the client asks for: its listings then take several pages even of a small world. */
const pageLimit = 2;
/** How long kube-apiserver waits for a frozen etcd before it says so. */
const storeCheckMs = 4_000;

export class FaultPort implements KubePort {
  readonly clock: Clock;
  readonly random: Random;
  readonly streams = new Set<FaultyStream>();
  /** Data requests, probes not among them. */
  requests = 0;
  lagMsMax = 0;
  readonly #port: KubePort;
  #state: ServerState = 'well';
  #nextFaults: RequestFault[] = [];
  #waiting: (() => void)[] = [];

  constructor(port: KubePort, clock: Clock, random: Random) {
    this.#port = port;
    this.clock = clock;
    this.random = random;
  }

  get state(): ServerState {
    return this.#state;
  }

  set state(state: ServerState) {
    this.#state = state;
    if (state === 'down') for (const stream of [...this.streams]) stream.spoil('reset');
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const check of waiting) check();
  }

  /** The next data request, LIST or WATCH, gets it. */
  spoilNext(fault: RequestFault): void {
    this.#nextFaults.push(fault);
  }

  /** No new faults; streams that are muted stay so, as a broken connection does. */
  heal(): void {
    this.#nextFaults = [];
    this.lagMsMax = 0;
    this.state = 'well';
  }

  async request(request: KubeRequest): Promise<KubeResponse> {
    if (request.path === '/readyz') return this.#probe(request);
    this.requests += 1;
    await this.#reach(request, ['frozen', 'storeFrozen']);
    const fault = this.#nextFaults.shift();
    if (fault?.kind === 'answer') return toStatus(fault);
    if (fault?.kind === 'reset') throw broken('reset');
    if (fault?.kind === 'hang') return this.#hang(request);
    const answer = await this.#port.request({...request, path: request.path.replace('limit=500', `limit=${pageLimit}`)});
    return fault === undefined ? answer : {...answer, body: answer.body.slice(0, answer.body.length / 2)};
  }

  async stream(request: KubeRequest): Promise<KubeStream> {
    this.requests += 1;
    await this.#reach(request, ['frozen']);
    const fault = this.#nextFaults.shift();
    if (fault?.kind === 'answer') {
      const {status, headers, body} = toStatus(fault);
      return {status, headers, body: once(body)};
    }
    if (fault?.kind === 'reset') throw broken('reset');
    if (fault?.kind === 'hang') return this.#hang(request);
    const stream = await this.#port.stream(request);
    if (stream.status !== 200) return stream;
    const faulty = new FaultyStream(stream, this);
    if (fault?.kind === 'truncate') faulty.spoil('cutLine');
    return faulty;
  }

  /** Waits while the server is in one of these states. */
  async pass(states: readonly ServerState[], isGone: () => boolean): Promise<void> {
    while (states.includes(this.#state) && !isGone()) await new Promise<void>(resolve => this.#waiting.push(resolve));
  }

  async #probe(request: KubeRequest): Promise<KubeResponse> {
    await this.#reach(request, ['frozen']);
    if (this.#state !== 'storeFrozen') return this.#port.request(request);
    await new Promise<void>(resolve => this.clock.setTimer(storeCheckMs, resolve));
    return {status: 500, headers: {}, body: '[-]etcd failed'};
  }

  async #reach({signal}: KubeRequest, states: readonly ServerState[]): Promise<void> {
    if (this.#state === 'down') throw broken('refused');
    await Promise.race([this.pass(states, () => signal?.aborted === true), untilAborted(signal)]);
  }

  async #hang(request: KubeRequest): Promise<never> {
    await untilAborted(request.signal);
    throw broken('aborted');
  }
}

type Step = {readonly kind: 'bytes'; readonly bytes: Uint8Array} | {readonly kind: 'end'} | {readonly kind: 'break'};

export class FaultyStream implements KubeStream {
  readonly status = 200;
  readonly headers: Readonly<Record<string, string>>;
  /** Since when it brings nothing any more. */
  mutedAtMs: number | undefined;
  readonly #port: FaultPort;
  readonly #inner: AsyncIterator<Uint8Array>;
  readonly #steps: Step[] = [];
  readonly #recent: string[] = [];
  #spoilNextLine: 'cut' | 'garble' | undefined;
  #isLeft = false;
  #wake: (() => void) | undefined;

  constructor(stream: KubeStream, port: FaultPort) {
    this.headers = stream.headers;
    this.#port = port;
    this.#inner = stream.body[Symbol.asyncIterator]();
    port.streams.add(this);
    void this.#pump();
  }

  get body(): AsyncIterable<Uint8Array> {
    return {[Symbol.asyncIterator]: () => ({next: () => this.#next(), return: () => this.#leave()})};
  }

  spoil(fault: StreamFault): void {
    switch (fault) {
      case 'reset':
        this.#step({kind: 'break'});
        break;
      case 'end':
        this.#step({kind: 'end'});
        break;
      case 'cutLine':
        this.#spoilNextLine = 'cut';
        break;
      case 'garbledLine':
        this.#spoilNextLine = 'garble';
        break;
      case 'expired':
        this.#emit(errorLine(410, 'Expired'));
        break;
      case 'serverError':
        this.#emit(errorLine(500, 'InternalError'));
        break;
      case 'mute':
        this.mutedAtMs ??= this.#port.clock.monotonic();
        break;
      case 'replay':
        for (const line of this.#recent) this.#emit(line);
        break;
      case 'repeat': {
        const line = this.#recent[Math.floor(this.#port.random() * this.#recent.length)];
        if (line !== undefined) this.#emit(line);
      }
    }
  }

  /** Takes what comes at once, as the buffers of a connection do, and hands it on in order, when the state of things allows. */
  async #pump(): Promise<void> {
    const splitter = new LineSplitter();
    let last = Promise.resolve();
    try {
      for (let next = await this.#inner.next(); next.done !== true; next = await this.#inner.next()) {
        for (const line of splitter.push(next.value)) last = last.then(() => this.#pass(line));
      }
      await last;
      await this.#port.pass(['frozen'], () => this.#isLeft);
      this.#step({kind: 'end'});
    } catch {
      await last;
      this.#step({kind: 'break'});
    }
  }

  async #pass(line: string): Promise<void> {
    const {clock, random, lagMsMax} = this.#port;
    if (lagMsMax > 0) await new Promise<void>(resolve => clock.setTimer(random() * lagMsMax, resolve));
    const isBookmark = line.includes('"type":"BOOKMARK"');
    await this.#port.pass(isBookmark ? ['frozen'] : ['frozen', 'storeFrozen'], () => this.#isLeft);
    const half = line.slice(0, line.length / 2);
    const spoiled = this.#spoilNextLine;
    this.#spoilNextLine = undefined;
    if (spoiled === 'cut') {
      this.#step({kind: 'bytes', bytes: Buffer.from(half)});
      this.#step({kind: 'end'});
      return;
    }
    this.#emit(spoiled === 'garble' ? half : line);
    this.#recent.push(line);
    if (this.#recent.length > replayedMax) this.#recent.shift();
  }

  #emit(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    const cut = Math.floor(this.#port.random() * bytes.length);
    this.#step({kind: 'bytes', bytes: bytes.subarray(0, cut)});
    this.#step({kind: 'bytes', bytes: bytes.subarray(cut)});
  }

  #step(step: Step): void {
    if (this.mutedAtMs !== undefined) return;
    this.#steps.push(step);
    this.#wake?.();
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      const step = this.#steps.shift();
      if (step?.kind === 'bytes') return {done: false, value: step.bytes};
      if (step !== undefined) void this.#leave();
      if (step?.kind === 'break') throw broken('reset');
      if (step?.kind === 'end') return {done: true, value: undefined};
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
  }

  async #leave(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#isLeft = true;
    this.#port.streams.delete(this);
    await this.#inner.return?.();
    return {done: true, value: undefined};
  }
}

function broken(kind: TransportErrorKind): TransportError {
  return new TransportError(kind, phrase('text', `fault: ${kind}`));
}

function toStatus({status, retryAfterSeconds}: Extract<RequestFault, {kind: 'answer'}>): KubeResponse {
  const headers: Record<string, string> = retryAfterSeconds === undefined ? {} : {'retry-after': String(retryAfterSeconds)};
  return {status, headers, body: JSON.stringify({kind: 'Status', code: status, reason: 'Fault', message: 'a fault of the test'})};
}

function errorLine(code: number, reason: string): string {
  return JSON.stringify({type: 'ERROR', object: {kind: 'Status', apiVersion: 'v1', code, reason, message: 'a fault of the test'}});
}

function untilAborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise(resolve => {
    if (signal?.aborted === true) resolve();
    signal?.addEventListener('abort', () => resolve(), {once: true});
  });
}

async function* once(body: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(body);
}
