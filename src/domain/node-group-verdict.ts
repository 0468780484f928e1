/** Node groups: whether there are as many ready nodes as asked for, and what holds the rest. */
import {judgeDeletion} from './deletion.ts';
import {judgeDisruptionWait} from './disruption-wait.ts';
import {phrase} from './messages/phrase.ts';
import type {NodeGroupFacts} from './node-group.ts';
import {quoted, type Verdict, verdictOf} from './verdict.ts';

/** The platform reports the start of a machine's creation where errors go. */
const creationStarted = 'Started Machine creation process';

export function judgeNodeGroup(facts: NodeGroupFacts, now: number): Verdict {
  if (facts.deletion !== undefined) return judgeDeletion(facts.deletion);
  if (facts.nodes === undefined && facts.isReady === undefined) return verdictOf('unknown', phrase('verdict.noStatus'));
  return judgeErrors(facts) ?? judgeReadiness(facts) ?? judgeProgress(facts, now);
}

function judgeErrors(facts: NodeGroupFacts): Verdict | undefined {
  if (facts.error !== undefined && facts.error !== '') return verdictOf('broken', quoted(facts.error));
  const failure = facts.lastFailure;
  if (failure !== undefined && failure.description !== creationStarted) {
    return verdictOf('broken', phrase('verdict.group.machineFailed', failure.machine, failure.description), failure.at);
  }
  if (facts.failing?.status === 'True') {
    if (facts.failing.message === creationStarted) return verdictOf('busy', phrase('verdict.group.creating'), facts.failing.since);
    return verdictOf('broken', quoted(facts.failing.message), facts.failing.since);
  }
  const summary = facts.summary;
  if (summary.ready === 'False' && failure === undefined) return verdictOf('broken', quoted(summary.message ?? ''));
  return undefined;
}

/** The condition Ready is always True outside cloud groups that scale, so the numbers are judged beside it. */
function judgeReadiness(facts: NodeGroupFacts): Verdict | undefined {
  const {ready = 0, nodes = 0, isReady, scaling, updating, desired} = facts;
  const isScaling = scaling?.status === 'True';
  const isUpdating = updating?.status === 'True';
  if (isReady?.status === 'Unknown') return verdictOf('unknown', phrase('verdict.group.readyUnknown'));
  if (isReady?.status === 'False') {
    const wanted = Math.max(nodes, desired ?? 0);
    if (ready < wanted) return verdictOf(isScaling ? 'busy' : 'broken', phrase('verdict.group.tooFewReady', ready, wanted), isReady.since);
    // Enough are ready, so some are cordoned: by the update, or by a person who has to take that back.
    return verdictOf(isUpdating ? 'busy' : 'waiting', phrase('verdict.group.cordoned'), isReady.since);
  }
  return ready < nodes && !isScaling && !isUpdating
    ? verdictOf('broken', phrase('verdict.group.notReady', nodes - ready, nodes))
    : undefined;
}

function judgeProgress(facts: NodeGroupFacts, now: number): Verdict {
  const {nodes = 0, upToDate = 0, scaling, updating, lastFailure} = facts;
  if (facts.waitingForDisruption?.status === 'True') return judgeDisruptionWait(facts, now, facts.waitingForDisruption.since);
  if (updating?.status === 'True') return verdictOf('busy', phrase('verdict.group.updating', upToDate, nodes), updating.since);
  if (scaling?.status === 'True') return verdictOf('busy', phrase('verdict.group.scaling', nodes, facts.desired ?? nodes), scaling.since);
  if (lastFailure !== undefined) return verdictOf('busy', phrase('verdict.group.creating'), lastFailure.at);
  if (facts.upToDate !== undefined && upToDate < nodes) return verdictOf('busy', phrase('verdict.group.updating', upToDate, nodes));
  if (facts.synced === 'False') return verdictOf('busy', phrase('verdict.group.notSynced'));
  return verdictOf('ok');
}
