import {expect, test} from 'vitest';
import {settingsProblems} from '../../../src/domain/settings-schema.ts';

const schema = {
  type: 'object',
  required: ['host'],
  properties: {
    host: {type: 'string', minLength: 2, pattern: '^[a-z]+$'},
    ports: {type: 'array', maxItems: 2, items: {type: 'integer', maximum: 65535}},
    labels: {type: 'object', additionalProperties: {type: 'string'}},
    storage: {oneOf: [{required: ['disk']}, {required: ['bucket']}]},
    note: {type: 'string', nullable: true},
  },
};

test.each([
  [{host: 'ab', ports: [1], labels: {a: 'b'}, storage: {disk: 1}, note: null}, []],
  [{}, ['host is required']],
  [{host: 'A1'}, ['host must match ^[a-z]+$']],
  [{host: 'a'}, ['host is shorter than 2']],
  [{host: null}, ['host is null']],
  [{host: 'ab', ports: [1, 2, 3]}, ['ports has more than 2 items']],
  [{host: 'ab', ports: [1.5, 70000]}, ['ports[0] must be of type integer', 'ports[1] is more than 65535']],
  [{host: 'ab', labels: {a: 1}}, ['labels.a must be of type string']],
  [{host: 'ab', storage: {}}, ['storage must fit exactly one of the forms that are allowed']],
])('%j: %j', (settings, problems) => {
  expect(settingsProblems(settings, schema)).toEqual(problems);
});
