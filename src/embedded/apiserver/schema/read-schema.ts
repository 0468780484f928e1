/** Reads the keywords of a structural schema; a keyword of the wrong type counts as absent, since CRDs are checked when created. */
import {isFields} from '../../../domain/fields.ts';
import type {Schema} from '../resource-type.ts';

export function subschema(schema: Schema, keyword: string): Schema | undefined {
  const value = schema[keyword];
  return isFields(value) ? value : undefined;
}

/** The schemas under `anyOf`, `oneOf` or `allOf`. */
export function schemaList(schema: Schema, keyword: string): readonly Schema[] {
  const value = schema[keyword];
  return Array.isArray(value) ? value.filter(isFields) : [];
}

export function propertySchema(schema: Schema, name: string): Schema | undefined {
  const properties = schema.properties;
  if (!isFields(properties) || !Object.hasOwn(properties, name)) return undefined;
  const property = properties[name];
  return isFields(property) ? property : undefined;
}

export function propertyNames(schema: Schema): readonly string[] {
  const properties = schema.properties;
  return isFields(properties) ? Object.keys(properties) : [];
}

export function isOn(schema: Schema, keyword: string): boolean {
  return schema[keyword] === true;
}

export function stringKeyword(schema: Schema, keyword: string): string | undefined {
  const value = schema[keyword];
  return typeof value === 'string' ? value : undefined;
}

export function numberKeyword(schema: Schema, keyword: string): number | undefined {
  const value = schema[keyword];
  return typeof value === 'number' ? value : undefined;
}

export function stringsKeyword(schema: Schema, keyword: string): readonly string[] {
  const value = schema[keyword];
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}
