import {expect, test} from 'vitest';
import type {Draft} from '../../../src/embedded/world/world-client.ts';
import {moduleReleaseApplyNow} from '../../../src/runbooks/module-release-apply-now.ts';
import {moduleReleaseApprove} from '../../../src/runbooks/module-release-approve.ts';
import {moduleReleaseReinstall} from '../../../src/runbooks/module-release-reinstall.ts';
import {moduleReleaseUnapprove} from '../../../src/runbooks/module-release-unapprove.ts';
import {moduleReleaseKind} from '../../../src/runbooks/targets.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const api = 'deckhouse.io/v1alpha1';
const ref = {apiVersion: api, kind: 'ModuleRelease', name: 'console-v1.2.4'};
const module = {apiVersion: api, kind: 'Module', name: 'console'};
const target = 'console-v1.2.4';

function release(phase: string, message = '', annotations: Record<string, string> = {}): Draft {
  return {
    apiVersion: api,
    kind: 'ModuleRelease',
    metadata: {name: target, labels: {module: 'console'}, annotations},
    spec: {moduleName: 'console', version: '1.2.4'},
    status: {phase, message},
  };
}

function runningModule(phase: string): Draft {
  const {name, ...type} = module;
  return {...type, metadata: {name}, properties: {source: 'deckhouse', version: 'v1.2.4'}, status: {phase}};
}

async function annotationsOf(bench: RunbookBench): Promise<Readonly<Record<string, string>>> {
  return (await bench.get({kind: moduleReleaseKind, name: target}))?.metadata.annotations ?? {};
}

const waitsForApproval = `Release is waiting for the 'modules.deckhouse.io/approved: "true"' annotation`;

test('a pending release is approved, and the approval taken back', async () => {
  const bench = await RunbookBench.with(release('Pending', waitsForApproval));
  expect(await bench.run(moduleReleaseApprove, {target})).toEqual([`approve done: approved; ${waitsForApproval}`]);
  expect(await annotationsOf(bench)).toEqual({'modules.deckhouse.io/approved': 'true'});
  expect(await bench.refusal(moduleReleaseApprove, {target})).toMatch(/^NothingToDo/);
  expect(await bench.run(moduleReleaseUnapprove, {target})).toEqual(['unapprove done: not approved']);
  expect(await annotationsOf(bench)).toEqual({});
  expect(await bench.refusal(moduleReleaseUnapprove, {target})).toMatch(/^NothingToDo/);
});

test('an approval that the platform has used already cannot be taken back', async () => {
  const bench = await RunbookBench.with(release('Deployed', '', {'modules.deckhouse.io/approved': 'true'}));
  expect(await bench.refusal(moduleReleaseUnapprove, {target})).toMatch(/^NotPending: the release is Deployed/);
  expect(await bench.refusal(moduleReleaseApprove, {target})).toMatch(/^NotPending/);
  expect(await bench.refusal(moduleReleaseApplyNow, {target})).toMatch(/^NotPending/);
});

test('apply-now follows the release until it is deployed and the module is ready', async () => {
  const bench = await RunbookBench.with(release('Pending', 'Release is waiting for the update window'), runningModule('Ready'));
  const outcomes = await bench.run(moduleReleaseApplyNow, {target}, async (step, look) => {
    if (step === 'apply' && look === 2) {
      await bench.world.patch(ref, {metadata: {annotations: {'modules.deckhouse.io/apply-now': null}}});
      await bench.world.patchStatus(ref, {phase: 'Deployed', message: ''});
      await bench.world.patchStatus(module, {phase: 'Reconciling'});
    }
    if (step === 'ready' && look === 3) await bench.world.patchStatus(module, {phase: 'Ready'});
  });
  expect(outcomes).toEqual(['apply done: deployed', 'ready done: Ready, v1.2.4']);
});

test('apply-now is refused where it would not help, and ends where the platform says no', async () => {
  const unmet = 'requirements are not satisfied: current kubernetes version is not suitable: 1.29.6 is less than or equal to 1.30';
  expect(await (await RunbookBench.with(release('Pending', unmet))).refusal(moduleReleaseApplyNow, {target})).toContain(unmet);

  const bench = await RunbookBench.with(release('Pending'));
  const outcomes = await bench.run(moduleReleaseApplyNow, {target}, () =>
    bench.world.patchStatus(ref, {phase: 'Suspended', message: 'validation failed: spec.replicas'}),
  );
  expect(outcomes).toEqual([
    'apply failed: ReleaseSuspended: the platform suspended the release and will not try again: validation failed: spec.replicas',
  ]);
});

test('a module that stays in error after apply-now is told with the text of its hook', async () => {
  const bench = await RunbookBench.with(release('Pending'), runningModule('Error'));
  await bench.world.patchStatus(module, {
    conditions: [{type: 'IsReady', status: 'False', reason: 'HookError', message: 'hooks/x.py: boom'}],
  });
  const outcomes = await bench.run(moduleReleaseApplyNow, {target}, step =>
    step === 'apply' ? bench.world.patchStatus(ref, {phase: 'Deployed'}) : undefined,
  );
  expect(outcomes[1]).toBe('ready failed: HookError: stage install: hooks/x.py: boom');
});

test('a reinstallation is asked for once and known again by its mark', async () => {
  const bench = await RunbookBench.with(release('Deployed'), runningModule('Ready'));
  const outcomes = await bench.run(moduleReleaseReinstall, {target}, step =>
    step === 'reinstall' ? bench.world.patch(ref, {metadata: {annotations: {'modules.deckhouse.io/reinstall': null}}}) : undefined,
  );
  expect(outcomes).toEqual(['reinstall done: reinstalled', 'ready done: Ready, v1.2.4']);
  expect(await annotationsOf(bench)).toEqual({'deckhand.dev/reinstall': 'run-1/reinstall'});
});

test('only a deployed release is reinstalled', async () => {
  const bench = await RunbookBench.with(release('Superseded'));
  expect(await bench.refusal(moduleReleaseReinstall, {target})).toMatch(/^NotDeployed/);
});
