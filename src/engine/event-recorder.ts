/**
 * Writes core/v1 Events beside the objects they are about. Telling is never worth more than doing: nothing waits for an
 * event, and what cannot be delivered is dropped.
 */
import type {Clock, Random, Timer} from '../domain/clock.ts';
import type {KubePort, KubeResponse} from '../domain/kube-port.ts';
import type {Log} from '../domain/log.ts';
import {collectionPath, type KindRef, objectPath} from '../domain/object-ref.ts';
import {readStatus} from '../domain/read-status.ts';
import {clipBytes} from './clip-bytes.ts';
import {type CountedEvent, EventCorrelator, type EventNote} from './event-correlator.ts';

export type EventRecorderOptions = {
  readonly port: KubePort;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** `source.component`: `deckhand`. */
  readonly component: string;
};

const eventKind: KindRef = {group: '', version: 'v1', plural: 'events', kind: 'Event', isNamespaced: true};
/** The API server takes no longer ones. */
const messageBytesMax = 1_024;
const queueMax = 1_000;
const triesMax = 12;
const retryMs = 10_000;
/** Leaves room for the dot and sixteen digits. */
const nameMax = 236;

type Delivery = 'delivered' | 'refused' | 'retry';

export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #correlator: EventCorrelator;
  readonly #queue: CountedEvent[] = [];
  /** Tells events of one millisecond apart; begins by chance, for those of other recorders. */
  #serial: number;
  #isDelivering = false;
  #isStopped = false;
  #wake: () => void = () => {};
  #onEmpty: () => void = () => {};

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#serial = Math.floor(options.random() * 1_000_000);
    this.#correlator = new EventCorrelator(note => this.#nameOf(note));
  }

  record(note: EventNote): void {
    if (this.#isStopped) return;
    const {clock, log} = this.#options;
    const event = this.#correlator.take(
      {...note, message: clipBytes(note.message, messageBytesMax)},
      {now: clock.now(), monotonic: clock.monotonic()},
    );
    if (event === undefined) return;
    if (this.#queue.length >= queueMax) {
      log('warn', 'event dropped', {reason: note.reason, object: note.about.name, why: 'the queue is full'});
      return;
    }
    this.#queue.push(event);
    if (!this.#isDelivering) void this.#deliverAll();
  }

  /** Takes no more, and waits so long for what is to be delivered. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopped = true;
    if (!this.#isDelivering) return;
    await new Promise<void>(resolve => {
      const timer = this.#options.clock.setTimer(graceMs, resolve);
      this.#onEmpty = () => {
        timer.cancel();
        resolve();
      };
    });
    this.#queue.splice(0);
    this.#wake();
  }

  async #deliverAll(): Promise<void> {
    this.#isDelivering = true;
    for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) await this.#deliver(event);
    this.#isDelivering = false;
    this.#onEmpty();
  }

  async #deliver(event: CountedEvent): Promise<void> {
    const {random, log} = this.#options;
    for (let tries = 1; tries <= triesMax; tries += 1) {
      if ((await this.#send(event)) !== 'retry') return;
      // The first wait is of a random length, so that the events of many do not come together when a server is back.
      if (tries < triesMax && !(await this.#pause(tries === 1 ? retryMs * random() : retryMs))) return;
    }
    log('warn', 'event dropped', {reason: event.reason, object: event.about.name, why: 'it could not be delivered'});
  }

  /** false when there is no more time. */
  #pause(ms: number): Promise<boolean> {
    return new Promise(resolve => {
      const timer: Timer = this.#options.clock.setTimer(ms, () => resolve(true));
      this.#wake = () => {
        timer.cancel();
        resolve(false);
      };
    });
  }

  async #send(event: CountedEvent): Promise<Delivery> {
    const {port, log} = this.#options;
    const place = {kind: eventKind, namespace: event.about.namespace ?? 'default', name: event.name};
    const create = () =>
      port.request({method: 'POST', path: collectionPath(place), ...jsonBody(this.#eventObject(event, place.namespace))});
    try {
      const counted = event.count > 1 ? await port.request({method: 'PATCH', path: objectPath(place), ...patchBody(event)}) : undefined;
      // Events live for an hour: one that is gone is written anew, with its count.
      const answer = counted === undefined || counted.status === 404 ? await create() : counted;
      const delivery = deliveryOf(answer);
      if (delivery === 'refused')
        log('warn', 'event refused', {reason: event.reason, object: event.about.name, error: readStatus(answer).message});
      return delivery;
    } catch (error) {
      log('debug', 'event not delivered', {reason: event.reason, error: error instanceof Error ? error.message : String(error)});
      return 'retry';
    }
  }

  #eventObject({name, about, type, reason, message, count, firstAt, lastAt}: CountedEvent, namespace: string) {
    const {component} = this.#options;
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {name, namespace},
      involvedObject: about,
      type,
      reason,
      message: clipBytes(message, messageBytesMax),
      count,
      firstTimestamp: secondsTime(firstAt),
      lastTimestamp: secondsTime(lastAt),
      source: {component},
      reportingComponent: component,
      reportingInstance: '',
    };
  }

  /** The object's own name where an Event may be called so; names of roles may hold colons. */
  #nameOf({about}: EventNote): string {
    this.#serial = (this.#serial + 1) % 1_000_000;
    const suffix = (BigInt(Math.trunc(this.#options.clock.now())) * 1_000_000n + BigInt(this.#serial)).toString(16);
    const stem = about.name.slice(0, nameMax).replace(/[^a-z0-9]+$/, '');
    return `${/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(stem) ? stem : about.kind.toLowerCase()}.${suffix}`;
  }
}

function jsonBody(object: unknown) {
  return {headers: {'content-type': 'application/json'}, body: JSON.stringify(object)};
}

function patchBody({count, lastAt, message}: CountedEvent) {
  const patch = {count, lastTimestamp: secondsTime(lastAt), message: clipBytes(message, messageBytesMax)};
  return {headers: {'content-type': 'application/merge-patch+json'}, body: JSON.stringify(patch)};
}

/** That it exists already is as good as delivered: the answer to the first try was lost. */
function deliveryOf({status}: KubeResponse): Delivery {
  if (status < 300 || status === 409) return 'delivered';
  return status === 429 || status >= 500 ? 'retry' : 'refused';
}

/** metav1.Time knows no fractions. */
function secondsTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
