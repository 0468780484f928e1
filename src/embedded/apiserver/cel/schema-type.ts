/** The CEL type of a structural schema, and a value of that schema as CEL sees it. */
import type {Environment} from '@marcbachmann/cel-js';
import {type Fields, isFields} from '../../../domain/fields.ts';
import type {Schema} from '../resource-type.ts';
import {isOn, propertyNames, propertySchema, stringKeyword, subschema} from '../schema/read-schema.ts';

const timestamp = 'google.protobuf.Timestamp';
const duration = 'google.protobuf.Duration';

const metaFields: Schema = {type: 'object', properties: {name: {type: 'string'}, generateName: {type: 'string'}}};

/** An object with its own apiVersion, kind and metadata, whether its schema names them or not. */
export function isResource(schema: Schema, isRoot: boolean): boolean {
  return isRoot || isOn(schema, 'x-kubernetes-embedded-resource');
}

/** Declares what the schema needs; undefined where rules may not look, as at values without a type. */
export function declareType(environment: Environment, schema: Schema, isRoot: boolean, name: string): string | undefined {
  if (isOn(schema, 'x-kubernetes-int-or-string')) return 'dyn';
  switch (stringKeyword(schema, 'type')) {
    case 'array': {
      const items = subschema(schema, 'items');
      const type = items === undefined ? undefined : declareType(environment, items, false, `${name}.item`);
      return type === undefined ? undefined : `list<${type}>`;
    }
    case 'object':
      return declareObject(environment, schema, isRoot, name);
    case 'string':
      return textType(stringKeyword(schema, 'format'));
    case 'boolean':
      return 'bool';
    case 'number':
      return 'double';
    case 'integer':
      return 'int';
    default:
      return undefined;
  }
}

function declareObject(environment: Environment, schema: Schema, isRoot: boolean, name: string): string | undefined {
  const additional = subschema(schema, 'additionalProperties');
  if (additional !== undefined) {
    const type = declareType(environment, additional, false, `${name}.value`);
    return type === undefined ? undefined : `map<string, ${type}>`;
  }
  const fields: Record<string, string> = {};
  for (const [property, part] of fieldSchemas(schema, isRoot)) {
    const escaped = escapeName(property);
    const type = declareType(environment, part, false, `${name}.${escaped}`);
    if (type !== undefined && escaped !== undefined) fields[escaped] = type;
  }
  environment.registerType(name, {fields});
  environment.registerOperator(`${name} == ${name}`, () => true);
  environment.registerOperator(`${name} == null`, () => true);
  return name;
}

function fieldSchemas(schema: Schema, isRoot: boolean): ReadonlyMap<string, Schema> {
  const fields = new Map<string, Schema>();
  for (const name of propertyNames(schema)) {
    const part = propertySchema(schema, name);
    if (part !== undefined) fields.set(name, part);
  }
  if (!isResource(schema, isRoot)) return fields;
  return fields.set('apiVersion', {type: 'string'}).set('kind', {type: 'string'}).set('metadata', metaFields);
}

function textType(format: string | undefined): string {
  switch (format) {
    case 'byte':
      return 'bytes';
    case 'date':
    case 'date-time':
      return timestamp;
    case 'duration':
      return duration;
    default:
      return 'string';
  }
}

export function toCelValue(value: unknown, schema: Schema | undefined, readDuration: ReadDuration): unknown {
  if (typeof value === 'string') return toCelText(value, schema, readDuration);
  if (typeof value === 'number') return schema?.type !== 'number' && Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) {
    const items = schema === undefined ? undefined : subschema(schema, 'items');
    const list = value.map(item => toCelValue(item, items, readDuration));
    const isSet = schema !== undefined && schema['x-kubernetes-list-type'] === 'set' && !list.some(isFields);
    return isSet ? new Set(list) : list;
  }
  return isFields(value) ? toCelFields(value, schema, readDuration) : value;
}

function toCelFields(value: Fields, schema: Schema | undefined, readDuration: ReadDuration): Fields {
  const additional = schema === undefined ? undefined : subschema(schema, 'additionalProperties');
  const entries = Object.entries(value).map(([name, part]) => {
    const property = schema === undefined ? undefined : propertySchema(schema, name);
    const key = property === undefined ? name : (escapeName(name) ?? name);
    return [key, toCelValue(part, property ?? additional, readDuration)];
  });
  return Object.fromEntries(entries);
}

function toCelText(text: string, schema: Schema | undefined, readDuration: ReadDuration): unknown {
  switch (schema?.type === 'string' ? schema.format : undefined) {
    case 'byte':
      return new Uint8Array(Buffer.from(text, 'base64'));
    case 'date':
      return new Date(`${text}T00:00:00Z`);
    case 'date-time':
      return new Date(text);
    case 'duration':
      return readDuration(text);
    default:
      return text;
  }
}

const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);
const escapes: Readonly<Record<string, string>> = {__: '__underscores__', '.': '__dot__', '-': '__dash__', '/': '__slash__'};

type ReadDuration = (text: string) => unknown;

/** A field's name as an identifier; undefined where there is none for it. */
export function escapeName(name: string): string | undefined {
  if (reserved.has(name)) return `__${name}__`;
  if (!/^[A-Za-z_./-][\w./-]*$/.test(name)) return undefined;
  return name.replace(/__|[-./]/g, part => escapes[part] ?? part);
}
