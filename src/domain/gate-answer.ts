/** Whose yes a gate takes: what `spec.approvals` asks for, and what one user's word would be worth. */
import type {ApprovalRule, Requester, Run, RunSpec} from './run.ts';

/** undefined: no rule names the gate, so the requester's own consent opens it too. */
export function ruleOfGate({approvals}: RunSpec, gate: string): ApprovalRule | undefined {
  return approvals.find(each => each.gate === gate) ?? approvals.find(each => each.gate === '*');
}

/** `own-run` and `not-named` say why it has to come from somebody else. */
export type Voice = 'Consent' | 'Approval' | 'own-run' | 'not-named';

export function voiceAt({spec}: Run, gate: string, {user, groups}: Requester): Voice {
  const rule = ruleOfGate(spec, gate);
  const isRequester = spec.requestedBy === undefined || spec.requestedBy.user === user;
  if (isRequester) return rule === undefined ? 'Consent' : 'own-run';
  return rule === undefined || isNamed(rule, {user, groups}) ? 'Approval' : 'not-named';
}

/** A rule without names takes anybody. */
export function isNamed(rule: ApprovalRule, {user, groups}: Requester): boolean {
  const isOpen = rule.groups.length === 0 && rule.users.length === 0;
  return isOpen || rule.users.includes(user) || groups.some(group => rule.groups.includes(group));
}

export function isHeard(voice: Voice): voice is 'Consent' | 'Approval' {
  return voice === 'Consent' || voice === 'Approval';
}
