/** One fault of one field, worded as the API server words it in `details.causes` and in the message of a Status. */
import type {StatusCause} from '../../../domain/status-error.ts';

/** A cause whose three parts are known. */
export type FieldError = Required<StatusCause>;

export function required(field: string, detail = ''): FieldError {
  return {reason: 'FieldValueRequired', message: withDetail('Required value', detail), field};
}

export function invalid(field: string, value: unknown, detail: string): FieldError {
  return {reason: 'FieldValueInvalid', message: `Invalid value: ${show(value)}: ${detail}`, field};
}

/** The value is too big to be quoted. */
export function invalidHidden(field: string, detail: string): FieldError {
  return {reason: 'FieldValueInvalid', message: `Invalid value: ${detail}`, field};
}

export function typeInvalid(field: string, value: unknown, detail: string): FieldError {
  return {reason: 'FieldValueTypeInvalid', message: `Invalid value: ${show(value)}: ${detail}`, field};
}

export function forbidden(field: string, detail: string): FieldError {
  return {reason: 'FieldValueForbidden', message: withDetail('Forbidden', detail), field};
}

export function duplicate(field: string, value: unknown): FieldError {
  return {reason: 'FieldValueDuplicate', message: `Duplicate value: ${show(value)}`, field};
}

export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const detail = supported.length === 0 ? '' : `supported values: ${supported.map(item => JSON.stringify(item)).join(', ')}`;
  return {reason: 'FieldValueNotSupported', message: withDetail(`Unsupported value: ${show(value)}`, detail), field};
}

export function tooLong(field: string, bytesMax: number): FieldError {
  return {reason: 'FieldValueTooLong', message: `Too long: may not be more than ${bytesMax} ${bytesMax === 1 ? 'byte' : 'bytes'}`, field};
}

export function tooMany(field: string, count: number, countMax: number): FieldError {
  return {
    reason: 'FieldValueTooMany',
    message: `Too many: ${count}: must have at most ${countMax} ${countMax === 1 ? 'item' : 'items'}`,
    field,
  };
}

/** What follows `is invalid: ` in the message of the Status. */
export function joinFieldErrors(errors: readonly StatusCause[]): string {
  const texts = [...new Set(errors.map(error => (error.field ? `${error.field}: ${error.message}` : (error.message ?? ''))))];
  return texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
}

function withDetail(body: string, detail: string): string {
  return detail === '' ? body : `${body}: ${detail}`;
}

/** As Go prints a value: strings quoted, numbers and booleans bare, the rest as JSON. */
function show(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}
