/** Module releases: which version of each module runs, and what the next one waits for. */
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import {deployedVersions, type ModuleReleaseFacts, readModuleRelease} from '../domain/module-release.ts';
import {judgeModuleRelease} from '../domain/module-release-verdict.ts';
import {readEmbeddedPolicy, readUpdatePolicy, type UpdatePolicy} from '../domain/update-policy.ts';
import type {Verdict} from '../domain/verdict.ts';
import {defineView, type Seen} from './define-view.ts';

export const moduleReleases = defineView<ModuleReleaseFacts>({
  name: 'modulereleases',
  resource: {group: 'deckhouse.io', plural: 'modulereleases', versions: ['v1alpha1']},
  aliases: ['mr', 'modulerelease', 'releases'],
  facts: readModuleRelease,
  related: [
    {
      name: 'policies',
      resource: {group: 'deckhouse.io', plural: 'moduleupdatepolicies', versions: ['v1alpha2', 'v1alpha1']},
      facts: readUpdatePolicy,
    },
    {
      name: 'embedded policy',
      resource: {group: 'deckhouse.io', plural: 'moduleconfigs', versions: ['v1alpha1']},
      fieldSelector: 'metadata.name=deckhouse',
      facts: readEmbeddedPolicy,
    },
  ],
  columns: [
    {title: 'PHASE', kind: 'text', value: release => release.phase},
    {title: 'UPDATE POLICY', kind: 'text', leaves: 'first', value: release => release.policy},
    {title: 'TRANSITIONTIME', kind: 'age', leaves: 'early', value: release => release.transitionTime},
    {title: 'MESSAGE', kind: 'text', leaves: 'first', value: release => release.message},
  ],
  hasAge: false,
  digest: deployedVersions,
  verdict: judge,
  actions: [
    {
      keys: ['a'],
      title: phrase('action.approve'),
      runbook: 'module-release-approve',
      isMain: true,
      disabledReason: release => (release.isApproved ? phrase('action.approved') : notPending(release)),
      need: (release, seen) => (judge(release, seen).reason?.key === 'verdict.release.approval' ? phrase('need.release') : undefined),
    },
    {keys: ['A'], title: phrase('action.applyNow'), runbook: 'module-release-apply-now', isMain: true, disabledReason: notPending},
    {
      keys: ['x'],
      title: phrase('action.unapprove'),
      runbook: 'module-release-unapprove',
      disabledReason: release => (release.isApproved ? notPending(release) : phrase('action.notApproved')),
    },
    {
      keys: ['R'],
      title: phrase('action.reinstall'),
      runbook: 'module-release-reinstall',
      disabledReason: release => (release.phase === 'Deployed' ? undefined : phrase('action.notDeployed')),
    },
  ],
});

function judge(release: ModuleReleaseFacts, seen: Seen): Verdict {
  return judgeModuleRelease(release, {
    now: seen.now,
    deployed: seen.digest?.<ReadonlyMap<string, string>>(),
    // Only pending releases ask, and there may be thousands of others.
    get policies() {
      return policiesOf(seen);
    },
  });
}

function notPending({phase}: ModuleReleaseFacts): Phrase | undefined {
  return phase === 'Pending' ? undefined : phrase('action.notPending');
}

/** Both must be readable: which of them counts is known only when both are. */
function policiesOf(seen: Seen): readonly UpdatePolicy[] | undefined {
  const named = seen.related<UpdatePolicy>('policies');
  const embedded = seen.related<UpdatePolicy>('embedded policy');
  return named && embedded && [...named, ...embedded];
}
