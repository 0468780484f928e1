/** Contract: kinds that come and go at run time. */
import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import {asTable, type ContractClient, type Json, nameOf} from './contract-client.ts';
import {crdsPath, gizmoCrd} from './gizmo-crd.ts';

export function crdContract(api: () => ContractClient): void {
  describe('custom kinds', () => {
    const crd = gizmoCrd('gizmo');
    let path = '';

    beforeAll(async () => {
      await api().create(crdsPath, crd.body);
      await api().until(crd.root, answer => answer.status === 200);
      path = `${crd.root}/namespaces/${await api().namespace()}/${crd.plural}`;
      await api().until(path, answer => answer.status === 200);
    });
    afterAll(async () => {
      await api().remove(`${crdsPath}/${crd.name}`);
    });

    test('a CRD says that it is established and under which names', async () => {
      const {body} = await api().get(`${crdsPath}/${crd.name}`);
      const conditions = body.status.conditions.map((condition: Json) => `${condition.type}=${condition.status}`);
      expect(conditions).toEqual(expect.arrayContaining(['NamesAccepted=True', 'Established=True']));
      expect(body.status).toMatchObject({
        acceptedNames: {plural: crd.plural, singular: crd.singular, kind: crd.kind, listKind: `${crd.kind}List`},
        storedVersions: ['v1'],
      });
    });

    test('discovery names the kind with its subresources', async () => {
      const {body} = await api().get(crd.root);
      expect(body.resources.map((resource: Json) => resource.name).sort()).toEqual([
        crd.plural,
        `${crd.plural}/scale`,
        `${crd.plural}/status`,
      ]);
    });

    test('fields are defaulted and pruned, status is left to its subresource', async () => {
      const created = await create('defaulted', {size: 3, junk: 1}, {status: {phase: 'x'}, top: 1});
      expect(created.spec).toEqual({size: 3, color: 'red'});
      expect(created.status).toBeUndefined();
      expect(created.top).toBeUndefined();
      expect(created.metadata.generation).toBe(1);
    });

    test('unknown fields are warned of, refused or passed over, as asked', async () => {
      const body = object('strict', {size: 1, junk: 2}, {top: 1});
      const strict = await api().post(`${path}?fieldValidation=Strict`, body);
      expect(strict.body).toMatchObject({
        code: 400,
        message: `${crd.kind} in version "v1" cannot be handled as a ${crd.kind}: strict decoding error: unknown field "spec.junk", unknown field "top"`,
      });
      const warned = await api().post(path, object('warned', {size: 1, junk: 2}));
      expect(warned.headers.warning).toBe('299 - "unknown field \\"spec.junk\\""');
      const ignored = await api().post(`${path}?fieldValidation=Ignore`, object('ignored', {size: 1, junk: 2}));
      expect(ignored.headers.warning).toBeUndefined();
    });

    test('faults name their fields', async () => {
      const {status, body} = await api().post(path, object('bad', {size: 0, color: 'green'}));
      expect(status).toBe(422);
      expect(body.details).toMatchObject({name: 'bad', group: 'contract.example.com', kind: crd.kind});
      // In whatever order: kube-apiserver walks a map.
      expect(body.details.causes.toSorted((left: Json, right: Json) => (left.field < right.field ? 1 : -1))).toEqual([
        {
          reason: 'FieldValueInvalid',
          message: 'Invalid value: 0: spec.size in body should be greater than or equal to 1',
          field: 'spec.size',
        },
        {reason: 'FieldValueNotSupported', message: 'Unsupported value: "green": supported values: "red", "blue"', field: 'spec.color'},
      ]);
      const typed = await api().post(path, object('bad', {size: 'x'}));
      expect(typed.body.details.causes[0]).toMatchObject({reason: 'FieldValueTypeInvalid', field: 'spec.size'});
      const missing = await api().post(path, object('bad', {}));
      expect(missing.body.details.causes).toEqual([{reason: 'FieldValueRequired', message: 'Required value', field: 'spec.size'}]);
    });

    test('kind and version of the body must be those of the path', async () => {
      const {metadata, spec} = object('wrong', {size: 1}) as Json;
      expect((await api().post(path, {metadata, spec})).body).toMatchObject({code: 400, reason: 'BadRequest'});
      const version = await api().post(path, {...object('wrong', {size: 1}), apiVersion: 'contract.example.com/v9'});
      expect(version.body.message).toBe(
        'the API version in the data (contract.example.com/v9) does not match the expected API version (contract.example.com/v1)',
      );
      expect((await api().post(path, {...object('wrong', {size: 1}), kind: 'Foo'})).body.code).toBe(422);
    });

    test('the spec counts generations, status and labels do not', async () => {
      await create('generations', {size: 1});
      const at = `${path}/generations`;
      expect((await api().patch(at, 'merge', {spec: {size: 2}, status: {phase: 'no'}})).body).toMatchObject({metadata: {generation: 2}});
      expect((await api().get(at)).body.status).toBeUndefined();
      const status = await api().patch(`${at}/status`, 'merge', {spec: {size: 9}, status: {phase: 'yes'}, metadata: {labels: {a: 'b'}}});
      expect(status.body).toMatchObject({metadata: {generation: 2}, spec: {size: 2}, status: {phase: 'yes'}});
      expect(status.body.metadata.labels).toBeUndefined();
      const labelled = await api().patch(at, 'merge', {metadata: {labels: {x: 'y'}}});
      expect(labelled.body).toMatchObject({metadata: {generation: 2, labels: {x: 'y'}}, status: {phase: 'yes'}});
      const put = await api().put(`${at}/status`, {...labelled.body, status: {phase: 'put'}});
      expect(put.body.status).toEqual({phase: 'put'});
    });

    test('a PUT without a version is refused, a strategic patch too', async () => {
      await create('versions', {size: 1});
      const put = await api().put(`${path}/versions`, object('versions', {size: 2}));
      expect(put.body.message).toBe(
        `${crd.name} "versions" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update`,
      );
      expect((await api().patch(`${path}/versions`, 'strategic', {spec: {size: 2}})).status).toBe(415);
    });

    test('scale is a small object of its own', async () => {
      await create('scaled', {size: 1, replicas: 1});
      const at = `${path}/scaled/scale`;
      expect((await api().get(at)).body).toMatchObject({
        kind: 'Scale',
        apiVersion: 'autoscaling/v1',
        spec: {replicas: 1},
        status: {replicas: 0},
      });
      expect((await api().patch(at, 'merge', {spec: {replicas: 7}})).body.spec.replicas).toBe(7);
      expect((await api().get(`${path}/scaled`)).body.spec.replicas).toBe(7);
    });

    test('another version shows the same object', async () => {
      await create('versioned', {size: 1});
      const {body} = await api().get(`${path.replace('/v1/', '/v1beta1/')}/versioned`);
      expect(body).toMatchObject({apiVersion: 'contract.example.com/v1beta1', kind: crd.kind, spec: {size: 1}});
    });

    test('selectable fields select, printer columns print', async () => {
      await create('blue', {size: 1, color: 'blue'});
      const selected = (await api().get(`${path}?fieldSelector=spec.color%3Dblue`)).body;
      expect(selected.items.map((item: Json) => [item.kind, item.metadata.name])).toEqual([[crd.kind, 'blue']]);
      expect((await api().get(`${path}?fieldSelector=spec.nope%3Dx`)).body.message).toBe('field label not supported: spec.nope');
      const table = (await api().get(`${path}?fieldSelector=metadata.name%3Dblue`, asTable)).body;
      expect(table.columnDefinitions.map((column: Json) => `${column.name} ${column.type} ${column.priority}`)).toEqual([
        'Name string 0',
        'Color string 0',
        'Size integer 1',
      ]);
      expect(table.rows[0].cells).toEqual(['blue', 'blue', 1]);
    });

    test('a CRD that contradicts itself is refused', async () => {
      const {status, body} = await api().post(crdsPath, {...crd.body, metadata: {name: 'wrong.contract.example.com'}});
      expect(status).toBe(422);
      expect(body.details.causes[0]).toMatchObject({reason: 'FieldValueInvalid', field: 'metadata.name'});
    });

    async function create(name: string, spec: object, rest: object = {}): Promise<Json> {
      return api().create(path, object(name, spec, rest));
    }

    function object(name: string, spec: object, rest: object = {}): object {
      return {apiVersion: 'contract.example.com/v1', kind: crd.kind, metadata: {name}, spec, ...rest};
    }
  });

  describe('the end of a custom kind', () => {
    test('its objects go first, finalizers hold it, then it is not served and its watches end', async () => {
      const crd = gizmoCrd('widget');
      await api().create(crdsPath, crd.body);
      const path = `${crd.root}/namespaces/${await api().namespace()}/${crd.plural}`;
      await api().until(path, answer => answer.status === 200);
      const metadata = {name: 'held', finalizers: ['ex.io/hold']};
      await api().create(path, {apiVersion: 'contract.example.com/v1', kind: crd.kind, metadata, spec: {size: 1}});
      const list = (await api().get(path)).body;
      const reader = await api().watch(`${path}?watch=1&resourceVersion=${list.metadata.resourceVersion}`);
      onTestFinished(() => reader.close());

      const marked = (await api().remove(`${crdsPath}/${crd.name}`)).body;
      expect(marked.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io']);
      expect(marked.status.conditions.map((condition: Json) => condition.type)).toContain('Terminating');
      await api().until(`${path}/held`, answer => answer.body.metadata?.deletionTimestamp !== undefined);
      const refused = await api().post(path, {apiVersion: 'contract.example.com/v1', kind: crd.kind, metadata: {name: 'late'}});
      expect(refused.body.message).toBe(
        `${crd.name} "late" is forbidden: create not allowed while custom resource definition is terminating`,
      );
      await api().patch(`${path}/held`, 'merge', {metadata: {finalizers: null}});
      await api().until(`${crdsPath}/${crd.name}`, answer => answer.status === 404);
      await api().until(path, answer => answer.status === 404);
      expect((await reader.take(2)).map(nameOf)).toEqual(['MODIFIED held', 'DELETED held']);
      expect(await reader.next()).toBeUndefined();
    });
  });
}
