/** Every phase of a DeckhouseRelease, and what a pending one waits for. */
import {expect, test} from 'vitest';
import {readDeckhouseRelease} from '../../../src/domain/deckhouse-release.ts';
import {judgeDeckhouseRelease} from '../../../src/domain/deckhouse-release-verdict.ts';
import {annotate, deckhouseRelease, type Modifier, set} from '../../support/objects.ts';
import {spoken} from '../../support/spoken-verdict.ts';

const phase = (name: string, message = ''): Modifier => set('status', {phase: name, message});
const disruption =
  'release blocked, disruption approval required: (`kubectl annotate DeckhouseRelease v1.72.1 release.deckhouse.io/disruption-approved=true`): ingress restarts';
const approval = 'Release is waiting for the \'release.deckhouse.io/approved: "true"\' annotation';

test.each<[string, readonly Modifier[], string]>([
  ['without a phase', [], 'busy · not looked at yet'],
  ['deployed', [phase('Deployed')], 'ok'],
  ['passed over', [phase('Superseded')], 'ok'],
  ['refused', [phase('Suspended', 'too new')], 'broken · refused for good: too new'],
  ['in a phase of the future', [phase('Resting')], 'unknown · phase Resting is not known here'],
  ['held by a disruption', [phase('Pending', disruption)], 'waiting · disruption waits for approval by a person: ingress restarts'],
  [
    'with its disruption approved',
    [phase('Pending', disruption), annotate('release.deckhouse.io/disruption-approved', 'true')],
    'busy · about to be installed',
  ],
  ['held by an approval', [phase('Pending', approval)], 'waiting · waits for approval by a person'],
  ['approved', [phase('Pending', approval), annotate('release.deckhouse.io/approved', 'true')], 'busy · about to be installed'],
  ['held by a requirement', [phase('Pending', '"k8s" requirement not met')], 'waiting · "k8s" requirement not met'],
])('%s', (_, modifiers, verdict) => {
  expect(spoken(judgeDeckhouseRelease(readDeckhouseRelease(deckhouseRelease('v1.72.1', ...modifiers))))).toBe(verdict);
});
