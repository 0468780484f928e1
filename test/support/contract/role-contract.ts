/** Contract: the rights that roles give, and speaking as another. */
import {beforeAll, describe, expect, test} from 'vitest';
import type {ContractClient, ContractTarget} from './contract-client.ts';
import {bindRole, clientsOf, makeLookRole, rbacGroup, rbacPath, readerSubject} from './contract-rights.ts';

export function roleContract(api: () => ContractClient, target: () => ContractTarget): void {
  const as = clientsOf(target);

  describe('roles', () => {
    let home = '';
    let away = '';

    beforeAll(async () => {
      home = await api().namespace();
      away = await api().namespace();
      await makeLookRole(api(), home);
      await bindRole(api(), {namespace: home, role: 'look', kind: 'Role', subject: readerSubject});
      await as('reader').until(`/api/v1/namespaces/${home}/pods`, ({status}) => status === 200);
    });

    test('hold in their namespace, for their verbs', async () => {
      expect((await as('reader').get(`/api/v1/namespaces/${away}/pods`)).status).toBe(403);
      expect((await as('reader').get('/api/v1/pods')).status).toBe(403);
      expect((await as('reader').get(`/api/v1/namespaces/${home}/pods?watch=1`)).status).toBe(403);
      expect((await as('reader').get(`/api/v1/namespaces/${home}/pods/none`)).status).toBe(404);
      expect((await as('helper').get(`/api/v1/namespaces/${home}/pods`)).status).toBe(403);
    });

    test('hold for the names they name, in lists too', async () => {
      const at = `/api/v1/namespaces/${home}/configmaps`;
      await api().create(at, {metadata: {name: 'mine'}, data: {a: 'b'}});
      expect((await as('reader').get(`${at}/mine`)).body.data).toEqual({a: 'b'});
      expect((await as('reader').get(`${at}/yours`)).status).toBe(403);
      expect((await as('reader').get(`${at}?fieldSelector=metadata.name%3Dmine`)).status).toBe(200);
      expect((await as('reader').get(at)).status).toBe(403);
      expect((await as('reader').put(`${at}/mine`, {metadata: {name: 'mine'}, data: {a: 'c'}})).status).toBe(200);
      expect((await as('reader').patch(`${at}/mine`, 'merge', {data: {a: 'd'}})).status).toBe(403);
    });

    test('name subresources apart, or one of every kind', async () => {
      const at = `/apis/apps/v1/namespaces/${home}/deployments/none`;
      expect((await as('reader').patch(`${at}/status`, 'merge', {})).status).toBe(404);
      expect((await as('reader').patch(at, 'merge', {})).status).toBe(403);
      expect((await as('reader').get(`/api/v1/namespaces/${home}/pods/none/log`)).status).toBe(404);
    });

    test('of a cluster hold where they are bound', async () => {
      const name = `contract-${home}`;
      await api().create(`${rbacPath}/clusterroles`, {
        metadata: {name},
        rules: [
          {apiGroups: ['apps'], resources: ['*'], verbs: ['*']},
          {nonResourceURLs: ['/nope/*'], verbs: ['get']},
        ],
      });
      await bindRole(api(), {
        namespace: home,
        role: name,
        kind: 'ClusterRole',
        subject: {kind: 'Group', name: 'helpers', apiGroup: rbacGroup},
      });
      await as('helper').until(`/apis/apps/v1/namespaces/${home}/deployments`, ({status}) => status === 200);
      expect((await as('helper').get(`/apis/apps/v1/namespaces/${away}/deployments`)).status).toBe(403);
      expect((await as('helper').get('/nope/deep')).status).toBe(403);
      await api().create(`${rbacPath}/clusterrolebindings`, {
        metadata: {name},
        roleRef: {apiGroup: rbacGroup, kind: 'ClusterRole', name},
        subjects: [{kind: 'Group', name: 'night-shift', apiGroup: rbacGroup}],
      });
      await as('helper').until('/apis/apps/v1/statefulsets', ({status}) => status === 200);
      expect((await as('helper').get('/nope/deep')).status).toBe(404);
      expect((await as('helper').get('/nope')).status).toBe(403);
      await api().remove(`${rbacPath}/clusterrolebindings/${name}`);
      await as('helper').until('/apis/apps/v1/statefulsets', ({status}) => status === 403);
      await api().remove(`${rbacPath}/clusterroles/${name}`);
    });

    test('to apply is not one to create', async () => {
      const ns = await api().namespace();
      const rules = [{apiGroups: [''], resources: ['configmaps'], verbs: ['patch', 'get']}];
      await api().create(`${rbacPath}/namespaces/${ns}/roles`, {metadata: {name: 'mend'}, rules});
      await bindRole(api(), {namespace: ns, role: 'mend', kind: 'Role', subject: readerSubject});
      const at = `/api/v1/namespaces/${ns}/configmaps/new`;
      await as('reader').until(at, ({status}) => status === 404);
      const config = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'new'}, data: {a: 'b'}};
      const apply = () => as('reader').send('PATCH', `${at}?fieldManager=test`, config, {'content-type': 'application/apply-patch+yaml'});
      const refused = await apply();
      expect(refused.status).toBe(403);
      expect(refused.body.message).toBe(
        `configmaps "new" is forbidden: User "reader" cannot create resource "configmaps" in API group "" in the namespace "${ns}"`,
      );
      await api().create(at.replace(/\/new$/, ''), {metadata: {name: 'new'}});
      expect((await apply()).status).toBe(200);
    });

    test('that are not there are named in the refusal', async () => {
      const ns = await api().namespace();
      await bindRole(api(), {namespace: ns, role: 'gone', kind: 'Role', subject: readerSubject});
      const {body} = await as('reader').until(`/api/v1/namespaces/${ns}/pods`, answer => answer.body.message.includes('RBAC'));
      expect(body.message).toBe(
        `pods is forbidden: User "reader" cannot list resource "pods" in API group "" in the namespace "${ns}": RBAC: role.rbac.authorization.k8s.io "gone" not found`,
      );
    });
  });

  describe('speaking as another', () => {
    let home = '';
    let away = '';

    beforeAll(async () => {
      home = await api().namespace();
      away = await api().namespace();
      await makeLookRole(api(), home);
    });

    const whoAmI = {apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview'};
    const ask = (client: ContractClient, headers: Record<string, string>) =>
      client.send('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', whoAmI, headers);

    test('the masters may be anybody', async () => {
      const {body} = await ask(api(), {'impersonate-user': 'anna', 'impersonate-group': 'ops'});
      expect(body.status.userInfo).toMatchObject({username: 'anna', groups: ['ops', 'system:authenticated']});
      const {status} = await api().send('GET', '/api/v1/pods', undefined, {'impersonate-user': 'anna'});
      expect(status).toBe(403);
    });

    test('a service account comes with its groups, and with what is bound to it', async () => {
      await bindRole(api(), {
        namespace: home,
        role: 'look',
        kind: 'Role',
        subject: {kind: 'ServiceAccount', name: 'robot', namespace: away},
      });
      const headers = {'impersonate-user': `system:serviceaccount:${away}:robot`};
      const {body} = await ask(api(), headers);
      expect(body.status.userInfo.groups).toEqual(['system:serviceaccounts', `system:serviceaccounts:${away}`, 'system:authenticated']);
      const status = async () => (await api().send('GET', `/api/v1/namespaces/${home}/pods`, undefined, headers)).status;
      await expect.poll(status, {timeout: 20_000}).toBe(200);
    });

    test('others need the right to each part', async () => {
      const refused = await ask(as('reader'), {'impersonate-user': 'anna'});
      expect(refused.status).toBe(403);
      expect(refused.body).toMatchObject({
        message:
          'selfsubjectreviews.authentication.k8s.io is forbidden: User "reader" cannot impersonate-on:user-info:create resource "selfsubjectreviews" in API group "authentication.k8s.io" at the cluster scope',
        details: {group: 'authentication.k8s.io', kind: 'selfsubjectreviews'},
      });
      const name = `contract-be-${home}`;
      await api().create(`${rbacPath}/clusterroles`, {
        metadata: {name},
        rules: [{apiGroups: [''], resources: ['users'], resourceNames: ['anna'], verbs: ['impersonate']}],
      });
      await api().create(`${rbacPath}/clusterrolebindings`, {
        metadata: {name},
        roleRef: {apiGroup: rbacGroup, kind: 'ClusterRole', name},
        subjects: [readerSubject],
      });
      const status = async () => (await ask(as('reader'), {'impersonate-user': 'anna'})).status;
      await expect.poll(status, {timeout: 20_000}).toBe(201);
      const grouped = await ask(as('reader'), {'impersonate-user': 'anna', 'impersonate-group': 'ops'});
      expect(grouped.status).toBe(403);
      await api().remove(`${rbacPath}/clusterrolebindings/${name}`);
      await api().remove(`${rbacPath}/clusterroles/${name}`);
    });

    test('a group alone is nobody', async () => {
      const {status, body} = await ask(api(), {'impersonate-group': 'ops'});
      expect(status).toBe(400);
      expect(body.message).toContain('without impersonating a user name');
    });
  });
}
