/**
 * Decides what becomes of an event: written anew, counted onto one that was written before, or dropped because its object
 * says too much. Numbers and order are those of client-go's recorder.
 */
import {TokenBucket} from './rate-limit.ts';
import {Recent} from './recent.ts';

/** What an event is about; `namespace` absent where the kind has none. */
export type InvolvedObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
};

export type EventNote = {
  readonly about: InvolvedObject;
  readonly type: 'Normal' | 'Warning';
  /** CamelCase, for programs. */
  readonly reason: string;
  readonly message: string;
};

/** `name` is that of the Event object; `count` above 1 means that it was written before. */
export type CountedEvent = EventNote & {readonly name: string; readonly count: number; readonly firstAt: number; readonly lastAt: number};

/** From so many different messages on, one event stands for all that are alike but for them. */
const similarMax = 10;
const similarWithinMs = 600_000;
const spamBurst = 25;
const spamPerSecond = 1 / 300;
const rememberedMax = 4_096;

type Similar = {readonly messages: Set<string>; lastAtMs: number};
type Written = {readonly name: string; readonly firstAt: number; count: number};

export class EventCorrelator {
  readonly #nameOf: (note: EventNote) => string;
  readonly #similar = new Recent<Similar>(rememberedMax);
  readonly #written = new Recent<Written>(rememberedMax);
  readonly #budgets = new Recent<TokenBucket>(rememberedMax);

  /** `nameOf` makes the name of a new Event object. */
  constructor(nameOf: (note: EventNote) => string) {
    this.#nameOf = nameOf;
  }

  /** undefined: dropped. */
  take(note: EventNote, {now, monotonic}: {readonly now: number; readonly monotonic: number}): CountedEvent | undefined {
    const {isCombined, key} = this.#combine(note, monotonic);
    const written = this.#written.get(key) ?? {name: this.#nameOf(note), firstAt: now, count: 0};
    written.count += 1;
    this.#written.set(key, written);
    if (!this.#mayWrite(note, monotonic)) return undefined;
    const message = isCombined ? `(combined from similar events): ${note.message}` : note.message;
    return {...note, message, ...written, lastAt: now};
  }

  #combine(note: EventNote, nowMs: number): {readonly isCombined: boolean; readonly key: string} {
    const key = keyOf(note.about, note.type, note.reason);
    const before = this.#similar.get(key);
    const similar =
      before !== undefined && nowMs - before.lastAtMs <= similarWithinMs ? before : {messages: new Set<string>(), lastAtMs: 0};
    similar.lastAtMs = nowMs;
    similar.messages.add(note.message);
    this.#similar.set(key, similar);
    if (similar.messages.size < similarMax) return {isCombined: false, key: `${key}\0${note.message}`};
    const [oldest = ''] = similar.messages;
    similar.messages.delete(oldest);
    return {isCombined: true, key};
  }

  #mayWrite({about}: EventNote, nowMs: number): boolean {
    const key = keyOf(about);
    const budget = this.#budgets.get(key) ?? new TokenBucket(spamPerSecond, spamBurst, nowMs);
    this.#budgets.set(key, budget);
    return budget.take(nowMs);
  }
}

function keyOf({apiVersion, kind, namespace = '', name, uid}: InvolvedObject, ...more: readonly string[]): string {
  return [apiVersion, kind, namespace, name, uid, ...more].join('\0');
}
