/** A node that needs a disruption which nobody approved yet: who will, and when. */
import {phrase} from './messages/phrase.ts';
import type {GroupRules} from './node-group.ts';
import {isWindowOpen, nextOpening} from './update-window.ts';
import {type Verdict, verdictOf} from './verdict.ts';

export function judgeDisruptionWait(
  {approvalMode, windows}: Pick<GroupRules, 'approvalMode' | 'windows'>,
  now: number,
  since: number | undefined,
): Verdict {
  if (approvalMode === 'Manual') return verdictOf('waiting', phrase('verdict.disruption.byHand'), since);
  if (isWindowOpen(windows, now, 'node')) return verdictOf('busy', phrase('verdict.disruption.soon'), since);
  const opensAt = nextOpening(windows, now, 'node');
  if (opensAt === undefined) return verdictOf('broken', phrase('verdict.disruption.neverOpens'), since);
  return verdictOf('waiting', phrase('verdict.disruption.window', opensAt), since);
}
