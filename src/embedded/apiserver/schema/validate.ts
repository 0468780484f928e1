/** Checks an object against its structural schema, in the words of the API server. Rules in CEL are not evaluated. */
import {type Fields, isFields} from '../../../domain/fields.ts';
import type {StatusCause} from '../../../domain/status-error.ts';
import type {Schema} from '../resource-type.ts';
import {type FieldError, invalid, notSupported, required, tooLong, tooMany, typeInvalid} from './field-error.ts';
import {matchesFormat} from './formats.ts';
import {duplicatesIn} from './list-duplicates.ts';
import {matchesPattern} from './pattern.ts';
import {isOn, numberKeyword, propertyNames, propertySchema, schemaList, stringKeyword, stringsKeyword, subschema} from './read-schema.ts';

/** Empty when the object fits. */
export function validate(schema: Schema, object: Fields): StatusCause[] {
  return [...faultsOf(schema, object, ''), ...duplicatesIn(schema, object, '')];
}

function faultsOf(schema: Schema, value: unknown, path: string): FieldError[] {
  const wrongType = typeFault(schema, value, path);
  if (value === null) return [...wrongType, ...enumFault(schema, value, path)];
  return [
    ...wrongType,
    ...combinationFaults(schema, value, path),
    ...(typeof value === 'string' ? stringFaults(schema, value, path) : []),
    ...(typeof value === 'number' ? numberFaults(schema, value, path) : []),
    ...(Array.isArray(value) ? listFaults(schema, value, path) : []),
    ...enumFault(schema, value, path),
    ...(isFields(value) ? fieldsFaults(schema, value, path) : []),
  ];
}

/** The message names an empty path where the API server does, at the root. */
const at = (path: string) => `${path} in body`;
const field = (path: string) => path.replace(/^\./, '');

function typeFault(schema: Schema, value: unknown, path: string): FieldError[] {
  const actual = jsonType(value);
  if (isOn(schema, 'x-kubernetes-int-or-string')) {
    if (actual === 'integer' || actual === 'string' || (actual === 'null' && isOn(schema, 'nullable'))) return [];
    return [wrongType(path, 'integer,string', actual)];
  }
  const expected = stringKeyword(schema, 'type');
  if (expected === undefined || actual === expected || (actual === 'integer' && expected === 'number')) return [];
  if (actual === 'null' && isOn(schema, 'nullable')) return [];
  return [wrongType(path, expected, actual)];
}

function wrongType(path: string, expected: string, actual: string): FieldError {
  return typeInvalid(field(path), actual, `${at(path)} must be of type ${expected}: ${JSON.stringify(actual)}`);
}

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function combinationFaults(schema: Schema, value: unknown, path: string): FieldError[] {
  const faults: FieldError[] = [];
  const name = JSON.stringify(path);
  const anyOf = schemaList(schema, 'anyOf').map(part => faultsOf(part, value, path));
  if (anyOf.length > 0 && !anyOf.some(found => found.length === 0)) {
    faults.push(invalid('<nil>', '', `${name} must validate at least one schema (anyOf)`), ...fewest(anyOf));
  }
  const oneOf = schemaList(schema, 'oneOf').map(part => faultsOf(part, value, path));
  const fitting = oneOf.filter(found => found.length === 0).length;
  if (oneOf.length > 0 && fitting !== 1) {
    const count = fitting === 0 ? 'Found none valid' : `Found ${fitting} valid alternatives`;
    faults.push(
      invalid('<nil>', '', `${name} must validate one and only one schema (oneOf). ${count}`),
      ...(fitting === 0 ? fewest(oneOf) : []),
    );
  }
  const allOf = schemaList(schema, 'allOf').map(part => faultsOf(part, value, path));
  const failing = allOf.filter(found => found.length > 0).length;
  if (failing > 0) {
    const none = failing === allOf.length ? '. None validated' : '';
    faults.push(...allOf.flat(), invalid('<nil>', '', `${name} must validate all the schemas (allOf)${none}`));
  }
  const not = subschema(schema, 'not');
  if (not !== undefined && faultsOf(not, value, path).length === 0)
    faults.push(invalid('<nil>', '', `${name} must not validate the schema (not)`));
  return faults;
}

/** The API server reports the alternative that came closest. */
function fewest(alternatives: readonly FieldError[][]): FieldError[] {
  return alternatives.reduce((best, found) => (found.length < best.length ? found : best));
}

function stringFaults(schema: Schema, text: string, path: string): FieldError[] {
  const faults: FieldError[] = [];
  const lengthMax = numberKeyword(schema, 'maxLength');
  const lengthMin = numberKeyword(schema, 'minLength');
  const pattern = stringKeyword(schema, 'pattern');
  const format = stringKeyword(schema, 'format');
  const length = [...text].length;
  if (lengthMax !== undefined && length > lengthMax) faults.push(tooLong(field(path), lengthMax));
  if (lengthMin !== undefined && length < lengthMin)
    faults.push(invalid(field(path), text, `${at(path)} should be at least ${lengthMin} chars long`));
  if (pattern !== undefined && !matchesPattern(pattern, text))
    faults.push(invalid(field(path), text, `${at(path)} should match '${pattern}'`));
  if (format !== undefined && !matchesFormat(format, text)) {
    faults.push(typeInvalid(field(path), text, `${at(path)} must be of type ${format}: ${JSON.stringify(text)}`));
  }
  return faults;
}

function numberFaults(schema: Schema, value: number, path: string): FieldError[] {
  const faults: FieldError[] = [];
  const fail = (detail: string) => faults.push(invalid(field(path), value, `${at(path)} should be ${detail}`));
  const maximum = numberKeyword(schema, 'maximum');
  const minimum = numberKeyword(schema, 'minimum');
  const multipleOf = numberKeyword(schema, 'multipleOf');
  if (multipleOf !== undefined && multipleOf > 0 && !Number.isInteger(value / multipleOf)) fail(`a multiple of ${multipleOf}`);
  if (maximum !== undefined) {
    if (isOn(schema, 'exclusiveMaximum') ? value >= maximum : value > maximum) {
      fail(`less than ${isOn(schema, 'exclusiveMaximum') ? '' : 'or equal to '}${maximum}`);
    }
  }
  if (minimum !== undefined) {
    if (isOn(schema, 'exclusiveMinimum') ? value <= minimum : value < minimum) {
      fail(`greater than ${isOn(schema, 'exclusiveMinimum') ? '' : 'or equal to '}${minimum}`);
    }
  }
  if (stringKeyword(schema, 'format') === 'int32' && Number.isInteger(value) && Math.abs(value) > 2_147_483_647) {
    faults.push(invalid('<nil>', '', `Checked value must be of type integer with format int32 in ${path}`));
  }
  return faults;
}

function listFaults(schema: Schema, list: readonly unknown[], path: string): FieldError[] {
  const items = subschema(schema, 'items');
  const faults = items === undefined ? [] : list.flatMap((item, index) => faultsOf(items, item, `${path}[${index}]`));
  const countMin = numberKeyword(schema, 'minItems');
  const countMax = numberKeyword(schema, 'maxItems');
  if (countMin !== undefined && list.length < countMin) {
    faults.push(invalid(field(path), list.length, `${at(path)} should have at least ${countMin} items`));
  }
  if (countMax !== undefined && list.length > countMax) faults.push(tooMany(field(path), list.length, countMax));
  return faults;
}

function enumFault(schema: Schema, value: unknown, path: string): FieldError[] {
  const allowed = schema.enum;
  if (!Array.isArray(allowed) || allowed.length === 0) return [];
  const text = JSON.stringify(value);
  if (allowed.some(item => JSON.stringify(item) === text)) return [];
  return [
    notSupported(
      field(path),
      value,
      allowed.map(item => (typeof item === 'string' ? item : JSON.stringify(item))),
    ),
  ];
}

function fieldsFaults(schema: Schema, fields: Fields, path: string): FieldError[] {
  const faults: FieldError[] = [];
  const names = Object.keys(fields);
  const countMin = numberKeyword(schema, 'minProperties');
  const countMax = numberKeyword(schema, 'maxProperties');
  if (countMin !== undefined && names.length < countMin) {
    faults.push(invalid(field(path), names.length, `${at(path)} should have at least ${countMin} properties`));
  }
  if (countMax !== undefined && names.length > countMax) faults.push(tooMany(field(path), names.length, countMax));
  const additional = subschema(schema, 'additionalProperties');
  if (additional !== undefined) {
    for (const name of names) {
      if (propertySchema(schema, name) === undefined) faults.push(...faultsOf(additional, fields[name], `${path}.${name}`));
    }
  }
  for (const name of propertyNames(schema)) {
    const property = propertySchema(schema, name);
    if (property !== undefined && Object.hasOwn(fields, name))
      faults.push(...faultsOf(property, fields[name], path === '' ? name : `${path}.${name}`));
  }
  for (const name of stringsKeyword(schema, 'required')) {
    if (!Object.hasOwn(fields, name)) faults.push(required(field(`${path}.${name}`)));
  }
  return faults;
}
