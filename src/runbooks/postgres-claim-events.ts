/** Why a claim is not bound, in the words of the provisioner. */
import {readString, readTime} from '../domain/fields.ts';
import type {Permission} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import {type DatabaseName, eventKind} from './postgres-kinds.ts';

export const readEvents: Permission = {verbs: ['list'], group: '', resource: 'events', scope: 'target'};

/** The latest warning; '' where there is none. */
export async function sayClaimTrouble(reader: Reader, {namespace}: DatabaseName, claim: string): Promise<string> {
  const fieldSelector = `involvedObject.kind=PersistentVolumeClaim,involvedObject.name=${claim}`;
  const warnings = (await reader.list(eventKind, {namespace, fieldSelector})).filter(event => readString(event, 'type') === 'Warning');
  const latest = warnings.toSorted((left, right) => (readTime(right, 'lastTimestamp') ?? 0) - (readTime(left, 'lastTimestamp') ?? 0))[0];
  return latest === undefined ? '' : `: ${readString(latest, 'message') ?? readString(latest, 'reason') ?? ''}`;
}
