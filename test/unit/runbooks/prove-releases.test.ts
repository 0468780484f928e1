import {expect} from 'vitest';
import {readString} from '../../../src/domain/fields.ts';
import {kindOf, type Runbook} from '../../../src/engine/define-runbook.ts';
import {deckhouseReleaseApplyNow} from '../../../src/runbooks/deckhouse-release-apply-now.ts';
import {deckhouseReleaseApprove} from '../../../src/runbooks/deckhouse-release-approve.ts';
import {deckhouseReleaseDisruptionApprove} from '../../../src/runbooks/deckhouse-release-disruption-approve.ts';
import {moduleReleaseApplyNow} from '../../../src/runbooks/module-release-apply-now.ts';
import {moduleReleaseApprove} from '../../../src/runbooks/module-release-approve.ts';
import {moduleReleaseReinstall} from '../../../src/runbooks/module-release-reinstall.ts';
import {moduleReleaseUnapprove} from '../../../src/runbooks/module-release-unapprove.ts';
import {deckhouseReleaseTarget, moduleReleaseKind} from '../../../src/runbooks/targets.ts';
import {configDraft, releaseDraft, runningModule} from '../../support/module-drafts.ts';
import {playModules} from '../../support/module-platform.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import type {RunKit} from '../../support/run-kit.ts';

const release = {kind: moduleReleaseKind, name: 'console-v1.2.4'};
const pending = releaseDraft('1.2.4', 'Pending', 'Release is waiting for the update window');
const approved = {...pending, metadata: {...pending.metadata, annotations: {'modules.deckhouse.io/approved': 'true'}}};
const running = [runningModule(), configDraft('console', {enabled: true})];

async function annotationsOf(kit: RunKit) {
  return (await kit.object(release)).metadata.annotations ?? {};
}

proveRunbook({
  runbook: moduleReleaseApprove,
  parameters: {target: release.name},
  objects: [pending],
  check: async kit => expect(await annotationsOf(kit)).toEqual({'modules.deckhouse.io/approved': 'true'}),
  undone: [release],
});

proveRunbook({
  runbook: moduleReleaseUnapprove,
  parameters: {target: release.name},
  objects: [approved],
  check: async kit => expect(await annotationsOf(kit)).toEqual({}),
  undone: [release],
});

proveRunbook({
  runbook: moduleReleaseApplyNow,
  parameters: {target: release.name},
  objects: [pending, ...running],
  platform: playModules,
  check: async kit => expect(readString(await kit.object(release), 'status.phase')).toBe('Deployed'),
});

proveRunbook({
  runbook: moduleReleaseReinstall,
  parameters: {target: release.name},
  objects: [releaseDraft('1.2.4', 'Deployed'), ...running],
  platform: playModules,
  check: async (kit, run) => {
    expect(kit.effects).toEqual([`PATCH /apis/deckhouse.io/v1alpha1/modulereleases/${release.name}`]);
    expect(await annotationsOf(kit)).toEqual({'deckhand.dev/reinstall': `${run.meta.uid}/reinstall`});
  },
});

const platformRelease = {kind: kindOf(deckhouseReleaseTarget, 'v1alpha1'), name: 'v1.73.2'};
const waiting = {
  apiVersion: 'deckhouse.io/v1alpha1',
  kind: 'DeckhouseRelease',
  metadata: {name: platformRelease.name},
  spec: {version: platformRelease.name},
  status: {phase: 'Pending', message: 'Release is waiting for manual approval'},
};

function provePlatformRelease(runbook: Runbook, expected: object, isUndone = true): void {
  proveRunbook({
    runbook,
    parameters: {target: platformRelease.name},
    objects: [waiting],
    platform: playModules,
    check: async kit => expect(await kit.object(platformRelease)).toMatchObject(expected),
    ...(isUndone ? {undone: [platformRelease]} : {}),
  });
}

provePlatformRelease(deckhouseReleaseApprove, {approved: true});
provePlatformRelease(deckhouseReleaseDisruptionApprove, {metadata: {annotations: {'release.deckhouse.io/disruption-approved': 'true'}}});
provePlatformRelease(deckhouseReleaseApplyNow, {status: {phase: 'Deployed'}}, false);
