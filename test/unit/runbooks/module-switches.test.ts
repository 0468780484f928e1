import {expect, test} from 'vitest';
import {moduleDisable} from '../../../src/runbooks/module-disable.ts';
import {moduleEnable} from '../../../src/runbooks/module-enable.ts';
import {moduleMaintenance} from '../../../src/runbooks/module-maintenance.ts';
import {moduleSourceSwitch} from '../../../src/runbooks/module-source-switch.ts';
import {moduleUpdatePolicy} from '../../../src/runbooks/module-update-policy.ts';
import {moduleConfigKind} from '../../../src/runbooks/targets.ts';
import {
  availableModule,
  configDraft,
  consoleRef,
  moduleDraft,
  on,
  policyDraft,
  releaseDraft,
  runningModule,
  setConditions,
  sourceDraft,
} from '../../support/module-drafts.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const target = 'console';
const off = [
  {type: 'EnabledByModuleConfig', status: 'False'},
  {type: 'EnabledByModuleManager', status: 'False'},
];

async function configOf(bench: RunbookBench) {
  return bench.get({kind: moduleConfigKind, name: target});
}

test('a module that is off is turned on and awaited', async () => {
  const bench = await RunbookBench.with(
    sourceDraft('deckhouse'),
    moduleDraft('console', {source: 'deckhouse', availableSources: ['deckhouse']}, 'Downloaded', {EnabledByModuleManager: 'False'}),
    configDraft('console', {enabled: false}),
  );
  const outcomes = await bench.run(moduleEnable, {target}, async (step, look) => {
    if (step === 'enable') await setConditions(bench.world, 'Downloaded', [...on.slice(0, 1), ...off.slice(1)]);
    if (step === 'download' && look === 2) await setConditions(bench.world, 'Reconciling', on);
    if (step === 'ready') await setConditions(bench.world, 'Ready', on);
  });
  expect(outcomes).toEqual(['enable done', 'download done', 'ready done: Ready']);
  expect((await configOf(bench))?.spec).toEqual({enabled: true});
});

test('a module that the platform keeps off is told with its reason', async () => {
  const bench = await RunbookBench.with(sourceDraft('deckhouse'), availableModule());
  const reason = 'turned off by enabled script: no nodes';
  const outcomes = await bench.run(moduleEnable, {target}, () =>
    setConditions(bench.world, 'Downloaded', [...on.slice(0, 1), {...off[1], reason: 'EnabledScriptExtender', message: reason}]),
  );
  expect(outcomes.at(-1)).toBe(`download failed: TurnedOff: stage enable: the platform keeps the module off: ${reason}`);
  expect(await bench.refusal(moduleEnable, {target})).toBe(`NothingToDo: module console is turned on already, but ${reason}`);
});

test('turning off shows who needs the module, and asks in the words of its makers', async () => {
  const warning = {en: 'All volumes will become unavailable', ru: 'Все тома станут недоступны'};
  const bench = await RunbookBench.with(
    runningModule({disableOptions: {confirmation: true, messages: warning}}),
    configDraft('console', {enabled: true}),
    moduleDraft('panel', {requirements: {modules: {console: '> 1'}}}, 'Ready', {EnabledByModuleManager: 'True'}),
  );
  const input = await bench.plan(moduleDisable, {target});
  expect(moduleDisable.notes?.(input).map(({en}) => en)).toEqual([
    'All volumes will become unavailable',
    'These modules need it and will be turned off by the platform: panel.',
  ]);
  expect(input.steps[0]).toMatchObject({gate: {ask: {ru: 'Все тома станут недоступны. Выключить console?'}}});
  expect(await bench.run(moduleDisable, {target}, () => setConditions(bench.world, 'Downloaded', off))).toEqual([
    'disable done: off, phase Downloaded',
  ]);
  const config = await configOf(bench);
  expect(config?.spec).toEqual({enabled: false});
  expect(config?.metadata.annotations).toEqual({'modules.deckhouse.io/allow-disabling': 'true'});
  expect(await bench.refusal(moduleDisable, {target})).toMatch(/^NothingToDo/);
});

test('a module of the bundle gets a ModuleConfig that turns it off', async () => {
  const bench = await RunbookBench.with(moduleDraft('console', {source: 'Embedded'}, 'Ready', {EnabledByModuleManager: 'True'}));
  await bench.run(moduleDisable, {target}, () => setConditions(bench.world, 'Downloaded', off));
  expect((await configOf(bench))?.spec).toEqual({enabled: false});
});

test('another source counts once the platform has listed it after the switch', async () => {
  const bench = await RunbookBench.with(
    sourceDraft('deckhouse'),
    sourceDraft('mirror'),
    runningModule(),
    configDraft('console', {enabled: true}),
    releaseDraft('1.2.3', 'Deployed'),
  );
  const input = await bench.plan(moduleSourceSwitch, {target, source: 'mirror'});
  expect(moduleSourceSwitch.notes?.(input)[0]?.en).toBe('Stay with source deckhouse: console-v1.2.3.');
  const outcomes = await bench.run(moduleSourceSwitch, {target, source: 'mirror'}, async (_, look) => {
    if (look === 1) await bench.world.patch(consoleRef, {properties: {source: 'mirror'}});
    if (look === 3)
      await bench.world.patchStatus({...consoleRef, kind: 'ModuleSource', name: 'mirror'}, {syncTime: '2026-01-02T12:00:30Z'});
  });
  expect(outcomes).toEqual(['switch done: later releases come from mirror']);
  expect(await bench.refusal(moduleSourceSwitch, {target, source: 'mirror'})).toMatch(/^NothingToDo/);
  expect(await bench.refusal(moduleSourceSwitch, {target, source: 'elsewhere'})).toMatch(/^UnknownSource: .*deckhouse, mirror/);
});

test('a module is put under a policy and back under the settings of the platform', async () => {
  const bench = await RunbookBench.with(
    runningModule(),
    configDraft('console', {enabled: true}),
    policyDraft('by-hand', {update: {mode: 'Manual'}}),
    releaseDraft('1.2.4', 'Pending'),
  );
  const input = await bench.plan(moduleUpdatePolicy, {target, policy: 'by-hand'});
  expect(moduleUpdatePolicy.notes?.(input).map(({en}) => en)).toEqual([
    'Policy by-hand has mode Manual.',
    'Pending under the old policy: console-v1.2.4.',
  ]);
  const follow = (policy: string | null) => () => bench.world.patch(consoleRef, {properties: {updatePolicy: policy}});
  expect(await bench.run(moduleUpdatePolicy, {target, policy: 'by-hand'}, follow('by-hand'))).toEqual(['policy done']);
  expect((await configOf(bench))?.spec).toEqual({enabled: true, updatePolicy: 'by-hand'});
  expect(await bench.run(moduleUpdatePolicy, {target, policy: '-'}, follow(null))).toEqual(['policy done']);
  expect((await configOf(bench))?.spec).toEqual({enabled: true});
});

test('Ignore, where it is no mode, is answered with what does the same', async () => {
  const bench = await RunbookBench.with(
    runningModule(),
    configDraft('console', {enabled: true}),
    policyDraft('by-hand', {update: {mode: 'Manual'}}),
  );
  expect(await bench.refusal(moduleUpdatePolicy, {target, policy: 'Ignore'})).toMatch(
    /^NoIgnore: .*\(by-hand\), or hold the version with module-pin$/,
  );
  expect(await bench.refusal(moduleUpdatePolicy, {target, policy: 'by-hnd'})).toMatch(/^UnknownPolicy: .*there are: by-hand$/);
});

test('maintenance is switched on and off, once each', async () => {
  const bench = await RunbookBench.with(runningModule(), configDraft('console', {enabled: true}));
  await bench.run(moduleMaintenance, {target, on: true});
  expect((await configOf(bench))?.spec).toEqual({enabled: true, maintenance: 'NoResourceReconciliation'});
  expect(await bench.refusal(moduleMaintenance, {target, on: true})).toMatch(/^NothingToDo/);
  await bench.run(moduleMaintenance, {target, on: false});
  expect((await configOf(bench))?.spec).toEqual({enabled: true});
  const bare = await RunbookBench.with(runningModule());
  expect(await bare.refusal(moduleMaintenance, {target, on: true})).toMatch(/^NoModuleConfig/);
});
