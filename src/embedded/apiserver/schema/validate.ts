/** Checks an object against its structural schema, in the words of the API server. Rules in CEL are asked elsewhere. */
import {type Fields, isFields} from '../../../domain/fields.ts';
import type {StatusCause} from '../../../domain/status-error.ts';
import type {Schema} from '../resource-type.ts';
import {type FieldError, invalid, notSupported, required, tooMany, typeInvalid} from './field-error.ts';
import {duplicatesIn} from './list-duplicates.ts';
import {isOn, numberKeyword, propertyNames, propertySchema, schemaList, stringKeyword, stringsKeyword, subschema} from './read-schema.ts';
import {numberFaults, stringFaults} from './scalar-faults.ts';

/** Empty when the object fits. */
export function validate(schema: Schema, object: Fields): StatusCause[] {
  const report = newReport();
  check(schema, object, '', report);
  return [...report.faults, ...duplicatesIn(schema, object, '')];
}

/** `checks` counts the validators that had a say: of several alternatives the API server explains the one with the most. */
type Report = {readonly faults: FieldError[]; checks: number};

function newReport(): Report {
  return {faults: [], checks: 0};
}

function merge(report: Report, part: Report): void {
  report.faults.push(...part.faults);
  report.checks += part.checks;
}

function check(schema: Schema, value: unknown, path: string, report: Report): void {
  checkType(schema, value, path, report);
  if (value === null) {
    checkEnum(schema, value, path, report);
    return;
  }
  checkCombinations(schema, value, path, report);
  report.checks += 3;
  if (typeof value === 'string') {
    report.faults.push(...stringFaults(schema, value, path));
    report.checks += 1;
  } else if (typeof value === 'number') {
    report.faults.push(...numberFaults(schema, value, path));
    report.checks += 2;
  } else if (Array.isArray(value)) checkList(schema, value, path, report);
  checkEnum(schema, value, path, report);
  if (isFields(value)) checkFields(schema, value, path, report);
}

function checkType(schema: Schema, value: unknown, path: string, report: Report): void {
  const isEither = isOn(schema, 'x-kubernetes-int-or-string');
  const expected = isEither ? 'integer,string' : stringKeyword(schema, 'type');
  if (expected === undefined) return;
  const actual = jsonType(value);
  report.checks += 1;
  const isFitting =
    actual === expected || (actual === 'integer' && expected === 'number') || (isEither && (actual === 'integer' || actual === 'string'));
  if (isFitting || (actual === 'null' && isOn(schema, 'nullable'))) report.checks += 1;
  else report.faults.push(typeInvalid(fieldAt(path), actual, `${path} in body must be of type ${expected}: ${JSON.stringify(actual)}`));
}

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function checkCombinations(schema: Schema, value: unknown, path: string, report: Report): void {
  const fail = (detail: string) => report.faults.push(invalid('<nil>', '', `${JSON.stringify(path)} ${detail}`));
  const anyOf = alternatives(schema, 'anyOf', value, path);
  if (anyOf.length > 0) {
    const fitting = anyOf.find(part => part.faults.length === 0);
    if (fitting === undefined) fail('must validate at least one schema (anyOf)');
    merge(report, fitting ?? closest(anyOf));
  }
  const oneOf = alternatives(schema, 'oneOf', value, path);
  if (oneOf.length > 0) {
    const fitting = oneOf.filter(part => part.faults.length === 0);
    if (fitting.length !== 1) {
      const count = fitting.length === 0 ? 'Found none valid' : `Found ${fitting.length} valid alternatives`;
      fail(`must validate one and only one schema (oneOf). ${count}`);
    }
    if (fitting.length < 2) merge(report, fitting[0] ?? closest(oneOf));
  }
  const allOf = alternatives(schema, 'allOf', value, path);
  const failing = allOf.filter(part => part.faults.length > 0).length;
  for (const part of allOf) merge(report, part);
  if (failing > 0) fail(`must validate all the schemas (allOf)${failing === allOf.length ? '. None validated' : ''}`);
  const not = subschema(schema, 'not');
  if (not !== undefined && reportOf(not, value, path).faults.length === 0) fail('must not validate the schema (not)');
}

function alternatives(schema: Schema, keyword: string, value: unknown, path: string): readonly Report[] {
  return schema[keyword] === undefined ? [] : schemaList(schema, keyword).map(part => reportOf(part, value, path));
}

function reportOf(schema: Schema, value: unknown, path: string): Report {
  const report = newReport();
  check(schema, value, path, report);
  return report;
}

function closest(reports: readonly Report[]): Report {
  return reports.reduce((best, next) => (next.checks > best.checks ? next : best));
}

function checkList(schema: Schema, list: readonly unknown[], path: string, report: Report): void {
  const items = subschema(schema, 'items');
  if (items !== undefined) for (const [index, item] of list.entries()) check(items, item, `${path}[${index}]`, report);
  const countMin = numberKeyword(schema, 'minItems');
  const countMax = numberKeyword(schema, 'maxItems');
  if (countMin !== undefined && list.length < countMin) {
    report.faults.push(invalid(fieldAt(path), list.length, `${path} in body should have at least ${countMin} items`));
  }
  if (countMax !== undefined && list.length > countMax) report.faults.push(tooMany(fieldAt(path), list.length, countMax));
  report.checks += 2;
}

function checkEnum(schema: Schema, value: unknown, path: string, report: Report): void {
  const allowed = schema.enum;
  if (!Array.isArray(allowed) || allowed.length === 0) return;
  const text = JSON.stringify(value);
  if (allowed.some(item => JSON.stringify(item) === text)) return;
  const names = allowed.map(item => (typeof item === 'string' ? item : JSON.stringify(item)));
  report.faults.push(notSupported(fieldAt(path), value, names));
}

function checkFields(schema: Schema, fields: Fields, path: string, report: Report): void {
  const names = Object.keys(fields);
  const countMin = numberKeyword(schema, 'minProperties');
  const countMax = numberKeyword(schema, 'maxProperties');
  if (countMin !== undefined && names.length < countMin) {
    report.faults.push(invalid(fieldAt(path), names.length, `${path} in body should have at least ${countMin} properties`));
  }
  if (countMax !== undefined && names.length > countMax) report.faults.push(tooMany(fieldAt(path), names.length, countMax));
  const additional = subschema(schema, 'additionalProperties');
  if (additional !== undefined) {
    for (const name of names) if (propertySchema(schema, name) === undefined) check(additional, fields[name], `${path}.${name}`, report);
  }
  for (const name of propertyNames(schema)) {
    const property = propertySchema(schema, name);
    if (property !== undefined && Object.hasOwn(fields, name))
      check(property, fields[name], path === '' ? name : `${path}.${name}`, report);
  }
  for (const name of stringsKeyword(schema, 'required')) {
    if (!Object.hasOwn(fields, name)) report.faults.push(required(fieldAt(`${path}.${name}`)));
  }
  report.checks += 1;
}

/** Paths grow from an empty root; the field of a cause has no leading dot. */
function fieldAt(path: string): string {
  return path.startsWith('.') ? path.slice(1) : path;
}
