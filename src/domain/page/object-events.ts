/** The events of one object, of either API (`v1` and `events.k8s.io/v1`), equal ones joined, the latest first. */
import {type Fields, isFields} from '../fields.ts';
import type {KubeObject} from '../kube-object.ts';
import {parseTime} from './parse-time.ts';

export type EventRow = {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  /** Who reported it; '' where nobody says so. */
  readonly source: string;
  readonly count: number;
  /** Epoch milliseconds. */
  readonly first?: number;
  readonly last?: number;
};

/** What tells that an event is about this object. */
export type EventTarget = {readonly kind: string; readonly name: string; readonly namespace: string; readonly uid: string};

export function objectEvents(events: Iterable<KubeObject>, target: EventTarget): EventRow[] {
  const rows = new Map<string, EventRow>();
  for (const event of events) {
    if (!isAbout(event, target)) continue;
    const row = rowOf(event);
    const key = JSON.stringify([row.type, row.reason, row.message, row.source]);
    rows.set(key, joined(rows.get(key), row));
  }
  return [...rows.values()].sort(
    (a, b) => (b.last ?? 0) - (a.last ?? 0) || compareText(a.reason, b.reason) || compareText(a.message, b.message),
  );
}

/** By UID, so that a namesake that was deleted before does not speak. The kubelet gives a node's name in place of its UID. */
function isAbout(event: KubeObject, {kind, name, namespace, uid}: EventTarget): boolean {
  const about = objectOf(event);
  const aboutUid = about.uid;
  if (aboutUid === uid) return true;
  const hasUid = typeof aboutUid === 'string' && aboutUid !== '' && aboutUid !== name;
  return !hasUid && about.kind === kind && about.name === name && (about.namespace ?? '') === namespace;
}

function objectOf(event: KubeObject): Fields {
  const about = event.involvedObject ?? event.regarding;
  return isFields(about) ? about : {};
}

function rowOf(event: KubeObject): EventRow {
  const series = fieldsOf(event.series);
  const created = event.metadata.creationTimestamp;
  const last = firstTime(series.lastObservedTime, event.lastTimestamp, event.deprecatedLastTimestamp, event.eventTime, created);
  const first = firstTime(event.firstTimestamp, event.deprecatedFirstTimestamp, event.eventTime, created);
  const count = [series.count, event.count, event.deprecatedCount].find(value => typeof value === 'number' && value > 0);
  return {
    type: firstText(event.type),
    reason: firstText(event.reason),
    message: firstText(event.message, event.note).trim(),
    source: firstText(
      fieldsOf(event.source).component,
      fieldsOf(event.deprecatedSource).component,
      event.reportingComponent,
      event.reportingController,
    ),
    count: typeof count === 'number' ? count : 1,
    ...(first !== undefined && {first}),
    ...(last !== undefined && {last}),
  };
}

function joined(known: EventRow | undefined, row: EventRow): EventRow {
  if (known === undefined) return row;
  const first = extreme(Math.min, known.first, row.first);
  const last = extreme(Math.max, known.last, row.last);
  return {...row, count: known.count + row.count, ...(first !== undefined && {first}), ...(last !== undefined && {last})};
}

function extreme(pick: (a: number, b: number) => number, a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return pick(a, b);
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function firstText(...values: readonly unknown[]): string {
  return values.find((value): value is string => typeof value === 'string' && value !== '') ?? '';
}

function firstTime(...values: readonly unknown[]): number | undefined {
  return values.map(parseTime).find(time => time !== undefined);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
