/** Pods: whether the containers run and are ready, and the first thing that stops them. */
import {judgeDeletion} from './deletion.ts';
import {phrase} from './messages/phrase.ts';
import type {PodFacts} from './pod.ts';
import {quoted, type Verdict, verdictOf} from './verdict.ts';

/** A running pod may take so long to become ready before that is called broken. */
const readyWithinMs = 2 * 60_000;

export function judgePod(facts: PodFacts, now: number): Verdict {
  // NodeLost: nobody is left to carry the deletion out.
  if (facts.status === 'Unknown' && facts.deletion !== undefined)
    return verdictOf('broken', phrase('verdict.pod.nodeLost', facts.node), facts.deletion.since);
  if (facts.deletion !== undefined) return judgeDeletion(facts.deletion);
  switch (facts.phase) {
    case 'Succeeded':
      return verdictOf('ok');
    case 'Failed':
      return verdictOf(
        'broken',
        phrase('verdict.pod.failed', facts.trouble?.word ?? facts.status, facts.trouble?.message || facts.message),
      );
    case 'Pending':
    case 'Running':
      return judgeScheduling(facts) ?? judgeContainers(facts, now);
    default:
      return verdictOf('unknown', phrase('verdict.noStatus'));
  }
}

function judgeScheduling({status, scheduled}: PodFacts): Verdict | undefined {
  if (status === 'SchedulingGated') return verdictOf('waiting', phrase('verdict.pod.gated'), scheduled?.since);
  if (scheduled?.status !== 'False') return undefined;
  return verdictOf('waiting', phrase('verdict.pod.unschedulable', scheduled.message || scheduled.reason), scheduled.since);
}

function judgeContainers(facts: PodFacts, now: number): Verdict {
  const {trouble, status, phase, ready, readyContainers, totalContainers, completedContainers} = facts;
  if (status === 'NodeLost') return verdictOf('broken', phrase('verdict.pod.nodeLost', facts.node));
  if (trouble !== undefined) return verdictOf('broken', phrase('verdict.pod.container', trouble.container, trouble.word, trouble.message));
  if (phase === 'Pending' || status.startsWith('Init:')) return verdictOf('busy', quoted(status), facts.createdAt);
  const isAllReady = readyContainers + completedContainers >= totalContainers;
  if (isAllReady && (ready?.status !== 'False' || completedContainers > 0)) return verdictOf('ok');
  const reason = isAllReady
    ? phrase('verdict.pod.gates', facts.readinessGates)
    : phrase('verdict.pod.notReady', readyContainers, totalContainers);
  const since = ready?.since ?? facts.createdAt;
  const isLate = since !== undefined && now - since > readyWithinMs;
  return verdictOf(isLate ? 'broken' : 'busy', reason, since);
}
