/** Reads and writes one Lease; every answer of the server is one of a few kinds, by what a candidate can do about it. */
import {type Fields, isFields} from '../domain/fields.ts';
import type {KubePort, KubeResponse} from '../domain/kube-port.ts';
import {collectionPath, type ObjectRef, objectPath, typeOf} from '../domain/object-ref.ts';
import {readStatus} from '../domain/read-status.ts';
import {type LeaseRecord, leaseKind, readLease} from './lease-record.ts';

export type LeaseVerb = 'get' | 'create' | 'update';

export type LeaseAnswer =
  | {readonly kind: 'lease'; readonly lease: LeaseRecord}
  | {readonly kind: 'absent'}
  /** Somebody else wrote in between. */
  | {readonly kind: 'conflict'}
  /** It will be refused again: the right is missing, or the cluster serves no Leases. */
  | {readonly kind: 'refused'; readonly verb: LeaseVerb; readonly message: string}
  | {readonly kind: 'namespaceAbsent'}
  /** A write may have been applied nevertheless. */
  | {readonly kind: 'failed'; readonly message: string; readonly retryAfterMs: number};

/** Worth another try later: not logged in at the moment, timed out, too many requests. */
const passing: ReadonlySet<number> = new Set([401, 408, 429]);

export class LeaseClient {
  readonly #port: KubePort;
  readonly #ref: ObjectRef;
  readonly #timeoutMs: number;

  constructor(port: KubePort, namespace: string, name: string, timeoutMs: number) {
    this.#port = port;
    this.#ref = {kind: leaseKind, namespace, name};
    this.#timeoutMs = timeoutMs;
  }

  /** What a new one is made of. */
  get blank(): Fields {
    return {...typeOf(this.#ref), metadata: {name: this.#ref.name, namespace: this.#ref.namespace}};
  }

  get(signal?: AbortSignal): Promise<LeaseAnswer> {
    return this.#ask('get', 'GET', objectPath(this.#ref), undefined, signal);
  }

  create(object: Fields, signal?: AbortSignal): Promise<LeaseAnswer> {
    return this.#ask('create', 'POST', collectionPath(this.#ref), object, signal);
  }

  update(object: Fields, signal?: AbortSignal): Promise<LeaseAnswer> {
    return this.#ask('update', 'PUT', objectPath(this.#ref), object, signal);
  }

  async #ask(
    verb: LeaseVerb,
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    object: Fields | undefined,
    signal: AbortSignal | undefined,
  ): Promise<LeaseAnswer> {
    const body = object === undefined ? {} : {body: JSON.stringify(object), headers: {'content-type': 'application/json'}};
    try {
      const answer = await this.#port.request({method, path, timeoutMs: this.#timeoutMs, ...body, ...(signal && {signal})});
      return answer.status < 300 ? leaseOf(answer) : refusalOf(answer, verb);
    } catch (error) {
      return failed(error instanceof Error ? error.message : String(error));
    }
  }
}

function leaseOf({body}: KubeResponse): LeaseAnswer {
  const object: unknown = JSON.parse(body);
  return isFields(object) ? {kind: 'lease', lease: readLease(object)} : failed('the answer is no object');
}

function refusalOf(answer: KubeResponse, verb: LeaseVerb): LeaseAnswer {
  const {message, causes, retryAfterSeconds = 0} = readStatus(answer);
  const isNamespaceGoing = causes.some(cause => cause.reason === 'NamespaceTerminating');
  if (verb === 'create' && (isNamespaceGoing || (answer.status === 404 && message.startsWith('namespaces ')))) {
    return {kind: 'namespaceAbsent'};
  }
  if (answer.status === 404 && verb !== 'create') return {kind: 'absent'};
  if (answer.status === 409) return {kind: 'conflict'};
  if (answer.status >= 500 || passing.has(answer.status)) return failed(message, retryAfterSeconds * 1000);
  return {kind: 'refused', verb, message};
}

function failed(message: string, retryAfterMs = 0): LeaseAnswer {
  return {kind: 'failed', message, retryAfterMs};
}
