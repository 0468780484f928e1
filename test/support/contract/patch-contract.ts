/** Contract: the three patches. */
import {describe, expect, test} from 'vitest';
import type {ContractClient} from './contract-client.ts';

export function patchContract(api: () => ContractClient): void {
  describe('patches', () => {
    test('a JSON patch tests, adds, replaces and removes', async () => {
      const path = await configMap({a: '1', b: '2'});
      const {status, body} = await api().patch(path, 'json', [
        {op: 'test', path: '/data/a', value: '1'},
        {op: 'replace', path: '/data/a', value: '9'},
        {op: 'remove', path: '/data/b'},
        {op: 'add', path: '/metadata/labels', value: {'x/y': 'z'}},
      ]);
      expect(status).toBe(200);
      expect(body).toMatchObject({data: {a: '9'}, metadata: {labels: {'x/y': 'z'}}});
      expect(body.data.b).toBeUndefined();
    });

    test('a JSON patch whose test fails changes nothing', async () => {
      const path = await configMap({a: '1'});
      const {body} = await api().patch(path, 'json', [
        {op: 'replace', path: '/data/a', value: '9'},
        {op: 'test', path: '/data/a', value: 'no'},
      ]);
      expect(body).toMatchObject({code: 422, reason: 'Invalid', message: 'the server rejected our request due to an error in our request'});
      expect((await api().get(path)).body.data).toEqual({a: '1'});
    });

    test('a merge patch merges maps and removes by null', async () => {
      const path = await configMap({a: '1', b: '2'});
      const {body} = await api().patch(path, 'merge', {data: {b: null, c: '3'}, metadata: {labels: {l: 'm'}}});
      expect(body.data).toEqual({a: '1', c: '3'});
      expect(body.metadata.labels).toEqual({l: 'm'});
    });

    test('a version inside a patch is compared', async () => {
      const path = await configMap({a: '1'});
      const {body: current} = await api().get(path);
      const fresh = await api().patch(path, 'strategic', {metadata: {resourceVersion: current.metadata.resourceVersion}, data: {a: '2'}});
      expect(fresh.status).toBe(200);
      const stale = await api().patch(path, 'strategic', {metadata: {resourceVersion: current.metadata.resourceVersion}, data: {a: '3'}});
      expect(stale.body).toMatchObject({code: 409, reason: 'Conflict', details: {kind: 'configmaps'}});
    });

    test('a strategic patch merges containers by name', async () => {
      const path = `/api/v1/namespaces/${await api().namespace()}/pods`;
      await api().create(path, {metadata: {name: 'p'}, spec: {containers: [container('one'), container('two')]}});
      const {body} = await api().patch(`${path}/p`, 'strategic', {spec: {containers: [{name: 'two', image: 'new'}]}});
      expect(body.spec.containers.map((entry: {name: string; image: string}) => `${entry.name}=${entry.image}`)).toEqual([
        'one=img',
        'two=new',
      ]);
    });

    test('subsets of Endpoints are replaced as a whole', async () => {
      const path = `/api/v1/namespaces/${await api().namespace()}/endpoints`;
      await api().create(path, {metadata: {name: 'e'}, subsets: [{addresses: [{ip: '10.0.0.1'}], ports: [{port: 1}]}]});
      const subsets = [{addresses: [{ip: '10.0.0.2', hostname: null}], ports: [{port: 2, name: 'pg'}]}];
      const {body} = await api().patch(`${path}/e`, 'strategic', {subsets});
      expect(body.subsets).toEqual([{addresses: [{ip: '10.0.0.2'}], ports: [{port: 2, name: 'pg', protocol: 'TCP'}]}]);
    });

    test('what built-in kinds hold fixed stays fixed', async () => {
      const core = `/api/v1/namespaces/${await api().namespace()}`;
      await api().create(`${core}/configmaps`, {metadata: {name: 'sealed'}, data: {a: '1'}, immutable: true});
      const sealed = await api().patch(`${core}/configmaps/sealed`, 'merge', {data: {a: '2'}});
      expect(sealed.body.details.causes).toEqual([
        {reason: 'FieldValueForbidden', message: 'Forbidden: field is immutable when `immutable` is set', field: 'data'},
      ]);
      await api().create(`${core}/pods`, {metadata: {name: 'p'}, spec: {schedulerName: 'nobody', containers: [container('c')]}});
      const moved = await api().patch(`${core}/pods/p`, 'strategic', {spec: {nodeName: 'n'}});
      expect(moved.body).toMatchObject({code: 422, details: {causes: [{reason: 'FieldValueForbidden', field: 'spec'}]}});
      expect(moved.body.message).toContain('pod updates may not change fields other than `spec.containers[*].image`');
      const claim = {accessModes: ['ReadWriteOnce'], storageClassName: 'none', resources: {requests: {storage: '1Gi'}}};
      await api().create(`${core}/persistentvolumeclaims`, {metadata: {name: 'c'}, spec: claim});
      const reclassed = await api().patch(`${core}/persistentvolumeclaims/c`, 'merge', {spec: {storageClassName: 'other'}});
      expect(reclassed.body.message).toContain('spec is immutable after creation except resources.requests and volumeAttributesClassName');
    });

    test('a patch that is no JSON or of no known type is refused', async () => {
      const path = await configMap({a: '1'});
      const broken = await api().send('PATCH', path, '{"data":', {'content-type': 'application/merge-patch+json'});
      expect(broken.body).toMatchObject({code: 400, reason: 'BadRequest'});
      expect(broken.body.message).toMatch(/^error decoding patch: /);
      expect((await api().send('PATCH', path, {data: {}})).body).toMatchObject({code: 415, reason: 'UnsupportedMediaType'});
    });
  });

  async function configMap(data: object): Promise<string> {
    const path = `/api/v1/namespaces/${await api().namespace()}/configmaps`;
    await api().create(path, {metadata: {name: 'a'}, data});
    return `${path}/a`;
  }
}

function container(name: string): object {
  return {name, image: 'img'};
}
