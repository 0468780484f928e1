/** What keeps a configuration from being applied at all: fields that the schema does not have, values of another type, items that share a key. */
import {type Fields, isFields} from '../../../domain/fields.ts';
import {stringKeyword} from '../schema/read-schema.ts';
import {fieldShape, isDeclared, itemElement, itemShape, type ListShape, listShape, type Shape, UnkeyedItem} from './field-shape.ts';
import {showPath} from './fields-v1.ts';

/** As kube-apiserver joins them. */
export function joinFaults(faults: readonly string[]): string {
  return faults.length === 1 ? (faults[0] ?? '') : ['errors:', ...faults.map(fault => `  ${fault}`)].join('\n');
}

export function configFaults(shape: Shape, value: unknown, path: readonly string[] = []): readonly string[] {
  if (value === null) return [];
  const type = shape === undefined ? undefined : stringKeyword(shape, 'type');
  const expected = expectedOf(type, shape);
  if (expected !== undefined && !expected.holds(value))
    return [`${showPath(path)}: expected ${expected.name}, got ${show(value, expected.name)}`];
  if (Array.isArray(value)) return listFaults(shape, value, path);
  return isFields(value) ? mapFaults(shape, value, path) : [];
}

/** The first field that is not there ends the search in its map. */
function mapFaults(shape: Shape, fields: Fields, path: readonly string[]): readonly string[] {
  const faults: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    const at = [...path, `f:${name}`];
    if (!isDeclared(shape, name)) return [...faults, `${showPath(at)}: field not declared in schema`];
    faults.push(...configFaults(fieldShape(shape, name), value, at));
  }
  return faults;
}

function listFaults(shape: Shape, list: readonly unknown[], path: readonly string[]): readonly string[] {
  const kind = listShape(shape);
  const seen = new Set<string>();
  const faults: string[] = [];
  for (const [index, item] of list.entries()) {
    const element = kind.by === 'whole' ? `i:${index}` : elementOf(shape, kind, item);
    if (element instanceof UnkeyedItem) return [...faults, `${showPath(path)}: element ${index}: ${element.message}`];
    if (seen.has(element)) faults.push(`${showPath(path)}: duplicate entries for key ${showPath([element])}`);
    seen.add(element);
    faults.push(...configFaults(itemShape(shape), item, [...path, element]));
  }
  return faults;
}

function elementOf(shape: Shape, kind: ListShape, item: unknown): string | UnkeyedItem {
  try {
    return itemElement(shape, kind, item);
  } catch (error) {
    if (error instanceof UnkeyedItem) return error;
    throw error;
  }
}

type Expected = {readonly name: string; readonly holds: (value: unknown) => boolean};

const expectations: Readonly<Record<string, Expected>> = {
  object: {name: 'map', holds: isFields},
  array: {name: 'list', holds: Array.isArray},
  boolean: {name: 'boolean', holds: value => typeof value === 'boolean'},
  integer: {name: 'numeric (int or float)', holds: value => typeof value === 'number'},
  number: {name: 'numeric (int or float)', holds: value => typeof value === 'number'},
  string: {name: 'string', holds: value => typeof value === 'string'},
};

/** A string of some format may come as another scalar: a time, a quantity, a port by name. */
function expectedOf(type: string | undefined, shape: Shape): Expected | undefined {
  const format = shape === undefined ? undefined : stringKeyword(shape, 'format');
  if (type === 'string' && format !== undefined && format !== 'byte') return undefined;
  return type === undefined ? undefined : expectations[type];
}

function show(value: unknown, expected: string): string {
  const text = JSON.stringify(value);
  return expected === 'string' ? `&value.valueUnstructured{Value:${text}}` : text;
}
