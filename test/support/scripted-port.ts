/** A KubePort whose every answer is the test's: requests are recorded, streams are fed and broken by hand. */
import type {KubePort, KubeRequest, KubeResponse, KubeStream} from '../../src/domain/kube-port.ts';

export class ScriptedStream implements KubeStream {
  readonly status = 200;
  readonly headers = {};
  readonly request: KubeRequest;
  isClosed = false;
  readonly #waiting: ((step: Step) => void)[] = [];
  readonly #steps: Step[] = [];

  constructor(request: KubeRequest) {
    this.request = request;
  }

  get body(): AsyncIterable<Uint8Array> {
    return {[Symbol.asyncIterator]: () => ({next: () => this.#next(), return: () => this.#close()})};
  }

  /** One watch event, whole. */
  event(type: string, object: unknown): void {
    this.bytes(`${JSON.stringify({type, object})}\n`);
  }

  bytes(text: string | Uint8Array): void {
    this.#give({kind: 'chunk', chunk: typeof text === 'string' ? Buffer.from(text) : text});
  }

  end(): void {
    this.#give({kind: 'end'});
  }

  break(error: Error): void {
    this.#give({kind: 'break', error});
  }

  #give(step: Step): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#steps.push(step);
    else waiting(step);
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const step = this.#steps.shift() ?? (await new Promise<Step>(resolve => this.#waiting.push(resolve)));
    if (step.kind === 'break') throw step.error;
    return step.kind === 'chunk' ? {done: false, value: step.chunk} : {done: true, value: undefined};
  }

  async #close(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.isClosed = true;
    return {done: true, value: undefined};
  }
}

type Step = {readonly kind: 'chunk'; readonly chunk: Uint8Array} | {readonly kind: 'end'} | {readonly kind: 'break'; readonly error: Error};

export type Answer = {readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly body: unknown};

/** A promise that never settles: a server that has stopped. */
export function silence<T>(): Promise<T> {
  return new Promise(() => {});
}

export class ScriptedPort implements KubePort {
  readonly lists: KubeRequest[] = [];
  readonly probes: KubeRequest[] = [];
  /** The opened streams, refused ones not among them. */
  readonly streams: ScriptedStream[] = [];
  readonly watches: KubeRequest[] = [];
  onList: (request: KubeRequest, count: number) => Answer | Promise<Answer> = () => ({body: {metadata: {resourceVersion: '1'}, items: []}});
  onProbe: () => Answer | Promise<Answer> = () => ({body: 'ok'});
  /** undefined opens a stream. */
  onWatch: (request: KubeRequest, count: number) => Answer | undefined | Promise<Answer | undefined> = () => undefined;

  async request(request: KubeRequest): Promise<KubeResponse> {
    if (request.path === '/readyz') {
      this.probes.push(request);
      return toResponse(await this.onProbe());
    }
    this.lists.push(request);
    return toResponse(await this.onList(request, this.lists.length));
  }

  async stream(request: KubeRequest): Promise<KubeStream> {
    this.watches.push(request);
    const refusal = await this.onWatch(request, this.watches.length);
    if (refusal !== undefined) {
      const {status, headers, body} = toResponse(refusal);
      return {status, headers, body: once(body)};
    }
    const stream = new ScriptedStream(request);
    this.streams.push(stream);
    return stream;
  }

  /** The stream opened last. */
  get current(): ScriptedStream {
    const stream = this.streams.at(-1);
    if (stream === undefined) throw new Error('no stream was opened');
    return stream;
  }
}

async function* once(body: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(body);
}

function toResponse({status = 200, headers = {}, body}: Answer): KubeResponse {
  return {status, headers, body: typeof body === 'string' ? body : JSON.stringify(body)};
}
