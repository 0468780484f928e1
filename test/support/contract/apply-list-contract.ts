/** Contract: what apply does to lists, maps that are one field, and status, by the schema of the kind. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {ContractClient, Json} from './contract-client.ts';
import {crdsPath} from './gizmo-crd.ts';
import {ownersOf} from './managed-fields.ts';

const group = 'contract.example.com';
const crdName = `applygizmos.${group}`;

const text = {type: 'string'};
const item = {type: 'object', required: ['name'], properties: {name: text, port: {type: 'integer', default: 80}, value: text}};

const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        byKey: {type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name', 'port'], items: item},
        byValue: {type: 'array', 'x-kubernetes-list-type': 'set', items: text},
        whole: {type: 'array', items: text},
        wholeMap: {type: 'object', 'x-kubernetes-map-type': 'atomic', properties: {a: text, b: text}},
        free: {type: 'object', 'x-kubernetes-preserve-unknown-fields': true},
        note: text,
      },
    },
    status: {type: 'object', properties: {phase: text, note: text}},
  },
};

const crd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {name: crdName},
  spec: {
    group,
    scope: 'Namespaced',
    names: {plural: 'applygizmos', kind: 'Applygizmo'},
    versions: [{name: 'v1', served: true, storage: true, subresources: {status: {}}, schema: {openAPIV3Schema: schema}}],
  },
};

export function applyListContract(api: () => ContractClient): void {
  describe('apply to a custom kind', () => {
    let path = '';

    beforeAll(async () => {
      await api().create(crdsPath, crd);
      path = `/apis/${group}/v1/namespaces/${await api().namespace()}/applygizmos`;
      await api().until(path, answer => answer.status === 200);
    });
    afterAll(async () => {
      await api().remove(`${crdsPath}/${crdName}`);
    });

    test('items with keys are owned and removed one by one, and keep their order', async () => {
      const at = `${path}/keyed`;
      await api().apply(at, 'one', gizmo('keyed', {byKey: [{name: 'a', value: '1'}, {name: 'c'}]}));
      const both = await api().apply(at, 'two', gizmo('keyed', {byKey: [{name: 'b'}, {name: 'c', value: '2'}]}));
      expect(both.body.spec.byKey).toEqual([
        {name: 'a', port: 80, value: '1'},
        {name: 'b', port: 80},
        {name: 'c', port: 80, value: '2'},
      ]);
      const key = (name: string) => `k:{"name":"${name}","port":80}`;
      expect(ownersOf(both.body)).toEqual({
        'one Apply': {'f:spec': {'f:byKey': {[key('a')]: {'.': {}, 'f:name': {}, 'f:value': {}}, [key('c')]: {'.': {}, 'f:name': {}}}}},
        'two Apply': {'f:spec': {'f:byKey': {[key('b')]: {'.': {}, 'f:name': {}}, [key('c')]: {'.': {}, 'f:name': {}, 'f:value': {}}}}},
      });
      const conflict = await api().apply(at, 'one', gizmo('keyed', {byKey: [{name: 'c', value: '1'}]}));
      expect(conflict.body.details.causes).toEqual([
        {reason: 'FieldManagerConflict', message: 'conflict with "two"', field: '.spec.byKey[name="c",port=80].value'},
      ]);
      const fewer = await api().apply(at, 'one', gizmo('keyed', {}));
      expect(fewer.body.spec.byKey.map((entry: Json) => entry.name)).toEqual(['b', 'c']);
    });

    test('values of a set are owned one by one', async () => {
      const at = `${path}/set`;
      await api().apply(at, 'one', gizmo('set', {byValue: ['x', 'z']}));
      const both = await api().apply(at, 'two', gizmo('set', {byValue: ['y', 'z']}));
      expect(both.body.spec.byValue).toEqual(['x', 'y', 'z']);
      expect(ownersOf(both.body)['two Apply']).toEqual({'f:spec': {'f:byValue': {'v:"y"': {}, 'v:"z"': {}}}});
      const fewer = await api().apply(at, 'one', gizmo('set', {byValue: ['x']}));
      expect(fewer.body.spec.byValue).toEqual(['x', 'y', 'z']);
      expect((await api().apply(at, 'two', gizmo('set', {}))).body.spec.byValue).toEqual(['x']);
    });

    test.for<[string, string, string]>([
      ['abcd', 'db', 'acdb'],
      ['abc', 'cba', 'cba'],
      ['abc', 'xbz', 'axbcz'],
      ['abcdef', 'fcx', 'abdefcx'],
      ['ab', 'ba', 'ba'],
      ['abcde', 'yezb', 'acdyezb'],
      ['ace', 'bdf', 'acebdf'],
      ['abc', 'cxa', 'bcxa'],
    ])('%s with %s applied is in the order %s', async ([live, applied, order]) => {
      const at = `${path}/order-${live}-${applied}`;
      const name = `order-${live}-${applied}`;
      await api().apply(at, 'one', gizmo(name, {byValue: [...live], byKey: [...live].map(letter => ({name: letter}))}));
      const config = gizmo(name, {byValue: [...applied], byKey: [...applied].map(letter => ({name: letter}))});
      const {body} = await api().apply(at, 'two', config);
      expect(body.spec.byValue.join('')).toBe(order);
      expect(body.spec.byKey.map((entry: Json) => entry.name).join('')).toBe(order);
    });

    test('other lists, and maps that say so, are one field', async () => {
      const at = `${path}/whole`;
      await api().apply(at, 'one', gizmo('whole', {whole: ['x'], wholeMap: {a: '1'}}));
      const conflict = await api().apply(at, 'two', gizmo('whole', {whole: ['y'], wholeMap: {b: '1'}}));
      expect(conflict.body.details.causes.map((cause: Json) => cause.field)).toEqual(['.spec.whole', '.spec.wholeMap']);
      const {body} = await api().apply(at, 'two', gizmo('whole', {whole: ['y'], wholeMap: {b: '1'}}), '&force=true');
      expect(body.spec).toEqual({whole: ['y'], wholeMap: {b: '1'}});
      expect(ownersOf(body)).toEqual({'two Apply': {'f:spec': {'f:whole': {}, 'f:wholeMap': {}}}});
    });

    test('what has no schema is taken apart down to its lists', async () => {
      const at = `${path}/free`;
      await api().apply(at, 'one', gizmo('free', {free: {deep: {a: 1, list: [{name: 'x'}]}}}));
      const {body} = await api().apply(at, 'two', gizmo('free', {free: {deep: {b: 2}}}));
      expect(body.spec.free).toEqual({deep: {a: 1, b: 2, list: [{name: 'x'}]}});
      expect(ownersOf(body)['one Apply']).toEqual({'f:spec': {'f:free': {'f:deep': {'.': {}, 'f:a': {}, 'f:list': {}}}}});
    });

    test('status has its own apply, and neither end writes the other’s fields', async () => {
      const at = `${path}/stateful`;
      const config = {...gizmo('stateful', {note: 'n'}), status: {phase: 'A'}};
      const main = await api().apply(at, 'one', config);
      expect(main.body.status).toBeUndefined();
      const status = await api().apply(`${at}/status`, 'two', {...gizmo('stateful', {note: 'other'}), status: {phase: 'B'}});
      expect(status.body).toMatchObject({spec: {note: 'n'}, status: {phase: 'B'}});
      expect(ownersOf(status.body)).toEqual({
        'one Apply': {'f:spec': {'f:note': {}}},
        'two Apply status': {'f:status': {'f:phase': {}}},
      });
      const conflict = await api().apply(`${at}/status`, 'three', {...gizmo('stateful', {}), status: {phase: 'C'}});
      expect(conflict.body.message).toBe('Apply failed with 1 conflict: conflict with "two" with subresource "status": .status.phase');
      expect((await api().apply(`${path}/none/status`, 'two', gizmo('none', {}))).body.code).toBe(404);
    });

    test('unknown fields, missing keys and items with one key are refused', async () => {
      const unknown = await api().apply(`${path}/bad`, 'one', gizmo('bad', {colour: 'red'}));
      expect(unknown.body.message).toContain('.spec.colour: field not declared in schema');
      const twice = await api().apply(`${path}/bad`, 'one', gizmo('bad', {byKey: [{name: 'a'}, {name: 'a'}]}));
      expect(twice.body.message).toContain('.spec.byKey: duplicate entries for key [name="a",port=80]');
      const invalid = await api().apply(`${path}/bad`, 'one', gizmo('bad', {byKey: [{value: 'a'}]}));
      expect(invalid.body).toMatchObject({code: 422, reason: 'Invalid'});
    });
  });

  describe('apply to built-in kinds', () => {
    test('containers, ports, environment and finalizers merge by what they are known by', async () => {
      const at = `/apis/apps/v1/namespaces/${await api().namespace()}/deployments/d`;
      const first = await api().apply(
        at,
        'one',
        deployment([{name: 'c', image: 'i', ports: [{containerPort: 80}], env: [{name: 'A', value: '1'}]}]),
      );
      expect(first.status).toBe(201);
      const side = {name: 'side', image: 's'};
      const second = await api().apply(at, 'two', {
        ...deployment([{name: 'c', env: [{name: 'B', value: '2'}], ports: [{containerPort: 80, protocol: 'UDP'}]}, side]),
        metadata: {name: 'd', finalizers: ['ex.io/two']},
      });
      const [c, s] = second.body.spec.template.spec.containers;
      expect(c.env).toEqual([
        {name: 'A', value: '1'},
        {name: 'B', value: '2'},
      ]);
      expect(c.ports).toEqual([
        {containerPort: 80, protocol: 'TCP'},
        {containerPort: 80, protocol: 'UDP'},
      ]);
      expect([c.image, s.image]).toEqual(['i', 's']);
      expect(ownersOf(second.body)['two Apply']['f:metadata']).toEqual({'f:finalizers': {'v:"ex.io/two"': {}}});
      const taken = await api().apply(at, 'two', deployment([{name: 'c', image: 'j'}]));
      expect(taken.body.details.causes[0].field).toBe('.spec.template.spec.containers[name="c"].image');
      const {body} = await api().apply(at, 'two', deployment([{name: 'c'}]));
      expect(body.metadata.finalizers).toBeUndefined();
      expect(body.spec.template.spec.containers.map((container: Json) => container.name)).toEqual(['c']);
      expect(body.spec.template.spec.containers[0].env).toEqual([{name: 'A', value: '1'}]);
    });

    test('a creation by POST owns the defaults too', async () => {
      const path = `/apis/apps/v1/namespaces/${await api().namespace()}/deployments`;
      const {apiVersion: _version, ...body} = deployment([{name: 'c', image: 'i:1'}]);
      const created = await api().send('POST', `${path}?fieldManager=maker`, body);
      expect(ownersOf(created.body)['maker Update']).toMatchObject({
        'f:spec': {
          'f:replicas': {},
          'f:selector': {},
          'f:strategy': {'f:rollingUpdate': {'.': {}, 'f:maxSurge': {}, 'f:maxUnavailable': {}}, 'f:type': {}},
          'f:template': {
            'f:metadata': {'f:labels': {'.': {}, 'f:a': {}}},
            'f:spec': {'f:containers': {'k:{"name":"c"}': {'.': {}, 'f:image': {}, 'f:name': {}}}, 'f:restartPolicy': {}},
          },
        },
      });
      expect(ownersOf(created.body)['maker Update']['f:status']).toBeUndefined();
    });
  });
}

function gizmo(name: string, spec: Json): Json {
  return {apiVersion: `${group}/v1`, kind: 'Applygizmo', metadata: {name}, spec};
}

function deployment(containers: Json[]): Json {
  const template = {metadata: {labels: {a: 'b'}}, spec: {containers}};
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {name: 'd'},
    spec: {replicas: 0, selector: {matchLabels: {a: 'b'}}, template},
  };
}
