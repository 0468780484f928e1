/** Watches the runs of a namespace and what people say of them, and tells which run is worth a look. */
import type {KubeObject} from '../domain/kube-object.ts';
import {readRun} from '../domain/read-run.ts';
import {readApproval} from '../domain/read-run-status.ts';
import type {Resource} from '../domain/resource.ts';
import {type Approval, abridged, approvalKind, type Run, runKind} from '../domain/run.ts';
import type {OpenSource, SourceChange, SourceSpec, SourceState} from '../domain/source.ts';

/** More are counted, not kept: finished runs belong to whoever reads the history. */
const rowsMax = 20_000;

const runResource: Resource = {...runKind, singular: 'runbookrun', shortNames: ['rbr'], categories: [], verbs: ['list', 'watch']};
const approvalResource: Resource = {
  ...approvalKind,
  singular: 'runbookapproval',
  shortNames: ['rba'],
  categories: [],
  verbs: ['list', 'watch'],
};

/** There is nothing to wait for: they have been read, may not be, or do not exist. */
const answered: ReadonlySet<SourceState> = new Set(['live', 'forbidden', 'absent']);

/** A record that somebody has written nonsense into has no `run`. */
type RunRow = {readonly name: string; readonly run: Run | undefined};
type ApprovalRow = Approval | undefined;

export type RunFeedOptions = {
  readonly namespace: string;
  /** Of finished runs only what lists show is kept: for processes that stay. */
  readonly forgetsSteps?: boolean;
};

export type RunFeedEvents = {
  /** A run came, changed or (undefined) went. */
  onRun(name: string, run: Run | undefined, before: Run | undefined): void;
  onApproval(runName: string): void;
  /** All that came at once has been told. */
  onNews(): void;
};

export class RunFeed {
  readonly #runs = new Map<string, Run>();
  readonly #nameOfUid = new Map<string, string>();
  readonly #stops: (() => void)[] = [];
  readonly #states = new Map<string, SourceState>();
  #onSynced: () => void = () => {};
  /** Both kinds have been read once. */
  readonly synced = new Promise<void>(resolve => {
    this.#onSynced = resolve;
  });

  constructor(open: OpenSource, {namespace, forgetsSteps = false}: RunFeedOptions, events: RunFeedEvents) {
    const keep = forgetsSteps ? abridged : (run: Run): Run => run;
    this.#watch(open, specOf(runResource, namespace, 'run', toRunRow(keep)), changes => {
      for (const change of changes) this.#takeRun(change, events);
      events.onNews();
    });
    this.#watch(open, specOf(approvalResource, namespace, 'approval', toApprovalRow), changes => {
      for (const change of changes)
        if (change.type === 'upsert' && change.entry.row !== undefined) events.onApproval(change.entry.row.run.name);
      events.onNews();
    });
  }

  get(name: string): Run | undefined {
    return this.#runs.get(name);
  }

  runs(): readonly Run[] {
    return [...this.#runs.values()];
  }

  /** How the watches are, by kind. */
  get states(): ReadonlyMap<string, SourceState> {
    return this.#states;
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  #watch<Row>(open: OpenSource, spec: SourceSpec<Row>, take: (changes: readonly SourceChange<Row>[]) => void): void {
    const {kind} = spec.resource;
    this.#states.set(kind, 'syncing');
    const handle = open(spec, {
      columns: () => {},
      status: ({state}) => {
        this.#states.set(kind, state);
        if ([...this.#states.values()].every(each => answered.has(each))) this.#onSynced();
      },
      changes: take,
    });
    this.#stops.push(() => handle.stop());
  }

  #takeRun(change: SourceChange<RunRow>, {onRun}: RunFeedEvents): void {
    if (change.type === 'delete') {
      const name = this.#nameOfUid.get(change.uid);
      this.#nameOfUid.delete(change.uid);
      if (name === undefined || this.#runs.get(name)?.meta.uid !== change.uid) return;
      const before = this.#runs.get(name);
      this.#runs.delete(name);
      onRun(name, undefined, before);
      return;
    }
    const {uid, row} = change.entry;
    const before = this.#runs.get(row.name);
    this.#nameOfUid.set(uid, row.name);
    if (row.run === undefined) this.#runs.delete(row.name);
    else this.#runs.set(row.name, row.run);
    onRun(row.name, row.run, before);
  }
}

function specOf<Row>(resource: Resource, namespace: string, name: string, project: (object: KubeObject) => Row): SourceSpec<Row> {
  return {resource, namespace, form: 'object', projection: {name: `engine-${name}`, project}, rowsMax};
}

function toRunRow(keep: (run: Run) => Run): (object: KubeObject) => RunRow {
  return object => {
    try {
      return {name: object.metadata.name, run: keep(readRun(object))};
    } catch {
      return {name: object.metadata.name, run: undefined};
    }
  };
}

function toApprovalRow(object: KubeObject): ApprovalRow {
  try {
    return readApproval(object);
  } catch {
    return undefined;
  }
}
