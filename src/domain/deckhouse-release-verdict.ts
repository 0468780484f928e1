/** Releases of the platform: which one runs, and what the next one waits for, in the platform's own words where they say more. */
import type {DeckhouseReleaseFacts} from './deckhouse-release.ts';
import {phrase} from './messages/phrase.ts';
import {quoted, type Verdict, verdictOf} from './verdict.ts';

export function judgeDeckhouseRelease(facts: DeckhouseReleaseFacts): Verdict {
  switch (facts.phase) {
    case undefined:
    case '':
      return verdictOf('busy', phrase('verdict.release.new'));
    case 'Pending':
      return judgePending(facts);
    case 'Deployed':
    case 'Outdated':
    case 'Superseded':
    case 'Skipped':
      return verdictOf('ok');
    case 'Suspended':
      return verdictOf('broken', phrase('verdict.release.suspended', facts.message));
    default:
      return verdictOf('unknown', phrase('verdict.unknownPhase', facts.phase));
  }
}

/** What only a person can give comes first. */
function judgePending({message, isApproved, isUrgent, isDisruptionApproved, disruption}: DeckhouseReleaseFacts): Verdict {
  if (disruption !== undefined && !isDisruptionApproved) return verdictOf('waiting', phrase('verdict.release.disruption', disruption));
  const isAsking = /approved.*annotation|manual approval/.test(message);
  if (isAsking && !isApproved && !isUrgent) return verdictOf('waiting', phrase('verdict.release.approval'));
  if (message !== '' && !isAsking && disruption === undefined) return verdictOf('waiting', quoted(message));
  return verdictOf('busy', phrase('verdict.release.starting'));
}
