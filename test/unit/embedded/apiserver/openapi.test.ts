import {describe, expect, test} from 'vitest';
import {readField} from '../../../../src/domain/fields.ts';
import {builtinTypes} from '../../../../src/embedded/apiserver/builtin-kinds.ts';
import {builtinSchema} from '../../../../src/embedded/apiserver/builtin-schemas.ts';
import {openApiV2, openApiV3Document, openApiV3Index} from '../../../../src/embedded/apiserver/openapi.ts';
import type {ResourceType} from '../../../../src/embedded/apiserver/resource-type.ts';
import {prune, unknownFields} from '../../../../src/embedded/apiserver/schema/prune.ts';

const gizmo: ResourceType = {
  group: 'example.io',
  version: 'v1',
  plural: 'gizmos',
  singular: 'gizmo',
  kind: 'Gizmo',
  listKind: 'GizmoList',
  shortNames: [],
  categories: [],
  isNamespaced: true,
  verbs: ['create', 'get', 'list', 'patch', 'update', 'watch', 'delete'],
  storageVersion: 'v1',
  hasStatus: true,
  selectableFields: [],
  schema: {type: 'object', properties: {spec: {type: 'object', description: 'What is wanted.', properties: {size: {type: 'integer'}}}}},
};

describe('openapi', () => {
  test('the index names every group version, with a hash that follows its schemas', () => {
    const {paths} = openApiV3Index([...builtinTypes, gizmo]) as {paths: Record<string, {serverRelativeURL: string}>};
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['api/v1', 'apis/apps/v1', 'apis/example.io/v1']));
    const changed = openApiV3Index([{...gizmo, schema: {type: 'object'}}]) as typeof paths & {paths: typeof paths};
    expect(changed.paths['apis/example.io/v1']).not.toEqual(paths['apis/example.io/v1']);
  });

  test('a custom kind can be explained and its PATCH offers fieldValidation', () => {
    const document = openApiV3Document([gizmo], 'apis/example.io/v1') as {
      paths: Record<string, Record<string, unknown>>;
      components: {schemas: Record<string, unknown>};
    };
    expect(document.components.schemas['io.example.v1.Gizmo']).toMatchObject({
      properties: {spec: {description: 'What is wanted.', properties: {size: {type: 'integer'}}}},
      'x-kubernetes-group-version-kind': [{group: 'example.io', version: 'v1', kind: 'Gizmo'}],
    });
    expect(document.paths['/apis/example.io/v1/namespaces/{namespace}/gizmos/{name}']?.patch).toMatchObject({
      parameters: expect.arrayContaining([expect.objectContaining({name: 'fieldValidation'})]),
      'x-kubernetes-group-version-kind': {group: 'example.io', version: 'v1', kind: 'Gizmo'},
    });
  });

  test('every reference of a document leads somewhere in it', () => {
    for (const path of ['api/v1', 'apis/apps/v1', 'apis/apiextensions.k8s.io/v1']) {
      const document = openApiV3Document(builtinTypes, path);
      const text = JSON.stringify(document);
      const schemas = readField(document, 'components')?.['schemas' as never] as unknown as Record<string, unknown>;
      for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) expect(Object.hasOwn(schemas, name ?? '')).toBe(true);
    }
    expect(JSON.stringify(openApiV2([gizmo]))).toContain('#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');
  });

  test('every built-in kind that is stored has a schema', () => {
    expect(builtinTypes.filter(type => builtinSchema(type) === undefined)).toEqual([]);
  });
});

describe('builtinSchema', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name: 'a'},
    spec: {
      containers: [{name: 'a', image: 'x', resources: {limits: {cpu: '1'}}, ports: [{containerPort: 80}], immage: 'y'}],
      nodeNmae: 'b',
    },
  };

  test('knows the fields of a pod to the last level', () => {
    expect(unknownFields(builtinSchema({group: '', version: 'v1', kind: 'Pod'}) ?? {}, pod)).toEqual([
      'spec.containers[0].immage',
      'spec.nodeNmae',
    ]);
  });

  test('keeps free-form parts: CRD schemas, revisions and string maps', () => {
    const crd = {
      spec: {
        versions: [
          {
            name: 'v1',
            schema: {openAPIV3Schema: {type: 'object', properties: {a: {properties: {b: {'x-kubernetes-int-or-string': true}}}}}},
          },
        ],
      },
    };
    expect(prune(builtinSchema({group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition'}) ?? {}, crd)).toEqual(crd);
    const revision = {revision: 1, data: {spec: {anything: [1]}}};
    expect(prune(builtinSchema({group: 'apps', version: 'v1', kind: 'ControllerRevision'}) ?? {}, revision)).toEqual(revision);
    const config = {data: {a: 'b'}, binaryData: {c: 'ZA=='}};
    expect(prune(builtinSchema({group: '', version: 'v1', kind: 'ConfigMap'}) ?? {}, config)).toEqual(config);
  });
});
