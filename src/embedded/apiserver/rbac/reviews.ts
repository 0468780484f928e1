/** Questions about rights, asked by creating an object that is never stored: it comes back with the answer. */
import {type Fields, isFields, readFields, readList, readString} from '../../../domain/fields.ts';
import type {StatusCause} from '../../../domain/status-error.ts';
import {type ApiAnswer, type ApiCall, jsonAnswer, type UserInfo} from '../api-call.ts';
import {ApiFault} from '../api-fault.ts';
import {readBody} from '../request-body.ts';
import type {Target} from '../request-target.ts';
import {invalid} from '../schema/field-error.ts';
import type {ServerState} from '../server-state.ts';
import type {Attributes} from './attributes.ts';
import {authorize, masters} from './authorize.ts';
import {grantsOf, type PolicyRule} from './policy-rules.ts';

/** undefined where the call is no such question. */
export function answerReview(state: ServerState, {served, namespace, name}: Target, call: ApiCall): ApiAnswer | undefined {
  if (name !== undefined || call.method !== 'POST') return undefined;
  const {kind, group, version} = served.type;
  const answer = (fields: Fields) =>
    jsonAnswer(201, {kind, apiVersion: `${group}/${version}`, metadata: {creationTimestamp: null}, ...fields});
  const body = () => asFields(readBody(call, kind));
  switch (kind) {
    case 'SelfSubjectAccessReview':
      return answer(reviewAccess(state, kind, body(), call.user));
    case 'SubjectAccessReview':
      return answer(reviewAccess(state, kind, body(), undefined));
    case 'LocalSubjectAccessReview':
      return answer(reviewLocally(state, kind, body(), namespace ?? ''));
    case 'SelfSubjectRulesReview':
      return answer(reviewRules(state, body(), call.user));
    case 'SelfSubjectReview':
      return answer({status: {userInfo: userFields(call.user)}});
    default:
      return undefined;
  }
}

function reviewLocally(state: ServerState, kind: string, review: Fields, namespace: string): Fields {
  const own = readString(review, 'metadata.namespace') ?? '';
  const asked = readString(review, 'spec.resourceAttributes.namespace') ?? '';
  const faults = asked === own ? [] : [invalid('spec.resourceAttributes.namespace', asked, 'must match metadata.namespace')];
  if (faults.length > 0) throw ApiFault.invalid({kind, group: 'authorization.k8s.io'}, '', faults);
  if (own !== namespace) throw ApiFault.badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`);
  return {...reviewAccess(state, kind, review, undefined), metadata: {creationTimestamp: null, namespace}};
}

/** `self` is the one who asks; undefined where the review names somebody. */
function reviewAccess(state: ServerState, kind: string, review: Fields, self: UserInfo | undefined): Fields {
  const spec = readFields(review, 'spec');
  const faults = accessFaults(spec, self === undefined);
  if (faults.length > 0) throw ApiFault.invalid({kind, group: 'authorization.k8s.io'}, '', faults);
  const user = self ?? {username: readString(spec, 'user') ?? '', uid: readString(spec, 'uid') ?? '', groups: texts(spec, 'groups')};
  const {isAllowed, reason} = authorize(state, user, askedAttributes(spec));
  return {spec, status: {allowed: isAllowed, ...(reason !== '' && {reason})}};
}

function accessFaults(spec: Fields, isOther: boolean): StatusCause[] {
  const hasResource = isFields(spec.resourceAttributes);
  const hasPath = isFields(spec.nonResourceAttributes);
  const faults: StatusCause[] = [];
  if (hasResource && hasPath) {
    const why = 'cannot be specified in combination with resourceAttributes';
    faults.push(
      invalid(
        'spec.nonResourceAttributes',
        {Path: readString(spec, 'nonResourceAttributes.path') ?? '', Verb: readString(spec, 'nonResourceAttributes.verb') ?? ''},
        why,
      ),
    );
  }
  if (!hasResource && !hasPath) {
    const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    faults.push(invalid('spec.resourceAttributes', null, why));
  }
  if (isOther && (readString(spec, 'user') ?? '') === '' && texts(spec, 'groups').length === 0)
    faults.push(invalid('spec.user', '', 'at least one of user or group must be specified'));
  return faults;
}

function askedAttributes(spec: Fields): Attributes {
  const asked = readFields(spec, 'resourceAttributes');
  const text = (from: unknown, field: string) => readString(from, field) ?? '';
  if (!isFields(spec.resourceAttributes))
    return {kind: 'path', verb: text(spec, 'nonResourceAttributes.verb'), path: text(spec, 'nonResourceAttributes.path')};
  return {
    kind: 'resource',
    verb: text(asked, 'verb'),
    group: text(asked, 'group'),
    resource: text(asked, 'resource'),
    subresource: text(asked, 'subresource'),
    name: text(asked, 'name'),
    namespace: text(asked, 'namespace'),
  };
}

const everything: readonly PolicyRule[] = [
  {verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [], nonResourceURLs: []},
  {verbs: ['*'], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: ['*']},
];

function reviewRules(state: ServerState, review: Fields, user: UserInfo): Fields {
  const namespace = readString(review, 'spec.namespace') ?? '';
  if (namespace === '') throw ApiFault.badRequest('no namespace on request');
  const rules: PolicyRule[] = !state.hasRbac || user.groups.includes(masters) ? [...everything] : [];
  const missing: string[] = [];
  for (const grant of state.hasRbac ? grantsOf(state.storage, user, namespace) : []) {
    if ('missing' in grant) missing.push(grant.missing);
    else rules.push(grant.rule);
  }
  const status = {
    resourceRules: rules.filter(rule => rule.resources.length > 0).map(resourceRule),
    nonResourceRules: rules.filter(rule => rule.nonResourceURLs.length > 0).map(({verbs, nonResourceURLs}) => ({verbs, nonResourceURLs})),
    incomplete: false,
    ...(missing.length > 0 && {evaluationError: missing.join(', ')}),
  };
  return {spec: {}, status};
}

function resourceRule({verbs, apiGroups, resources, resourceNames}: PolicyRule): Fields {
  return {verbs, apiGroups, resources, ...(resourceNames.length > 0 && {resourceNames})};
}

export function userFields({username, uid, groups, extra}: UserInfo): Fields {
  return {username, ...(uid !== '' && {uid}), groups, ...(extra !== undefined && {extra})};
}

function asFields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function texts(root: unknown, path: string): readonly string[] {
  return readList(root, path).filter(item => typeof item === 'string');
}
