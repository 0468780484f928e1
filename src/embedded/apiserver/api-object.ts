/** Objects inside the server: what a client sent (a draft, metadata still incomplete) and what is stored. */
import {isFields} from '../../domain/fields.ts';
import type {KubeObject, OwnerReference} from '../../domain/kube-object.ts';
import {ApiFault} from './api-fault.ts';

export type DraftMeta = {
  readonly name?: string | undefined;
  readonly generateName?: string | undefined;
  readonly namespace?: string | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly generation?: number | undefined;
  readonly creationTimestamp?: string | undefined;
  readonly deletionTimestamp?: string | undefined;
  readonly deletionGracePeriodSeconds?: number | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly finalizers?: readonly string[] | undefined;
  readonly ownerReferences?: readonly OwnerReference[] | undefined;
  readonly managedFields?: readonly unknown[] | undefined;
};

export type Draft = {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: DraftMeta;
  readonly [field: string]: unknown;
};

type Check = {readonly expected: string; readonly holds: (value: unknown) => boolean};

const text: Check = {expected: 'string', holds: value => typeof value === 'string'};
const count: Check = {expected: 'int64', holds: value => typeof value === 'number' && Number.isInteger(value)};
const textMap: Check = {expected: 'map[string]string', holds: value => isFields(value) && Object.values(value).every(text.holds)};
const textList: Check = {expected: '[]string', holds: value => Array.isArray(value) && value.every(text.holds)};
const references: Check = {expected: '[]v1.OwnerReference', holds: value => Array.isArray(value) && value.every(isReference)};

const entries: Check = {expected: '[]v1.ManagedFieldsEntry', holds: value => Array.isArray(value) && value.every(isFields)};

const referenceTexts = ['apiVersion', 'kind', 'name', 'uid'];

const metadataChecks: Readonly<Record<string, Check>> = {
  name: text,
  generateName: text,
  namespace: text,
  uid: text,
  resourceVersion: text,
  generation: count,
  creationTimestamp: text,
  deletionTimestamp: text,
  deletionGracePeriodSeconds: count,
  labels: textMap,
  annotations: textMap,
  finalizers: textList,
  ownerReferences: references,
  managedFields: entries,
};

/** `kind` and `version` are those of the endpoint: they stand in the refusal. Unknown fields of metadata are dropped. */
export function readDraft(value: unknown, kind: string, version: string): Draft {
  if (!isFields(value)) throw unreadable(kind, version, `json: cannot unmarshal ${jsonType(value)} into Go value of type ${kind}`);
  const given = value.metadata ?? {};
  if (!isFields(given)) {
    throw unreadable(
      kind,
      version,
      `json: cannot unmarshal ${jsonType(given)} into Go struct field ${kind}.metadata of type v1.ObjectMeta`,
    );
  }
  const metadata: Record<string, unknown> = {};
  for (const [field, check] of Object.entries(metadataChecks)) {
    const part = given[field];
    if (part === undefined || part === null) continue;
    if (!check.holds(part)) throw wrongField(kind, version, field, part, check);
    // An empty list of owners says something: forget them.
    if (check === entries || !isEmpty(part)) metadata[field] = check === references ? withEmptyTexts(part) : part;
  }
  // Checked above field by field; apiVersion and kind are compared with the endpoint's before anybody reads them.
  return {...value, metadata} as Draft;
}

export function isStored(draft: Draft): draft is Draft & KubeObject {
  const {name, uid, resourceVersion} = draft.metadata;
  return name !== undefined && uid !== undefined && resourceVersion !== undefined;
}

/** The same object with another metadata, keys whose value is undefined left out. */
export function withMetadata<T extends Draft | KubeObject>(object: T, changes: DraftMeta): T {
  const metadata: Record<string, unknown> = {...object.metadata, ...changes};
  for (const key of Object.keys(changes)) if (metadata[key] === undefined) delete metadata[key];
  return {...object, metadata};
}

/** The grace period of a deletion under way; the domain's ObjectMeta does not name it. */
export function readGraceSeconds(object: KubeObject): number | undefined {
  const metadata: object = object.metadata;
  const seconds = isFields(metadata) ? metadata.deletionGracePeriodSeconds : undefined;
  return typeof seconds === 'number' ? seconds : undefined;
}

/** The key within a collection: etcd's order is the order of these strings. */
export function storageKey(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

export function keyOf(object: KubeObject): string {
  return storageKey(object.metadata.namespace, object.metadata.name);
}

/** An empty map or list in metadata is the same as none. */
function isEmpty(part: unknown): boolean {
  return typeof part === 'object' && part !== null && Object.keys(part).length === 0;
}

function isReference(value: unknown): boolean {
  return isFields(value) && referenceTexts.every(field => value[field] === undefined || text.holds(value[field]));
}

/** What an owner reference leaves out is an empty text, for validation to find. */
function withEmptyTexts(list: unknown): unknown {
  return Array.isArray(list)
    ? list.map(reference => ({...Object.fromEntries(referenceTexts.map(field => [field, ''])), ...reference}))
    : list;
}

function wrongField(kind: string, version: string, field: string, value: unknown, check: Check): ApiFault {
  const isMap = check === textMap && isFields(value);
  const wrong = isMap ? Object.values(value).find(item => !text.holds(item)) : value;
  const expected = isMap ? 'string' : check.expected;
  return unreadable(
    kind,
    version,
    `json: cannot unmarshal ${jsonType(wrong)} into Go struct field ObjectMeta.metadata.${field} of type ${expected}`,
  );
}

function unreadable(kind: string, version: string, why: string): ApiFault {
  return ApiFault.badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
}

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? 'array' : typeof value;
}
