/** What a source says of its own freshness: its own state, overruled by the state of the whole cluster. */
import type {Clock} from '../domain/clock.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {SourceState, SourceStatus} from '../domain/source.ts';

/** While nothing but the time of the last byte changes, it is told this often at most. */
const tellEveryMs = 1_000;

/** How far the source has come; read whenever the status is told. */
export type Progress = {readonly lastRV: string | undefined; readonly total: number | undefined};

export class FreshnessReport {
  readonly #clock: Clock;
  readonly #progress: Progress;
  readonly #tell: (status: SourceStatus) => void;
  #state: SourceState = 'syncing';
  #reason: Phrase | undefined;
  #outage: Phrase | undefined;
  #restarts = 0;
  #failures: SourceStatus['failures'];
  /** Wall clock of the last proof that what is shown is current. */
  #provenAt: number | undefined;
  /** Wall clock of the last byte of the stream itself. */
  #byteAt: number | undefined;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #told = '';

  constructor(clock: Clock, progress: Progress, tell: (status: SourceStatus) => void) {
    this.#clock = clock;
    this.#progress = progress;
    this.#tell = tell;
  }

  get state(): SourceState {
    return this.#state;
  }

  set(state: SourceState, reason?: Phrase): void {
    this.#state = state;
    this.#reason = reason;
    if (state === 'live' && this.#outage === undefined) this.#provenAt = this.#clock.now();
    this.#publish();
  }

  /** During an outage a bookmark proves nothing, nor does an open stream: a server whose etcd is frozen goes on granting both. */
  heard(what: 'data' | 'bookmark'): void {
    this.#byteAt = this.#clock.now();
    if (what === 'data' || this.#outage === undefined) this.#provenAt = this.#byteAt;
    this.#publish();
  }

  /** The server answered: an open stream is as good as its server, until its bookmark is overdue. */
  serverAlive(agoMs: number): void {
    if (this.#state !== 'live') return;
    this.#provenAt = Math.max(this.#provenAt ?? 0, this.#clock.now() - agoMs);
    this.#publish();
  }

  serverAway(reason: Phrase): void {
    this.#outage = reason;
    this.#publish();
  }

  /** The stream, if one is open, is opened anew before it counts as live again. */
  serverBack(): void {
    this.#outage = undefined;
    if (this.#state === 'live') this.set('stale', phrase('source.reopening'));
    else this.#publish();
  }

  /** What the server's answers proved meanwhile was not true of this stream. */
  streamWasSilent(): void {
    this.#provenAt = this.#byteAt ?? this.#provenAt;
    this.set('stale', phrase('source.silent'));
  }

  restarted(): void {
    this.#restarts += 1;
  }

  /** A fault of a projection, of the sink or of the reflector itself: told with the next status, which is never far. */
  note(error: unknown): void {
    const last = phrase('text', error instanceof Error ? error.message : String(error));
    this.#failures = {count: (this.#failures?.count ?? 0) + 1, last};
  }

  #publish(): void {
    const isOverruled = this.#outage !== undefined && this.#state !== 'forbidden' && this.#state !== 'absent';
    const state = isOverruled ? 'stale' : this.#state;
    const reason = isOverruled ? this.#outage : this.#reason;
    const {lastRV, total} = this.#progress;
    const status: SourceStatus = {
      state,
      restarts: this.#restarts,
      ...(this.#provenAt === undefined ? {} : {lastByteAt: this.#provenAt}),
      ...(lastRV === undefined ? {} : {lastRV}),
      ...(reason === undefined ? {} : {reason}),
      ...(total === undefined ? {} : {total}),
      ...(this.#failures === undefined ? {} : {failures: this.#failures}),
    };
    const told = JSON.stringify([state, reason, this.#restarts, total, this.#failures]);
    const nowMs = this.#clock.monotonic();
    if (told === this.#told && nowMs - this.#toldAtMs < tellEveryMs) return;
    this.#told = told;
    this.#toldAtMs = nowMs;
    this.#tell(status);
  }
}
