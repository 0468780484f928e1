/** How a schema divides an object into fields with owners: what is one field, what merges by key, what by value. */
import {type Fields, isFields} from '../../../domain/fields.ts';
import {objectMetaSchema} from '../builtin-schemas.ts';
import type {Schema} from '../resource-type.ts';
import {isOn, propertySchema, stringKeyword, stringsKeyword, subschema} from '../schema/read-schema.ts';
import {keyElement} from './fields-v1.ts';

/** undefined = whatever is there: maps are taken apart, lists are one field. */
export type Shape = Schema | undefined;

export type ListShape = {readonly by: 'whole'} | {readonly by: 'value'} | {readonly by: 'key'; readonly keys: readonly string[]};

/** A list item that has no place in its list: no key, or no scalar. */
export class UnkeyedItem extends Error {}

export function isAtomicMap(shape: Shape): boolean {
  return shape !== undefined && stringKeyword(shape, 'x-kubernetes-map-type') === 'atomic';
}

export function listShape(shape: Shape): ListShape {
  if (shape === undefined) return {by: 'whole'};
  const type = stringKeyword(shape, 'x-kubernetes-list-type');
  if (type === 'map') return {by: 'key', keys: stringsKeyword(shape, 'x-kubernetes-list-map-keys')};
  if (type === 'set') return {by: 'value'};
  if (type !== undefined || stringKeyword(shape, 'x-kubernetes-patch-strategy')?.startsWith('merge') !== true) return {by: 'whole'};
  const key = stringKeyword(shape, 'x-kubernetes-patch-merge-key');
  return key === undefined ? {by: 'value'} : {by: 'key', keys: [key]};
}

/** False for keys of maps and for what a schema lets through without naming it. */
export function isNamed(shape: Shape, name: string): boolean {
  return shape !== undefined && namedShape(shape, name) !== undefined;
}

export function fieldShape(shape: Shape, name: string): Shape {
  if (shape === undefined) return undefined;
  return namedShape(shape, name) ?? subschema(shape, 'additionalProperties');
}

/** May a field of this name be there at all? */
export function isDeclared(shape: Shape, name: string): boolean {
  if (shape === undefined || isNamed(shape, name)) return true;
  const keepsUnknown = isOn(shape, 'x-kubernetes-preserve-unknown-fields') || isOn(shape, 'additionalProperties');
  return keepsUnknown || subschema(shape, 'additionalProperties') !== undefined || !isFields(shape.properties);
}

function namedShape(shape: Schema, name: string): Schema | undefined {
  if (isOn(shape, 'x-kubernetes-embedded-resource')) {
    if (name === 'metadata') return objectMetaSchema();
    if (name === 'apiVersion' || name === 'kind') return {type: 'string'};
  }
  return propertySchema(shape, name);
}

export function itemShape(shape: Shape): Shape {
  return shape === undefined ? undefined : subschema(shape, 'items');
}

/** The element of a path by which an item of a list is known. */
export function itemElement(shape: Shape, list: ListShape, item: unknown): string {
  if (list.by !== 'key') {
    if (item === null) throw new UnkeyedItem("associative list without keys has an element that's an explicit null");
    if (typeof item === 'object') throw new UnkeyedItem("associative list without keys has an element that's a map type");
    return `v:${JSON.stringify(item)}`;
  }
  if (item === null) throw new UnkeyedItem('associative list with keys may not have a null element');
  if (!isFields(item)) throw new UnkeyedItem('associative list with keys may not have non-map elements');
  const present = list.keys.flatMap(key => keyField(itemShape(shape), item, key));
  if (present.length > 0) return keyElement(present);
  const keys = list.keys.map(key => JSON.stringify(key)).join(' ');
  throw new UnkeyedItem(
    `associative list with keys has an element that omits all key fields [${keys}] (and doesn't have default values for any key fields)`,
  );
}

function keyField(items: Shape, item: Fields, key: string): ReadonlyArray<readonly [string, unknown]> {
  if (Object.hasOwn(item, key)) return [[key, item[key]]];
  const fallback = items === undefined ? undefined : propertySchema(items, key)?.default;
  return fallback === undefined ? [] : [[key, fallback]];
}

/** What a new object of a built-in kind consists of before anybody wrote to it: Go's structs that are never absent. */
export function emptyObject(shape: Schema): Fields {
  const needed = stringsKeyword(shape, 'required');
  const empty: Record<string, unknown> = {};
  const properties = isFields(shape.properties) ? Object.entries(shape.properties) : [];
  for (const [name, property] of properties) {
    if (!isFields(property)) continue;
    const isStruct = isFields(property.default) && Object.keys(property.default).length === 0;
    if (isStruct) empty[name] = emptyObject(property);
    else if (needed.includes(name)) empty[name] = property.default ?? null;
  }
  return empty;
}
