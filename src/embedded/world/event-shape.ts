/** Events about objects of the demo, and a bounded set of them: a repeated one counts up, an old one makes room. */
import type {Fields} from '../../domain/fields.ts';
import {digits} from './seeding.ts';
import type {Draft, Ref} from './world-client.ts';

export type EventRow = {
  readonly about: Ref;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Component, and for the kubelet its node. */
  readonly source: string;
  readonly host?: string;
};

/** Events of cluster-scoped objects stand in `default`. */
export function eventNamespace({about}: EventRow): string {
  return about.namespace ?? 'default';
}

/** The same occurrence always has the same name, so that repetition can be counted. */
export function eventName(row: EventRow): string {
  return `${row.about.name}.${digits(`${row.about.kind}/${row.about.namespace ?? ''}/${row.reason}/${row.message}`, 16)}`;
}

export function eventRef(row: EventRow): Ref {
  return {apiVersion: 'v1', kind: 'Event', name: eventName(row), namespace: eventNamespace(row)};
}

export function eventDraft(row: EventRow, times: {readonly first: string; readonly last: string; readonly count: number}): Draft {
  const {apiVersion, kind, name, namespace} = row.about;
  const involvedObject: Fields = {apiVersion, kind, name, ...(namespace !== undefined && {namespace})};
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {name: eventName(row), namespace: eventNamespace(row)},
    involvedObject,
    type: row.type,
    reason: row.reason,
    message: row.message,
    source: {component: row.source, ...(row.host !== undefined && {host: row.host})},
    reportingComponent: row.source,
    reportingInstance: row.host ?? '',
    firstTimestamp: times.first,
    lastTimestamp: times.last,
    count: times.count,
  };
}
