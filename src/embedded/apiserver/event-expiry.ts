/** Events are forgotten an hour after they were last written. */
import type {Timer} from '../../domain/clock.ts';
import type {ServerState} from './server-state.ts';
import type {StorageEvent} from './storage.ts';

const LIFETIME_MS = 60 * 60_000;
/** Events leave within this time of the end of their hour. */
const SWEEP_EVERY_MS = 60_000;

export class EventExpiry {
  readonly #state: ServerState;
  /** Monotonic milliseconds of the last write, by key; in the order of writing, so the oldest come first. */
  readonly #writtenAt = new Map<string, number>();
  #timer: Timer | undefined;

  constructor(state: ServerState) {
    this.#state = state;
  }

  hear({collection, type, key}: StorageEvent): void {
    if (collection !== 'events') return;
    this.#writtenAt.delete(key);
    if (type === 'DELETED') return;
    this.#writtenAt.set(key, this.#state.clock.monotonic());
    this.#timer ??= this.#schedule();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #schedule(): Timer {
    return this.#state.clock.setTimer(SWEEP_EVERY_MS, () => {
      this.#sweep();
      this.#timer = this.#writtenAt.size === 0 ? undefined : this.#schedule();
    });
  }

  #sweep(): void {
    const limit = this.#state.clock.monotonic() - LIFETIME_MS;
    for (const [key, writtenAt] of [...this.#writtenAt]) {
      if (writtenAt > limit) return;
      this.#state.storage.remove('events', key);
    }
  }
}
