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

/** Names one object. */
export type Ref = {readonly apiVersion: string; readonly kind: string; readonly name: string; readonly namespace?: string};

/** Runs `write` as if it were `ageMs` ago; without it everything is as old as the world. */
export type Backdate = <T>(ageMs: number, write: () => T) => T;

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

  constructor(port: KubePort, backdate: Backdate = (_ageMs, write) => write()) {
    this.#port = port;
    this.#backdate = backdate;
  }

  /** Status goes in by a second request, as the subresource demands. */
  async create(draft: Draft, ageMs = 0): Promise<KubeObject> {
    const {status, ...main} = draft;
    const created = await this.#backdate(ageMs, () => this.#send('POST', collectionPath(draft), main));
    return isFields(status) ? this.patchStatus(refOf(draft), status) : created;
  }

  patch(ref: Ref, change: Fields): Promise<KubeObject> {
    return this.#send('PATCH', objectPath(ref), change, mergePatch);
  }

  patchStatus(ref: Ref, status: Fields): Promise<KubeObject> {
    return this.#send('PATCH', `${objectPath(ref)}/status`, {status}, mergePatch);
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

  /** Undefined where there is none. */
  async find(ref: Ref): Promise<KubeObject | undefined> {
    return unlessMissing(this.#send('GET', objectPath(ref)));
  }

  async list(apiVersion: string, kind: string, namespace?: string): Promise<readonly KubeObject[]> {
    const path = collectionPath({apiVersion, kind, metadata: {name: '', ...(namespace !== undefined && {namespace})}});
    const page = await this.#send('GET', path);
    return Array.isArray(page.items) ? page.items : [];
  }

  /** Gone already is as good as deleted. */
  async remove(ref: Ref, options: Fields = {}): Promise<void> {
    await unlessMissing(this.#send('DELETE', objectPath(ref), options));
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

function collectionPath({apiVersion, kind, metadata}: Pick<Draft, 'apiVersion' | 'kind' | 'metadata'>): string {
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const plural = irregularPlurals[kind] ?? `${kind.toLowerCase()}${kind === 'Endpoints' ? '' : 's'}`;
  return resourcePath({group, version, plural}, metadata.namespace);
}

function objectPath(ref: Ref): string {
  const {name, namespace, ...kind} = ref;
  return `${collectionPath({...kind, metadata: {name, ...(namespace !== undefined && {namespace})}})}/${encodeURIComponent(name)}`;
}
