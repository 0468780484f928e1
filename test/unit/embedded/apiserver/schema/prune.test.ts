import {describe, expect, test} from 'vitest';
import {prune, unknownFields} from '../../../../../src/embedded/apiserver/schema/prune.ts';

const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        known: {type: 'string'},
        free: {
          type: 'object',
          'x-kubernetes-preserve-unknown-fields': true,
          properties: {typed: {type: 'object', properties: {a: {type: 'string'}}}},
        },
        labels: {type: 'object', additionalProperties: {type: 'object', properties: {on: {type: 'boolean'}}}},
        list: {type: 'array', items: {type: 'object', properties: {name: {type: 'string'}}}},
        template: {type: 'object', 'x-kubernetes-embedded-resource': true, properties: {spec: {type: 'object', properties: {}}}},
      },
    },
  },
};

const base = {apiVersion: 'x.io/v1', kind: 'Thing', metadata: {name: 'a', labels: {team: 'x'}}};

describe('prune', () => {
  test('drops what no schema names and keeps identity and metadata', () => {
    const pruned = prune(schema, {...base, spec: {known: 'a', unknown: 1, list: [{name: 'x', extra: true}]}, status: {phase: 'Ready'}});
    expect(pruned).toEqual({...base, spec: {known: 'a', list: [{name: 'x'}]}});
  });

  test('keeps everything under preserve-unknown-fields but prunes the parts that are typed there', () => {
    const pruned = prune(schema, {...base, spec: {free: {anything: {goes: 1}, typed: {a: 'x', b: 'y'}}}});
    expect(pruned).toEqual({...base, spec: {free: {anything: {goes: 1}, typed: {a: 'x'}}}});
  });

  test('prunes inside additionalProperties and embedded resources', () => {
    const template = {apiVersion: 'v1', kind: 'Pod', metadata: {name: 'p'}, spec: {gone: 1}, status: {}};
    const pruned = prune(schema, {...base, spec: {labels: {a: {on: true, off: 1}}, template}});
    expect(pruned).toEqual({
      ...base,
      spec: {labels: {a: {on: true}}, template: {apiVersion: 'v1', kind: 'Pod', metadata: {name: 'p'}, spec: {}}},
    });
  });

  test('gives the same object back when nothing had to go', () => {
    const object = {...base, spec: {known: 'a', list: [{name: 'x'}]}};
    expect(prune(schema, object)).toBe(object);
  });

  test('names unknown fields with their paths, those of metadata too', () => {
    const object = {...base, metadata: {name: 'a', colour: 'red'}, spec: {unknown: 1, list: [{name: 'x'}, {name: 'y', extra: true}]}};
    expect(unknownFields(schema, object)).toEqual(['metadata.colour', 'spec.list[1].extra', 'spec.unknown']);
  });
});
