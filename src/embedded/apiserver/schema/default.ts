/** Fills in the defaults of a structural schema and drops the nulls that it does not allow. */
import {type Fields, isFields} from '../../../domain/fields.ts';
import type {Schema} from '../resource-type.ts';
import {isOn, propertyNames, propertySchema, subschema} from './read-schema.ts';

/** The same object when there was nothing to fill in. */
export function applyDefaults<T extends Fields>(schema: Schema, object: T): T {
  const filled = defaultFields(schema, object);
  // Defaults add fields, and only nulls are taken away, so the type of the whole still holds.
  return filled === object ? object : (filled as T);
}

function defaultValue(schema: Schema | undefined, value: unknown): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value)) return defaultItems(schema, value);
  return isFields(value) ? defaultFields(schema, value) : value;
}

function defaultItems(schema: Schema, list: readonly unknown[]): readonly unknown[] {
  const items = subschema(schema, 'items');
  if (items === undefined) return list;
  let isChanged = false;
  const filled = list.map(item => {
    const start = isForbiddenNull(items, item) && items.default !== undefined ? structuredClone(items.default) : item;
    const value = defaultValue(items, start);
    isChanged ||= value !== item;
    return value;
  });
  return isChanged ? filled : list;
}

function defaultFields(schema: Schema, fields: Fields): Fields {
  const filled: Record<string, unknown> = {};
  const additional = subschema(schema, 'additionalProperties');
  let isChanged = false;
  for (const [name, value] of Object.entries(fields)) {
    const property = propertySchema(schema, name) ?? additional;
    if (property !== undefined && isForbiddenNull(property, value)) {
      isChanged = true;
      if (property.default !== undefined) filled[name] = defaultValue(property, structuredClone(property.default));
      continue;
    }
    filled[name] = defaultValue(property, value);
    isChanged ||= filled[name] !== value;
  }
  for (const name of propertyNames(schema)) {
    const property = propertySchema(schema, name);
    if (property === undefined || property.default === undefined || Object.hasOwn(fields, name)) continue;
    filled[name] = defaultValue(property, structuredClone(property.default));
    isChanged = true;
  }
  return isChanged ? filled : fields;
}

function isForbiddenNull(schema: Schema, value: unknown): boolean {
  return value === null && !isOn(schema, 'nullable') && !isOn(schema, 'x-kubernetes-preserve-unknown-fields');
}
