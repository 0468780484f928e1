/** The roles without which nobody but the masters could even discover the API. */
import type {Draft} from '../api-object.ts';
import {createObject} from '../create.ts';
import type {ServerState} from '../server-state.ts';
import {masters} from './authorize.ts';

const group = 'rbac.authorization.k8s.io';

type Row = {readonly name: string; readonly groups: readonly string[]; readonly rules: readonly object[]};

const discoveryPaths = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  '/readyz',
  '/version',
  '/version/',
];
const infoPaths = ['/healthz', '/livez', '/readyz', '/version', '/version/'];

const rows: readonly Row[] = [
  {
    name: 'cluster-admin',
    groups: [masters],
    rules: [
      {verbs: ['*'], apiGroups: ['*'], resources: ['*']},
      {verbs: ['*'], nonResourceURLs: ['*']},
    ],
  },
  {name: 'system:discovery', groups: ['system:authenticated'], rules: [{verbs: ['get'], nonResourceURLs: discoveryPaths}]},
  {
    name: 'system:basic-user',
    groups: ['system:authenticated'],
    rules: [
      {verbs: ['create'], apiGroups: ['authorization.k8s.io'], resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews']},
      {verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews']},
    ],
  },
  {
    name: 'system:public-info-viewer',
    groups: ['system:authenticated', 'system:unauthenticated'],
    rules: [{verbs: ['get'], nonResourceURLs: infoPaths}],
  },
];

const mark = {
  labels: {'kubernetes.io/bootstrapping': 'rbac-defaults'},
  annotations: {'rbac.authorization.kubernetes.io/autoupdate': 'true'},
};

export function makeBootstrapRoles(state: ServerState): void {
  for (const {name, groups, rules} of rows) {
    make(state, 'clusterroles', {kind: 'ClusterRole', metadata: {name, ...mark}, rules});
    const subjects = groups.map(subject => ({apiGroup: group, kind: 'Group', name: subject}));
    const roleRef = {apiGroup: group, kind: 'ClusterRole', name};
    make(state, 'clusterrolebindings', {kind: 'ClusterRoleBinding', metadata: {name, ...mark}, roleRef, subjects});
  }
}

function make(state: ServerState, plural: string, object: Draft): void {
  const served = state.registry.find(group, 'v1', plural);
  if (served === undefined) throw new Error(`the table of built-in kinds has no ${plural}`);
  if (state.storage.get(served.collection, object.metadata.name ?? '') !== undefined) return;
  createObject(state, served, undefined, {apiVersion: `${group}/v1`, ...object});
}
