/** Objects over the port: JSON in, JSON out; whatever is not a success is a StatusError, no answer a TransportError. */
import {type Fields, isFields, readField} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {KubePort, KubeRequest, KubeResponse} from '../domain/kube-port.ts';
import {collectionPath, type KindRef, type ObjectRef, objectPath} from '../domain/object-ref.ts';
import {readStatus} from '../domain/read-status.ts';
import {StatusError} from '../domain/status-error.ts';
import type {ListOptions} from './reader.ts';

export const fieldManager = 'deckhand-engine';
const pageLimit = 500;
const mergePatchType = 'application/merge-patch+json';

export class KubeClient {
  readonly #port: KubePort;

  constructor(port: KubePort) {
    this.#port = port;
  }

  /** undefined where the object, its namespace or its kind is not there. */
  async get(ref: ObjectRef): Promise<KubeObject | undefined> {
    const answer = await this.#port.request({method: 'GET', path: objectPath(ref)});
    return answer.status === 404 ? undefined : readObject(answer);
  }

  async list(kind: KindRef, {namespace, labelSelector, fieldSelector}: ListOptions = {}): Promise<readonly KubeObject[]> {
    const objects: KubeObject[] = [];
    const query = new URLSearchParams({limit: String(pageLimit)});
    if (labelSelector !== undefined) query.set('labelSelector', labelSelector);
    if (fieldSelector !== undefined) query.set('fieldSelector', fieldSelector);
    const path = collectionPath({kind, ...(namespace === undefined ? {} : {namespace})});
    for (;;) {
      const answer = await this.#port.request({method: 'GET', path: `${path}?${query}`});
      if (answer.status === 404) return [];
      const page = readJson(answer);
      const items = readField(page, 'items');
      if (Array.isArray(items)) objects.push(...items.filter(isKubeObject));
      const next = readField(page, 'metadata.continue');
      if (typeof next !== 'string' || next === '') return objects;
      query.set('continue', next);
    }
  }

  async create(ref: ObjectRef, object: Fields): Promise<KubeObject> {
    return readObject(await this.#send('POST', `${collectionPath(ref)}?fieldManager=${fieldManager}`, object));
  }

  async replace(ref: ObjectRef, object: Fields, subresource?: string): Promise<KubeObject> {
    return readObject(await this.#send('PUT', `${objectPath(ref, subresource)}?fieldManager=${fieldManager}`, object));
  }

  async patch(ref: ObjectRef, patch: Fields, subresource?: string): Promise<KubeObject> {
    return readObject(await this.#send('PATCH', `${objectPath(ref, subresource)}?fieldManager=${fieldManager}`, patch, mergePatchType));
  }

  /** false where it was gone already. */
  async delete(ref: ObjectRef, options: Fields): Promise<boolean> {
    const answer = await this.#send('DELETE', objectPath(ref), options);
    if (answer.status === 404) return false;
    readJson(answer);
    return true;
  }

  async post(path: string, body: Fields): Promise<Fields> {
    return readJson(await this.#send('POST', path, body));
  }

  async document(path: string): Promise<Fields | undefined> {
    const answer = await this.#port.request({method: 'GET', path});
    return answer.status === 404 ? undefined : readJson(answer);
  }

  #send(method: KubeRequest['method'], path: string, body: Fields, contentType = 'application/json'): Promise<KubeResponse> {
    return this.#port.request({method, path, headers: {'content-type': contentType}, body: JSON.stringify(body)});
  }
}

function readJson(answer: KubeResponse): Fields {
  if (answer.status < 200 || answer.status >= 300) throw new StatusError(readStatus(answer));
  const parsed: unknown = JSON.parse(answer.body);
  if (!isFields(parsed)) throw new StatusError({code: answer.status, reason: '', message: 'the answer is no JSON object', causes: []});
  return parsed;
}

function readObject(answer: KubeResponse): KubeObject {
  const parsed = readJson(answer);
  if (!isKubeObject(parsed)) throw new StatusError({code: answer.status, reason: '', message: 'the answer is no object', causes: []});
  return parsed;
}

export function isKubeObject(value: unknown): value is KubeObject {
  if (!isFields(value) || !isFields(value.metadata)) return false;
  return typeof value.metadata.name === 'string' && typeof value.metadata.resourceVersion === 'string';
}
