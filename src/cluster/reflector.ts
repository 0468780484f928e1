/**
 * One source kept true: a LIST in pages, then WATCH after WATCH from where the last one ended, each failure with its own
 * answer (reflector-policy.ts). It ends only when it is stopped.
 */
import type {Clock, Random, Timer} from '../domain/clock.ts';
import type {KubePort} from '../domain/kube-port.ts';
import {phrase} from '../domain/messages/phrase.ts';
import {readStatus} from '../domain/read-status.ts';
import type {SourceHandle, SourceSink, SourceSpec} from '../domain/source.ts';
import type {Liveness, LivenessSeat} from './liveness.ts';
import {Backoff} from './reflector-backoff.ts';
import {Decoder, type Page, type WatchEvent} from './reflector-decode.ts';
import {type Asked, type Failure, failureOfError, failureOfStatus, type Verb} from './reflector-failure.ts';
import {Intake, type Reading} from './reflector-intake.ts';
import {Interrupted, Interruption} from './reflector-interrupt.ts';
import {Ledger} from './reflector-ledger.ts';
import {acceptOf, listPath, watchPath} from './reflector-path.ts';
import {type Answer, decideAnswer, type Next} from './reflector-policy.ts';
import {GuardedSink} from './reflector-sink.ts';
import {FreshnessReport} from './reflector-status.ts';
import {type Caller, runWatch, type WatchEnd} from './reflector-watch.ts';

const pageTimeoutMs = 30_000;
const watchSecondsMin = 300;
const watchSecondsSpread = 300;
/** Where a server sends no bookmarks, as kube-apiserver of Events, only its ending the stream in time proves that the stream is alive. */
const watchSecondsWithoutBookmarks = 60;
/** A server that cannot go on from our version opens the stream all the same, and says so on it a moment later. */
const openProofMs = 500;

export type ReflectorParts = {
  readonly port: KubePort;
  readonly clock: Clock;
  readonly random: Random;
  readonly liveness: Liveness;
  /** Calls `run` when kinds have come or gone: an absent source, and only that, listens and asks at once. Returns the way to unsubscribe. */
  readonly onKindsChanged: (run: () => void) => () => void;
};

export class Reflector<Row> implements SourceHandle {
  readonly #spec: SourceSpec<Row>;
  readonly #parts: ReflectorParts;
  readonly #decoder: Decoder;
  readonly #sink: GuardedSink<Row>;
  readonly #intake: Intake<Row>;
  readonly #report: FreshnessReport;
  readonly #backoff: Backoff;
  readonly #seat: LivenessSeat;
  #interruption = new Interruption<Caller>();
  /** What the interruption at hand would call away from. */
  #activity: 'page' | 'watch' | 'pause' = 'page';
  /** The server has come back since the last request began: there is nothing to wait for. */
  #isRecovered = false;
  #reading: Reading<Row> | undefined;
  #accept: string;
  #streak: {readonly kind: Failure['kind']; readonly count: number} | undefined;
  #isStopped = false;

  constructor(spec: SourceSpec<Row>, sink: SourceSink<Row>, parts: ReflectorParts) {
    this.#spec = spec;
    this.#parts = parts;
    this.#accept = acceptOf(spec.form);
    this.#decoder = new Decoder(spec);
    this.#backoff = new Backoff(parts.clock, parts.random);
    this.#sink = new GuardedSink(sink, error => this.#report.note(error));
    const ledger = new Ledger(spec, error => this.#report.note(error));
    const intake = new Intake(ledger, this.#sink, this.#asked('watch'));
    this.#intake = intake;
    this.#report = new FreshnessReport(parts.clock, intake, status => this.#sink.status(status));
    this.#seat = parts.liveness.join({
      alive: agoMs => this.#report.serverAlive(agoMs),
      failing: reason => this.#report.serverAway(reason),
      recovered: () => this.#onRecovered(),
    });
  }

  start(): void {
    this.#report.set('syncing');
    void this.#run();
  }

  stop(): void {
    this.#isStopped = true;
    this.#sink.stop();
    this.#seat.leave();
    this.#interruption.interrupt('stopped');
  }

  async #run(): Promise<void> {
    let next: Next = {ask: 'list', version: 'latest'};
    while (!this.#isStopped) {
      try {
        const answer: Answer | Next = await this.#ask(next);
        if (this.#isStopped) return;
        next = 'ask' in answer ? answer : answer.next;
        if ('delayMs' in answer) await this.#abide(answer);
      } catch (error) {
        // A fault of our own: it is told where the source is seen, which lives on from a fresh listing.
        this.#report.note(error);
        next = {ask: 'list', version: 'latest'};
        await this.#pause(this.#backoff.nextDelayMs());
      }
    }
  }

  /** What to ask next, at once where all went well, or the answer to what did not. */
  async #ask(next: Next): Promise<Answer | Next> {
    if (next.ask === 'watch') return this.#afterWatch(await this.#watch());
    if (next.ask === 'list') this.#reading = undefined;
    this.#reading ??= this.#intake.beginReading(next.ask === 'list' ? next.version : 'latest');
    const failure = await this.#readPages(this.#reading);
    return failure === undefined ? {ask: 'watch'} : this.#answer(failure, 'list');
  }

  async #abide({state, reason, delayMs}: Answer): Promise<void> {
    this.#report.restarted();
    this.#report.set(state, reason);
    if (delayMs === 0) return;
    const pausing = this.#pause(delayMs);
    if (state !== 'absent') return pausing;
    const pause = this.#interruption;
    const unsubscribe = this.#parts.onKindsChanged(() => pause.interrupt('kindsChanged'));
    await pausing.finally(unsubscribe);
  }

  #afterWatch(end: WatchEnd): Answer | Next {
    switch (end.kind) {
      case 'ended':
        this.#streak = undefined;
        return {ask: 'watch'};
      case 'stopped':
        return {ask: 'watch'};
      case 'silent':
        if (this.#intake.hasBookmarks !== true) {
          // No bookmark was due, so nothing is known to be wrong: a new stream tells.
          this.#intake.missedBookmarks();
          return {ask: 'watch'};
        }
        this.#report.streamWasSilent();
        return {next: {ask: 'watch'}, delayMs: 0, state: 'stale', reason: phrase('source.silent')};
      case 'recovered':
        return {next: {ask: 'watch'}, delayMs: 0, state: 'stale', reason: phrase('source.reopening')};
      case 'failed':
        return this.#answer(end.failure, 'watch');
    }
  }

  #answer(failure: Failure, during: Verb): Answer {
    const count = this.#streak?.kind === failure.kind ? this.#streak.count + 1 : 1;
    this.#streak = {kind: failure.kind, count};
    // A server that lists tables and watches plain objects: go on with plain objects in both.
    if (failure.kind === 'reshaped' && failure.isPlain && count > 1) this.#accept = acceptOf('object');
    if (failure.kind === 'absent') this.#intake.clear();
    return decideAnswer({failure, during, streak: count, backoffMs: () => this.#backoff.nextDelayMs()});
  }

  async #readPages(reading: Reading<Row>): Promise<Failure | undefined> {
    for (;;) {
      const page = await this.#readPage(reading);
      if ('kind' in page) return page;
      const outcome = this.#intake.takePage(reading, page);
      if (typeof outcome === 'object') return outcome;
      if (page.nameless > 0) this.#report.note(new Error('an object without a name'));
      this.#seat.heard();
      this.#report.heard('data');
      if (outcome === 'more') continue;
      this.#reading = undefined;
      return undefined;
    }
  }

  async #readPage(reading: Reading<Row>): Promise<Page | Failure> {
    const {port, clock} = this.#parts;
    const interruption = this.#begin('page');
    const deadline = clock.setTimer(pageTimeoutMs, () => interruption.interrupt('timeout'));
    const headers = {accept: this.#accept};
    const path = listPath(this.#spec, reading);
    try {
      const asking = port.request({method: 'GET', path, headers, signal: interruption.signal, timeoutMs: pageTimeoutMs});
      const answer = await interruption.wait(asking);
      if (answer.status !== 200) return failureOfStatus(readStatus(answer), this.#asked('list'));
      return this.#decoder.page(answer.body) ?? {kind: 'garbled', reason: phrase('source.garbled')};
    } catch (error) {
      return failureOfError(error);
    } finally {
      deadline.cancel();
    }
  }

  async #watch(): Promise<WatchEnd> {
    const {port, clock, random} = this.#parts;
    const {hasBookmarks, lastRV = ''} = this.#intake;
    const long = watchSecondsMin + Math.floor(random() * (watchSecondsSpread + 1));
    const timeoutSeconds = hasBookmarks === false ? watchSecondsWithoutBookmarks : long;
    let proof: Timer | undefined;
    const end = await runWatch({
      port,
      clock,
      interruption: this.#begin('watch'),
      decoder: this.#decoder,
      asked: this.#asked('watch'),
      path: watchPath(this.#spec, lastRV, timeoutSeconds),
      accept: this.#accept,
      timeoutSeconds,
      hasBookmarks: () => this.#intake.hasBookmarks === true,
      onOpen: () => {
        if (this.#report.state === 'stale') proof = clock.setTimer(openProofMs, () => this.#report.set('live'));
        else this.#report.set('live');
      },
      onEvents: events => this.#take(events),
    });
    proof?.cancel();
    return end;
  }

  #take(events: readonly WatchEvent[]): Failure | undefined {
    const {lastRV} = this.#intake;
    const failure = this.#intake.takeEvents(events);
    const isData = events.some(({type}) => type === 'added' || type === 'modified' || type === 'deleted');
    if (isData) this.#seat.heard();
    if (this.#intake.lastRV !== lastRV) this.#streak = undefined;
    if (failure !== undefined) return failure;
    this.#report.heard(isData ? 'data' : 'bookmark');
    if (this.#report.state !== 'live') this.#report.set('live');
    return undefined;
  }

  /** Until the time has passed, or the server is back, or the kind may be; however it ends, the next request follows. */
  async #pause(delayMs: number): Promise<void> {
    const interruption = this.#begin('pause');
    if (this.#isRecovered) return;
    try {
      await interruption.sleep(this.#parts.clock, delayMs);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    }
  }

  #onRecovered(): void {
    this.#isRecovered = true;
    this.#backoff.reset();
    this.#report.serverBack();
    // A page in flight is answered or meets its own deadline: asking for it again and again would starve a slow server.
    if (this.#activity !== 'page') this.#interruption.interrupt('recovered');
  }

  #begin(activity: 'page' | 'watch' | 'pause'): Interruption<Caller> {
    if (activity !== 'pause') this.#isRecovered = false;
    this.#activity = activity;
    this.#interruption = new Interruption();
    if (this.#isStopped) this.#interruption.interrupt('stopped');
    return this.#interruption;
  }

  #asked(verb: Verb): Asked {
    return {verb, resource: this.#spec.resource, namespace: this.#spec.namespace};
  }
}
