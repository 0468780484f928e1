/** Whether a policy or its binding is about a request: `matchConstraints`, `matchResources`. */
import {type Fields, isFields, readFields, readList, readString} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import type {Draft} from '../api-object.ts';
import type {ServerState} from '../server-state.ts';
import type {PolicyRequest} from './policy-request.ts';

export function isAbout(resources: Fields, request: PolicyRequest, state: ServerState): boolean {
  const rules = readList(resources, 'resourceRules').filter(isFields);
  const excluded = readList(resources, 'excludeResourceRules').filter(isFields);
  const isExact = resources.matchPolicy === 'Exact';
  if (!isNamespaceSelected(readFields(resources, 'namespaceSelector'), request, state)) return false;
  if (!isObjectSelected(readFields(resources, 'objectSelector'), request)) return false;
  if (excluded.some(rule => holds(rule, request, state, isExact))) return false;
  return rules.length === 0 || rules.some(rule => holds(rule, request, state, isExact));
}

function holds(rule: Fields, request: PolicyRequest, state: ServerState, isExact: boolean): boolean {
  const {served, operation, name} = request;
  const {group, isNamespaced} = served.type;
  const scope = readString(rule, 'scope') ?? '*';
  const names = texts(rule, 'resourceNames');
  return (
    has(texts(rule, 'operations'), operation) &&
    has(texts(rule, 'apiGroups'), group) &&
    versionsOf(request, state, isExact).some(version => has(texts(rule, 'apiVersions'), version)) &&
    texts(rule, 'resources').some(resource => isResource(resource, request)) &&
    (scope === '*' || (scope === 'Namespaced') === isNamespaced) &&
    (names.length === 0 || names.includes(name))
  );
}

/** With the policy Equivalent any served version of the kind will do. */
function versionsOf({served}: PolicyRequest, {registry}: ServerState, isExact: boolean): readonly string[] {
  const {group, plural, version} = served.type;
  if (isExact) return [version];
  return registry.types.filter(type => type.group === group && type.plural === plural).map(type => type.version);
}

function isResource(pattern: string, {served, subresource}: PolicyRequest): boolean {
  const [resource = '', sub = ''] = pattern.split('/');
  return (resource === '*' || resource === served.type.plural) && (sub === '*' || sub === subresource);
}

function isNamespaceSelected(selector: Fields, {served, namespace, object, oldObject}: PolicyRequest, state: ServerState): boolean {
  if (isEmpty(selector)) return true;
  if (served.collection === 'namespaces') return selects(selector, labelsOf(object ?? oldObject));
  if (namespace === '') return true;
  return selects(selector, labelsOf(state.storage.get('namespaces', namespace)));
}

function isObjectSelected(selector: Fields, {object, oldObject}: PolicyRequest): boolean {
  if (isEmpty(selector)) return true;
  return [object, oldObject].some(candidate => candidate !== undefined && selects(selector, labelsOf(candidate)));
}

type Labels = Readonly<Record<string, string>>;

function labelsOf(object: Draft | KubeObject | undefined): Labels {
  return object?.metadata.labels ?? {};
}

function isEmpty(selector: Fields): boolean {
  return Object.keys(readFields(selector, 'matchLabels')).length === 0 && readList(selector, 'matchExpressions').length === 0;
}

function selects(selector: Fields, labels: Labels): boolean {
  const wanted = Object.entries(readFields(selector, 'matchLabels'));
  return wanted.every(([key, value]) => labels[key] === value) && readList(selector, 'matchExpressions').every(part => meets(part, labels));
}

function meets(requirement: unknown, labels: Labels): boolean {
  const label = labels[readString(requirement, 'key') ?? ''];
  const values = texts(requirement, 'values');
  switch (readString(requirement, 'operator')) {
    case 'In':
      return label !== undefined && values.includes(label);
    case 'NotIn':
      return label === undefined || !values.includes(label);
    case 'Exists':
      return label !== undefined;
    case 'DoesNotExist':
      return label === undefined;
    default:
      return false;
  }
}

function has(list: readonly string[], item: string): boolean {
  return list.includes('*') || list.includes(item);
}

function texts(root: unknown, path: string): readonly string[] {
  return readList(root, path).filter(item => typeof item === 'string');
}
