import {expect, test} from 'vitest';
import type {ObjectRef} from '../../../src/domain/object-ref.ts';
import type {Permission} from '../../../src/engine/define-runbook.ts';
import {rightsOf} from '../../../src/engine/rights-of.ts';

const kind = {group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment', isNamespaced: true};
const ref: ObjectRef = {kind, namespace: 'shop', name: 'web'};

function attributesOf(permission: Permission, parameters: Readonly<Record<string, unknown>> = {}) {
  return rightsOf({permissions: [permission]}, {target: {ref, uid: 'u'}, parameters: {target: 'x', ...parameters}}).map(
    ({attributes}) => attributes,
  );
}

test.each<readonly [string, Permission, unknown]>([
  [
    'any kind is that of the target',
    {verbs: ['get', 'patch'], group: '*', resource: '*', scope: 'target'},
    ['get', 'patch'].map(verb => ({verb, group: 'apps', resource: 'deployments', namespace: 'shop', name: 'web'})),
  ],
  [
    'others of its namespace have no name',
    {verbs: ['list'], group: '', resource: 'pods', scope: 'target'},
    [{verb: 'list', group: '', resource: 'pods', namespace: 'shop'}],
  ],
  [
    'a subresource is told apart',
    {verbs: ['create'], group: '', resource: 'pods/eviction'},
    [{verb: 'create', group: '', resource: 'pods', subresource: 'eviction'}],
  ],
  [
    'of several kinds that are taken it is that of the target',
    {verbs: ['patch'], group: 'apps', resource: 'deployments', isOfTargetKind: true},
    [{verb: 'patch', group: 'apps', resource: 'deployments'}],
  ],
  [
    'what is needed once the namespace of the target has gone, and its bindings with it, is asked for in all namespaces',
    {verbs: ['list'], group: '', resource: 'pods', scope: 'target', leaving: 'shop'},
    [{verb: 'list', group: '', resource: 'pods'}],
  ],
  [
    'a target in a namespace that stays needs no more than that',
    {verbs: ['list'], group: '', resource: 'pods', scope: 'target', leaving: 'd8-commander'},
    [{verb: 'list', group: '', resource: 'pods', namespace: 'shop'}],
  ],
  ['and no other', {verbs: ['patch'], group: 'apps', resource: 'statefulsets', isOfTargetKind: true}, []],
  ['what a parameter asks for is not needed without it', {verbs: ['get'], group: '', resource: 'secrets', parameter: 'caFrom'}, []],
])('%s', (_, permission, expected) => {
  expect(attributesOf(permission)).toEqual(expected);
});

test('of Secrets only the one that is named', () => {
  const permission: Permission = {verbs: ['get'], group: '', resource: 'secrets', parameter: 'caFrom'};
  expect(attributesOf(permission, {caFrom: 'd8-system/ca/tls.crt'})).toEqual([
    {verb: 'get', group: '', resource: 'secrets', namespace: 'd8-system', name: 'ca'},
  ]);
  expect(attributesOf(permission, {caFrom: 'masked:ca'})).toEqual([]);
});

test('a place is asked for in its own namespace, and only where it is one of that kind', () => {
  const permission: Permission = {verbs: ['create'], group: '', resource: 'pods', parameter: 'backupTo', prefix: 'pvc'};
  expect(attributesOf(permission, {backupTo: 'pvc:safe/dumps'})).toEqual([
    {verb: 'create', group: '', resource: 'pods', namespace: 'safe'},
  ]);
  expect(attributesOf(permission, {backupTo: 'file:/home/anna/dumps'})).toEqual([]);
});
