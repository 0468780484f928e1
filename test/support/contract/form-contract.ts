/** Contract: the other forms of an answer (Table, metadata only), discovery, reviews and odd paths. */
import {describe, expect, onTestFinished, test} from 'vitest';
import {asTable, type ContractClient, type Json} from './contract-client.ts';

export function formContract(api: () => ContractClient): void {
  describe('forms', () => {
    test('a list as Table has columns, cells and the metadata of each object', async () => {
      const path = await configMaps();
      await api().create(path, {metadata: {name: 'a', labels: {l: 'm'}}, data: {x: 'y'}});
      const {body} = await api().get(path, asTable);
      expect(body).toMatchObject({kind: 'Table', apiVersion: 'meta.k8s.io/v1'});
      expect(body.columnDefinitions.map((column: Json) => [column.name, column.type, column.priority])).toEqual([
        ['Name', 'string', 0],
        ['Data', 'string', 0],
        ['Age', 'string', 0],
      ]);
      expect(body.rows[0].cells.slice(0, 2)).toEqual(['a', 1]);
      expect(body.rows[0].object).toMatchObject({kind: 'PartialObjectMetadata', metadata: {name: 'a', labels: {l: 'm'}}});
    });

    test('includeObject leaves the object out or gives it whole', async () => {
      const path = await configMaps();
      await api().create(path, {metadata: {name: 'a'}, data: {x: 'y'}});
      expect((await api().get(`${path}?includeObject=None`, asTable)).body.rows[0].object).toBeNull();
      expect((await api().get(`${path}?includeObject=Object`, asTable)).body.rows[0].object.data).toEqual({x: 'y'});
      expect((await api().get(`${path}?includeObject=Foo`, asTable)).body).toMatchObject({code: 400, reason: 'BadRequest'});
    });

    test('a watch as Table names its columns in the first event only', async () => {
      const path = await configMaps();
      for (const name of ['a', 'b']) await api().create(path, {metadata: {name}});
      const reader = await api().watch(`${path}?watch=1&resourceVersion=0`, asTable);
      onTestFinished(() => reader.close());
      const [first, second] = await reader.take(2);
      expect(first?.object).toMatchObject({kind: 'Table', rows: [{object: {kind: 'PartialObjectMetadata'}}]});
      expect(first?.object.columnDefinitions).toHaveLength(3);
      expect(second?.object.columnDefinitions).toBeNull();
    });

    test('metadata alone, of one object and of a list', async () => {
      const path = await configMaps();
      await api().create(path, {metadata: {name: 'a'}, data: {x: 'y'}});
      const one = await api().get(`${path}/a`, 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io');
      expect(one.body).toMatchObject({kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: {name: 'a'}});
      expect(one.body.data).toBeUndefined();
      const list = await api().get(`${path}?limit=1`, 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io');
      expect(list.body).toMatchObject({kind: 'PartialObjectMetadataList', items: [{kind: 'PartialObjectMetadata', metadata: {name: 'a'}}]});
    });

    test('a form that nobody knows falls back, one that nothing can be is not acceptable', async () => {
      const path = await configMaps();
      expect((await api().get(path, 'application/json;as=Foo;v=v1;g=meta.k8s.io,application/json')).body.kind).toBe('ConfigMapList');
      expect((await api().get(path, 'text/html')).body).toMatchObject({code: 406, reason: 'NotAcceptable'});
    });

    test('discovery in the legacy form and in the aggregated one', async () => {
      expect((await api().get('/api')).body).toMatchObject({kind: 'APIVersions', versions: ['v1']});
      const groups = (await api().get('/apis')).body;
      expect(groups.groups.map((group: Json) => group.name)).toEqual(
        expect.arrayContaining(['apps', 'coordination.k8s.io', 'apiextensions.k8s.io']),
      );
      const core = (await api().get('/api/v1')).body;
      expect(core.resources.find((resource: Json) => resource.name === 'pods')).toMatchObject({
        kind: 'Pod',
        namespaced: true,
        shortNames: ['po'],
      });
      const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
      const aggregated = await api().get('/apis', accept);
      expect(aggregated.headers['content-type']).toContain('as=APIGroupDiscoveryList');
      expect(aggregated.body).toMatchObject({kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2'});
      expect(aggregated.headers.etag).toMatch(/^".+"$/);
      const unchanged = await api().send('GET', '/apis', undefined, {accept, 'if-none-match': aggregated.headers.etag ?? ''});
      expect(unchanged.status).toBe(304);
    });

    test('health, version and OpenAPI answer', async () => {
      for (const path of ['/healthz', '/livez', '/readyz']) expect(await api().get(path)).toMatchObject({status: 200, body: 'ok'});
      expect((await api().get('/version')).body).toMatchObject({major: '1', minor: '36'});
      expect((await api().get('/openapi/v3')).body.paths['apis/apps/v1'].serverRelativeURL).toMatch(
        /^\/openapi\/v3\/apis\/apps\/v1\?hash=/,
      );
    });

    test('the user may ask what they may do', async () => {
      const spec = {resourceAttributes: {verb: 'create', resource: 'pods', namespace: 'default'}};
      const access = await api().post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec,
      });
      expect(access.status).toBe(201);
      expect(access.body).toMatchObject({spec, status: {allowed: true}});
      const rules = await api().post('/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectRulesReview',
        spec: {namespace: 'default'},
      });
      expect(rules.body.status.resourceRules).toContainEqual({verbs: ['*'], apiGroups: ['*'], resources: ['*']});
      const self = await api().post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'SelfSubjectReview',
      });
      expect(self.body.status.userInfo.groups).toContain('system:authenticated');
    });

    test.for([
      ['PUT', '/api/v1/namespaces/default/configmaps', 405],
      ['POST', '/api/v1/namespaces/default/configmaps/x', 405],
      ['POST', '/api/v1/configmaps', 405],
      ['DELETE', '/api/v1/configmaps', 405],
      ['GET', '/api/v1/configmaps/x', 404],
      ['GET', '/api/v1/namespaces/default/configmaps/x/status', 404],
      ['GET', '/api/v1/nope', 404],
      ['GET', '/apis/nope.io/v1/foos', 404],
      ['GET', '/nope', 404],
    ] as const)('%s %s answers %d', async ([method, path, status]) => {
      const body = method === 'GET' || method === 'DELETE' ? undefined : {metadata: {name: 'x'}};
      expect((await api().send(method, path, body)).status).toBe(status);
    });

    test('an event is one object with two faces', async () => {
      const namespace = await api().namespace();
      const involvedObject = {kind: 'Pod', name: 'p', namespace};
      await api().create(`/api/v1/namespaces/${namespace}/events`, {
        metadata: {name: 'e'},
        involvedObject,
        reason: 'r',
        message: 'm',
        type: 'Normal',
      });
      const {body} = await api().get(`/apis/events.k8s.io/v1/namespaces/${namespace}/events/e`);
      expect(body).toMatchObject({apiVersion: 'events.k8s.io/v1', regarding: involvedObject, note: 'm', reason: 'r'});
      const found = await api().get(`/api/v1/namespaces/${namespace}/events?fieldSelector=involvedObject.name%3Dp%2Ctype%3DNormal`);
      expect(found.body.items).toHaveLength(1);
    });
  });

  async function configMaps(): Promise<string> {
    return `/api/v1/namespaces/${await api().namespace()}/configmaps`;
  }
}
