/** What a container wrote, line by line with its time, for as long as its pod is there. */
import type {Readable} from 'node:stream';
import {systemClock} from '../../../src/cli/system-clock.ts';
import type {ContainerLog, LogLine} from '../../../src/embedded/apiserver/pod-runtime.ts';

const linesMax = 5_000;

export class LineLog {
  #lines: LogLine[] = [];
  #waiting: Array<() => void> = [];
  #isEnded = false;

  read(stream: Readable): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.add(line);
    });
  }

  add(text: string): void {
    this.#lines.push({atMs: systemClock.now(), text});
    if (this.#lines.length > linesMax) this.#lines = this.#lines.slice(-linesMax / 2);
    this.#wake();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  open(): ContainerLog {
    const past = [...this.#lines];
    return {past, follow: signal => this.#follow(past.at(-1), signal)};
  }

  async *#follow(after: LogLine | undefined, signal: AbortSignal): AsyncGenerator<LogLine> {
    signal.addEventListener('abort', () => this.#wake(), {once: true});
    let last = after;
    while (!signal.aborted) {
      const start = last === undefined ? 0 : this.#lines.lastIndexOf(last) + 1;
      for (const line of this.#lines.slice(start)) {
        last = line;
        yield line;
      }
      if (this.#isEnded) return;
      if (last === this.#lines.at(-1)) await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
