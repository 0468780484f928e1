/** Who may do what: the least the controller needs for the runbooks that it carries out, and roles for people. */

import {approvalKind, runKind} from '../../domain/run.ts';
import type {Manifest} from '../../domain/run-kinds/definition.ts';
import {policyNames} from '../../domain/run-kinds/policies.ts';
import type {Permission} from '../../engine/define-runbook.ts';

type Rule = {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
};

type Subject = {readonly kind: 'ServiceAccount'; readonly name: string; readonly namespace: string};

export const controllerAccount = 'deckhand-controller';

const rbac = 'rbac.authorization.k8s.io';
const apiVersion = `${rbac}/v1`;
const read = ['get', 'list', 'watch'];
const readRuns: readonly Rule[] = [
  {apiGroups: [runKind.group], resources: [runKind.plural, approvalKind.plural], verbs: read},
  {apiGroups: [''], resources: ['configmaps', 'events'], verbs: read},
];
const policies = 'admissionregistration.k8s.io';

/** Roles that a RoleBinding in the runs namespace gives to people; who carries runs out in the dashboard needs the holder's too. */
export function peopleRoles(): readonly Manifest[] {
  const decide: Rule = {apiGroups: [runKind.group], resources: [approvalKind.plural], verbs: ['create']};
  return [
    clusterRole('deckhand-requester', [
      ...readRuns,
      {apiGroups: [runKind.group], resources: [runKind.plural], verbs: ['create', 'update', 'patch']},
      decide,
    ]),
    clusterRole('deckhand-approver', [...readRuns, decide]),
    clusterRole('deckhand-holder', [
      {apiGroups: [runKind.group], resources: [runKind.plural], verbs: [...read, 'update', 'patch']},
      {
        apiGroups: [runKind.group],
        resources: [`${runKind.plural}/status`, `${runKind.plural}/finalizers`],
        verbs: ['get', 'update', 'patch'],
      },
      {apiGroups: [runKind.group], resources: [approvalKind.plural], verbs: read},
      {apiGroups: [''], resources: ['configmaps'], verbs: [...read, 'create', 'update', 'patch']},
      {apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: [...read, 'create', 'update', 'patch', 'delete']},
      {apiGroups: [''], resources: ['events'], verbs: ['create', 'patch']},
    ]),
  ];
}

/** `permissions` by runbook group; each group has roles of its own, so that one can see what it costs. */
export function controllerRoles(namespace: string, permissions: ReadonlyMap<string, readonly Permission[]>): readonly Manifest[] {
  const subject: Subject = {kind: 'ServiceAccount', name: controllerAccount, namespace};
  const all = [...permissions].flatMap(([group, needed]) => needed.map(permission => ({group, permission})));
  const places = new Map<string, {readonly name: string; readonly namespace: string | undefined; readonly needed: Permission[]}>();
  for (const {group, permission} of all) {
    const place = typeof permission.scope === 'object' ? permission.scope.namespace : undefined;
    const name = `${controllerAccount}-${group}`;
    const known = places.get(`${name}/${place}`) ?? {name, namespace: place, needed: []};
    known.needed.push(permission);
    places.set(`${name}/${place}`, known);
  }
  return [
    {apiVersion: 'v1', kind: 'ServiceAccount', metadata: {name: controllerAccount, namespace}},
    ...bound(clusterRole(controllerAccount, controllerRules), subject),
    ...bound(role(controllerAccount, namespace, removalRules), subject),
    binding('deckhand-holder', namespace, 'ClusterRole', subject),
    ...[...places.values()]
      .sort((left, right) => (left.namespace ?? '').localeCompare(right.namespace ?? ''))
      .flatMap(place => {
        const rules = rulesOf(place.needed);
        return bound(place.namespace === undefined ? clusterRole(place.name, rules) : role(place.name, place.namespace, rules), subject);
      }),
  ];
}

/** Whom a run may be done for, whether its requester is proved, and whether Deckhouse runs here. */
const controllerRules: readonly Rule[] = [
  {apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create']},
  {
    apiGroups: [policies],
    resources: ['validatingadmissionpolicybindings', 'mutatingadmissionpolicybindings'],
    resourceNames: Object.values(policyNames),
    verbs: ['get'],
  },
  {apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['deckhouse'], verbs: ['get']},
];

/** What has outlived its time is removed by the controller, never by a dashboard. */
const removalRules: readonly Rule[] = [
  {apiGroups: [runKind.group], resources: [runKind.plural, approvalKind.plural], verbs: ['delete']},
  {apiGroups: [''], resources: ['configmaps'], verbs: ['delete']},
];

/** One rule for each resource, with all verbs that any runbook of the group asks for. */
function rulesOf(permissions: readonly Permission[]): readonly Rule[] {
  const rules = new Map<string, {readonly group: string; readonly resource: string; readonly verbs: Set<string>}>();
  for (const {group, resource, verbs} of permissions) {
    const key = `${group}/${resource}`;
    const known = rules.get(key) ?? {group, resource, verbs: new Set()};
    for (const verb of verbs) known.verbs.add(verb);
    rules.set(key, known);
  }
  return [...rules.entries()]
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([, {group, resource, verbs}]) => ({apiGroups: [group], resources: [resource], verbs: [...verbs].sort()}));
}

function clusterRole(name: string, rules: readonly Rule[]): Manifest {
  return {apiVersion, kind: 'ClusterRole', metadata: {name}, rules};
}

function role(name: string, namespace: string, rules: readonly Rule[]): Manifest {
  return {apiVersion, kind: 'Role', metadata: {name, namespace}, rules};
}

/** A role and the binding of the same name. */
function bound(given: Manifest, subject: Subject): readonly Manifest[] {
  const {name, namespace} = given.metadata;
  return [given, binding(name, typeof namespace === 'string' ? namespace : undefined, given.kind, subject)];
}

function binding(name: string, namespace: string | undefined, kind: string, subject: Subject): Manifest {
  return {
    apiVersion,
    kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: {name, ...(namespace === undefined ? {} : {namespace})},
    roleRef: {apiGroup: rbac, kind, name},
    subjects: [subject],
  };
}
