/** Contract: who speaks to the server, and what one without rights is told. */
import {describe, expect, test} from 'vitest';
import type {Answer, ContractClient, ContractTarget} from './contract-client.ts';
import {clientsOf} from './contract-rights.ts';

export function rightsContract(api: () => ContractClient, target: () => ContractTarget): void {
  const as = clientsOf(target);
  const admin = (headers: Record<string, string>, path: string) => api().send('GET', path, undefined, headers);

  describe('who speaks', () => {
    test('a token that nobody has is refused, everywhere', async () => {
      for (const path of ['/api/v1/pods', '/api']) {
        const answer = await admin({authorization: 'Bearer nobody'}, path);
        expect(answer.status).toBe(401);
        expect(answer.body).toMatchObject({reason: 'Unauthorized', message: 'Unauthorized'});
      }
    });

    test('one without a token is anonymous and may see the version', async () => {
      expect((await admin({authorization: ''}, '/version')).status).toBe(200);
      const path = await admin({authorization: ''}, '/api');
      expect(path.status).toBe(403);
      expect(path.body).toMatchObject({
        reason: 'Forbidden',
        message: 'forbidden: User "system:anonymous" cannot get path "/api"',
        details: {},
      });
    });

    test('a user asks who they are', async () => {
      const {status, body} = await as('helper').post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'SelfSubjectReview',
      });
      expect(status).toBe(201);
      expect(body.status.userInfo).toMatchObject({
        username: 'helper',
        groups: ['helpers', 'night-shift', 'system:authenticated'],
      });
    });
  });

  describe('a user without rights', () => {
    test('may discover the API', async () => {
      for (const path of ['/api', '/apis', '/api/v1', '/apis/apps/v1', '/openapi/v3', '/version'])
        expect((await as('reader').get(path)).status, path).toBe(200);
    });

    test.each<[string, () => Promise<Answer>, string, object]>([
      [
        'a list in a namespace',
        () => as('reader').get('/api/v1/namespaces/default/pods'),
        'pods is forbidden: User "reader" cannot list resource "pods" in API group "" in the namespace "default"',
        {kind: 'pods'},
      ],
      [
        'a watch of all namespaces',
        () => as('reader').get('/apis/apps/v1/deployments?watch=1'),
        'deployments.apps is forbidden: User "reader" cannot watch resource "deployments" in API group "apps" at the cluster scope',
        {kind: 'deployments', group: 'apps'},
      ],
      [
        'one object',
        () => as('reader').get('/api/v1/nodes/n'),
        'nodes "n" is forbidden: User "reader" cannot get resource "nodes" in API group "" at the cluster scope',
        {kind: 'nodes', name: 'n'},
      ],
      [
        'a namespace, which is in itself',
        () => as('reader').get('/api/v1/namespaces/default'),
        'namespaces "default" is forbidden: User "reader" cannot get resource "namespaces" in API group "" in the namespace "default"',
        {kind: 'namespaces', name: 'default'},
      ],
      [
        'a creation',
        () => as('reader').post('/api/v1/namespaces/default/configmaps', {metadata: {name: 'x'}}),
        'configmaps is forbidden: User "reader" cannot create resource "configmaps" in API group "" in the namespace "default"',
        {kind: 'configmaps'},
      ],
      [
        'a status',
        () => as('reader').patch('/apis/apps/v1/namespaces/default/deployments/d/status', 'merge', {}),
        'deployments.apps "d" is forbidden: User "reader" cannot patch resource "deployments/status" in API group "apps" in the namespace "default"',
        {kind: 'deployments', group: 'apps', name: 'd'},
      ],
      [
        'a deletion of many',
        () => as('reader').remove('/api/v1/namespaces/default/pods'),
        'pods is forbidden: User "reader" cannot deletecollection resource "pods" in API group "" in the namespace "default"',
        {kind: 'pods'},
      ],
      [
        'a kind that is not there',
        () => as('reader').get('/apis/nope.io/v1/foos'),
        'foos.nope.io is forbidden: User "reader" cannot list resource "foos" in API group "nope.io" at the cluster scope',
        {kind: 'foos', group: 'nope.io'},
      ],
      ['a path', () => as('reader').get('/nope'), 'forbidden: User "reader" cannot get path "/nope"', {}],
    ])('is refused %s', async (_, ask, message, details) => {
      const {status, body} = await ask();
      expect(status).toBe(403);
      expect(body).toMatchObject({status: 'Failure', reason: 'Forbidden', message});
      expect(body.details).toEqual(details);
    });
  });
}
