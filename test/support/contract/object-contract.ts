/** Contract: one object created, read, replaced and refused. */
import {describe, expect, test} from 'vitest';
import type {ContractClient} from './contract-client.ts';

export function objectContract(api: () => ContractClient): void {
  describe('objects', () => {
    test('a created object has uid, version, creation time and no status of success', async () => {
      const path = await configMaps();
      const created = await api().create(path, {metadata: {name: 'a'}, data: {k: 'v'}});
      expect(created).toMatchObject({kind: 'ConfigMap', apiVersion: 'v1', metadata: {name: 'a'}, data: {k: 'v'}});
      expect(created.metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(created.metadata.resourceVersion).toMatch(/^\d+$/);
      expect(created.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect((await api().get(`${path}/a`)).body).toEqual(created);
    });

    test('a second object of the name is refused', async () => {
      const path = await configMaps();
      await api().create(path, {metadata: {name: 'a'}});
      const {status, body} = await api().post(path, {metadata: {name: 'a'}});
      expect(status).toBe(409);
      expect(body).toEqual(failure(409, 'AlreadyExists', 'configmaps "a" already exists', {name: 'a', kind: 'configmaps'}));
    });

    test('what is not there is NotFound, for every verb', async () => {
      const path = await configMaps();
      const expected = failure(404, 'NotFound', 'configmaps "zz" not found', {name: 'zz', kind: 'configmaps'});
      expect((await api().get(`${path}/zz`)).body).toEqual(expected);
      expect((await api().remove(`${path}/zz`)).body).toEqual(expected);
      expect((await api().put(`${path}/zz`, {metadata: {name: 'zz'}})).body).toEqual(expected);
      expect((await api().patch(`${path}/zz`, 'merge', {data: {a: 'b'}})).body).toEqual(expected);
    });

    test('generateName makes a name of five more characters', async () => {
      const path = await configMaps();
      const {metadata} = await api().create(path, {metadata: {generateName: 'gen-'}});
      expect(metadata.name).toMatch(/^gen-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
      expect(metadata.generateName).toBe('gen-');
    });

    test('a name is required and must be a DNS subdomain', async () => {
      const path = await configMaps();
      const nameless = await api().post(path, {metadata: {}});
      expect(nameless.status).toBe(422);
      expect(nameless.body.details.causes).toEqual([
        {reason: 'FieldValueRequired', message: 'Required value: name or generateName is required', field: 'metadata.name'},
      ]);
      const bad = await api().post(path, {metadata: {name: 'Bad_Name'}});
      expect(bad.body).toMatchObject({code: 422, reason: 'Invalid', details: {name: 'Bad_Name', kind: 'ConfigMap'}});
      expect(bad.body.message).toContain(
        'ConfigMap "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain',
      );
    });

    test('labels and finalizers are checked, each fault with its field', async () => {
      const path = await configMaps();
      const {status, body} = await api().post(path, {metadata: {name: 'a', labels: {'a b': 'c'}, finalizers: ['zz']}});
      expect(status).toBe(422);
      expect(body.details.causes.map((cause: {field: string}) => cause.field)).toEqual(
        expect.arrayContaining(['metadata.labels', 'metadata.finalizers[0]']),
      );
      expect(body.message).toContain('name is neither a standard finalizer name nor is it fully qualified');
    });

    test('metadata of a wrong type is a bad request', async () => {
      const {status, body} = await api().post(await configMaps(), {metadata: {name: 'a', labels: {x: 5}}});
      expect(status).toBe(400);
      expect(body.message).toContain('ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number');
    });

    test('namespace and name of body and path must agree', async () => {
      const path = await configMaps();
      const elsewhere = await api().post(path, {metadata: {name: 'x', namespace: 'other'}});
      expect(elsewhere.body).toMatchObject({
        code: 400,
        message: 'the namespace of the provided object does not match the namespace sent on the request',
      });
      await api().create(path, {metadata: {name: 'a'}});
      const renamed = await api().put(`${path}/a`, {metadata: {name: 'b'}});
      expect(renamed.body).toMatchObject({code: 400, message: 'the name of the object (b) does not match the name on the URL (a)'});
    });

    test('a stale version conflicts, the current one and none at all pass', async () => {
      const path = await configMaps();
      const first = await api().create(path, {metadata: {name: 'a'}, data: {k: '1'}});
      const second = await api().put(`${path}/a`, {...first, data: {k: '2'}});
      expect(second.status).toBe(200);
      expect(BigInt(second.body.metadata.resourceVersion)).toBeGreaterThan(BigInt(first.metadata.resourceVersion));
      const stale = await api().put(`${path}/a`, {...first, data: {k: '3'}});
      expect(stale.body).toEqual(
        failure(
          409,
          'Conflict',
          'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
          {name: 'a', kind: 'configmaps'},
        ),
      );
      expect((await api().put(`${path}/a`, {metadata: {name: 'a'}, data: {k: '4'}})).body.data).toEqual({k: '4'});
    });

    test('a write that changes nothing leaves the version alone', async () => {
      const path = await configMaps();
      const created = await api().create(path, {metadata: {name: 'a'}, data: {k: '1'}});
      const again = await api().put(`${path}/a`, {metadata: {name: 'a'}, data: {k: '1'}});
      expect(again.body.metadata.resourceVersion).toBe(created.metadata.resourceVersion);
    });

    test('the uid can be a precondition and never changes', async () => {
      const path = await configMaps();
      await api().create(path, {metadata: {name: 'a'}});
      const put = await api().put(`${path}/a`, {metadata: {name: 'a', uid: 'other'}});
      expect(put.body).toMatchObject({code: 409, reason: 'Conflict'});
      const patched = await api().patch(`${path}/a`, 'merge', {metadata: {uid: 'other'}});
      expect(patched.body).toMatchObject({
        code: 422,
        message: 'ConfigMap "a" is invalid: metadata.uid: Invalid value: "other": field is immutable',
      });
    });

    test('a version in a new object is refused', async () => {
      const {body} = await api().post(await configMaps(), {metadata: {name: 'a', resourceVersion: '5'}});
      expect(body).toMatchObject({code: 500, message: 'resourceVersion should not be set on objects to be created'});
    });

    test('a body without a content type is JSON, YAML is taken, junk is not', async () => {
      const path = await configMaps();
      const untyped = await api().send('POST', path, '{"metadata":{"name":"a"}}', {'content-type': ''});
      expect(untyped.status).toBe(201);
      const yaml = await api().send(
        'POST',
        path,
        'kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: b\ndata:\n  x: 2026-01-01T00:00:00Z\n',
        {'content-type': 'application/yaml'},
      );
      expect(yaml.body.data).toEqual({x: '2026-01-01T00:00:00Z'});
      const truth = await api().send('POST', path, 'metadata:\n  name: c\ndata: {x: y}\n', {'content-type': 'application/yaml'});
      expect(truth.body.message).toContain('json: cannot unmarshal bool');
      const broken = await api().send('POST', path, '{"kind":"ConfigMap"');
      expect(broken.body).toMatchObject({code: 400, reason: 'BadRequest'});
      expect(broken.body.message).toContain('the object provided is unrecognized (must be of type ConfigMap)');
      const unknown = await api().send('POST', path, '{}', {'content-type': 'text/plain'});
      expect(unknown.body).toMatchObject({code: 415, reason: 'UnsupportedMediaType'});
    });

    test('PUT creates a Lease that is not there, and then wants its version', async () => {
      const path = `/apis/coordination.k8s.io/v1/namespaces/${await api().namespace()}/leases/l`;
      const created = await api().put(path, {metadata: {name: 'l'}, spec: {holderIdentity: 'x'}});
      expect(created.status).toBe(201);
      const blind = await api().put(path, {metadata: {name: 'l'}, spec: {holderIdentity: 'y'}});
      expect(blind.body).toMatchObject({
        code: 422,
        message: 'leases.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
      });
      expect((await api().put(path, {...created.body, spec: {holderIdentity: 'y'}})).status).toBe(200);
    });

    test('PUT of a Lease that is gone does not bring it back: its uid is a precondition', async () => {
      const path = `/apis/coordination.k8s.io/v1/namespaces/${await api().namespace()}/leases/l`;
      const created = await api().put(path, {metadata: {name: 'l'}, spec: {holderIdentity: 'x'}});
      await api().send('DELETE', path);
      const late = await api().put(path, created.body);
      expect(late.body).toMatchObject({code: 409, reason: 'Conflict'});
      expect(late.body.message).toContain('UID in object meta: ');
    });

    test('a Secret takes texts and gives base64', async () => {
      const path = `/api/v1/namespaces/${await api().namespace()}/secrets`;
      const created = await api().create(path, {metadata: {name: 's'}, stringData: {a: 'b'}});
      expect(created).toMatchObject({data: {a: 'Yg=='}, type: 'Opaque'});
      expect(created.stringData).toBeUndefined();
    });
  });

  async function configMaps(): Promise<string> {
    return `/api/v1/namespaces/${await api().namespace()}/configmaps`;
  }
}

export function failure(code: number, reason: string, message: string, details: object): object {
  return {kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code};
}
