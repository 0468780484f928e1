import {expect} from 'vitest';
import type {Fields} from '../../../src/domain/fields.ts';
import type {Draft} from '../../../src/embedded/world/world-client.ts';
import type {Runbook} from '../../../src/engine/define-runbook.ts';
import {moduleDisable} from '../../../src/runbooks/module-disable.ts';
import {moduleEnable} from '../../../src/runbooks/module-enable.ts';
import {moduleInstall} from '../../../src/runbooks/module-install.ts';
import {moduleMaintenance} from '../../../src/runbooks/module-maintenance.ts';
import {moduleReleaseChannel} from '../../../src/runbooks/module-release-channel.ts';
import {moduleSettings} from '../../../src/runbooks/module-settings.ts';
import {moduleSourceSwitch} from '../../../src/runbooks/module-source-switch.ts';
import {moduleUpdatePolicy} from '../../../src/runbooks/module-update-policy.ts';
import {moduleConfigKind} from '../../../src/runbooks/targets.ts';
import {availableModule, configDraft, moduleDraft, policyDraft, runningModule, sourceDraft} from '../../support/module-drafts.ts';
import {playModules} from '../../support/module-platform.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';

const config = {kind: moduleConfigKind, name: 'console'};
const sources = [sourceDraft('deckhouse'), sourceDraft('mirror')];
const running = [...sources, runningModule(), configDraft('console', {enabled: true, version: 1, settings: {replicas: 2}})];

/** What the ModuleConfig is at the end, and that undoing the run brings the old one back. */
function proveConfig(runbook: Runbook, parameters: Fields, objects: readonly Draft[], spec: Fields): void {
  proveRunbook({
    runbook,
    parameters: {target: 'console', ...parameters},
    objects,
    platform: playModules,
    check: async kit => expect((await kit.object(config)).spec).toEqual(spec),
    undone: [config],
  });
}

proveConfig(moduleInstall, {source: 'mirror'}, [...sources, availableModule(['deckhouse', 'mirror'])], {enabled: true, source: 'mirror'});
proveConfig(
  moduleEnable,
  {},
  [
    ...sources,
    moduleDraft('console', {source: 'deckhouse', availableSources: ['deckhouse']}, 'Downloaded', {EnabledByModuleManager: 'False'}),
    configDraft('console', {enabled: false}),
  ],
  {enabled: true},
);
proveConfig(
  moduleDisable,
  {},
  [...sources, runningModule({disableOptions: {confirmation: true}}), configDraft('console', {enabled: true})],
  {enabled: false},
);
proveConfig(moduleSourceSwitch, {source: 'mirror'}, [...sources, runningModule(), configDraft('console', {enabled: true})], {
  enabled: true,
  source: 'mirror',
});
proveConfig(
  moduleUpdatePolicy,
  {policy: 'by-hand'},
  [...sources, runningModule(), configDraft('console', {enabled: true}), policyDraft('by-hand', {update: {mode: 'Manual'}})],
  {enabled: true, updatePolicy: 'by-hand'},
);
proveConfig(moduleReleaseChannel, {channel: 'Beta'}, [...sources, runningModule(), configDraft('console', {enabled: true})], {
  enabled: true,
  updatePolicy: 'console',
});
proveConfig(moduleMaintenance, {on: true}, running, {
  enabled: true,
  version: 1,
  settings: {replicas: 2},
  maintenance: 'NoResourceReconciliation',
});
proveConfig(moduleSettings, {settings: {replicas: 3, mode: 'a'}}, running, {enabled: true, version: 1, settings: {replicas: 3, mode: 'a'}});
