/** DeckhouseReleases: which version of the platform runs, and what the next one waits for. */
import {type DeckhouseReleaseFacts, readDeckhouseRelease} from '../domain/deckhouse-release.ts';
import {judgeDeckhouseRelease} from '../domain/deckhouse-release-verdict.ts';
import {readTime} from '../domain/fields.ts';
import {phrase} from '../domain/messages/phrase.ts';
import {defineView} from './define-view.ts';

type Facts = DeckhouseReleaseFacts & {readonly transitionTime: number | undefined};

export const deckhouseReleases = defineView<Facts>({
  name: 'deckhousereleases',
  resource: {group: 'deckhouse.io', plural: 'deckhousereleases', versions: ['v1alpha1']},
  aliases: ['dr', 'deckhouserelease'],
  facts: object => ({...readDeckhouseRelease(object), transitionTime: readTime(object, 'status.transitionTime')}),
  columns: [
    {title: 'PHASE', kind: 'text', value: release => release.phase},
    {title: 'TRANSITIONTIME', kind: 'age', leaves: 'early', value: release => release.transitionTime},
    {title: 'MESSAGE', kind: 'text', leaves: 'first', value: release => release.message},
  ],
  hasAge: false,
  verdict: judgeDeckhouseRelease,
  actions: [
    {
      keys: ['a'],
      title: phrase('action.approve'),
      runbook: 'deckhouse-release-approve',
      isMain: true,
      disabledReason: release =>
        isPending(release) ? (release.isApproved ? phrase('action.approved') : undefined) : phrase('action.notPending'),
      need: release => (judgeDeckhouseRelease(release).reason?.key === 'verdict.release.approval' ? phrase('need.release') : undefined),
    },
    {
      keys: ['D'],
      title: phrase('action.approveDisruption'),
      runbook: 'deckhouse-release-disruption-approve',
      isMain: true,
      disabledReason: release =>
        isPending(release) && release.disruption !== undefined && !release.isDisruptionApproved ? undefined : phrase('action.noDisruption'),
      need: release =>
        isPending(release) && release.disruption !== undefined && !release.isDisruptionApproved
          ? phrase('need.disruption', release.disruption)
          : undefined,
    },
    {
      keys: ['A'],
      title: phrase('action.applyNow'),
      runbook: 'deckhouse-release-apply-now',
      disabledReason: release => (isPending(release) ? undefined : phrase('action.notPending')),
    },
  ],
});

function isPending({phase}: Facts): boolean {
  return phase === 'Pending';
}
