/** Whether a user may do what a request asks for: members of system:masters always, others by their roles. */
import type {ApiCall, UserInfo} from '../api-call.ts';
import type {ServerState} from '../server-state.ts';
import {type Attributes, attributesOf, forbiddenFault} from './attributes.ts';
import {allows, grantsOf} from './policy-rules.ts';

export const masters = 'system:masters';

export type Decision = {readonly isAllowed: boolean; readonly reason: string};

/** A server without a table of users allows everything to everybody. */
export function authorize(state: ServerState, user: UserInfo, attributes: Attributes): Decision {
  if (!state.hasRbac) return {isAllowed: true, reason: 'the user of the embedded cluster may do everything'};
  if (user.groups.includes(masters)) return {isAllowed: true, reason: ''};
  const missing = new Set<string>();
  for (const grant of grantsOf(state.storage, user, attributes.kind === 'path' ? '' : attributes.namespace)) {
    if ('missing' in grant) missing.add(grant.missing);
    else if (allows(grant.rule, attributes)) return {isAllowed: true, reason: `RBAC: allowed by ${grant.source}`};
  }
  const faults = [...missing];
  if (faults.length === 0) return {isAllowed: false, reason: ''};
  return {isAllowed: false, reason: `RBAC: ${faults.length === 1 ? faults[0] : `[${faults.join(', ')}]`}`};
}

export function checkRights(state: ServerState, call: ApiCall): void {
  demand(state, call, attributesOf(call));
}

/** A PUT or an apply of what is not there yet makes it, which is a right of its own. */
export function checkRightToCreate(state: ServerState, call: ApiCall): void {
  demand(state, call, {...attributesOf(call), verb: 'create'});
}

function demand(state: ServerState, call: ApiCall, attributes: Attributes): void {
  const {isAllowed, reason} = authorize(state, call.user, attributes);
  if (!isAllowed) throw forbiddenFault(call.user.username, attributes, reason);
}
