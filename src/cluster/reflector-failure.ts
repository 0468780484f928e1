/** What went wrong with a LIST or a WATCH, reduced to the classes that each have an answer of their own. */
import {TransportError} from '../domain/kube-port.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import {type Resource, resourceName} from '../domain/resource.ts';
import type {KubeStatus} from '../domain/status-error.ts';
import {Interrupted} from './reflector-interrupt.ts';
import {LineTooLong} from './reflector-lines.ts';

export type Failure =
  /** 410: the version is older than what the server remembers. */
  | {readonly kind: 'expired'}
  /** The version is newer than the server: it lags, or its history was restored from a backup. */
  | {readonly kind: 'ahead'}
  /** The server says how long to wait. */
  | {readonly kind: 'throttled'; readonly reason: Phrase; readonly retryAfterMs: number}
  /** 401, 429, 5xx, no answer, a broken connection: the same request again after a back-off. */
  | {readonly kind: 'failed'; readonly reason: Phrase}
  /** Bytes that are no list and no event: nothing is skipped, the same version is asked for again. */
  | {readonly kind: 'garbled'; readonly reason: Phrase}
  /** The server's columns changed: the cells at hand have the old shape. `isPlain`: it sent no table at all. */
  | {readonly kind: 'reshaped'; readonly isPlain: boolean}
  | {readonly kind: 'forbidden'; readonly reason: Phrase}
  | {readonly kind: 'absent'; readonly reason: Phrase}
  /** 405: the kind exists and lacks this verb. */
  | {readonly kind: 'unsupported'; readonly reason: Phrase}
  /** Another 4xx that time does not heal: a selector that the server does not take. */
  | {readonly kind: 'refused'; readonly reason: Phrase};

export type Verb = 'list' | 'watch';

/** Who asked for what: the words of a refusal. */
export type Asked = {readonly verb: Verb; readonly resource: Resource; readonly namespace?: string | undefined};

/** The class of a Status, be it the body of an answer or the object of an ERROR event. */
export function failureOfStatus(status: KubeStatus, asked: Asked): Failure {
  const {code, reason, message, causes, retryAfterSeconds} = status;
  if (code === 410 || reason === 'Expired' || reason === 'Gone') return {kind: 'expired'};
  if (causes.some(cause => cause.reason === 'ResourceVersionTooLarge')) return {kind: 'ahead'};
  if (code === 401) return {kind: 'failed', reason: phrase('source.unauthorized', message)};
  if (code === 403) return {kind: 'forbidden', reason: forbiddenPhrase(asked)};
  if (code === 404) return {kind: 'absent', reason: phrase('source.absent', resourceName(asked.resource))};
  if (code === 405) return {kind: 'unsupported', reason: phrase(asked.verb === 'watch' ? 'source.unwatchable' : 'source.unlistable')};
  const isPassing = code === 429 || code === 408 || code < 400 || code >= 500;
  const answered = code === 429 ? phrase('source.throttled') : phrase('source.answered', code, message);
  if (!isPassing) return {kind: 'refused', reason: answered};
  const mayWait = (code === 429 || code === 503) && retryAfterSeconds !== undefined && retryAfterSeconds > 0;
  return mayWait ? {kind: 'throttled', reason: answered, retryAfterMs: retryAfterSeconds * 1000} : {kind: 'failed', reason: answered};
}

/** The class of what was thrown while asking or reading; a fault of our own code is one more reason to try again. */
export function failureOfError(error: unknown): Failure {
  if (error instanceof TransportError) return {kind: 'failed', reason: error.phrase};
  if (error instanceof LineTooLong) return {kind: 'garbled', reason: phrase('source.garbled')};
  if (error instanceof Interrupted) return {kind: 'failed', reason: phrase('source.noAnswer')};
  return {kind: 'failed', reason: phrase('text', error instanceof Error ? error.message : String(error))};
}

function forbiddenPhrase({verb, resource, namespace}: Asked): Phrase {
  const name = resourceName(resource);
  if (namespace !== undefined) return phrase('source.forbiddenInNamespace', verb, name, namespace);
  return resource.isNamespaced ? phrase('source.forbiddenInAll', verb, name) : phrase('source.forbidden', verb, name);
}
