/** The sink as a reflector may call it at any time: silent once stopped, and whatever it throws is counted, not thrown. */
import type {ServerColumn, SourceChange, SourceSink, SourceStatus} from '../domain/source.ts';

export class GuardedSink<Row> implements SourceSink<Row> {
  readonly #sink: SourceSink<Row>;
  readonly #onFailure: (error: unknown) => void;
  #isStopped = false;

  constructor(sink: SourceSink<Row>, onFailure: (error: unknown) => void) {
    this.#sink = sink;
    this.#onFailure = onFailure;
  }

  stop(): void {
    this.#isStopped = true;
  }

  columns(columns: readonly ServerColumn[]): void {
    this.#guard(() => this.#sink.columns(columns));
  }

  changes(changes: readonly SourceChange<Row>[]): void {
    if (changes.length > 0) this.#guard(() => this.#sink.changes(changes));
  }

  status(status: SourceStatus): void {
    this.#guard(() => this.#sink.status(status));
  }

  #guard(deliver: () => void): void {
    if (this.#isStopped) return;
    try {
      deliver();
    } catch (error) {
      this.#onFailure(error);
    }
  }
}
