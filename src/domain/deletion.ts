/** An object that was asked to go and has not gone yet. */
import {readNumber, readTime} from './fields.ts';
import type {KubeObject} from './kube-object.ts';
import {phrase} from './messages/phrase.ts';
import {type Verdict, verdictOf} from './verdict.ts';

export type Deletion = {
  /** When it was asked for, epoch milliseconds. */
  readonly since: number;
  readonly finalizers: readonly string[];
};

/** deletionTimestamp is the end of the grace period, so the request came that much earlier. */
export function readDeletion(object: KubeObject): Deletion | undefined {
  const endsAt = readTime(object, 'metadata.deletionTimestamp');
  if (endsAt === undefined) return undefined;
  const graceMs = (readNumber(object, 'metadata.deletionGracePeriodSeconds') ?? 0) * 1000;
  return {since: endsAt - graceMs, finalizers: object.metadata.finalizers ?? []};
}

export function judgeDeletion({since, finalizers}: Deletion): Verdict {
  if (finalizers.length === 0) return verdictOf('busy', phrase('verdict.deleting'), since);
  return verdictOf('busy', phrase('verdict.deletingHeld', finalizers), since);
}
