/** Users and roles of the contract: who there is, and a role that lets one of them look into a namespace. */
import {ContractClient, type ContractTarget, type Json} from './contract-client.ts';

/** Known to the server under test; neither has rights but those a test binds. */
export const contractUsers = [
  {name: 'reader', groups: ['readers']},
  {name: 'helper', groups: ['helpers', 'night-shift']},
] as const;

export type ContractUser = (typeof contractUsers)[number]['name'];

export const rbacPath = '/apis/rbac.authorization.k8s.io/v1';
export const rbacGroup = 'rbac.authorization.k8s.io';

export function clientsOf(target: () => ContractTarget): (user: ContractUser) => ContractClient {
  return user => new ContractClient(target().portFor(user));
}

/** The role `look` in a namespace, not yet bound. */
export function makeLookRole(api: ContractClient, namespace: string): Promise<Json> {
  return api.create(`${rbacPath}/namespaces/${namespace}/roles`, {
    metadata: {name: 'look'},
    rules: [
      {apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['list', 'get']},
      {apiGroups: [''], resources: ['configmaps'], resourceNames: ['mine'], verbs: ['get', 'update', 'list']},
      {apiGroups: ['*'], resources: ['*/status'], verbs: ['patch']},
    ],
  });
}

export type Binding = {readonly namespace: string; readonly role: string; readonly kind: 'Role' | 'ClusterRole'; readonly subject: object};

export function bindRole(api: ContractClient, {namespace, role, kind, subject}: Binding): Promise<Json> {
  return api.create(`${rbacPath}/namespaces/${namespace}/rolebindings`, {
    metadata: {generateName: 'contract-'},
    roleRef: {apiGroup: rbacGroup, kind, name: role},
    subjects: [subject],
  });
}

export const readerSubject = {kind: 'User', name: 'reader', apiGroup: rbacGroup};
