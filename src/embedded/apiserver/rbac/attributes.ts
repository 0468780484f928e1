/** What a request asks leave for: a verb on a resource, or on a path that is none. */
import {type ApiCall, isTrue} from '../api-call.ts';
import {ApiFault} from '../api-fault.ts';

export type ResourceAttributes = {
  readonly kind: 'resource';
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  readonly namespace: string;
};

export type Attributes = ResourceAttributes | {readonly kind: 'path'; readonly verb: string; readonly path: string};

const verbs: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

const namespaceSubresources = new Set(['status', 'finalize']);

/** Read from the path alone: whether there is such a kind is answered only to those who may ask. */
export function attributesOf({method, path, query}: ApiCall): Attributes {
  const [root, ...parts] = path.split('/').filter(part => part !== '');
  const group = root === 'apis' ? parts.shift() : '';
  const [, ...rest] = parts;
  const [first] = rest;
  if ((root !== 'api' && root !== 'apis') || group === undefined || first === undefined)
    return {kind: 'path', verb: method.toLowerCase(), path};
  const isInNamespace = first === 'namespaces';
  const namespace = isInNamespace ? (rest[1] ?? '') : '';
  const isBelow = isInNamespace && rest[2] !== undefined && !namespaceSubresources.has(rest[2]);
  const [resource = '', name, subresource = ''] = isBelow ? rest.slice(2) : rest;
  const verb = verbOf(method, query, name !== undefined);
  return {
    kind: 'resource',
    verb,
    group,
    resource,
    subresource,
    name: name ?? (verb === 'list' || verb === 'watch' ? selectedName(query) : ''),
    namespace,
  };
}

function verbOf(method: string, query: URLSearchParams, hasName: boolean): string {
  const verb = verbs[method] ?? '';
  if (hasName) return verb;
  if (verb === 'get') return isTrue(query.get('watch')) ? 'watch' : 'list';
  return verb === 'delete' ? 'deletecollection' : verb;
}

/** A list of the one object with that name may be allowed by the name. */
function selectedName(query: URLSearchParams): string {
  return /(?:^|,)metadata\.name==?([^,=!]+)(?:,|$)/.exec(query.get('fieldSelector') ?? '')?.[1] ?? '';
}

export function forbiddenFault(username: string, attributes: Attributes, reason: string): ApiFault {
  const why = `${refusal(username, attributes)}${reason === '' ? '' : `: ${reason}`}`;
  if (attributes.kind === 'path') return new ApiFault(403, 'Forbidden', `forbidden: ${why}`, {});
  const {group, resource, name} = attributes;
  if (name !== '') return ApiFault.forbidden({group, plural: resource}, name, why);
  const shown = group === '' ? resource : `${resource}.${group}`;
  return new ApiFault(403, 'Forbidden', `${shown} is forbidden: ${why}`, {...(group !== '' && {group}), kind: resource});
}

/** As kube-apiserver says it: nothing in it may look like HTML. */
function refusal(username: string, attributes: Attributes): string {
  const user = JSON.stringify(username);
  if (attributes.kind === 'path') return sanitize(`User ${user} cannot ${attributes.verb} path ${JSON.stringify(attributes.path)}`);
  const {verb, group, resource, subresource, namespace} = attributes;
  const what = JSON.stringify(subresource === '' ? resource : `${resource}/${subresource}`);
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  return sanitize(`User ${user} cannot ${verb} resource ${what} in API group ${JSON.stringify(group)} ${where}`);
}

function sanitize(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
