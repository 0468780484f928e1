import {expect, test} from 'vitest';
import {modulePin} from '../../../src/runbooks/module-pin.ts';
import {moduleReleaseChannel} from '../../../src/runbooks/module-release-channel.ts';
import {moduleSettings} from '../../../src/runbooks/module-settings.ts';
import {moduleUnpin} from '../../../src/runbooks/module-unpin.ts';
import {moduleConfigKind, pullOverrideKind} from '../../../src/runbooks/targets.ts';
import {configDraft, consoleRef, moduleDraft, policyDraft, runningModule, sourceDraft} from '../../support/module-drafts.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const target = 'console';
const policyKind = {
  group: 'deckhouse.io',
  version: 'v1alpha2',
  plural: 'moduleupdatepolicies',
  kind: 'ModuleUpdatePolicy',
  isNamespaced: false,
};

function toChannel(bench: RunbookBench, channel: string) {
  return () => bench.world.patch(consoleRef, {properties: {releaseChannel: channel}});
}

test('a policy of its own has its channel changed', async () => {
  const bench = await RunbookBench.with(
    sourceDraft('deckhouse'),
    runningModule(),
    configDraft('console', {enabled: true, updatePolicy: 'mine'}),
    policyDraft('mine', {releaseChannel: 'Stable', update: {mode: 'Manual'}}),
  );
  expect(await bench.run(moduleReleaseChannel, {target, channel: 'Alpha'}, toChannel(bench, 'Alpha'))).toEqual([
    'policy done: channel Alpha',
  ]);
  expect((await bench.get({kind: policyKind, name: 'mine'}))?.spec).toEqual({releaseChannel: 'Alpha', update: {mode: 'Manual'}});
  expect(await bench.refusal(moduleReleaseChannel, {target, channel: 'Alpha'})).toMatch(/^NothingToDo/);
});

test('a shared policy stays as it is: the module gets one of its own with the same mode', async () => {
  const bench = await RunbookBench.with(
    sourceDraft('deckhouse'),
    runningModule(),
    configDraft('console', {enabled: true, updatePolicy: 'shared'}),
    configDraft('panel', {enabled: true, updatePolicy: 'shared'}),
    policyDraft('shared', {releaseChannel: 'Stable', update: {mode: 'Manual'}}),
  );
  const outcomes = await bench.run(moduleReleaseChannel, {target, channel: 'Beta'}, toChannel(bench, 'Beta'));
  expect(outcomes).toEqual(['policy done', 'bind done: channel Beta']);
  expect((await bench.get({kind: policyKind, name: 'console'}))?.spec).toEqual({releaseChannel: 'Beta', update: {mode: 'Manual'}});
  expect((await bench.get({kind: policyKind, name: 'shared'}))?.spec).toMatchObject({releaseChannel: 'Stable'});
  expect((await bench.get({kind: moduleConfigKind, name: target}))?.spec).toEqual({enabled: true, updatePolicy: 'console'});
});

test('without a policy the windows of module deckhouse go into the new one, and its config is not touched', async () => {
  const settings = {
    releaseChannel: 'Stable',
    update: {mode: 'Auto', windows: [{from: '8:00', to: '10:00'}], disruptionApprovalMode: 'Manual'},
  };
  const bench = await RunbookBench.with(
    sourceDraft('deckhouse'),
    runningModule(),
    configDraft('console', {enabled: true}),
    configDraft('deckhouse', {version: 1, settings}),
  );
  await bench.run(moduleReleaseChannel, {target, channel: 'Beta'}, toChannel(bench, 'Beta'));
  expect((await bench.get({kind: policyKind, name: 'console'}))?.spec).toEqual({
    releaseChannel: 'Beta',
    update: {mode: 'Auto', windows: [{from: '8:00', to: '10:00'}]},
  });
  expect((await bench.get({kind: moduleConfigKind, name: 'deckhouse'}))?.spec).toEqual({version: 1, settings});
});

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {replicas: {type: 'integer', minimum: 1}, mode: {type: 'string', enum: ['a', 'b']}},
};
const definition = {
  apiVersion: 'deckhouse.io/v1alpha1',
  kind: 'ModuleSettingsDefinition',
  metadata: {name: 'console'},
  spec: {
    versions: [
      {name: '1', schema: {}},
      {name: '2', schema},
    ],
  },
};

test('settings are merged in the version that the config has, and kept where they are not named', async () => {
  const bench = await RunbookBench.with(
    runningModule(),
    configDraft('console', {enabled: true, version: 2, settings: {replicas: 2, mode: 'a'}}),
    definition,
  );
  expect(await bench.run(moduleSettings, {target, settings: {replicas: 3, mode: null}})).toEqual(['settings done']);
  expect((await bench.get({kind: moduleConfigKind, name: target}))?.spec).toEqual({enabled: true, version: 2, settings: {replicas: 3}});
  expect(await bench.refusal(moduleSettings, {target, settings: {replicas: 3}})).toMatch(/^NothingToDo/);
});

test('settings that the module does not know are refused with their places', async () => {
  const bench = await RunbookBench.with(runningModule(), configDraft('console', {enabled: true}), definition);
  expect(await bench.refusal(moduleSettings, {target, settings: {replicas: 0, mode: 'c', extra: 1}})).toBe(
    'BadSettings: the settings do not fit version 2: replicas is less than 1; mode must be one of a, b; extra is not known',
  );
  expect(await bench.refusal(moduleSettings, {target, settings: {auth: {password: 'x'}}})).toMatch(/^SecretValue: password/);
  expect(await bench.refusal(moduleSettings, {target, settings: {a: {$secretFrom: 'kube-system/x/y'}}})).toMatch(/^SecretPlace/);
});

test('a module of the bundle stays on when it gets its first settings', async () => {
  const bench = await RunbookBench.with(moduleDraft('console', {source: 'Embedded'}, 'Ready', {EnabledByModuleManager: 'True'}));
  expect(await bench.refusal(moduleSettings, {target, settings: {a: 1}})).toMatch(/^VersionNeeded/);
  await bench.run(moduleSettings, {target, settings: {a: 1}, settingsVersion: 1});
  expect((await bench.get({kind: moduleConfigKind, name: target}))?.spec).toEqual({enabled: true, version: 1, settings: {a: 1}});
});

const override = {...consoleRef, apiVersion: 'deckhouse.io/v1alpha2', kind: 'ModulePullOverride'};

test('a module is pinned, pinned anew, and unpinned', async () => {
  const bench = await RunbookBench.with(runningModule());
  const answer = (message: string) => () =>
    bench.world.patchStatus(override, {message, updatedAt: new Date(bench.clock.now()).toISOString()});
  expect(await bench.run(modulePin, {target, imageTag: 'v1.1.9'}, answer('Ready'))).toEqual([
    'pin done: pinned',
    'ready done: Ready, v1.2.3',
  ]);
  expect(await bench.refusal(modulePin, {target, imageTag: 'v1.1.9'})).toMatch(/^NothingToDo/);
  // The status of the first tag does not count for the second.
  await bench.clock.advance(60_000);
  expect(await bench.run(modulePin, {target, imageTag: 'v0'}, answer('Download error: MANIFEST_UNKNOWN'))).toEqual([
    'pin failed: PinFailed: Download error: MANIFEST_UNKNOWN',
  ]);
  expect(await bench.run(moduleUnpin, {target})).toEqual(['unpin done: releases count again', 'ready done: Ready, v1.2.3']);
  expect(await bench.get({kind: pullOverrideKind, name: target})).toBeUndefined();
  expect(await bench.refusal(moduleUnpin, {target})).toMatch(/^NothingToDo/);
});

test('what is not installed cannot be pinned', async () => {
  const bench = await RunbookBench.with(moduleDraft('console', {availableSources: ['deckhouse']}, 'Available'));
  expect(await bench.refusal(modulePin, {target, imageTag: 'v1'})).toMatch(/^NotEnabled/);
});
