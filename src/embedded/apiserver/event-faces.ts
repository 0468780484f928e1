/** Events are stored as core v1 and also served as events.k8s.io/v1, whose fields have other names. */
import type {KubeObject} from '../../domain/kube-object.ts';

/** [core name, events.k8s.io name] */
const renames = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
] as const;

export function toNewEvent<T extends KubeObject>(event: T): T {
  return rename(event, 'events.k8s.io/v1', new Map(renames.map(([core, fresh]) => [core, fresh])));
}

export function toCoreEvent<T extends {readonly [field: string]: unknown}>(event: T): T {
  return rename(event, 'v1', new Map(renames.map(([core, fresh]) => [fresh, core])));
}

function rename<T extends {readonly [field: string]: unknown}>(event: T, apiVersion: string, names: ReadonlyMap<string, string>): T {
  const entries = Object.entries(event).map(([field, value]) => [names.get(field) ?? field, value]);
  // Only fields that are unknown to T change their names.
  return {...Object.fromEntries(entries), apiVersion} as T;
}
