/** WATCH: the events of one collection from a revision on, pulled by the client, with selectors, bookmarks and an end. */
import type {Timer} from '../../domain/clock.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import type {EventSource} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import type {ListOptions} from './list-options.ts';
import type {ServerState} from './server-state.ts';
import {RevisionGone, type StorageEvent} from './storage.ts';

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

export type WatchScope = {
  readonly collection: string;
  /** Keys of other namespaces do not begin with it; '' = all. */
  readonly prefix: string;
  /** The state that the stream begins with, as ADDED events; then what comes after `from`. */
  readonly initial: Iterable<KubeObject>;
  readonly from: number;
  /** One line of the stream, without its end. */
  readonly encode: (type: WatchEventType, object: KubeObject) => string;
  /** The object of a bookmark that says: all up to this revision was sent. */
  readonly bookmark: (revision: number, annotations?: Readonly<Record<string, string>>) => KubeObject;
  /** A bookmark of its own says where the state ends and the events begin. */
  readonly marksInitialEnd: boolean;
};

const initialEnd = {'k8s.io/initial-events-end': 'true'};
const BOOKMARK_EVERY_MS = 60_000;
/** Where the client names no timeout the server ends the watch after 30 to 60 minutes, as kube-apiserver does. */
const TIMEOUT_MIN_MS = 30 * 60_000;
/** Lines are handed over in pieces of about this size, so that a slow client holds little. */
const PIECE_CHARS = 64 * 1024;

export class Watch implements EventSource {
  readonly #state: ServerState;
  readonly #scope: WatchScope;
  readonly #options: ListOptions;
  readonly #initial: Iterator<KubeObject>;
  readonly #stopListening: () => void;
  readonly #timers: Timer[] = [];
  #isInitial = true;
  /** The first revision that may hold an event for us; undefined while there is none. */
  #unread: number | undefined;
  #isBookmarkDue = false;
  #hasLostEvents = false;
  #isEnding = false;
  #isClosed = false;
  #wake: (() => void) | undefined;

  constructor(state: ServerState, scope: WatchScope, options: ListOptions) {
    this.#state = state;
    this.#scope = scope;
    this.#options = options;
    this.#initial = scope.initial[Symbol.iterator]();
    this.#unread = scope.from < state.storage.revision ? scope.from + 1 : undefined;
    this.#stopListening = state.storage.listen(scope.collection, {changed: event => this.#hear(event), ended: () => this.#end()});
    this.#timers.push(state.clock.setTimer(this.#timeoutMs(), () => this.#end()));
    if (options.hasBookmarks) this.#scheduleBookmark();
  }

  async next(): Promise<string | undefined> {
    while (!this.#isClosed) {
      const piece = this.#readPiece();
      if (piece !== '') return piece;
      if (this.#isEnding) this.close();
      else await this.#untilWoken();
    }
    return undefined;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopListening();
    for (const timer of this.#timers) timer.cancel();
    this.#rouse();
  }

  #readPiece(): string {
    let piece = '';
    while (piece.length < PIECE_CHARS) {
      const line = this.#isInitial ? this.#nextInitial() : this.#nextEvent();
      if (line === undefined) break;
      piece += line;
    }
    // A bookmark says that everything before it was sent.
    if (piece === '' && this.#isBookmarkDue && !this.#hasLostEvents) {
      this.#isBookmarkDue = false;
      return this.#line('BOOKMARK', this.#scope.bookmark(this.#state.storage.revision));
    }
    return piece;
  }

  #nextInitial(): string | undefined {
    for (let next = this.#initial.next(); next.done !== true; next = this.#initial.next()) {
      if (this.#options.matches(next.value)) return this.#line('ADDED', next.value);
    }
    this.#isInitial = false;
    if (this.#scope.marksInitialEnd) return this.#line('BOOKMARK', this.#scope.bookmark(this.#scope.from, initialEnd));
    return this.#nextEvent();
  }

  #nextEvent(): string | undefined {
    while (this.#unread !== undefined) {
      const event = this.#eventAt(this.#unread);
      if (event === undefined) {
        this.#unread = undefined;
        return undefined;
      }
      this.#unread++;
      const line = this.#lineOf(event);
      if (line !== undefined) return line;
    }
    return undefined;
  }

  /** A client that fell behind the ring of events is cut off, as one too slow for kube-apiserver's buffer is. */
  #eventAt(revision: number): StorageEvent | undefined {
    try {
      return this.#state.storage.eventAt(revision);
    } catch (error) {
      if (!(error instanceof RevisionGone)) throw error;
      this.#hasLostEvents = true;
      this.#isEnding = true;
      return undefined;
    }
  }

  #lineOf(event: StorageEvent): string | undefined {
    if (event.collection !== this.#scope.collection || !event.key.startsWith(this.#scope.prefix)) return undefined;
    const {matches} = this.#options;
    const isIn = event.type !== 'DELETED' && matches(event.object);
    const wasIn = event.previous !== undefined && matches(event.previous);
    if (isIn) return this.#line(wasIn ? 'MODIFIED' : 'ADDED', event.object);
    return wasIn && event.previous !== undefined ? this.#line('DELETED', lastState(event.previous, event)) : undefined;
  }

  #line(type: WatchEventType, object: KubeObject): string {
    return `${this.#scope.encode(type, object)}\n`;
  }

  #hear(event: StorageEvent): void {
    if (event.revision <= this.#scope.from) return;
    this.#unread ??= event.revision;
    this.#rouse();
  }

  #end(): void {
    this.#isEnding = true;
    this.#rouse();
  }

  #scheduleBookmark(): void {
    const timer = this.#state.clock.setTimer(BOOKMARK_EVERY_MS, () => {
      this.#timers.splice(this.#timers.indexOf(timer), 1);
      this.#isBookmarkDue = true;
      this.#rouse();
      this.#scheduleBookmark();
    });
    this.#timers.push(timer);
  }

  #timeoutMs(): number {
    const {timeoutSeconds} = this.#options;
    if (timeoutSeconds !== undefined && timeoutSeconds > 0) return timeoutSeconds * 1000;
    return TIMEOUT_MIN_MS * (1 + this.#state.random());
  }

  #untilWoken(): Promise<void> {
    const {promise, resolve} = Promise.withResolvers<void>();
    this.#wake = resolve;
    return promise;
  }

  #rouse(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

/** An object that leaves the selection is sent as it was while it matched, with the revision at which it left. */
function lastState(object: KubeObject, event: StorageEvent): KubeObject {
  return {...object, metadata: {...object.metadata, resourceVersion: String(event.revision)}};
}

/** The one line of a watch that cannot begin: kube-apiserver answers 200 and says why in an ERROR event. */
export function errorEvents(fault: ApiFault): EventSource {
  let line: string | undefined = `${JSON.stringify({type: 'ERROR', object: fault.body})}\n`;
  return {
    next: async () => {
      const sent = line;
      line = undefined;
      return sent;
    },
    close: () => {},
  };
}

/** Refuses a revision whose events are gone. */
export function checkWatchable(from: number, compacted: number): void {
  if (from < compacted) throw ApiFault.expired(`too old resource version: ${from} (${compacted})`);
}
