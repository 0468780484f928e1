import {expect, test} from 'vitest';
import type {Draft} from '../../../src/embedded/world/world-client.ts';
import {deckhouseReleaseApplyNow} from '../../../src/runbooks/deckhouse-release-apply-now.ts';
import {deckhouseReleaseApprove} from '../../../src/runbooks/deckhouse-release-approve.ts';
import {deckhouseReleaseDisruptionApprove} from '../../../src/runbooks/deckhouse-release-disruption-approve.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const target = 'v1.73.2';
const ref = {apiVersion: 'deckhouse.io/v1alpha1', kind: 'DeckhouseRelease', name: target};
const asks =
  'release blocked, disruption approval required: (`kubectl annotate DeckhouseRelease v1.73.2 release.deckhouse.io/disruption-approved=true`): ingress restarts';

function release(phase: string, message = ''): Draft {
  const {name, ...type} = ref;
  return {...type, metadata: {name}, spec: {version: target}, status: {phase, message}};
}

test('a release of the platform is approved by its field', async () => {
  const bench = await RunbookBench.with(release('Pending', 'Release is waiting for manual approval'));
  expect(await bench.run(deckhouseReleaseApprove, {target})).toEqual(['approve done: approved; Release is waiting for manual approval']);
  expect((await bench.world.find(ref))?.approved).toBe(true);
  expect(await bench.refusal(deckhouseReleaseApprove, {target})).toMatch(/^NothingToDo/);
});

test('consent to a disruption quotes what the release says', async () => {
  const bench = await RunbookBench.with(release('Pending', asks));
  const input = await bench.plan(deckhouseReleaseDisruptionApprove, {target});
  expect(deckhouseReleaseDisruptionApprove.notes?.(input)[0]?.en).toBe('The release says: ingress restarts');
  expect(await bench.run(deckhouseReleaseDisruptionApprove, {target})).toEqual(['consent done: approved, phase Pending']);
  expect((await bench.world.find(ref))?.metadata.annotations).toEqual({'release.deckhouse.io/disruption-approved': 'true'});
  expect(await bench.refusal(deckhouseReleaseDisruptionApprove, {target})).toMatch(/^NothingToDo/);
});

test('apply-now asks for the consent to a disruption first', async () => {
  const bench = await RunbookBench.with(release('Pending', asks));
  expect(await bench.refusal(deckhouseReleaseApplyNow, {target})).toMatch(
    /^DisruptionNotApproved: run deckhouse-release-disruption-approve/,
  );
  await bench.run(deckhouseReleaseDisruptionApprove, {target});
  await bench.world.patchStatus(ref, {message: ''});
  const outcomes = await bench.run(deckhouseReleaseApplyNow, {target}, () => bench.world.patchStatus(ref, {phase: 'Deployed'}));
  expect(outcomes).toEqual(['apply done: deployed']);
});

test('nothing is approved that is deployed', async () => {
  const bench = await RunbookBench.with(release('Deployed'));
  for (const runbook of [deckhouseReleaseApprove, deckhouseReleaseApplyNow, deckhouseReleaseDisruptionApprove]) {
    expect(await bench.refusal(runbook, {target})).toMatch(/^NotPending/);
  }
});
