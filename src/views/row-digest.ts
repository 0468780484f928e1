/** What a view makes of all its rows together, for verdicts that depend on siblings: made anew at most once a second. */
import type {Clock} from '../domain/clock.ts';
import type {SourceLease} from '../store/source-pool.ts';
import type {View} from './define-view.ts';
import type {ViewRow} from './view-row.ts';

const remakeMsMin = 1_000;

type Made = {readonly version: number; readonly at: number; readonly value: unknown; readonly content: string};

export class RowDigest {
  readonly #lease: SourceLease<ViewRow<unknown>>;
  readonly #clock: Clock;
  #made: Made | undefined;

  constructor(lease: SourceLease<ViewRow<unknown>>, clock: Clock) {
    this.#lease = lease;
    this.#clock = clock;
  }

  value(view: View<unknown>): unknown {
    return this.#current(view)?.value;
  }

  /** The same text as long as nothing changed that a verdict could see. */
  content(view: View<unknown>): string {
    return this.#current(view)?.content ?? '';
  }

  #current(view: View<unknown>): Made | undefined {
    if (view.digest === undefined) return undefined;
    const version = this.#lease.collection.versions.all;
    const now = this.#clock.monotonic();
    if (this.#made === undefined || (this.#made.version !== version && now - this.#made.at >= remakeMsMin)) {
      const value = view.digest(this.#facts());
      this.#made = {version, at: now, value, content: JSON.stringify(value instanceof Map ? [...value] : value) ?? ''};
    }
    return this.#made;
  }

  *#facts(): Iterable<unknown> {
    for (const entry of this.#lease.collection.entries()) if (entry.row.facts !== undefined) yield entry.row.facts;
  }
}
