/** Keeps metadata.managedFields through writes: who gave which field of an object its value. */
import {isDeepStrictEqual} from 'node:util';
import {type Fields, isFields} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import {apiVersionOf} from '../../domain/resource.ts';
import type {ApiCall} from './api-call.ts';
import {type Draft, withMetadata} from './api-object.ts';
import {builtinSchema, objectMetaSchema} from './builtin-schemas.ts';
import {type FieldSet, noFields, pathSet, union} from './fields/field-set.ts';
import {emptyObject, type Shape} from './fields/field-shape.ts';
import {isReset, type ManagedFieldsEntry, type Managers, readManagers, writeManagers} from './fields/managers.ts';
import {updateManagers, type Writer} from './fields/update-managers.ts';
import type {ServedType} from './resource-registry.ts';
import {type ServerState, toTimestamp} from './server-state.ts';
import type {WriteOptions} from './write-options.ts';

/** The list that the object in its next state carries. */
export type Track = (next: Draft) => readonly unknown[] | undefined;

const NAME_CHARS_MAX = 128;
const noManagers: Managers = new Map();

export function writerOf(state: ServerState, served: ServedType, call: ApiCall, options: WriteOptions, subresource: string): Writer {
  const agent = call.headers['user-agent'] ?? '';
  return {
    name: options.fieldManager === '' ? (agent.split('/')[0] ?? '').slice(0, NAME_CHARS_MAX) : options.fieldManager,
    apiVersion: apiVersionOf(served.type),
    subresource,
    now: toTimestamp(state.clock.now()),
    ignored: ignoredAt(served, subresource),
  };
}

/** What an endpoint does not write. */
function ignoredAt({type}: ServedType, subresource: string): FieldSet {
  if (subresource === 'status') return union(pathSet('f:spec'), pathSet('f:metadata'));
  return type.hasStatus ? pathSet('f:status') : noFields;
}

/** Writers that do not say who they are leave a new object without owners, as objects were before there were any. */
export function trackCreation(served: ServedType, writer: Writer): Track {
  return next => {
    if (writer.name === '' || !isTracked(served)) return undefined;
    const shape = shapeOf(served);
    return writeManagers(updateManagers(shape, newObject(served), next, noManagers, writer));
  };
}

/** `given` is what the client sent as managedFields: it may say who owns what, or that nobody does. */
export function trackUpdate(served: ServedType, current: KubeObject, given: unknown, writer: Writer): Track {
  return next => {
    const managers = writer.subresource === '' ? managersFor(given, current) : managersOfObject(current);
    if (managers.size === 0) return undefined;
    return writeManagers(updateManagers(shapeOf(served), current, next, managers, writer));
  };
}

function managersFor(given: unknown, current: KubeObject): Managers {
  if (isReset(given)) return noManagers;
  const managers = readManagers(given);
  return managers === undefined || managers.size === 0 ? managersOfObject(current) : managers;
}

export function managersOfObject(object: KubeObject): Managers {
  return readManagers(managedFieldsOf(object)) ?? noManagers;
}

export function managedFieldsOf({metadata}: KubeObject): readonly ManagedFieldsEntry[] | undefined {
  const fields: object = metadata;
  const list = isFields(fields) ? fields.managedFields : undefined;
  return Array.isArray(list) ? list : undefined;
}

/** Events come and go by the thousand and nobody applies them. */
export function isTracked({collection}: ServedType): boolean {
  return collection !== 'events';
}

/** undefined for a built-in kind without a published schema. */
export function shapeOf({type}: ServedType): Shape {
  if (type.schema === undefined) return builtinSchema(type);
  const properties = isFields(type.schema.properties) ? type.schema.properties : {};
  const text = {type: 'string'};
  return {...type.schema, properties: {...properties, apiVersion: text, kind: text, metadata: objectMetaSchema()}};
}

/** The object that a creation begins with, in the eyes of those who compare. */
export function newObject(served: ServedType): Fields {
  const schema = served.crdName === undefined ? builtinSchema(served.type) : undefined;
  return schema === undefined ? {} : emptyObject(schema);
}

/** The object with its owners; `current` itself where nothing but their times would change. */
export function withOwners(next: KubeObject, current: KubeObject, managedFields: readonly unknown[] | undefined): KubeObject {
  const before = managedFieldsOf(current);
  // The common case of an object without owners is kept cheap.
  if (before === undefined && managedFields === undefined && managedFieldsOf(next) === undefined) {
    return isDeepStrictEqual(next, current) ? current : next;
  }
  if (isSameButTimes(before, managedFields)) {
    const untimed = withMetadata(next, {managedFields: before});
    if (isDeepStrictEqual(untimed, current)) return current;
  }
  return withMetadata(next, {managedFields});
}

function isSameButTimes(before: readonly unknown[] | undefined, after: readonly unknown[] | undefined): boolean {
  return isDeepStrictEqual(before?.map(withoutTime), after?.map(withoutTime));
}

function withoutTime(entry: unknown): unknown {
  return isFields(entry) ? {...entry, time: undefined} : entry;
}

/** What a patch is laid on: with its owners written out only where the patch speaks of them. */
export function patchable(object: KubeObject, patch: string): Fields {
  if (managedFieldsOf(object) === undefined) return object;
  if (!patch.includes('managedFields')) return withMetadata(object, {managedFields: undefined});
  const plain: unknown = JSON.parse(JSON.stringify(object));
  return isFields(plain) ? plain : {};
}
