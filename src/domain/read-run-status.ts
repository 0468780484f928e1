/** Reads the status of a run, and the approvals of its gates. */
import {type Fields, readField, readFields, readItems, readNumber, readString, readStrings} from './fields.ts';
import type {KubeObject} from './kube-object.ts';
import {readOneOf} from './one-of.ts';
import {
  type Approval,
  effectClasses,
  phases,
  type RefusedApproval,
  type RunCondition,
  type RunStatus,
  risks,
  type StepGate,
  type StepStatus,
  stepStates,
} from './run.ts';

export const noStatus: RunStatus = {
  observedGeneration: 0,
  runUID: '',
  phase: 'Pending',
  current: '',
  progress: '',
  steps: [],
  conditions: [],
  log: {chunks: 0, head: 0, headDigest: ''},
};

export function readRunStatus(status: Fields): RunStatus {
  return {
    observedGeneration: readNumber(status, 'observedGeneration') ?? 0,
    runUID: readString(status, 'runUID') ?? '',
    phase: readOneOf(status, 'phase', phases) ?? 'Pending',
    ...part(status, 'target', target => ({
      apiVersion: text(target, 'apiVersion'),
      kind: text(target, 'kind'),
      ...optional('namespace', readString(target, 'namespace')),
      name: text(target, 'name'),
      uid: text(target, 'uid'),
    })),
    ...part(status, 'holder', holder => ({
      identity: text(holder, 'identity'),
      lease: text(holder, 'lease'),
      epoch: readNumber(holder, 'epoch') ?? 0,
      since: text(holder, 'since'),
    })),
    ...part(status, 'plan', plan => ({
      runbookVersion: readNumber(plan, 'runbookVersion') ?? 0,
      definitionDigest: text(plan, 'definitionDigest'),
      digest: text(plan, 'digest'),
      engineVersion: text(plan, 'engineVersion'),
      ref: text(plan, 'ref'),
      risk: readOneOf(plan, 'risk', risks) ?? 'destructive',
    })),
    current: text(status, 'current'),
    progress: text(status, 'progress'),
    steps: readItems(status, 'steps', readStep),
    conditions: readItems(status, 'conditions', readCondition),
    log: {
      chunks: readNumber(status, 'log.chunks') ?? 0,
      head: readNumber(status, 'log.head') ?? 0,
      headDigest: readString(status, 'log.headDigest') ?? '',
    },
    ...optional('startedAt', readString(status, 'startedAt')),
    ...optional('finishedAt', readString(status, 'finishedAt')),
  };
}

function readStep(step: unknown): StepStatus {
  return {
    id: text(step, 'id'),
    title: text(step, 'title'),
    index: readNumber(step, 'index') ?? 0,
    effect: readOneOf(step, 'effect', effectClasses) ?? 'HumanConfirmed',
    state: readOneOf(step, 'state', stepStates) ?? 'Unknown',
    ...part(step, 'intent', intent => ({
      key: text(intent, 'key'),
      epoch: readNumber(intent, 'epoch') ?? 0,
      attempt: readNumber(intent, 'attempt') ?? 0,
      digest: text(intent, 'digest'),
      recordedAt: text(intent, 'recordedAt'),
    })),
    attempts: readNumber(step, 'attempts') ?? 0,
    ...optional('startedAt', readString(step, 'startedAt')),
    ...optional('finishedAt', readString(step, 'finishedAt')),
    ...optional('deadline', readString(step, 'deadline')),
    ...optional('nextAttemptAt', readString(step, 'nextAttemptAt')),
    reason: text(step, 'reason'),
    message: text(step, 'message'),
    ...optional('messageRu', readString(step, 'messageRu')),
    ...(readField(step, 'logs') === undefined ? {} : {logs: readStrings(step, 'logs')}),
    ...part(step, 'gate', readGate),
  };
}

function readGate(gate: Fields): StepGate {
  return {
    id: text(gate, 'id'),
    required: readNumber(gate, 'required') ?? 1,
    have: readNumber(gate, 'have') ?? 0,
    approvals: readStrings(gate, 'approvals'),
    evidenceDigest: text(gate, 'evidenceDigest'),
    openedAt: text(gate, 'openedAt'),
    ...optional('deadline', readString(gate, 'deadline')),
    ...optional('question', readString(gate, 'question')),
    ...optional('danger', readString(gate, 'danger')),
    ...(readField(gate, 'facts') === undefined ? {} : {facts: readStrings(gate, 'facts')}),
    ...optional('waitsFor', readString(gate, 'waitsFor')),
    ...(readField(gate, 'refused') === undefined ? {} : {refused: readItems(gate, 'refused', readRefused)}),
  };
}

function readRefused(refused: unknown): RefusedApproval {
  return {name: text(refused, 'name'), by: text(refused, 'by'), why: text(refused, 'why')};
}

function readCondition(condition: unknown): RunCondition {
  return {
    type: text(condition, 'type'),
    status: readOneOf(condition, 'status', ['True', 'False', 'Unknown']) ?? 'Unknown',
    reason: text(condition, 'reason'),
    message: text(condition, 'message'),
    ...optional('messageRu', readString(condition, 'messageRu')),
    lastTransitionTime: text(condition, 'lastTransitionTime'),
    observedGeneration: readNumber(condition, 'observedGeneration') ?? 0,
  };
}

export function readApproval({metadata, ...object}: KubeObject): Approval {
  const spec = readFields(object, 'spec');
  return {
    name: metadata.name,
    ...optional('createdAt', metadata.creationTimestamp),
    run: {name: readString(spec, 'run.name') ?? '', uid: readString(spec, 'run.uid') ?? ''},
    gate: text(spec, 'gate'),
    kind: readOneOf(spec, 'kind', ['Approval', 'Consent']) ?? 'Approval',
    planDigest: text(spec, 'planDigest'),
    evidenceDigest: text(spec, 'evidenceDigest'),
    decision: readOneOf(spec, 'decision', ['Approve', 'Reject']) ?? 'Reject',
    by: text(spec, 'by'),
    groups: readStrings(spec, 'groups'),
    reason: text(spec, 'reason'),
    ...optional('expiresAt', readString(spec, 'expiresAt')),
  };
}

function text(root: unknown, name: string): string {
  return readString(root, name) ?? '';
}

function optional<const Name extends string>(name: Name, value: string | undefined): {readonly [Key in Name]?: string} {
  const made: {[Key in Name]?: string} = {};
  if (value !== undefined) made[name] = value;
  return made;
}

function part<const Name extends string, Value>(
  root: unknown,
  name: Name,
  read: (fields: Fields) => Value,
): {readonly [Key in Name]?: Value} {
  const made: {[Key in Name]?: Value} = {};
  if (readField(root, name) !== undefined) made[name] = read(readFields(root, name));
  return made;
}
