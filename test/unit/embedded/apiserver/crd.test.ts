import {readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {parseAllDocuments} from 'yaml';
import type {KubeObject} from '../../../../src/domain/kube-object.ts';
import {crdStatus, defaultCrd, typesOfCrd} from '../../../../src/embedded/apiserver/crd.ts';
import {validateCrd, validateCrdUpdate} from '../../../../src/embedded/apiserver/crd-validation.ts';
import {joinFieldErrors} from '../../../../src/embedded/apiserver/schema/field-error.ts';

const version = {
  name: 'v1',
  served: true,
  storage: true,
  subresources: {status: {}},
  schema: {openAPIV3Schema: {type: 'object', properties: {spec: {type: 'object', properties: {size: {type: 'integer'}}}}}},
};

function crd(spec: object = {}, name = 'gizmos.example.io'): KubeObject {
  return defaultCrd({
    metadata: {name, uid: 'u', resourceVersion: '1'},
    spec: {
      group: 'example.io',
      scope: 'Namespaced',
      names: {plural: 'gizmos', kind: 'Gizmo', shortNames: ['gz']},
      versions: [version],
      ...spec,
    },
  });
}

describe('typesOfCrd', () => {
  test('serves each served version with the names that follow from the kind', () => {
    const types = typesOfCrd(
      crd({versions: [version, {...version, name: 'v2', storage: false}, {...version, name: 'v3', served: false, storage: false}]}),
    );
    expect(types.map(type => [type.version, type.storageVersion])).toEqual([
      ['v1', 'v1'],
      ['v2', 'v1'],
    ]);
    expect(types[0]).toMatchObject({singular: 'gizmo', listKind: 'GizmoList', shortNames: ['gz'], isNamespaced: true, hasStatus: true});
  });

  test('a version without columns prints its age', () => {
    expect(typesOfCrd(crd())[0]?.printerColumns).toMatchObject([{name: 'Age', jsonPath: '.metadata.creationTimestamp'}]);
  });
});

test('crdStatus is established at once and keeps the time of its conditions', () => {
  const status = crdStatus(crd(), '2026-01-01T00:00:00Z');
  expect(status).toMatchObject({
    acceptedNames: {plural: 'gizmos', singular: 'gizmo', kind: 'Gizmo', listKind: 'GizmoList'},
    conditions: [
      {type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', lastTransitionTime: '2026-01-01T00:00:00Z'},
      {type: 'Established', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z'},
    ],
    storedVersions: ['v1'],
  });
  expect(crdStatus({...crd(), status}, '2027-01-01T00:00:00Z')).toEqual(status);
});

describe('validateCrd', () => {
  const say = (object: KubeObject) => joinFieldErrors(validateCrd(object));
  const withSchema = (openAPIV3Schema: object) => crd({versions: [{...version, schema: {openAPIV3Schema}}]});

  test.each<[string, KubeObject, string]>([
    ['name', crd({}, 'gizmo.example.io'), 'metadata.name: Invalid value: "gizmo.example.io": must be spec.names.plural+"."+spec.group'],
    ['scope', crd({scope: 'Both'}), 'spec.scope: Unsupported value: "Both": supported values: "Cluster", "Namespaced"'],
    ['no schema', crd({versions: [{...version, schema: undefined}]}), 'spec.versions[0].schema.openAPIV3Schema: Required value'],
    [
      'untyped field',
      withSchema({type: 'object', properties: {spec: {properties: {a: {type: 'string'}}}}}),
      'spec.validation.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields',
    ],
    [
      'type under oneOf',
      withSchema({type: 'object', properties: {spec: {type: 'object', oneOf: [{type: 'object'}]}}}),
      'spec.validation.openAPIV3Schema.properties[spec].oneOf[0].type: Forbidden: must be empty to be structural',
    ],
    [
      'array without items',
      withSchema({type: 'object', properties: {spec: {type: 'array'}}}),
      'spec.validation.openAPIV3Schema.properties[spec].items: Required value: must be specified',
    ],
  ])('%s', (_, object, sentence) => {
    expect(say(object)).toBe(sentence);
  });

  test('needs exactly one storage version', () => {
    expect(say(crd({versions: [{...version, storage: false}]}))).toMatch(
      /must have exactly one version marked as storage version, status.storedVersions: Invalid value: null: must have at least one stored version/,
    );
  });

  test('the group of an existing CRD stays', () => {
    const after = crd({scope: 'Cluster'});
    expect(joinFieldErrors(validateCrdUpdate(crd(), after))).toBe('spec.scope: Invalid value: "Cluster": field is immutable');
  });

  test('admits every CRD of the platform', () => {
    const folder = new URL('../../../../deploy/crds/platform/', import.meta.url);
    const files = readdirSync(folder).filter(file => file.endsWith('.yaml'));
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      for (const document of parseAllDocuments(readFileSync(new URL(file, folder), 'utf8'))) {
        const object: KubeObject = document.toJSON();
        expect([file, validateCrd(defaultCrd(object))]).toEqual([file, []]);
      }
    }
  });
});
