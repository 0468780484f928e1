/** Kubernetes' strategic merge patch: lists of built-in kinds merge by key, and directives say delete, replace and order. */
import {type Fields, isFields} from '../../domain/fields.ts';
import {builtinSchema} from './builtin-schemas.ts';
import {inOrder} from './merge-order.ts';
import type {ResourceType, Schema} from './resource-type.ts';
import {propertySchema, stringKeyword, subschema} from './schema/read-schema.ts';

/** A patch that contradicts itself; the API server answers 400. */
export class StrategicMergeError extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'StrategicMergeError';
  }
}

const marker = '$patch';
const retainKeys = '$retainKeys';
const deletePrefix = '$deleteFromPrimitiveList/';
const orderPrefix = '$setElementOrder/';

/** The patched object; the original is left as it was. Lists without a merge key in the schema are replaced as a whole. */
export function strategicMerge(type: Pick<ResourceType, 'group' | 'version' | 'kind'>, original: Fields, patch: Fields): Fields {
  return mergeFields(builtinSchema(type), original, patch);
}

function mergeFields(schema: Schema | undefined, original: Fields, patch: Fields): Fields {
  switch (patch[marker]) {
    case undefined:
    case 'merge':
      break;
    case 'replace':
      return withoutKey(patch, marker);
    case 'delete':
      return {};
    default:
      throw new StrategicMergeError(`unknown patch type: ${JSON.stringify(patch[marker])} in map: ${JSON.stringify(patch)}`);
  }
  const merged: Record<string, unknown> = {...retained(original, patch)};
  for (const [key, value] of Object.entries(patch)) {
    if (key === retainKeys || key === marker || key.startsWith(orderPrefix)) continue;
    if (key.startsWith(deletePrefix)) deleteItems(merged, key.slice(deletePrefix.length), value);
    else mergeField(schema, merged, key, value);
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(orderPrefix)) orderItems(schema, merged, original, key.slice(orderPrefix.length), value);
  }
  return merged;
}

function mergeField(schema: Schema | undefined, merged: Record<string, unknown>, key: string, value: unknown): void {
  const property = schema === undefined ? undefined : (propertySchema(schema, key) ?? subschema(schema, 'additionalProperties'));
  const before = merged[key];
  if (value === null) delete merged[key];
  else if (isFields(value) && isFields(before))
    merged[key] = isReplaced(property) ? withoutDirectives(value) : mergeFields(property, before, value);
  else if (Array.isArray(value) && Array.isArray(before)) merged[key] = mergeLists(property, key, before, value);
  else {
    const plain = withoutDirectives(value);
    if (plain === undefined) delete merged[key];
    else merged[key] = plain;
  }
}

function strategies(property: Schema | undefined): readonly string[] {
  return (property === undefined ? undefined : stringKeyword(property, 'x-kubernetes-patch-strategy'))?.split(',') ?? [];
}

function isReplaced(property: Schema | undefined): boolean {
  return strategies(property).includes('replace');
}

/** `$retainKeys` names all keys that may stay; a union such as a deployment's strategy is changed so. */
function retained(original: Fields, patch: Fields): Fields {
  const keys = patch[retainKeys];
  if (keys === undefined) return original;
  if (!Array.isArray(keys)) throw new StrategicMergeError('invalid patch format of retainKeys');
  const kept = new Set<unknown>(keys);
  const isForeign = (key: string) =>
    !kept.has(key) && key !== retainKeys && patch[key] !== null && !key.startsWith(deletePrefix) && !key.startsWith(orderPrefix);
  if (Object.keys(patch).some(isForeign)) throw new StrategicMergeError('invalid patch format of retainKeys');
  return Object.fromEntries(Object.entries(original).filter(([key]) => kept.has(key)));
}

function mergeLists(
  property: Schema | undefined,
  key: string,
  original: readonly unknown[],
  patch: readonly unknown[],
): readonly unknown[] {
  if (!strategies(property).includes('merge')) return patch;
  const isOfObjects = [...original, ...patch].some(isFields);
  if (!isOfObjects) return [...new Set(inOrder([...original, ...patch], patch, original, item => item))];
  const mergeKey = property === undefined ? undefined : stringKeyword(property, 'x-kubernetes-patch-merge-key');
  if (mergeKey === undefined) throw new StrategicMergeError(`cannot merge lists without merge key for ${key}`);
  return mergeObjects(property === undefined ? undefined : subschema(property, 'items'), mergeKey, original.filter(isFields), patch);
}

function mergeObjects(
  items: Schema | undefined,
  mergeKey: string,
  original: readonly Fields[],
  patch: readonly unknown[],
): readonly unknown[] {
  const changes = patch.filter(isFields);
  const isReplacing = changes.some(change => change[marker] === 'replace');
  const plain = changes.filter(change => change[marker] === undefined || change[marker] === 'merge');
  if (isReplacing) return plain;
  const deleted = new Set(changes.filter(change => change[marker] === 'delete').map(change => keyOf(change, mergeKey)));
  const kept = original.filter(item => !deleted.has(item[mergeKey]));
  const merged = [...kept];
  for (const change of plain) {
    const key = keyOf(change, mergeKey);
    const index = merged.findIndex(item => item[mergeKey] === key);
    const before = merged[index];
    if (before === undefined) {
      const added = withoutDirectives(change);
      if (isFields(added)) merged.push(added);
    } else merged[index] = mergeFields(items, before, change);
  }
  return inOrder(merged, plain, original, item => (isFields(item) ? item[mergeKey] : item));
}

function keyOf(item: Fields, mergeKey: string): unknown {
  const key = item[mergeKey];
  if (key === undefined) throw new StrategicMergeError(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`);
  return key;
}

function deleteItems(merged: Record<string, unknown>, key: string, value: unknown): void {
  const before = merged[key];
  if (!Array.isArray(before) || !Array.isArray(value)) return;
  const gone = new Set<unknown>(value);
  merged[key] = before.filter(item => !gone.has(item));
}

function orderItems(schema: Schema | undefined, merged: Record<string, unknown>, original: Fields, key: string, order: unknown): void {
  const list = merged[key];
  if (!Array.isArray(order)) throw new StrategicMergeError(`invalid patch format of setElementOrder list for ${key}`);
  if (!Array.isArray(list)) return;
  const property = schema === undefined ? undefined : propertySchema(schema, key);
  const mergeKey = property === undefined ? undefined : stringKeyword(property, 'x-kubernetes-patch-merge-key');
  const before = original[key];
  const identity = (item: unknown) => (isFields(item) && mergeKey !== undefined ? item[mergeKey] : item);
  merged[key] = inOrder(list, order, Array.isArray(before) ? before : [], identity);
}

/** What is newly added must not carry directives; a value that is itself one is left out. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter(item => item !== undefined);
  if (!isFields(value)) return value;
  if (value[marker] !== undefined) return value[marker] === 'replace' ? withoutDirectives(withoutKey(value, marker)) : undefined;
  const plain: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) {
    const kept = withoutDirectives(field);
    if (key !== retainKeys && !key.startsWith(orderPrefix) && !key.startsWith(deletePrefix) && kept !== undefined && kept !== null)
      plain[key] = kept;
  }
  return plain;
}

function withoutKey(fields: Fields, key: string): Fields {
  const {[key]: _gone, ...rest} = fields;
  return rest;
}
