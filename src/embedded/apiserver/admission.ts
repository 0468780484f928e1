/** Makes a draft fit to be stored: decoding rules, unknown fields, defaults, pruning, validation. */
import {type Fields, isFields} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import {apiVersionOf} from '../../domain/resource.ts';
import type {StatusCause} from '../../domain/status-error.ts';
import type {ApiCall} from './api-call.ts';
import {ApiFault, decodingFault} from './api-fault.ts';
import {type Draft, readDraft} from './api-object.ts';
import {applyBuiltinDefaults} from './builtin-defaults.ts';
import {nameRule} from './builtin-rules.ts';
import {builtinSchema} from './builtin-schemas.ts';
import {builtinDecodingFault, builtinFaults} from './builtin-validation.ts';
import {ruleFaults} from './cel/rule-faults.ts';
import {defaultCrd} from './crd.ts';
import {validateCrd} from './crd-validation.ts';
import {metadataFaults} from './metadata-validation.ts';
import {toStorageVersion} from './object-version.ts';
import {readWholeBody} from './request-body.ts';
import type {ServedType} from './resource-registry.ts';
import type {ResourceType, Schema} from './resource-type.ts';
import {applyDefaults} from './schema/default.ts';
import {invalid} from './schema/field-error.ts';
import {prune, unknownFields} from './schema/prune.ts';
import {validate} from './schema/validate.ts';
import type {WriteOptions} from './write-options.ts';

export const crdCollection = 'customresourcedefinitions.apiextensions.k8s.io';

export type Decoded = {readonly draft: Draft; readonly warnings: readonly string[]};

/** The body of a POST or PUT as a draft of the kind at whose path it came. */
export function decodeDraft(call: ApiCall, served: ServedType, options: WriteOptions): Decoded {
  const {type} = served;
  const {value, faults} = readWholeBody(call, type.kind, options.fieldValidation !== 'Ignore');
  if (isFields(value)) checkType(value, served);
  return readObject(value, served, options, {faults, refuse: why => decodingFault(type, why)});
}

/** A whole object as a client means it; warnings name the fields that the kind does not know. */
export function readObject(value: unknown, served: ServedType, options: WriteOptions, strictness: Strictness): Decoded {
  const {type} = served;
  const draft = readDraft(value, type.kind, type.version);
  const warnings = isFields(value) ? strictFaults(value, type, options, strictness) : [];
  const problem = builtinDecodingFault(served.collection, draft);
  if (problem !== undefined) throw decodingFault(type, problem);
  return {draft, warnings};
}

export type Strictness = {
  /** What the text itself is blamed for. */
  readonly faults: readonly string[];
  readonly refuse: (why: string) => ApiFault;
};

/** Fields given twice or not known to the kind's schema: refused, warned of, or passed over, as the client asks. */
function strictFaults(value: Fields, type: ResourceType, {fieldValidation}: WriteOptions, {faults, refuse}: Strictness): readonly string[] {
  if (fieldValidation === 'Ignore') return [];
  const schema = schemaOf(type);
  const unknown = schema === undefined ? [] : unknownFields(schema, value).map(path => `unknown field ${JSON.stringify(path)}`);
  const all = [...faults, ...unknown];
  if (fieldValidation === 'Strict' && all.length > 0) throw refuse(`strict decoding error: ${all.join(', ')}`);
  return warningsOf(all);
}

/** The CRD's, or the published one of a built-in kind. */
function schemaOf(type: ResourceType): Schema | undefined {
  return type.schema ?? builtinSchema(type);
}

/** A fault of several lines is a heading and a warning for each. */
export function warningsOf(faults: readonly string[]): readonly string[] {
  return faults.flatMap(fault => {
    const [first = '', ...lines] = fault.split('\n');
    return lines.length === 0 ? [first] : lines.map(line => line.trim());
  });
}

/** Warnings as one header; undefined where there are none. */
export function warningHeader(warnings: readonly string[]): Readonly<Record<string, string>> {
  if (warnings.length === 0) return {};
  return {warning: warnings.map(text => `299 - ${JSON.stringify(text)}`).join(', ')};
}

/** The draft in its stored version, filled and pruned. */
export function complete(served: ServedType, draft: Draft): Draft {
  const {type, collection} = served;
  const own = toStorageVersion(served, draft);
  if (collection === crdCollection) return completeCrd(own, served);
  if (type.schema !== undefined) return applyDefaults(type.schema, prune(type.schema, own));
  const schema = builtinSchema({...type, version: type.storageVersion, group: collection === 'events' ? '' : type.group});
  return applyBuiltinDefaults(collection, schema === undefined ? dropNulls(own) : prune(schema, dropNulls(own)));
}

/** Everything wrong with a completed draft; `also` are faults found by the caller, `before` is what an update replaces. */
export function checkValid(served: ServedType, draft: Draft, also: readonly StatusCause[], before?: KubeObject): void {
  const {type, collection} = served;
  const faults = [...also, ...metadataFaults(draft, nameRule(type)), ...contentFaults(type, collection, draft, before)];
  if (faults.length > 0) throw ApiFault.invalid(type, draft.metadata.name ?? '', faults);
}

function contentFaults(type: ResourceType, collection: string, draft: Draft, before: KubeObject | undefined): readonly StatusCause[] {
  if (collection === crdCollection) return validateCrd(asObject(draft));
  if (type.schema === undefined) return builtinFaults(collection, draft);
  const faults = validate(type.schema, draft);
  return type.rules === undefined ? faults : [...faults, ...ruleFaults(type.rules, draft, before, faults)];
}

/** kube-apiserver lets a built-in come without its type, and holds a custom one to it. */
function checkType(body: Fields, {type, crdName}: ServedType): void {
  const expected = apiVersionOf(type);
  const {kind, apiVersion} = body;
  if (crdName === undefined) {
    const isOther =
      (kind !== undefined && kind !== '' && kind !== type.kind) ||
      (apiVersion !== undefined && apiVersion !== '' && apiVersion !== expected);
    if (isOther) throw ApiFault.badRequest(`${kind} in version "${apiVersion}" cannot be handled as a ${type.kind}: no such conversion`);
    return;
  }
  if (typeof kind !== 'string' || kind === '') {
    throw ApiFault.badRequest(`the object provided is unrecognized (must be of type ${type.kind}): Object 'Kind' is missing`);
  }
  if (apiVersion !== expected) {
    throw ApiFault.badRequest(`the API version in the data (${apiVersion ?? ''}) does not match the expected API version (${expected})`);
  }
  if (kind !== type.kind) {
    const name = isFields(body.metadata) && typeof body.metadata.name === 'string' ? body.metadata.name : '';
    throw ApiFault.invalid({kind, group: type.group}, name, [invalid('kind', kind, `must be ${type.kind}`)]);
  }
}

function completeCrd(draft: Draft, {type}: ServedType): Draft {
  try {
    return {...draft, ...defaultCrd(asObject(draft)), metadata: draft.metadata};
  } catch (error) {
    throw decodingFault(type, error instanceof Error ? error.message : 'malformed');
  }
}

/** For readers of everything but metadata: what a new object has no value for yet is empty. */
function asObject(draft: Draft): KubeObject {
  return {...draft, metadata: {name: draft.metadata.name ?? '', uid: '', resourceVersion: ''}};
}

/** Null means absent in a built-in kind, at every depth. */
function dropNulls(draft: Draft): Draft {
  const {metadata, ...content} = draft;
  return {...withoutNulls(content), metadata};
}

function withoutNulls(fields: Fields): Fields {
  const entries = Object.entries(fields).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([name, value]) => [name, withoutNullsIn(value)]));
}

function withoutNullsIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullsIn);
  return isFields(value) ? withoutNulls(value) : value;
}
