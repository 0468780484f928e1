/** JSON with its fields in order, so that equal values have equal text and equal digests. */
import {isFields} from './fields.ts';

export function canonicalJson(value: unknown): string {
  return JSON.stringify(ordered(value)) ?? 'null';
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map(name => [name, ordered(value[name])]),
  );
}
