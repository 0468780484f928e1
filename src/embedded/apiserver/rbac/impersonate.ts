/** Speaking as somebody else: the headers of impersonation, for those who have the right to each part of them. */
import type {ApiCall, UserInfo} from '../api-call.ts';
import {ApiFault} from '../api-fault.ts';
import type {ServerState} from '../server-state.ts';
import {attributesOf, forbiddenFault, type ResourceAttributes} from './attributes.ts';
import {authorize} from './authorize.ts';
import {withSystemGroups} from './users.ts';

const extraPrefix = 'impersonate-extra-';

/** The call with the user it speaks for; the same call where nobody is impersonated. */
export function actAs(state: ServerState, call: ApiCall): ApiCall {
  const {headers} = call;
  const username = headers['impersonate-user'] ?? '';
  const uid = headers['impersonate-uid'] ?? '';
  const groups = listOf(headers['impersonate-group']);
  const extra = extraOf(headers);
  if (username === '') {
    const isPartial = uid !== '' || groups.length > 0 || Object.keys(extra).length > 0;
    if (isPartial) throw ApiFault.badRequest('requested groups, a uid or extra values without impersonating a user name');
    return call;
  }
  for (const attributes of wanted(username, uid, groups, extra)) {
    if (!authorize(state, call.user, attributes).isAllowed) throw refused(call, username);
  }
  const account = serviceAccountOf(username);
  const implied = account === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`];
  const user = withSystemGroups({username, uid, groups: groups.length > 0 ? groups : implied});
  return {...call, user: Object.keys(extra).length === 0 ? user : {...user, extra}};
}

/** kube-apiserver 1.36 tries its narrower kinds of impersonation first, and names the right that the first of them lacks. */
function refused(call: ApiCall, username: string): ApiFault {
  const kind = serviceAccountOf(username) === undefined ? 'user-info' : 'serviceaccount';
  const attributes = attributesOf(call);
  return forbiddenFault(call.user.username, {...attributes, verb: `impersonate-on:${kind}:${attributes.verb}`}, '');
}

type Extra = NonNullable<UserInfo['extra']>;

function* wanted(username: string, uid: string, groups: readonly string[], extra: Extra): Generator<ResourceAttributes> {
  const account = serviceAccountOf(username);
  if (account === undefined) yield impersonation('', 'users', username);
  else yield {...impersonation('', 'serviceaccounts', account.name), namespace: account.namespace};
  if (uid !== '') yield impersonation('authentication.k8s.io', 'uids', uid);
  for (const group of groups) yield impersonation('', 'groups', group);
  for (const [key, values] of Object.entries(extra)) {
    for (const value of values) yield {...impersonation('authentication.k8s.io', 'userextras', value), subresource: key};
  }
}

function impersonation(group: string, resource: string, name: string): ResourceAttributes {
  return {kind: 'resource', verb: 'impersonate', group, resource, subresource: '', name, namespace: ''};
}

function serviceAccountOf(username: string): {namespace: string; name: string} | undefined {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(username) ?? [];
  return namespace === undefined || name === undefined ? undefined : {namespace, name};
}

/** A header that came several times is joined by commas. */
function listOf(header: string | undefined): readonly string[] {
  return (header ?? '')
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '');
}

function extraOf(headers: ApiCall['headers']): Extra {
  const extra: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(extraPrefix)) extra[decodeURIComponent(name.slice(extraPrefix.length))] = listOf(value);
  }
  return extra;
}
