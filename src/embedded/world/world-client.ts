/** How the world writes: through the same requests as any client, over the port it is given. */
import type {Fields} from '../../domain/fields.ts';
import {isFields} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import type {KubePort, KubeRequest} from '../../domain/kube-port.ts';
import {resourcePath} from '../../domain/resource.ts';
import {StatusError} from '../../domain/status-error.ts';

/** An object before the server has seen it. */
export type Draft = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
    readonly ownerReferences?: readonly Fields[];
  };
  readonly [field: string]: unknown;
};

type Selectors = {readonly labelSelector?: string; readonly fieldSelector?: string};

/** Names one object. */
export type Ref = {readonly apiVersion: string; readonly kind: string; readonly name: string; readonly namespace?: string};

/** Runs `write` as if it were `ageMs` ago; without it everything is as old as the world. */
export type Backdate = <T>(ageMs: number, write: () => T) => T;

/** Hears of every write. */
export type Witness = {
  /** Throws where the write must not be. */
  before?(ref: Ref): void;
  after(ref: Ref, answer: KubeObject): void;
};

const unbiased: Witness = {after: () => undefined};

const irregularPlurals: Readonly<Record<string, string>> = {
  Ingress: 'ingresses',
  IngressClass: 'ingressclasses',
  ModuleUpdatePolicy: 'moduleupdatepolicies',
  MutatingAdmissionPolicy: 'mutatingadmissionpolicies',
  StorageClass: 'storageclasses',
  ValidatingAdmissionPolicy: 'validatingadmissionpolicies',
  YandexInstanceClass: 'yandexinstanceclasses',
  SSHCredentials: 'sshcredentials',
};

const mergePatch = {'content-type': 'application/merge-patch+json'};

export class WorldClient {
  readonly #port: KubePort;
  readonly #backdate: Backdate;
  readonly #witness: Witness;

  constructor(port: KubePort, backdate: Backdate = (_ageMs, write) => write(), witness: Witness = unbiased) {
    this.#port = port;
    this.#backdate = backdate;
    this.#witness = witness;
  }

  /** Status goes in by a second request, as the subresource demands. */
  async create(draft: Draft, ageMs = 0): Promise<KubeObject> {
    const {status, ...main} = draft;
    const created = await this.#backdate(ageMs, () => this.#write(refOf(draft), 'POST', collectionPath(draft), main));
    return isFields(status) ? this.patchStatus(refOf(draft), status) : created;
  }

  patch(ref: Ref, change: Fields): Promise<KubeObject> {
    return this.#write(ref, 'PATCH', objectPath(ref), change, mergePatch);
  }

  patchStatus(ref: Ref, status: Fields): Promise<KubeObject> {
    return this.#write(ref, 'PATCH', `${objectPath(ref)}/status`, {status}, mergePatch);
  }

  /** What the scheduler does. */
  async bind(pod: Ref, nodeName: string): Promise<void> {
    const {name, namespace = ''} = pod;
    const binding = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: {name, namespace},
      target: {apiVersion: 'v1', kind: 'Node', name: nodeName},
    };
    await this.#send('POST', `${objectPath(pod)}/binding`, binding);
  }

  /** false where a disruption budget refuses; a pod that is gone counts as evicted. */
  async evict(pod: Ref): Promise<boolean> {
    const {name, namespace = ''} = pod;
    const eviction = {apiVersion: 'policy/v1', kind: 'Eviction', metadata: {name, namespace}};
    try {
      await unlessMissing(this.#send('POST', `${objectPath(pod)}/eviction`, eviction));
      return true;
    } catch (error) {
      if (error instanceof StatusError && error.status.code === 429) return false;
      throw error;
    }
  }

  /** Undefined where there is none. */
  async find(ref: Ref): Promise<KubeObject | undefined> {
    return unlessMissing(this.#send('GET', objectPath(ref)));
  }

  async list(apiVersion: string, kind: string, namespace?: string, selectors: Selectors = {}): Promise<readonly KubeObject[]> {
    const path = collectionPath({apiVersion, kind, metadata: {name: '', ...(namespace !== undefined && {namespace})}});
    const query = new URLSearchParams(selectors).toString();
    const page = await this.#send('GET', query === '' ? path : `${path}?${query}`);
    // What is listed does not say its kind.
    return Array.isArray(page.items) ? page.items.map(item => ({apiVersion, kind, ...item})) : [];
  }

  /** Gone already is as good as deleted. */
  async remove(ref: Ref, options: Fields = {}): Promise<void> {
    await unlessMissing(this.#write(ref, 'DELETE', objectPath(ref), options));
  }

  async #write(
    ref: Ref,
    method: KubeRequest['method'],
    path: string,
    body: Fields,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<KubeObject> {
    this.#witness.before?.(ref);
    const answer = await this.#send(method, path, body, headers);
    this.#witness.after(ref, answer);
    return answer;
  }

  async #send(
    method: KubeRequest['method'],
    path: string,
    body?: Fields,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<KubeObject> {
    const answer = await this.#port.request({method, path, headers, ...(body !== undefined && {body: JSON.stringify(body)})});
    const value: unknown = JSON.parse(answer.body);
    if (answer.status < 300 && isFields(value)) return value as KubeObject;
    throw new StatusError({
      code: answer.status,
      reason: text(value, 'reason'),
      message: `${method} ${path}: ${text(value, 'message')}`,
      causes: [],
    });
  }
}

export function refOf(object: Pick<Draft, 'apiVersion' | 'kind' | 'metadata'>): Ref {
  const {name, namespace} = object.metadata;
  return {apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace !== undefined && {namespace})};
}

/** Of one that was found or listed. */
export function refOfObject({apiVersion = '', kind = '', metadata}: KubeObject): Ref {
  return refOf({
    apiVersion,
    kind,
    metadata: {name: metadata.name, ...(metadata.namespace !== undefined && {namespace: metadata.namespace})},
  });
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof StatusError && error.status.code === 404) return undefined;
    throw error;
  }
}

function text(value: unknown, field: string): string {
  const found = isFields(value) ? value[field] : undefined;
  return typeof found === 'string' ? found : '';
}

export function collectionPath({apiVersion, kind, metadata}: Pick<Draft, 'apiVersion' | 'kind' | 'metadata'>): string {
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const plural = irregularPlurals[kind] ?? `${kind.toLowerCase()}${kind === 'Endpoints' ? '' : 's'}`;
  return resourcePath({group, version, plural}, metadata.namespace);
}

function objectPath(ref: Ref): string {
  const {name, namespace, ...kind} = ref;
  return `${collectionPath({...kind, metadata: {name, ...(namespace !== undefined && {namespace})}})}/${encodeURIComponent(name)}`;
}
