/** Instances: how far a machine is on its way to being a node, and what stops it. */
import {judgeDeletion} from './deletion.ts';
import type {InstanceFacts} from './instance.ts';
import {type Phrase, phrase} from './messages/phrase.ts';
import {quoted, type Verdict, verdictOf} from './verdict.ts';

export function judgeInstance(facts: InstanceFacts): Verdict {
  const message = facts.message ?? '';
  // A machine that goes is drained first, and a disruption budget can refuse that.
  const refusal = facts.machineStatus === 'Blocked' ? message : drainRefusal(facts);
  if (refusal !== undefined) return verdictOf('waiting', phrase('verdict.instance.blocked', refusal), facts.deletion?.since);
  if (facts.deletion !== undefined) return judgeDeletion(facts.deletion);
  if (facts.machineStatus === 'Error') return verdictOf('broken', textOr(message, 'verdict.instance.machineError'));
  if (facts.bashibleStatus === 'Error') return verdictOf('broken', textOr(message, 'verdict.instance.bashibleError'));
  if (facts.bashibleStatus === 'WaitingApproval') return judgeApproval(facts);
  return judgePhase(facts);
}

/** The older shape has no status for it: these are the words by which node-manager itself tells a blocked drain in the newer one. */
function drainRefusal({lastOperation}: InstanceFacts): string | undefined {
  const text = lastOperation?.description ?? '';
  return /drain failed|cannot evict|disruption budget/i.test(text) ? text : undefined;
}

function judgeApproval({waitingForDisruption}: InstanceFacts): Verdict {
  if (waitingForDisruption?.status !== 'True') return verdictOf('waiting', phrase('verdict.instance.updateApproval'));
  return verdictOf('waiting', phrase('verdict.instance.disruptionApproval'), waitingForDisruption.since);
}

/** The phases of both shapes; the older one passes on the words of either machine controller. */
function judgePhase(facts: InstanceFacts): Verdict {
  const {phase = '', lastOperation, bashibleStatus} = facts;
  const operationText = lastOperation?.description ?? '';
  if (lastOperation?.state === 'Failed')
    return verdictOf('broken', textOr(operationText, 'verdict.instance.machineError'), facts.phaseSince);
  switch (phase) {
    case '':
      return verdictOf('unknown', phrase('verdict.noStatus'));
    case 'Pending':
    case 'Creating':
    case 'Available':
    case 'Provisioning':
    case 'Provisioned':
      return verdictOf('busy', startOf(facts), facts.createdAt);
    case 'Running':
      // Only the newer shape tells of the node agent at all.
      return bashibleStatus === 'Unknown'
        ? verdictOf('unknown', textOr(facts.message ?? '', 'verdict.instance.agentSilent'))
        : verdictOf('ok');
    case 'Terminating':
    case 'Deleting':
    case 'Deleted':
      return verdictOf('busy', phrase('verdict.deleting'), facts.phaseSince);
    case 'Failed':
    case 'CrashLoopBackOff':
      return verdictOf('broken', textOr(operationText, 'verdict.instance.machineError'), facts.phaseSince);
    case 'Unknown':
      return verdictOf('unknown', textOr(facts.message || operationText, 'verdict.instance.machineUnknown'));
    default:
      return verdictOf('unknown', phrase('verdict.unknownPhase', phase));
  }
}

function startOf({bootstrapLogs, message, lastOperation, phase}: InstanceFacts): Phrase {
  if (bootstrapLogs !== undefined) return phrase('verdict.instance.bootstrapping', bootstrapLogs);
  const text = message || lastOperation?.description || '';
  return text === '' ? phrase('verdict.instance.starting', phase ?? '') : quoted(text);
}

function textOr(
  text: string,
  otherwise:
    | 'verdict.instance.machineError'
    | 'verdict.instance.bashibleError'
    | 'verdict.instance.agentSilent'
    | 'verdict.instance.machineUnknown',
): Phrase {
  return text === '' ? phrase(otherwise) : quoted(text);
}
