/** Contract: questions about rights, one's own and others'. */
import {beforeAll, describe, expect, test} from 'vitest';
import type {Answer, ContractClient, ContractTarget, Json} from './contract-client.ts';
import {bindRole, clientsOf, makeLookRole, readerSubject} from './contract-rights.ts';

const reviews = '/apis/authorization.k8s.io/v1';

export function reviewContract(api: () => ContractClient, target: () => ContractTarget): void {
  const as = clientsOf(target);

  describe('a question about rights', () => {
    let home = '';
    let away = '';
    let binding = '';

    beforeAll(async () => {
      home = await api().namespace();
      away = await api().namespace();
      await makeLookRole(api(), home);
      const {metadata} = await bindRole(api(), {namespace: home, role: 'look', kind: 'Role', subject: readerSubject});
      binding = metadata.name;
      await as('reader').until(`/api/v1/namespaces/${home}/pods`, ({status}) => status === 200);
    });

    const attributes = (verb: string, namespace: string) => ({resourceAttributes: {verb, resource: 'pods', namespace}});

    test('by a user of themselves', async () => {
      const yes = await review('reader', 'SelfSubjectAccessReview', attributes('list', home));
      expect(yes.body).toMatchObject({
        spec: attributes('list', home),
        status: {allowed: true, reason: `RBAC: allowed by RoleBinding "${binding}/${home}" of Role "look" to User "reader"`},
      });
      const no = await review('reader', 'SelfSubjectAccessReview', attributes('delete', home));
      expect(no.body.status).toEqual({allowed: false});
      const path = await review('reader', 'SelfSubjectAccessReview', {nonResourceAttributes: {verb: 'get', path: '/apis'}});
      expect(path.body.status.allowed).toBe(true);
      const all = await review(undefined, 'SelfSubjectAccessReview', {resourceAttributes: {verb: '*', resource: '*', group: '*'}});
      expect(all.body.status.allowed).toBe(true);
    });

    test('of somebody else, by those who may', async () => {
      const spec = {user: 'x', groups: ['readers'], ...attributes('get', home)};
      expect((await review('reader', 'SubjectAccessReview', spec)).status).toBe(403);
      expect((await review(undefined, 'SubjectAccessReview', spec)).body.status).toEqual({allowed: false});
      const named = await review(undefined, 'SubjectAccessReview', {user: 'reader', ...attributes('get', home)});
      expect(named.body.status.allowed).toBe(true);
    });

    test('in one namespace', async () => {
      const ask = (namespace: string) =>
        api().post(`${reviews}/namespaces/${home}/localsubjectaccessreviews`, {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'LocalSubjectAccessReview',
          metadata: {namespace: home},
          spec: {user: 'reader', ...attributes('list', namespace)},
        });
      expect((await ask(home)).body.status.allowed).toBe(true);
      expect((await ask(away)).body.details.causes).toEqual([
        {
          reason: 'FieldValueInvalid',
          message: `Invalid value: "${away}": must match metadata.namespace`,
          field: 'spec.resourceAttributes.namespace',
        },
      ]);
    });

    test('without an object or a subject is refused', async () => {
      const empty = await review('reader', 'SelfSubjectAccessReview', {});
      expect(empty.body.details.causes).toEqual([
        {
          reason: 'FieldValueInvalid',
          message: 'Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
          field: 'spec.resourceAttributes',
        },
      ]);
      const nobody = await review(undefined, 'SubjectAccessReview', attributes('get', home));
      expect(nobody.body.message).toContain('spec.user: Invalid value: "": at least one of user or group must be specified');
    });

    test('all at once', async () => {
      const {body} = await review('reader', 'SelfSubjectRulesReview', {namespace: home});
      expect(body.status.incomplete).toBe(false);
      expect(body.status.resourceRules).toContainEqual({apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['list', 'get']});
      expect(body.status.nonResourceRules.some((rule: Json) => rule.nonResourceURLs.includes('/apis/*'))).toBe(true);
      expect((await review('reader', 'SelfSubjectRulesReview', {})).body.message).toBe('no namespace on request');
    });

    function review(user: 'reader' | undefined, kind: string, spec: object): Promise<Answer> {
      const client = user === undefined ? api() : as(user);
      return client.post(`${reviews}/${kind.toLowerCase()}s`, {apiVersion: 'authorization.k8s.io/v1', kind, spec});
    }
  });
}
