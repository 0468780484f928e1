/** Why a claim is not bound, in the words of the provisioner. */
import {readString, readTime} from '../domain/fields.ts';
import type {Words} from '../domain/words.ts';
import type {Permission} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import {type DatabaseName, eventKind} from './postgres-kinds.ts';

export const readEvents: Permission = {verbs: ['list'], group: '', resource: 'events', scope: 'target'};

/** With the latest warning, where there is one. */
export async function sayUnbound(reader: Reader, database: DatabaseName, claim: string): Promise<Words> {
  const told = await latestWarning(reader, database, claim);
  const why = told === '' ? '' : `: ${told}`;
  return {en: `the claim ${claim} is not bound${why}`, ru: `заявка ${claim} не Bound${why}`};
}

/** '' where there is none. */
export async function latestWarning(reader: Reader, {namespace}: DatabaseName, claim: string): Promise<string> {
  const fieldSelector = `involvedObject.kind=PersistentVolumeClaim,involvedObject.name=${claim}`;
  const warnings = (await reader.list(eventKind, {namespace, fieldSelector})).filter(event => readString(event, 'type') === 'Warning');
  const latest = warnings.toSorted((left, right) => (readTime(right, 'lastTimestamp') ?? 0) - (readTime(left, 'lastTimestamp') ?? 0))[0];
  return readString(latest, 'message') ?? readString(latest, 'reason') ?? '';
}
