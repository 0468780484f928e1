/** The last lines that somebody has written, and those to come, for whoever reads a log. */
import type {ContainerLog, LogLine} from '../../apiserver/pod-runtime.ts';

const keptMax = 400;

export class LineJournal {
  readonly #lines: LogLine[] = [];
  readonly #readers = new Set<(line: LogLine) => void>();

  write(line: LogLine): void {
    this.#lines.push(line);
    if (this.#lines.length > keptMax) this.#lines.shift();
    for (const hear of this.#readers) hear(line);
  }

  log(): ContainerLog {
    return {past: [...this.#lines], follow: signal => this.#follow(signal)};
  }

  async *#follow(signal: AbortSignal): AsyncGenerator<LogLine> {
    const waiting: LogLine[] = [];
    let wake: () => void = () => {};
    const hear = (line: LogLine): void => {
      waiting.push(line);
      wake();
    };
    const leave = () => wake();
    this.#readers.add(hear);
    signal.addEventListener('abort', leave);
    try {
      while (!signal.aborted) {
        const line = waiting.shift();
        if (line !== undefined) yield line;
        else {
          await new Promise<void>(resolve => {
            wake = resolve;
          });
        }
      }
    } finally {
      this.#readers.delete(hear);
      signal.removeEventListener('abort', leave);
    }
  }
}
