import {expect, test} from 'vitest';
import {applyDefaults} from '../../../../../src/embedded/apiserver/schema/default.ts';

const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      default: {},
      properties: {
        scheme: {type: 'string', default: 'HTTPS'},
        kubelet: {type: 'object', default: {}, properties: {mode: {type: 'string', default: 'Auto'}}},
        count: {type: 'integer', default: 0, nullable: true},
        items: {type: 'array', items: {type: 'object', properties: {protocol: {type: 'string', default: 'TCP'}}}},
        plain: {type: 'string'},
      },
    },
  },
};

test('fills in defaults of defaults', () => {
  expect(applyDefaults(schema, {})).toEqual({spec: {scheme: 'HTTPS', kubelet: {mode: 'Auto'}, count: 0}});
});

test('leaves given values, and nulls only where the schema allows them', () => {
  const object = {spec: {scheme: null, kubelet: {mode: 'Off'}, count: null, plain: null, items: [{}, {protocol: 'UDP'}]}};
  expect(applyDefaults(schema, object)).toEqual({
    spec: {scheme: 'HTTPS', kubelet: {mode: 'Off'}, count: null, items: [{protocol: 'TCP'}, {protocol: 'UDP'}]},
  });
});

test('gives the same object back when there was nothing to fill in', () => {
  const object = {spec: {scheme: 'HTTP', kubelet: {mode: 'Off'}, count: 1}};
  expect(applyDefaults(schema, object)).toBe(object);
});
