import {expect, test} from 'vitest';
import {moduleInstall} from '../../../src/runbooks/module-install.ts';
import {moduleConfigKind} from '../../../src/runbooks/targets.ts';
import {
  availableModule,
  consoleRef,
  moduleDraft,
  on,
  policyDraft,
  releaseDraft,
  runningModule,
  setConditions,
  sourceDraft,
} from '../../support/module-drafts.ts';
import {type Platform, RunbookBench} from '../../support/runbook-bench.ts';

const target = 'console';
const asked = [{type: 'EnabledByModuleConfig', status: 'True'}];

/** The platform takes the wish up, downloads in the second look, and has the module ready in the third. */
function goodPlatform({world}: RunbookBench): Platform {
  return async (step, look) => {
    if (step === 'enable') await setConditions(world, 'Downloading', asked);
    if (step === 'download' && look === 1) await world.create(releaseDraft('1.2.3', 'Pending'));
    if (step === 'download' && look === 2) await setConditions(world, 'Installing', on);
    if (step === 'ready' && look === 2) await setConditions(world, 'Ready', on);
  };
}

test('a module is taken from the wish to Ready, each stage awaited', async () => {
  const bench = await RunbookBench.with(sourceDraft('deckhouse'), availableModule(), policyDraft('weekly', {update: {mode: 'Manual'}}));
  expect(await bench.run(moduleInstall, {target, policy: 'weekly'}, goodPlatform(bench))).toEqual([
    'enable done',
    'download done',
    'ready done: Ready',
  ]);
  expect((await bench.get({kind: moduleConfigKind, name: target}))?.spec).toEqual({enabled: true, updatePolicy: 'weekly'});
});

test('several sources need a choice, and the choice is written', async () => {
  const bench = await RunbookBench.with(sourceDraft('deckhouse'), sourceDraft('mirror'), availableModule(['deckhouse', 'mirror']));
  expect(await bench.refusal(moduleInstall, {target})).toBe(
    'SourceConflict: several sources offer module console: choose one as source (deckhouse, mirror)',
  );
  expect(await moduleInstall.parameters.source?.choices?.(bench.reader, {target})).toEqual(['deckhouse', 'mirror']);
  await bench.run(moduleInstall, {target, source: 'mirror'}, goodPlatform(bench));
  expect((await bench.get({kind: moduleConfigKind, name: target}))?.spec).toEqual({enabled: true, source: 'mirror'});
});

test.each([
  ['a source that fails', [sourceDraft('deckhouse', {message: 'UNAUTHORIZED'}), availableModule()], /^SourceFails: .*UNAUTHORIZED/],
  ['no source at all', [availableModule([])], /^NoSource/],
  ['a module of the platform', [moduleDraft('console', {source: 'Embedded'}, 'Ready')], /^Embedded/],
  ['another edition', [moduleDraft('console', {availableSources: ['deckhouse']}, 'Unavailable')], /^NotInEdition/],
  ['a module that runs', [sourceDraft('deckhouse'), runningModule()], /^NothingToDo/],
  [
    'a dependency that is off',
    [
      moduleDraft(
        'console',
        {availableSources: ['deckhouse'], requirements: {modules: {istio: '>= 1.0.0', extra: '> 1 !optional'}}},
        'Available',
      ),
    ],
    /^DependencyOff: module console needs istio,/,
  ],
  [
    'a module that shuts it out',
    [
      moduleDraft('console', {availableSources: ['deckhouse'], exclusiveGroup: 'ui'}, 'Available'),
      moduleDraft('panel', {exclusiveGroup: 'ui'}, 'Ready', {EnabledByModuleManager: 'True'}),
    ],
    /^Excluded/,
  ],
])('%s is refused before anything is written', async (_, drafts, expected) => {
  const bench = await RunbookBench.with(...drafts);
  expect(await bench.refusal(moduleInstall, {target})).toMatch(expected);
});

test.each<readonly [string, (bench: RunbookBench) => Promise<unknown>, RegExp]>([
  [
    'the registry',
    ({world}) =>
      world.patchStatus(
        {...consoleRef, kind: 'ModuleSource', name: 'deckhouse'},
        {modules: [{name: 'console', error: 'MANIFEST_UNKNOWN'}]},
      ),
    /^download failed: SourceError: stage download: source deckhouse: MANIFEST_UNKNOWN/,
  ],
  [
    'a requirement',
    ({world}) =>
      world.create(releaseDraft('1.2.3', 'Pending', 'requirements are not satisfied: current kubernetes version is not suitable')),
    /^download failed: ReleaseHeld: stage download: release console-v1.2.3: requirements/,
  ],
  [
    'the settings',
    ({world}) => world.create(releaseDraft('1.2.3', 'Suspended', 'validation failed: x')),
    /^download failed: ReleaseSuspended/,
  ],
])('the stage that fails is named: %s', async (_, breakIt, expected) => {
  const bench = await RunbookBench.with(sourceDraft('deckhouse'), availableModule());
  const outcomes = await bench.run(moduleInstall, {target}, async (step, look) => {
    if (step === 'enable') await setConditions(bench.world, 'Downloading', asked);
    if (step === 'download' && look === 1) await breakIt(bench);
  });
  expect(outcomes.at(-1)).toMatch(expected);
});

test('a rejected ModuleConfig ends the first stage', async () => {
  const bench = await RunbookBench.with(sourceDraft('deckhouse'), availableModule());
  const outcomes = await bench.run(moduleInstall, {target}, () =>
    bench.world.patchStatus({...consoleRef, kind: 'ModuleConfig'}, {message: 'Error: spec.settings are not valid'}),
  );
  expect(outcomes).toEqual(['enable failed: ConfigRejected: ModuleConfig: Error: spec.settings are not valid']);
});
