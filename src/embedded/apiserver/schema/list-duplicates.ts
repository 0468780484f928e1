/** Finds repeated items in lists that a schema declares to be sets or maps. */
import {isFields} from '../../../domain/fields.ts';
import type {Schema} from '../resource-type.ts';
import {duplicate, type FieldError, invalid} from './field-error.ts';
import {propertySchema, stringKeyword, stringsKeyword, subschema} from './read-schema.ts';

export function duplicatesIn(schema: Schema, value: unknown, path: string): FieldError[] {
  if (Array.isArray(value)) {
    const items = subschema(schema, 'items');
    const inside = items === undefined ? [] : value.flatMap((item, index) => duplicatesIn(items, item, `${path}[${index}]`));
    return [...ownDuplicates(schema, value, path), ...inside];
  }
  if (!isFields(value)) return [];
  const additional = subschema(schema, 'additionalProperties');
  return Object.entries(value).flatMap(([name, field]) => {
    const property = propertySchema(schema, name) ?? additional;
    return property === undefined ? [] : duplicatesIn(property, field, path === '' ? name : `${path}.${name}`);
  });
}

function ownDuplicates(schema: Schema, list: readonly unknown[], path: string): FieldError[] {
  const listType = stringKeyword(schema, 'x-kubernetes-list-type');
  if (listType !== 'set' && listType !== 'map') return [];
  const keys = stringsKeyword(schema, 'x-kubernetes-list-map-keys');
  const seen = new Set<string>();
  const reported = new Set<string>();
  return list.flatMap((item, index) => {
    const at = `${path}[${index}]`;
    if (listType === 'map' && !isFields(item)) return [invalid(at, item, 'must be an object for an array of list-type map')];
    const identity = listType === 'map' && isFields(item) ? keyOf(schema, keys, item) : item;
    const text = JSON.stringify(identity);
    const isRepeated = seen.has(text) && !reported.has(text);
    if (isRepeated) reported.add(text);
    seen.add(text);
    return isRepeated ? [duplicate(at, identity)] : [];
  });
}

/** Keys left out take their default: two items without the key are the same item. */
function keyOf(schema: Schema, keys: readonly string[], item: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const items = subschema(schema, 'items');
  const identity: Record<string, unknown> = {};
  for (const key of keys) {
    const value = item[key] ?? (items === undefined ? undefined : propertySchema(items, key)?.default);
    if (value !== undefined) identity[key] = value;
  }
  return identity;
}
