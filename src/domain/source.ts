/**
 * A source is one LIST and WATCH of one kind in one scope, kept alive for as long as somebody looks. `cluster/` runs
 * sources, `store/` keeps what they bring.
 */
import type {KubeObject} from './kube-object.ts';
import type {Phrase} from './messages/phrase.ts';
import type {Resource} from './resource.ts';

export type SourceState = 'syncing' | 'live' | 'stale' | 'forbidden' | 'absent';

export type SourceStatus = {
  readonly state: SourceState;
  /** Wall-clock milliseconds of the last sign of life of this stream or of its server; undefined before the first. */
  readonly lastByteAt?: number;
  readonly lastRV?: string;
  /** How often the stream was opened anew after a failure. */
  readonly restarts: number;
  /** Why it is not live. */
  readonly reason?: Phrase;
  /** Set when the cap cut the list, and while the first listing is still under way: shown as "20,000 of 63,000". */
  readonly total?: number;
  /** Objects that could not be projected or delivered: a fault of deckhand's own code, or an object that no view can hold. */
  readonly failures?: {readonly count: number; readonly last: Phrase};
};

/** One column that the server's Table declares. */
export type ServerColumn = {readonly name: string; readonly type: string; readonly format: string; readonly priority: number};

/** What a projection reads: the object (of which only metadata, in the table form) and, in the table form, the server's cells. */
export type Projected<Row> = (object: KubeObject, cells?: readonly unknown[]) => Row;

export type Projection<Row> = {
  readonly name: string;
  readonly project: Projected<Row>;
  /** The row of an object on which `project` threw (UnreadableField and the like). Without it such an object is left out and counted in `failures`. */
  readonly unreadable?: (object: KubeObject, error: unknown) => Row;
};

export type SourceSpec<Row> = {
  readonly resource: Resource;
  /** undefined = all namespaces (or a cluster-scoped kind). */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** 'table' asks for the server's own columns (`as=Table`), 'object' for whole objects. */
  readonly form: 'object' | 'table';
  /** Runs once per object while it streams in; what it returns is all that is kept. Names the projection for sharing. */
  readonly projection: Projection<Row>;
  /** Only the page of one object shows them: they are two thirds of the heap of a Pod. */
  readonly hasManagedFields?: boolean;
  /** Objects kept at most; the rest is counted, not kept. */
  readonly rowsMax: number;
};

/** What is kept of one object. `uid`, `resourceVersion`, `name` and `namespace` come from its metadata. */
export type Entry<Row> = {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly name: string;
  readonly namespace: string;
  readonly row: Row;
};

export type SourceChange<Row> =
  | {readonly type: 'upsert'; readonly entry: Entry<Row>}
  | {readonly type: 'delete'; readonly uid: string; readonly namespace: string};

/** Where a source delivers. Calls come in stream order; none after `stop`. */
export type SourceSink<Row> = {
  columns(columns: readonly ServerColumn[]): void;
  changes(changes: readonly SourceChange<Row>[]): void;
  status(status: SourceStatus): void;
};

export type SourceHandle = {stop(): void};

export type OpenSource = <Row>(spec: SourceSpec<Row>, sink: SourceSink<Row>) => SourceHandle;
