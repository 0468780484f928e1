/** What a schema may ask of a string or a number beside its type. */
import type {Schema} from '../resource-type.ts';
import {type FieldError, invalid, tooLong, typeInvalid} from './field-error.ts';
import {matchesFormat} from './formats.ts';
import {matchesPattern} from './pattern.ts';
import {isOn, numberKeyword, stringKeyword} from './read-schema.ts';

export function stringFaults(schema: Schema, text: string, path: string): FieldError[] {
  const faults: FieldError[] = [];
  const lengthMax = numberKeyword(schema, 'maxLength');
  const lengthMin = numberKeyword(schema, 'minLength');
  const pattern = stringKeyword(schema, 'pattern');
  const format = stringKeyword(schema, 'format');
  if (lengthMax !== undefined && [...text].length > lengthMax) faults.push(tooLong(path, lengthMax));
  if (lengthMin !== undefined && [...text].length < lengthMin) {
    faults.push(invalid(path, text, `${path} in body should be at least ${lengthMin} chars long`));
  }
  if (pattern !== undefined && !matchesPattern(pattern, text))
    faults.push(invalid(path, text, `${path} in body should match '${pattern}'`));
  if (format !== undefined && !matchesFormat(format, text)) {
    faults.push(typeInvalid(path, text, `${path} in body must be of type ${format}: ${JSON.stringify(text)}`));
  }
  return faults;
}

export function numberFaults(schema: Schema, value: number, path: string): FieldError[] {
  const faults: FieldError[] = [];
  const fail = (detail: string) => faults.push(invalid(path, value, `${path} in body should be ${detail}`));
  const multipleOf = numberKeyword(schema, 'multipleOf');
  const maximum = numberKeyword(schema, 'maximum');
  const minimum = numberKeyword(schema, 'minimum');
  const isBelowOnly = isOn(schema, 'exclusiveMaximum');
  const isAboveOnly = isOn(schema, 'exclusiveMinimum');
  if (multipleOf !== undefined && multipleOf > 0 && !Number.isInteger(value / multipleOf)) fail(`a multiple of ${multipleOf}`);
  if (maximum !== undefined && (isBelowOnly ? value >= maximum : value > maximum))
    fail(`less than ${isBelowOnly ? '' : 'or equal to '}${maximum}`);
  if (minimum !== undefined && (isAboveOnly ? value <= minimum : value < minimum))
    fail(`greater than ${isAboveOnly ? '' : 'or equal to '}${minimum}`);
  if (stringKeyword(schema, 'format') === 'int32' && Math.abs(value) > 2_147_483_647) {
    faults.push(invalid('<nil>', '', `Checked value must be of type integer with format int32 in ${path}`));
  }
  return faults;
}
