/** Takes in what the server says, page by page and event by event, and keeps the version from which to go on. */
import {phrase} from '../domain/messages/phrase.ts';
import {isOlderVersion} from '../domain/resource-version.ts';
import type {ServerColumn, SourceChange, SourceSink} from '../domain/source.ts';
import {nameOnly, type Page, type WatchEvent} from './reflector-decode.ts';
import {type Asked, type Failure, failureOfStatus} from './reflector-failure.ts';
import type {Ledger, Listing} from './reflector-ledger.ts';

/** A listing under way; it outlives the failure of one of its pages. */
export type Reading<Row> = {
  readonly listing: Listing<Row>;
  readonly notOlderThan?: string;
  continueToken?: string | undefined;
};

export class Intake<Row> {
  readonly #ledger: Ledger<Row>;
  readonly #sink: SourceSink<Row>;
  readonly #asked: Asked;
  #lastRV: string | undefined;
  #columnsTold: readonly ServerColumn[] | undefined;
  #hasBookmarks: boolean | undefined;

  /** `asked` words the refusals that come as ERROR events. */
  constructor(ledger: Ledger<Row>, sink: SourceSink<Row>, asked: Asked) {
    this.#ledger = ledger;
    this.#sink = sink;
    this.#asked = asked;
  }

  get lastRV(): string | undefined {
    return this.#lastRV;
  }

  get total(): number | undefined {
    return this.#ledger.total;
  }

  /** undefined until a first stream has shown it. */
  get hasBookmarks(): boolean | undefined {
    return this.#hasBookmarks;
  }

  missedBookmarks(): void {
    this.#hasBookmarks ??= false;
  }

  beginReading(version: 'notOlder' | 'latest'): Reading<Row> {
    const listing = this.#ledger.beginListing();
    return version === 'latest' || this.#lastRV === undefined ? {listing} : {listing, notOlderThan: this.#lastRV};
  }

  /** Whether the listing is whole now. */
  takePage(reading: Reading<Row>, page: Page): 'more' | 'whole' | Failure {
    const {listing, notOlderThan} = reading;
    if (notOlderThan !== undefined && isOlderVersion(page.resourceVersion, notOlderThan)) return {kind: 'ahead'};
    const changes = this.#ledger.addPage(listing, page);
    const isWhole = page.continueToken === undefined || this.#ledger.isListingFull(listing, page);
    reading.continueToken = page.continueToken;
    if (!isWhole) {
      this.#deliver(changes);
      return 'more';
    }
    this.#lastRV = page.resourceVersion;
    this.#deliver([...changes, ...this.#ledger.endListing(listing)]);
    return 'whole';
  }

  /** Everything before the event that ends the watch is delivered, nothing after it. */
  takeEvents(events: readonly WatchEvent[]): Failure | undefined {
    const changes: SourceChange<Row>[] = [];
    let failure: Failure | undefined;
    for (const event of events) {
      failure = this.#takeEvent(event, changes);
      if (failure !== undefined) break;
    }
    this.#deliver(changes);
    return failure;
  }

  /** The kind is no longer served. */
  clear(): void {
    this.#deliver(this.#ledger.clear());
    this.#lastRV = undefined;
  }

  #takeEvent(event: WatchEvent, changes: SourceChange<Row>[]): Failure | undefined {
    const position = this.#lastRV ?? '';
    switch (event.type) {
      case 'garbled':
        return {kind: 'garbled', reason: phrase('source.garbled')};
      case 'error':
        return failureOfStatus(event.status, this.#asked);
      case 'bookmark':
        this.#hasBookmarks = true;
        if (isOlderVersion(event.resourceVersion, position)) return {kind: 'ahead'};
        this.#lastRV = event.resourceVersion;
        return undefined;
      case 'added':
      case 'modified':
      case 'deleted': {
        if (this.#ledger.areColumnsNew(event.columns)) return {kind: 'reshaped', isPlain: event.columns === nameOnly};
        changes.push(...this.#ledger.apply(event, position));
        const {resourceVersion} = event.item.object.metadata;
        if (!isOlderVersion(resourceVersion, position)) this.#lastRV = resourceVersion;
        return undefined;
      }
    }
  }

  #deliver(changes: readonly SourceChange<Row>[]): void {
    const {columns} = this.#ledger;
    if (columns !== undefined && columns !== this.#columnsTold) {
      this.#columnsTold = columns;
      this.#sink.columns(columns);
    }
    this.#sink.changes(changes);
  }
}
