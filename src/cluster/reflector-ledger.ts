/**
 * What a source has delivered so far, and what follows from a page or an event: the changes to deliver now. Replays,
 * duplicates and late copies change nothing; no object ever goes back to an older version.
 */

import {compareVersions, isOlderVersion} from '../domain/resource-version.ts';
import type {Entry, ServerColumn, SourceChange, SourceSpec} from '../domain/source.ts';
import type {Item, Page, WatchEvent} from './reflector-decode.ts';

/** Deleted objects remembered so that a replayed event does not bring them back; forgotten at the next listing. */
const buriedMax = 1_000;

type Change<Row> = SourceChange<Row>;
type ObjectEvent = Extract<WatchEvent, {readonly item: Item}>;

/** A listing under way: the entries that it has shown until now. */
export type Listing<Row> = {
  /** The first listing is delivered page by page, later ones as one difference when whole. */
  readonly isFirst: boolean;
  readonly shown: Map<string, Entry<Row>>;
  rest: number;
  columns?: readonly ServerColumn[];
};

export class Ledger<Row> {
  readonly #spec: SourceSpec<Row>;
  readonly #onFailure: (error: unknown) => void;
  readonly #entries = new Map<string, Entry<Row>>();
  readonly #uidByName = new Map<string, string>();
  readonly #buried = new Map<string, string>();
  #rest = 0;
  #columns: readonly ServerColumn[] | undefined;

  constructor(spec: SourceSpec<Row>, onFailure: (error: unknown) => void) {
    this.#spec = spec;
    this.#onFailure = onFailure;
  }

  /** The columns of what was delivered; the same reference for as long as they stay the same. */
  get columns(): readonly ServerColumn[] | undefined {
    return this.#columns;
  }

  /** undefined where nothing was left out. */
  get total(): number | undefined {
    return this.#rest === 0 ? undefined : this.#entries.size + this.#rest;
  }

  beginListing(): Listing<Row> {
    return {isFirst: this.#entries.size === 0, shown: new Map(), rest: 0};
  }

  /** True where the cap is reached and the server has said how many objects remain: no further page is needed. */
  isListingFull(listing: Listing<Row>, page: Page): boolean {
    return listing.shown.size >= this.#spec.rowsMax && page.remaining !== undefined;
  }

  addPage(listing: Listing<Row>, page: Page): Change<Row>[] {
    const changes: Change<Row>[] = [];
    if (page.columns !== undefined) listing.columns ??= page.columns;
    if (listing.isFirst) this.#takeColumns(listing.columns);
    const isReshaped = this.areColumnsNew(listing.columns);
    for (const item of page.items) {
      const {uid, resourceVersion} = item.object.metadata;
      if (listing.shown.size >= this.#spec.rowsMax && !listing.shown.has(uid)) {
        listing.rest += 1;
        continue;
      }
      const known = this.#entries.get(uid);
      const isKnown = known !== undefined && compareVersions(known.resourceVersion, resourceVersion) === 0 && !isReshaped;
      const entry = isKnown ? known : this.#project(item);
      if (entry === undefined) continue;
      listing.shown.set(uid, entry);
      if (listing.isFirst) this.#put(entry, changes);
    }
    if (this.isListingFull(listing, page)) listing.rest += page.remaining ?? 0;
    if (listing.isFirst) this.#rest = this.isListingFull(listing, page) ? listing.rest : listing.rest + (page.remaining ?? 0);
    return changes;
  }

  /** The difference between what was delivered and what the whole listing has shown: first what is gone, then what is new. */
  endListing(listing: Listing<Row>): Change<Row>[] {
    const changes: Change<Row>[] = [];
    for (const entry of [...this.#entries.values()]) {
      const shown = listing.shown.get(entry.uid);
      // An older version can only come of a restored backup: another object, as far as anyone who kept the first can tell.
      if (shown === undefined || isOlderVersion(shown.resourceVersion, entry.resourceVersion)) this.#remove(entry, changes);
    }
    for (const entry of listing.shown.values()) {
      if (this.#entries.get(entry.uid) !== entry) this.#put(entry, changes);
    }
    this.#rest = listing.rest;
    this.#takeColumns(listing.columns);
    this.#buried.clear();
    return changes;
  }

  areColumnsNew(columns: readonly ServerColumn[] | undefined): boolean {
    return columns !== undefined && JSON.stringify(columns) !== JSON.stringify(this.#columns);
  }

  /** `position` is the newest version that the stream had reached before this event. */
  apply(event: ObjectEvent, position: string): Change<Row>[] {
    return event.type === 'deleted' ? this.#applyDeleted(event.item, position) : this.#applyUpsert(event, position);
  }

  /** The kind is gone, and all its objects with it. */
  clear(): Change<Row>[] {
    const changes: Change<Row>[] = [];
    for (const entry of [...this.#entries.values()]) this.#remove(entry, changes);
    this.#rest = 0;
    this.#buried.clear();
    return changes;
  }

  #takeColumns(columns: readonly ServerColumn[] | undefined): void {
    if (this.areColumnsNew(columns)) this.#columns = columns;
  }

  #applyUpsert({type, item}: ObjectEvent, position: string): Change<Row>[] {
    const {uid, resourceVersion} = item.object.metadata;
    const known = this.#entries.get(uid);
    const last = known?.resourceVersion ?? this.#buried.get(uid);
    if (last !== undefined && !isNewer(resourceVersion, last)) return [];
    const changes: Change<Row>[] = [];
    if (known === undefined) {
      const uidBefore = this.#uidByName.get(nameKey(item.object.metadata));
      const before = uidBefore === undefined ? undefined : this.#entries.get(uidBefore);
      if (before !== undefined) {
        if (isOlderVersion(resourceVersion, before.resourceVersion)) return [];
        this.#remove(before, changes);
      }
      const isUncounted = type === 'added' && isNewer(resourceVersion, position);
      if (this.#entries.size >= this.#spec.rowsMax) {
        if (isUncounted) this.#rest += 1;
        return changes;
      }
      // There is room again for one that was only counted until now.
      if (!isUncounted && this.#rest > 0) this.#rest -= 1;
    }
    const entry = this.#project(item);
    if (entry !== undefined) this.#put(entry, changes);
    else if (known !== undefined) this.#remove(known, changes);
    return changes;
  }

  #applyDeleted(item: Item, position: string): Change<Row>[] {
    const {uid, resourceVersion} = item.object.metadata;
    const changes: Change<Row>[] = [];
    const known = this.#entries.get(uid);
    if (known !== undefined) {
      if (!isOlderVersion(resourceVersion, known.resourceVersion)) this.#remove(known, changes, resourceVersion);
    } else {
      if (this.#rest > 0 && isNewer(resourceVersion, position)) this.#rest -= 1;
      this.#bury(uid, resourceVersion);
    }
    return changes;
  }

  #put(entry: Entry<Row>, changes: Change<Row>[]): void {
    this.#entries.set(entry.uid, entry);
    this.#uidByName.set(nameKey(entry), entry.uid);
    this.#buried.delete(entry.uid);
    changes.push({type: 'upsert', entry});
  }

  #remove(entry: Entry<Row>, changes: Change<Row>[], resourceVersion = entry.resourceVersion): void {
    this.#entries.delete(entry.uid);
    if (this.#uidByName.get(nameKey(entry)) === entry.uid) this.#uidByName.delete(nameKey(entry));
    this.#bury(entry.uid, resourceVersion);
    changes.push({type: 'delete', uid: entry.uid, namespace: entry.namespace});
  }

  #bury(uid: string, resourceVersion: string): void {
    const before = this.#buried.get(uid);
    if (before !== undefined && !isNewer(resourceVersion, before)) return;
    this.#buried.set(uid, resourceVersion);
    const [oldest] = this.#buried.keys();
    if (this.#buried.size > buriedMax && oldest !== undefined) this.#buried.delete(oldest);
  }

  #project(item: Item): Entry<Row> | undefined {
    const {uid, resourceVersion, name, namespace = ''} = item.object.metadata;
    const row = this.#row(item);
    return row === undefined ? undefined : {uid, resourceVersion, name, namespace, row: row.value};
  }

  #row({object, cells}: Item): {readonly value: Row} | undefined {
    const {project, unreadable} = this.#spec.projection;
    try {
      try {
        return {value: project(object, cells)};
      } catch (error) {
        if (unreadable === undefined) throw error;
        return {value: unreadable(object, error)};
      }
    } catch (error) {
      this.#onFailure(error);
      return undefined;
    }
  }
}

function nameKey({namespace = '', name}: {readonly namespace?: string; readonly name: string}): string {
  return `${namespace}/${name}`;
}

/** Versions that cannot be compared count as newer unless they are the same: then the server's order is all there is. */
function isNewer(version: string, than: string): boolean {
  const order = compareVersions(version, than);
  return order === undefined || order > 0;
}
