/** Reads a RunbookRun as the API server or a journal holds it. A field of the wrong type throws UnreadableField. */
import {type Fields, isFields, readField, readFields, readItems, readNumber, readString, readStrings, UnreadableField} from './fields.ts';
import type {KubeObject} from './kube-object.ts';
import {readOneOf} from './one-of.ts';
import {noStatus, readRunStatus} from './read-run-status.ts';
import {
  type ApprovalRule,
  abortModes,
  desiredStates,
  failurePolicies,
  type Run,
  type RunControl,
  type RunMeta,
  type RunSpec,
  type RunTimeouts,
} from './run.ts';

/** A status that belongs to another run (a copied manifest) counts for nothing. */
export function readRun(object: KubeObject): Run {
  const meta = readMeta(object);
  const status = readField(object, 'status') === undefined ? noStatus : readRunStatus(readFields(object, 'status'));
  const isOurs = status.runUID === '' || status.runUID === meta.uid;
  const spec = readRunSpec(readFields(object, 'spec'));
  return isOurs ? {meta, spec, status} : {meta, spec, status: noStatus, isStatusForeign: true};
}

function readMeta({metadata}: KubeObject): RunMeta {
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? '',
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    generation: metadata.generation ?? 1,
    ...(metadata.creationTimestamp === undefined ? {} : {creationTimestamp: metadata.creationTimestamp}),
    ...(metadata.deletionTimestamp === undefined ? {} : {deletionTimestamp: metadata.deletionTimestamp}),
    finalizers: metadata.finalizers ?? [],
  };
}

export function readRunSpec(spec: Fields): RunSpec {
  const name = readString(spec, 'runbook.name');
  if (name === undefined || name === '') throw new UnreadableField('spec.runbook.name', 'the name of a runbook');
  const version = readNumber(spec, 'runbook.version');
  const digest = readString(spec, 'runbook.digest');
  const undoOf = readField(spec, 'undoOf');
  const ttl = readNumber(spec, 'ttlSecondsAfterFinished');
  const planDigest = readString(spec, 'planDigest');
  return {
    runbook: {name, ...(version === undefined ? {} : {version}), ...(digest === undefined ? {} : {digest})},
    parameters: readFields(spec, 'parameters'),
    ...(readField(spec, 'requestedBy') === undefined
      ? {}
      : {requestedBy: {user: readString(spec, 'requestedBy.user') ?? '', groups: readStrings(spec, 'requestedBy.groups')}}),
    approvals: readItems(spec, 'approvals', readApprovalRule),
    timeouts: readTimeouts(spec),
    failurePolicy: readOneOf(spec, 'failurePolicy', failurePolicies) ?? 'Pause',
    control: readControl(spec),
    ...(isFields(undoOf) ? {undoOf: {name: readString(undoOf, 'name') ?? '', uid: readString(undoOf, 'uid') ?? ''}} : {}),
    ...(ttl === undefined ? {} : {ttlSecondsAfterFinished: ttl}),
    ...(planDigest === undefined ? {} : {planDigest}),
  };
}

function readApprovalRule(rule: unknown): ApprovalRule {
  const expires = readNumber(rule, 'expiresAfterSeconds');
  return {
    gate: readString(rule, 'gate') ?? '*',
    required: readNumber(rule, 'required') ?? 1,
    groups: readStrings(rule, 'groups'),
    users: readStrings(rule, 'users'),
    ...(expires === undefined ? {} : {expiresAfterSeconds: expires}),
  };
}

function readControl(spec: Fields): RunControl {
  return {
    desired: readOneOf(spec, 'control.desired', desiredStates) ?? 'Run',
    abortMode: readOneOf(spec, 'control.abortMode', abortModes) ?? 'SafePoint',
    by: readString(spec, 'control.by') ?? '',
    reason: readString(spec, 'control.reason') ?? '',
  };
}

const timeoutNames = ['runSeconds', 'stepSeconds', 'verifySeconds', 'gateSeconds'] as const;

function readTimeouts(spec: Fields): RunTimeouts {
  const given = timeoutNames.map(name => [name, readNumber(spec, `timeouts.${name}`)] as const);
  return Object.fromEntries(given.filter(([, seconds]) => seconds !== undefined));
}
