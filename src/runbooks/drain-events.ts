/** What older releases of the platform say of a failed drain: an Event about the node, and nothing on the node itself. */
import {readEvent} from '../domain/event.ts';
import type {Permission} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import {eventKind} from './node-kinds.ts';

/** Events of nodes stand there. */
const namespace = 'default';

export const readDrainEvents: Permission = {verbs: ['list'], group: '', resource: 'events', scope: {namespace}};

/** What the newest one after `since` (epoch milliseconds) says; undefined where there is none. */
export async function drainFailureSince(reader: Reader, node: string, since: number): Promise<string | undefined> {
  const fieldSelector = `involvedObject.name=${node},reason=DrainFailed`;
  const events = (await reader.list(eventKind, {namespace, fieldSelector})).map(readEvent);
  return events
    .filter(({object, lastSeen}) => object === `node/${node}` && (lastSeen ?? 0) > since)
    .toSorted((left, right) => (right.lastSeen ?? 0) - (left.lastSeen ?? 0))[0]?.message;
}
