/** Nodes: whether the kubelet is well, and where the node stands in the update of its group. */
import {judgeDeletion} from './deletion.ts';
import {judgeDisruptionWait} from './disruption-wait.ts';
import {phrase} from './messages/phrase.ts';
import {type GroupChecksums, type NodeFacts, updateStateOf} from './node.ts';
import type {GroupRules} from './node-group.ts';
import {type Verdict, verdictOf} from './verdict.ts';

export type NodeContext = {
  readonly now: number;
  /** Both undefined where they may not be read. */
  readonly groups: readonly GroupRules[] | undefined;
  readonly checksums: readonly GroupChecksums[] | undefined;
};

/** A new node may take so long to be Ready and to report its configuration: the platform's own grace. */
const joiningMs = 5 * 60_000;

export function judgeNode(facts: NodeFacts, context: NodeContext): Verdict {
  if (facts.deletion !== undefined) return judgeDeletion(facts.deletion);
  return judgeHealth(facts, context.now) ?? judgeUpdate(facts, context) ?? judgeRest(facts);
}

function judgeHealth({ready, troubles, createdAt}: NodeFacts, now: number): Verdict | undefined {
  if (ready === undefined) return verdictOf('unknown', phrase('verdict.node.noReady'));
  if (ready.status !== 'True') {
    if (isJoining(createdAt, now)) return verdictOf('busy', phrase('verdict.node.joining'), createdAt);
    const key = ready.status === 'Unknown' ? 'verdict.node.silent' : 'verdict.node.notReady';
    return verdictOf('broken', phrase(key, ready.message || ready.reason), ready.since);
  }
  const trouble = troubles[0];
  return trouble && verdictOf('broken', phrase('verdict.node.trouble', trouble.type, trouble.message), trouble.since);
}

function judgeUpdate(facts: NodeFacts, {now, groups, checksums}: NodeContext): Verdict | undefined {
  if (facts.drainError !== undefined) return verdictOf('broken', phrase('verdict.node.drainFailed', facts.drainError));
  const state = updateStateOf(facts, groups, checksums);
  switch (state) {
    case 'WaitingForApproval':
      return verdictOf('waiting', phrase('verdict.node.waitsForTurn'));
    case 'DrainingForDisruption':
    case 'Draining':
      return verdictOf('busy', phrase('verdict.node.draining'));
    case 'Drained':
      return facts.drainedBy === 'user'
        ? verdictOf('waiting', phrase('verdict.node.drainedByHand'))
        : verdictOf('busy', phrase('verdict.node.drained'));
    case 'WaitingForDisruptionApproval':
    case 'WaitingForManualDisruptionApproval': {
      const group = groups?.find(({name}) => name === facts.group);
      return group && judgeDisruptionWait(group, now, undefined);
    }
    case 'DisruptionApproved':
      return verdictOf('busy', phrase('verdict.node.disrupted'));
    case 'Approved':
      return verdictOf('busy', phrase('verdict.node.updating'));
    case 'UpdateFailedNoConfigChecksum':
      if (isJoining(facts.createdAt, now)) return verdictOf('busy', phrase('verdict.node.joining'), facts.createdAt);
      return verdictOf('broken', phrase('verdict.node.noChecksum'));
    case 'ToBeUpdated':
      return verdictOf('busy', phrase('verdict.node.toBeUpdated'));
    case 'Unknown': {
      const isForbidden = groups === undefined || checksums === undefined;
      return verdictOf('unknown', phrase(isForbidden ? 'verdict.node.updateForbidden' : 'verdict.node.updateUnknown'));
    }
    case 'UpToDate':
    case undefined:
      return undefined;
  }
}

function judgeRest({isLeaving, isRebootAsked, isCordoned}: NodeFacts): Verdict {
  if (isLeaving) return verdictOf('busy', phrase('verdict.node.leaving'));
  if (isRebootAsked) return verdictOf('busy', phrase('verdict.node.rebootAsked'));
  return isCordoned ? verdictOf('waiting', phrase('verdict.node.cordoned')) : verdictOf('ok');
}

function isJoining(createdAt: number | undefined, now: number): boolean {
  return createdAt !== undefined && now - createdAt < joiningMs;
}
