/**
 * Admission policies that prove who speaks: the API server itself compares the names in our objects with the caller.
 * Where it can, it also writes them in, so that nobody need know their own groups.
 */
import {approvalKind, runKind} from '../run.ts';
import type {Manifest} from './definition.ts';

const apiVersion = 'admissionregistration.k8s.io/v1';

/** Prove the requester of a run and the author of an approval; the engine trusts neither where they are not installed. */
export const policyNames = {requester: 'deckhand-run-requester', author: 'deckhand-approval-author'} as const;

/** The first minor version of Kubernetes 1 that serves MutatingAdmissionPolicy as v1. */
export const stampingSince = 36;

const caller = 'request.userInfo.username';
const callersGroups = 'request.userInfo.groups';

/** Order is not a difference. */
function sameGroups(groups: string): string {
  return `${groups}.all(group, group in ${callersGroups}) && ${callersGroups}.all(group, group in ${groups})`;
}

export const provingPolicies: readonly Manifest[] = [
  ...proving(policyNames.requester, runKind.plural, [
    {
      expression: `has(object.spec.requestedBy) && object.spec.requestedBy.user == ${caller}`,
      messageExpression: `"spec.requestedBy.user must be who submits the run: " + ${caller}`,
      reason: 'Forbidden',
    },
    {
      expression: `has(object.spec.requestedBy) && ${sameGroups('object.spec.requestedBy.groups')}`,
      messageExpression: `"spec.requestedBy.groups must be the groups of who submits the run: " + ${callersGroups}.join(", ")`,
      reason: 'Forbidden',
    },
  ]),
  ...proving(policyNames.author, approvalKind.plural, [
    {
      expression: `has(object.spec.by) && object.spec.by == ${caller}`,
      messageExpression: `"spec.by must be who makes the approval: " + ${caller}`,
      reason: 'Forbidden',
    },
    {
      expression: `has(object.spec.groups) && ${sameGroups('object.spec.groups')}`,
      messageExpression: `"spec.groups must be the groups of who makes the approval: " + ${callersGroups}.join(", ")`,
      reason: 'Forbidden',
    },
  ]),
];

/** What is given is left as it is, for the proving policies to judge. */
export const stampingPolicies: readonly Manifest[] = [
  ...stamping(
    policyNames.requester,
    runKind.plural,
    `has(object.spec.requestedBy) ? [] : [JSONPatch{op: "add", path: "/spec/requestedBy", value: {"user": dyn(${caller}), "groups": dyn(${callersGroups})}}]`,
  ),
  ...stamping(
    policyNames.author,
    approvalKind.plural,
    `(has(object.spec.by) ? [] : [JSONPatch{op: "add", path: "/spec/by", value: ${caller}}]) + ` +
      `(has(object.spec.groups) ? [] : [JSONPatch{op: "add", path: "/spec/groups", value: ${callersGroups}}])`,
  ),
];

function onCreate(plural: string): unknown {
  return {resourceRules: [{apiGroups: [runKind.group], apiVersions: ['*'], operations: ['CREATE'], resources: [plural], scope: '*'}]};
}

function proving(name: string, plural: string, validations: readonly unknown[]): readonly Manifest[] {
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata: {name},
      spec: {failurePolicy: 'Fail', matchConstraints: onCreate(plural), validations},
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: {name},
      spec: {policyName: name, validationActions: ['Deny']},
    },
  ];
}

function stamping(name: string, plural: string, expression: string): readonly Manifest[] {
  return [
    {
      apiVersion,
      kind: 'MutatingAdmissionPolicy',
      metadata: {name},
      spec: {
        failurePolicy: 'Fail',
        reinvocationPolicy: 'Never',
        matchConstraints: onCreate(plural),
        mutations: [{patchType: 'JSONPatch', jsonPatch: {expression}}],
      },
    },
    {apiVersion, kind: 'MutatingAdmissionPolicyBinding', metadata: {name}, spec: {policyName: name}},
  ];
}
