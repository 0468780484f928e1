/** Who works on the demo cluster beside its owner, what each of them may do, and what they ask for a run with. */
import {randomBytes} from 'node:crypto';
import type {UserInfo} from '../embedded/apiserver/api-call.ts';
import type {KnownUser} from '../embedded/apiserver/rbac/users.ts';
import type {Draft, WorldClient} from '../embedded/world/world-client.ts';
import {peopleRoles} from './manifests/roles.ts';

const rbac = 'rbac.authorization.k8s.io';
const ageMs = 30 * 24 * 3_600_000;
const read = ['get', 'list', 'watch'];
const write = ['create', 'update', 'patch', 'delete'];
/** The core group without Secrets. */
const openKinds = [
  'configmaps',
  'endpoints',
  'events',
  'namespaces',
  'nodes',
  'persistentvolumeclaims',
  'persistentvolumes',
  'pods',
  'pods/log',
  'serviceaccounts',
  'services',
];
const otherGroups = [
  'acid.zalan.do',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apps',
  'autoscaling',
  'batch',
  'cert-manager.io',
  'coordination.k8s.io',
  'deckhand.dev',
  'deckhouse.io',
  'networking.k8s.io',
  'policy',
  'storage.k8s.io',
];

export const colleagues = 'platform-admins';
const readers = 'readers';

/** Groups as the API server will know them. */
export const demoOwner: UserInfo = {username: 'demo', uid: '', groups: ['system:masters', 'system:authenticated']};
export const demoColleague: UserInfo = {username: 'demo-colleague', uid: '', groups: [colleagues, 'system:authenticated']};
const demoViewer: UserInfo = {username: 'demo-viewer', uid: '', groups: [readers, 'system:authenticated']};

export function makePeople(): readonly KnownUser[] {
  return [demoColleague, demoViewer].map(user => ({user, token: randomBytes(24).toString('base64url')}));
}

export async function admitPeople(client: WorldClient): Promise<void> {
  const operator = [
    {apiGroups: ['*'], resources: ['*'], verbs: read},
    {apiGroups: ['apps', 'batch', 'deckhouse.io'], resources: ['*'], verbs: write},
    {apiGroups: [''], resources: ['nodes', 'pods', 'pods/eviction', 'configmaps'], verbs: write},
  ];
  const reader = [
    {apiGroups: [''], resources: openKinds, verbs: read},
    {apiGroups: otherGroups, resources: ['*'], verbs: read},
  ];
  const drafts = [
    ...peopleRoles().map(role => ({...role, metadata: {name: String(role.metadata.name)}})),
    clusterRole('demo-operator', operator),
    clusterRole('demo-reader', reader),
    clusterBinding('demo-operator', colleagues),
    clusterBinding('demo-reader', readers),
    ...['deckhand-requester', 'deckhand-approver', 'deckhand-holder'].map(name => runsBinding(name, colleagues)),
  ];
  for (const draft of drafts) await client.create(draft, ageMs);
}

function clusterRole(name: string, rules: readonly object[]): Draft {
  return {apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: {name}, rules};
}

function clusterBinding(role: string, group: string): Draft {
  return {...granting(role, group), apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata: {name: role}};
}

function runsBinding(role: string, group: string): Draft {
  return {...granting(role, group), apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata: {name: role, namespace: 'deckhand'}};
}

function granting(role: string, group: string) {
  return {roleRef: {apiGroup: rbac, kind: 'ClusterRole', name: role}, subjects: [{apiGroup: rbac, kind: 'Group', name: group}]};
}
