import {describe, expect, test} from 'vitest';
import {joinFieldErrors} from '../../../../../src/embedded/apiserver/schema/field-error.ts';
import {validate} from '../../../../../src/embedded/apiserver/schema/validate.ts';

/** The sentence that kubectl prints after `is invalid: `. */
function say(spec: object, value: unknown): string {
  const faults = validate({type: 'object', properties: {spec: {type: 'object', properties: {x: spec}}}}, {spec: {x: value}});
  return faults.length === 0 ? 'ok' : joinFieldErrors(faults);
}

describe('validate', () => {
  test.each<[string, object, unknown, string]>([
    ['type', {type: 'integer'}, 'a', 'spec.x: Invalid value: "string": spec.x in body must be of type integer: "string"'],
    ['fraction for integer', {type: 'integer'}, 1.5, 'spec.x: Invalid value: "number": spec.x in body must be of type integer: "number"'],
    ['integer for number', {type: 'number'}, 1, 'ok'],
    ['null', {type: 'string'}, null, 'spec.x: Invalid value: "null": spec.x in body must be of type string: "null"'],
    ['nullable', {type: 'string', nullable: true}, null, 'ok'],
    [
      'int or string',
      {'x-kubernetes-int-or-string': true},
      true,
      'spec.x: Invalid value: "boolean": spec.x in body must be of type integer,string: "boolean"',
    ],
    ['enum', {type: 'string', enum: ['A', 'B']}, 'C', 'spec.x: Unsupported value: "C": supported values: "A", "B"'],
    ['pattern', {type: 'string', pattern: '^a+$'}, 'b', 'spec.x: Invalid value: "b": spec.x in body should match \'^a+$\''],
    ['minimum', {type: 'integer', minimum: 1}, 0, 'spec.x: Invalid value: 0: spec.x in body should be greater than or equal to 1'],
    ['maximum', {type: 'integer', maximum: 1, exclusiveMaximum: true}, 1, 'spec.x: Invalid value: 1: spec.x in body should be less than 1'],
    ['maxLength', {type: 'string', maxLength: 2}, 'abc', 'spec.x: Too long: may not be more than 2 bytes'],
    ['minLength', {type: 'string', minLength: 1}, '', 'spec.x: Invalid value: "": spec.x in body should be at least 1 chars long'],
    ['maxItems', {type: 'array', maxItems: 1, items: {type: 'integer'}}, [1, 2], 'spec.x: Too many: 2: must have at most 1 item'],
    ['minProperties', {type: 'object', minProperties: 1}, {}, 'spec.x: Invalid value: 0: spec.x in body should have at least 1 properties'],
    [
      'date-time',
      {type: 'string', format: 'date-time'},
      'soon',
      'spec.x: Invalid value: "soon": spec.x in body must be of type date-time: "soon"',
    ],
    [
      'impossible day',
      {type: 'string', format: 'date'},
      '2026-02-30',
      'spec.x: Invalid value: "2026-02-30": spec.x in body must be of type date: "2026-02-30"',
    ],
    ['unknown format', {type: 'string', format: 'colour'}, 'soon', 'ok'],
    ['required', {type: 'object', required: ['y']}, {}, 'spec.x.y: Required value'],
    [
      'list item',
      {type: 'array', items: {type: 'string'}},
      ['a', 1],
      'spec.x[1]: Invalid value: "integer": spec.x[1] in body must be of type string: "integer"',
    ],
    ['not', {type: 'string', not: {enum: ['a']}}, 'a', '<nil>: Invalid value: "": "spec.x" must not validate the schema (not)'],
  ])('%s', (_, schema, value, sentence) => {
    expect(say(schema, value)).toBe(sentence);
  });

  test('oneOf reports how many fit, and what the closest lacks', () => {
    const schema = {
      type: 'object',
      oneOf: [{required: ['a']}, {required: ['b', 'c']}],
      properties: {a: {type: 'string'}, b: {type: 'string'}, c: {type: 'string'}},
    };
    expect(say(schema, {})).toBe(
      '[<nil>: Invalid value: "": "spec.x" must validate one and only one schema (oneOf). Found none valid, spec.x.a: Required value]',
    );
    expect(say(schema, {a: '', b: '', c: ''})).toBe(
      '<nil>: Invalid value: "": "spec.x" must validate one and only one schema (oneOf). Found 2 valid alternatives',
    );
  });

  test('of several alternatives the one with the most checks is explained', () => {
    const schema = {
      type: 'object',
      properties: {kind: {type: 'string'}, size: {type: 'integer'}},
      oneOf: [{properties: {kind: {enum: ['a']}}, required: ['size']}, {properties: {kind: {enum: ['b']}}}],
    };
    expect(say(schema, {kind: 'c'})).toBe(
      '[<nil>: Invalid value: "": "spec.x" must validate one and only one schema (oneOf). Found none valid, spec.x.kind: Unsupported value: "c": supported values: "a", spec.x.size: Required value]',
    );
  });

  test('lists that are sets or maps hold nothing twice', () => {
    expect(say({type: 'array', 'x-kubernetes-list-type': 'set', items: {type: 'string'}}, ['a', 'b', 'a', 'a'])).toBe(
      'spec.x[2]: Duplicate value: "a"',
    );
    const map = {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['port', 'protocol'],
      items: {type: 'object', properties: {port: {type: 'integer'}, protocol: {type: 'string', default: 'TCP'}}},
    };
    expect(say(map, [{port: 1}, {port: 1, protocol: 'UDP'}, {port: 1, protocol: 'TCP'}])).toBe(
      'spec.x[2]: Duplicate value: {"port":1,"protocol":"TCP"}',
    );
  });

  test('several faults are listed in brackets', () => {
    const schema = {type: 'object', required: ['spec'], properties: {a: {type: 'string'}}};
    expect(joinFieldErrors(validate(schema, {a: 1}))).toBe(
      '[a: Invalid value: "integer": a in body must be of type string: "integer", spec: Required value]',
    );
  });
});
