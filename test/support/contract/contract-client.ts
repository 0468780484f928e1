/** What the contract's tests speak with: JSON in and out, watches as events, and a namespace of each test's own. */
import {expect} from 'vitest';
import type {KubePort} from '../../../src/domain/kube-port.ts';

/** A server under test. */
export type ContractTarget = {
  /** Of one who may do everything. */
  readonly port: KubePort;
  /** Of one of the contract's users. */
  portFor(user: string): KubePort;
  /** Makes the versions seen so far too old for a LIST. */
  compact(): Promise<void>;
  /** Makes them too old for a WATCH as well. */
  forget(): Promise<void>;
  close(): Promise<void>;
};

// biome-ignore lint/suspicious/noExplicitAny: answers are read field by field in expectations; a wrong one fails there.
export type Json = any;

export type Answer = {readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Json};

export type WatchEvent = {readonly type: string; readonly object: Json};

const EVENT_DEADLINE_MS = 15_000;
const SETTLED_DEADLINE_MS = 40_000;
const POLL_EVERY_MS = 50;

export const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

export const asTable = 'application/json;as=Table;v=v1;g=meta.k8s.io';

export class ContractClient {
  readonly #port: KubePort;

  constructor(port: KubePort) {
    this.#port = port;
  }

  async send(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const type = body === undefined ? {} : {'content-type': 'application/json'};
    const agent = {'user-agent': 'contract/1.0'};
    const answer = await this.#port.request({
      method,
      path,
      headers: {...agent, ...type, ...headers},
      ...(text !== undefined && {body: text}),
    });
    return {...answer, body: parse(answer.body)};
  }

  get(path: string, accept?: string): Promise<Answer> {
    return this.send('GET', path, undefined, accept === undefined ? {} : {accept});
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.send('POST', path, body);
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.send('PUT', path, body);
  }

  patch(path: string, type: keyof typeof patchTypes, body: unknown): Promise<Answer> {
    return this.send('PATCH', path, body, {'content-type': patchTypes[type]});
  }

  /** Server-side apply; `query` goes on from the manager's name. */
  apply(path: string, manager: string, config: unknown, query = ''): Promise<Answer> {
    return this.send('PATCH', `${path}?fieldManager=${manager}${query}`, config, {'content-type': 'application/apply-patch+yaml'});
  }

  remove(path: string, options?: unknown): Promise<Answer> {
    return this.send('DELETE', path, options);
  }

  /** Creates and insists. */
  async create(path: string, body: unknown): Promise<Json> {
    const answer = await this.post(path, body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body;
  }

  /** A namespace that no other test uses; the path under which its core objects are. */
  async namespace(): Promise<string> {
    const {metadata} = await this.create('/api/v1/namespaces', {metadata: {generateName: 'contract-'}});
    return metadata.name;
  }

  async watch(path: string, accept?: string): Promise<WatchReader> {
    const controller = new AbortController();
    const headers: Record<string, string> = accept === undefined ? {} : {accept};
    const stream = await this.#port.stream({method: 'GET', path, headers, signal: controller.signal});
    return new WatchReader(stream.body, () => controller.abort(), stream.status);
  }

  /** Asks until the answer pleases: for what controllers do in their own time. */
  async until(path: string, isSettled: (answer: Answer) => boolean): Promise<Answer> {
    for (const startedAt = Date.now(); ; ) {
      const answer = await this.get(path);
      if (isSettled(answer)) return answer;
      if (Date.now() - startedAt > SETTLED_DEADLINE_MS)
        throw new Error(`${path} never settled: ${JSON.stringify(answer.body).slice(0, 500)}`);
      await new Promise(resolve => setTimeout(resolve, POLL_EVERY_MS));
    }
  }
}

/** Events of one watch in order; `close` ends it from our side. */
export class WatchReader {
  readonly status: number;
  readonly #lines: AsyncGenerator<string>;
  readonly #abort: () => void;

  constructor(body: AsyncIterable<Uint8Array>, abort: () => void, status: number) {
    this.#lines = splitLines(body);
    this.#abort = abort;
    this.status = status;
  }

  /** undefined at the end of the stream. */
  async next(): Promise<WatchEvent | undefined> {
    for (let event = await this.#nextOfAny(); ; event = await this.#nextOfAny()) {
      if (event === undefined || !isForeign(event)) return event;
    }
  }

  async #nextOfAny(): Promise<WatchEvent | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('no event came in time')), EVENT_DEADLINE_MS);
    });
    try {
      const {value, done} = await Promise.race([this.#lines.next(), late]);
      return done === true ? undefined : JSON.parse(value);
    } finally {
      clearTimeout(timer);
    }
  }

  async take(count: number): Promise<WatchEvent[]> {
    const events: WatchEvent[] = [];
    while (events.length < count) {
      const event = await this.next();
      if (event === undefined) break;
      events.push(event);
    }
    return events;
  }

  close(): void {
    this.#abort();
  }
}

/** `ADDED a@12`: what most expectations are about. */
export function nameOf({type, object}: WatchEvent): string {
  return `${type} ${object.metadata.name}`;
}

export function names(list: Json): string[] {
  return list.items.map((item: Json) => item.metadata.name).filter((name: string) => name !== foreignName);
}

/** What a controller manager puts into every namespace in its own time. */
const foreignName = 'kube-root-ca.crt';

function isForeign({object}: WatchEvent): boolean {
  return (object.rows?.[0]?.object ?? object).metadata?.name === foreignName;
}

async function* splitLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, {stream: true})).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield line;
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
