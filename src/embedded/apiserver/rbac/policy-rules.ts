/** The rules that Roles and ClusterRoles give a user through their bindings. */
import {type Fields, isFields, readFields, readList, readString} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import type {UserInfo} from '../api-call.ts';
import {storageKey} from '../api-object.ts';
import type {ObjectStore} from '../storage.ts';
import type {Attributes} from './attributes.ts';

const group = 'rbac.authorization.k8s.io';

export type PolicyRule = {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
};

/** A rule with the words for where it comes from, or a binding to a role that is not there. */
export type Grant = {readonly rule: PolicyRule; readonly source: string} | {readonly missing: string};

/** Cluster-wide grants first, then those of the namespace; "" asks for the former alone. */
export function* grantsOf(storage: ObjectStore, user: UserInfo, namespace: string): Generator<Grant> {
  for (const binding of storage.scan(`clusterrolebindings.${group}`, '')) yield* grantsBy(storage, binding, user, '');
  if (namespace === '') return;
  for (const binding of storage.scan(`rolebindings.${group}`, `${namespace}/`)) yield* grantsBy(storage, binding, user, namespace);
}

function* grantsBy(storage: ObjectStore, binding: KubeObject, user: UserInfo, namespace: string): Generator<Grant> {
  const subject = readList(binding, 'subjects').find(candidate => isSubject(user, candidate, namespace));
  if (subject === undefined) return;
  const reference = readFields(binding, 'roleRef');
  const kind = readString(reference, 'kind') ?? '';
  const name = readString(reference, 'name') ?? '';
  const collection = kind === 'Role' ? 'roles' : 'clusterroles';
  const role = storage.get(`${collection}.${group}`, kind === 'Role' ? storageKey(namespace, name) : name);
  if (role === undefined) {
    yield {missing: `${collection.slice(0, -1)}.${group} ${JSON.stringify(name)} not found`};
    return;
  }
  const source = describe(binding, kind, name, isFields(subject) ? subject : {}, namespace);
  for (const rule of readList(role, 'rules')) yield {rule: toRule(rule), source};
}

function toRule(rule: unknown): PolicyRule {
  return {
    verbs: texts(rule, 'verbs'),
    apiGroups: texts(rule, 'apiGroups'),
    resources: texts(rule, 'resources'),
    resourceNames: texts(rule, 'resourceNames'),
    nonResourceURLs: texts(rule, 'nonResourceURLs'),
  };
}

function texts(rule: unknown, field: string): readonly string[] {
  return readList(rule, field).filter(item => typeof item === 'string');
}

function isSubject(user: UserInfo, subject: unknown, namespace: string): boolean {
  const name = readString(subject, 'name') ?? '';
  switch (readString(subject, 'kind')) {
    case 'User':
      return user.username === name;
    case 'Group':
      return user.groups.includes(name);
    case 'ServiceAccount': {
      const home = readString(subject, 'namespace') || namespace;
      return home !== '' && user.username === `system:serviceaccount:${home}:${name}`;
    }
    default:
      return false;
  }
}

function describe({metadata}: KubeObject, kind: string, role: string, subject: Fields, namespace: string): string {
  const binding = namespace === '' ? 'ClusterRoleBinding' : 'RoleBinding';
  const shown = namespace === '' ? metadata.name : `${metadata.name}/${namespace}`;
  const name = readString(subject, 'name') ?? '';
  const home = readString(subject, 'namespace') || namespace;
  const whom = subject.kind === 'ServiceAccount' ? `${name}/${home}` : name;
  return `${binding} ${JSON.stringify(shown)} of ${kind} ${JSON.stringify(role)} to ${String(subject.kind)} ${JSON.stringify(whom)}`;
}

export function allows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!hasOrAll(rule.verbs, attributes.verb)) return false;
  if (attributes.kind === 'path') return rule.nonResourceURLs.some(pattern => coversPath(pattern, attributes.path));
  const {group: apiGroup, resource, subresource, name} = attributes;
  const whole = subresource === '' ? resource : `${resource}/${subresource}`;
  const isResource = hasOrAll(rule.resources, whole) || (subresource !== '' && rule.resources.includes(`*/${subresource}`));
  return isResource && hasOrAll(rule.apiGroups, apiGroup) && (rule.resourceNames.length === 0 || rule.resourceNames.includes(name));
}

function hasOrAll(list: readonly string[], item: string): boolean {
  return list.includes('*') || list.includes(item);
}

function coversPath(pattern: string, path: string): boolean {
  return pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, '')));
}
