/** What runs inside pods, as a test scripts it: processes, logs and connections that say what they are told to say. */
import type {LogRequest, OutputChunk, PodConnection, PodProcess, PodStreams, ProcessOutcome} from '../../src/domain/pod-streams.ts';

/** An async iterable that is fed, failed and ended from outside. */
export class Feed<Item> implements AsyncIterable<Item> {
  readonly #items: Item[] = [];
  #wake: () => void = () => {};
  #end: {readonly error?: unknown} | undefined;
  isLeft = false;

  push(...items: Item[]): void {
    this.#items.push(...items);
    this.#wake();
  }

  end(error?: unknown): void {
    this.#end = error === undefined ? {} : {error};
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    try {
      while (true) {
        const item = this.#items.shift();
        if (item !== undefined) yield item;
        else if (this.#end !== undefined) break;
        else
          await new Promise<void>(resolve => {
            this.#wake = resolve;
          });
      }
      if (this.#end?.error !== undefined) throw this.#end.error;
    } finally {
      this.isLeft = true;
    }
  }
}

export class ScriptedProcess implements PodProcess {
  readonly output = new Feed<OutputChunk>();
  readonly outcome: Promise<ProcessOutcome>;
  written = '';
  sizes: string[] = [];
  isClosed = false;
  readonly #tell: (outcome: ProcessOutcome) => void;

  constructor() {
    const {promise, resolve} = Promise.withResolvers<ProcessOutcome>();
    this.outcome = promise;
    this.#tell = resolve;
  }

  says(text: string): void {
    this.output.push({stream: 'stdout', bytes: new TextEncoder().encode(text)});
  }

  ends(outcome: ProcessOutcome): void {
    this.#tell(outcome);
    this.output.end();
  }

  write(bytes: Uint8Array): Promise<void> {
    this.written += new TextDecoder().decode(bytes);
    return Promise.resolve();
  }

  endInput(): void {}

  resize({columns, rows}: {columns: number; rows: number}): void {
    this.sizes.push(`${columns}×${rows}`);
  }

  close(): void {
    this.isClosed = true;
    this.output.end();
  }
}

const nothing = (): never => {
  throw new Error('this test did not expect to be asked');
};

export function scriptedStreams(parts: Partial<PodStreams>): PodStreams {
  return {exec: nothing, attach: nothing, log: nothing, connectPort: nothing, ...parts};
}

/** Each reading of a log is one feed, in order. */
export function scriptedLogs(feeds: readonly Feed<Uint8Array>[]): {streams: PodStreams; requests: LogRequest[]} {
  const requests: LogRequest[] = [];
  const streams = scriptedStreams({
    log: request => {
      requests.push(request);
      return feeds[requests.length - 1] ?? nothing();
    },
  });
  return {streams, requests};
}

/** A connection that gives back what it is given. */
export function echoConnection(): PodConnection & {isClosed: boolean} {
  const data = new Feed<Uint8Array>();
  return {
    data,
    isClosed: false,
    write(bytes) {
      data.push(bytes);
      return Promise.resolve();
    },
    close() {
      this.isClosed = true;
      data.end();
    },
  };
}
