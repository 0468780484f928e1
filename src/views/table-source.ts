/** The sources behind one table: the kind itself, and the related kinds that its verdicts need. */
import type {Clock} from '../domain/clock.ts';
import {type Resource, resourceName} from '../domain/resource.ts';
import type {Entry, ServerColumn, SourceStatus} from '../domain/source.ts';
import type {SourceLease} from '../store/source-pool.ts';
import type {Related, Seen, View} from './define-view.ts';
import {genericView, readGeneric} from './generic-view.ts';
import {type LastRun, LastRunReader} from './last-run.ts';
import {RelatedRows} from './related-rows.ts';
import {RowDigest} from './row-digest.ts';
import type {Session} from './session.ts';
import {projectRow, type ViewRow} from './view-row.ts';

/** More rows than this are counted, not kept: "20,000 of 63,000". */
const rowsMax = 20_000;
const relatedRowsMax = 5_000;

export type TableScope = {readonly namespace: string | undefined; readonly labelSelector?: string; readonly fieldSelector?: string};

export class TableSource {
  readonly resource: Resource;
  readonly #lease: SourceLease<ViewRow<unknown>>;
  readonly #related = new Map<string, RelatedRows>();
  readonly #lazy = new Map<string, Related>();
  readonly #runs = new Map<string, LastRunReader>();
  readonly #session: Session;
  readonly #clock: Clock;
  #view: View<unknown>;
  #columns: readonly ServerColumn[] = [];
  readonly #digest: RowDigest;
  readonly #isGeneric: boolean;

  constructor(session: Session, clock: Clock, resource: Resource, view: View<unknown> | undefined, scope: TableScope) {
    this.resource = resource;
    this.#session = session;
    this.#clock = clock;
    this.#isGeneric = view === undefined;
    const now = (): number => clock.now();
    this.#view = view ?? genericView(resource, [], now);
    this.#lease = session.acquire({
      resource,
      ...scopeOf(resource, scope),
      form: view === undefined ? 'table' : 'object',
      projection:
        view === undefined ? {name: 'table', project: projectRow(readGeneric(now))} : {name: view.name, project: projectRow(view.facts)},
      rowsMax,
    });
    this.#digest = new RowDigest(this.#lease, clock);
    for (const related of view?.related ?? []) {
      if (related.isLazy === true) this.#lazy.set(related.name, related);
      else this.#open(related);
    }
    for (const {name, runbooks, read} of view?.relatedRuns ?? []) this.#runs.set(name, new LastRunReader(runbooks, read));
  }

  /** Replaced once the server told its columns. */
  view(): View<unknown> {
    if (this.#isGeneric && this.#columns !== this.#lease.collection.columns) {
      this.#columns = this.#lease.collection.columns;
      this.#view = genericView(this.resource, this.#columns, () => this.#clock.now());
    }
    return this.#view;
  }

  entries(): Iterable<Entry<ViewRow<unknown>>> {
    return this.#lease.collection.entries();
  }

  /** Another one after every change of the entries. */
  version(): number {
    return this.#lease.collection.versions.all;
  }

  status(): SourceStatus {
    return this.#lease.status();
  }

  /** Everything that rows and verdicts need has answered, one way or the other. */
  isSettled(): boolean {
    return [this.#lease, ...[...this.#related.values()].map(related => related.lease)].every(lease => lease.status().state !== 'syncing');
  }

  /** Differs after every change of what verdicts depend on beside their own row: related sources, and siblings where the view digests them. */
  surroundings(): string {
    const related = [...this.#related.values()].map(({lease}) => `${lease.collection.versions.all}/${lease.status().state}`);
    const runs = [...this.#runs.values()].map(run => run.version(this.#session.desk()));
    return [this.#digest.content(this.#view), ...related, ...runs].join(' ');
  }

  seen(now: number): Seen {
    return {
      now,
      asOf: Math.min(now, ...[...this.#related.values()].map(related => related.asOf(now))),
      related: <Facts>(name: string) => this.#rowsOf(name)?.rows() as readonly Facts[] | undefined,
      isRead: name => this.#related.get(name)?.isRead() !== false,
      lastRun: <Facts>(name: string) => (this.#runs.get(name)?.look(this.#session.desk()) ?? {kind: 'unknown'}) as LastRun<Facts>,
      digest: <Digest>() => this.#digest.value(this.#view) as Digest | undefined,
    };
  }

  close(): void {
    this.#lease.release();
    for (const {lease} of this.#related.values()) lease.release();
  }

  #rowsOf(name: string): RelatedRows | undefined {
    const lazy = this.#lazy.get(name);
    if (lazy !== undefined) this.#open(lazy);
    this.#lazy.delete(name);
    return this.#related.get(name);
  }

  #open(related: Related): void {
    const resource = this.#session.pick(related.resource);
    if (resource === undefined) return;
    const lease = this.#session.acquire<unknown>({
      resource,
      ...scopeOf(resource, {
        namespace: related.namespace,
        ...(related.fieldSelector === undefined ? {} : {fieldSelector: related.fieldSelector}),
        ...(related.labelSelector === undefined ? {} : {labelSelector: related.labelSelector}),
      }),
      form: 'object',
      projection: {name: `${this.#view.name}/${related.name}`, project: object => related.facts(object, this.#clock.now())},
      rowsMax: relatedRowsMax,
    });
    this.#related.set(related.name, new RelatedRows(lease));
  }
}

/** `resource.name` as the place names it: the view's own name, or `plural.group`. */
export function tableName(resource: Resource, view: View<unknown> | undefined): string {
  return view?.name ?? resourceName(resource);
}

function scopeOf(resource: Resource, scope: TableScope): {namespace?: string; labelSelector?: string; fieldSelector?: string} {
  return {
    ...(resource.isNamespaced && scope.namespace !== undefined ? {namespace: scope.namespace} : {}),
    ...(scope.labelSelector === undefined ? {} : {labelSelector: scope.labelSelector}),
    ...(scope.fieldSelector === undefined ? {} : {fieldSelector: scope.fieldSelector}),
  };
}
