/** Every phase, condition and reason that the Deckhouse module system writes on a Module, and what it amounts to. */
import {describe, expect, test} from 'vitest';
import {UnreadableField} from '../../../src/domain/fields.ts';
import {judgeModule, readModule} from '../../../src/domain/module-verdict.ts';
import {condition, createdAt, deleting, type Modifier, moduleObject, set} from '../../support/objects.ts';
import {spoken} from '../../support/spoken-verdict.ts';

const now = Date.parse('2026-01-02T12:01:00Z');
const noErrors = () => undefined;

function verdictOfModule(...modifiers: readonly Modifier[]): string {
  return spoken(judgeModule(readModule(moduleObject('console', ...modifiers)), {now, sourceError: noErrors}));
}

const phase = (name: string): Modifier => set('status.phase', name);
const notReady = (reason: string, message = ''): Modifier => condition('IsReady', 'False', {reason, message});
const manager = (status: string, reason = '', message = ''): Modifier => condition('EnabledByModuleManager', status, {reason, message});
const asked = (status: string): Modifier => condition('EnabledByModuleConfig', status);
const release = (reason: string, message: string): Modifier => condition('LastReleaseDeployed', 'False', {reason, message});
const since = `since ${new Date(createdAt).toISOString()}`;
const seeRelease = 'see details in the module release v1.4.2';

type Case = readonly [situation: string, modifiers: readonly Modifier[], verdict: string];

const phases: readonly Case[] = [
  ['no status at all', [], 'unknown · nothing reported yet'],
  ['Available, never configured', [phase('Available'), manager('False'), notReady('NotInstalled', 'not installed')], 'ok · not enabled'],
  [
    'Available, configured off (older releases write a reason)',
    [phase('Available'), condition('EnabledByModuleConfig', 'False', {reason: 'Disabled', message: 'disabled'})],
    'ok · not enabled',
  ],
  [
    'Available, just enabled',
    [phase('Available'), asked('True')],
    `busy · enabled, its source brings the release at its next sync · ${since}`,
  ],
  [
    'Available, enabled for longer than two syncs',
    [phase('Available'), condition('EnabledByModuleConfig', 'True', {lastTransitionTime: '2026-01-02T11:50:00Z'})],
    'waiting · enabled, but no source has brought a release · since 2026-01-02T11:50:00.000Z',
  ],
  [
    'Conflict',
    [phase('Conflict'), set('properties.availableSources', ['source-a', 'source-b']), notReady('Conflict', 'several available sources')],
    'broken · offered by source-a, source-b: its ModuleConfig must name one',
  ],
  [
    'Downloading: ENABLED is still False, the last probe tells when it began',
    [
      phase('Downloading'),
      manager('False'),
      condition('IsReady', 'False', {
        reason: 'Downloading',
        message: 'downloading',
        lastTransitionTime: '2025-10-01T00:00:00Z',
        lastProbeTime: '2026-01-02T12:00:19Z',
      }),
    ],
    'busy · downloading · since 2026-01-02T12:00:19.000Z',
  ],
  [
    'Downloading, held by the release',
    [phase('Downloading'), release('ReleaseDeployTimeCheck', seeRelease)],
    'waiting · update to v1.4.2 waits for its window or an approval',
  ],
  [
    'DownloadingError',
    [phase('DownloadingError'), notReady('DownloadingError', 'no such image')],
    'broken · download failed: no such image',
  ],
  [
    'Installing: ENABLED is still False',
    [phase('Installing'), manager('False'), notReady('Installing', 'installing')],
    'busy · installing',
  ],
  [
    'Installing after the start hooks',
    [phase('Installing'), notReady('Installing', 'onStartup hooks done')],
    'busy · start hooks done, rolling out',
  ],
  ['Reconciling', [phase('Reconciling'), manager('True'), notReady('Reconciling', 'reconciling')], `busy · applying changes · ${since}`],
  [
    'Reconciling after the start hooks',
    [phase('Reconciling'), notReady('Reconciling', 'onStartup hooks done')],
    `busy · start hooks done, rolling out · ${since}`,
  ],
  ['Ready', [phase('Ready'), manager('True'), condition('IsReady', 'True')], 'ok'],
  ['Ready without any condition', [phase('Ready')], 'ok'],
  [
    'Ready, LastReleaseDeployed and IsOverridden False',
    [phase('Ready'), condition('LastReleaseDeployed', 'False'), condition('IsOverridden', 'False')],
    'ok',
  ],
  ['Ready, being turned off', [phase('Ready'), asked('False'), notReady('Disabled', 'disabled')], 'busy · being turned off'],
  ['Error of a hook', [phase('Error'), notReady('HookError', 'certs.py: token expired')], 'broken · certs.py: token expired'],
  ['Error of the module', [phase('Error'), notReady('ModuleError', 'helm: timeout')], 'broken · helm: timeout'],
  ['Error of the lookup', [phase('Error'), notReady('Error', 'lookup failed')], 'broken · lookup failed'],
  ['Error with only the summary of hooks', [phase('Error'), set('status.hooksState', 'hooks/x.py: failed')], 'broken · hooks/x.py: failed'],
  ['Error of a hook without a text', [phase('Error'), notReady('HookError')], 'broken · a hook failed: its log says more'],
  ['Error without any text', [phase('Error')], 'broken · failed without a message: its log says more'],
  ['Unavailable', [phase('Unavailable'), manager('False', 'EditionAvailableExtender', 'not in edition CE')], 'ok · not in edition CE'],
  ['Unavailable though enabled', [phase('Unavailable'), asked('True')], 'broken · enabled, but not part of this edition'],
  ['HooksDisabled, of old releases', [phase('HooksDisabled')], 'busy · HooksDisabled'],
  ['WaitSyncTasks, of old releases', [phase('WaitSyncTasks')], 'busy · WaitSyncTasks'],
  ['a phase of the future', [phase('Hibernating')], 'unknown · phase Hibernating is not known here'],
  ['deleted', [phase('Ready'), deleting('2026-01-02T12:00:30Z')], 'busy · deleting · since 2026-01-02T12:00:30.000Z'],
  [
    'deleted and held',
    [deleting('2026-01-02T12:00:30Z', 'example.com/a', 'example.com/b')],
    'busy · deleting, held by example.com/a, example.com/b · since 2026-01-02T12:00:30.000Z',
  ],
];

const reasonsToBeOff: readonly (readonly [reason: string, message: string])[] = [
  ['Bundle', 'turned off by bundle'],
  ['Disabled', 'disabled'],
  ['ModuleConfig', 'turned off by module config'],
  ['DynamicGlobalHookExtender', 'turned off by global hook'],
  ['EnabledScriptExtender', 'turned off by enabled script: no ingress'],
  ['DeckhouseVersionExtender', 'turned off by deckhouse version: 1.70 is too old'],
  ['KubernetesVersionExtender', 'turned off by kubernetes version: 1.27 is too old'],
  ['BootstrappedExtender', 'turned off because the cluster not bootstrapped yet'],
  ['ModuleDependencyExtender', 'turned off because of unmet module dependencies: cni'],
  ['EditionEnabledExtender', 'not enabled in this edition'],
];

const lastReleases: readonly Case[] = [
  [
    'a deployed release that is not ready',
    [release('ReleaseDeployedIsNotReady', seeRelease)],
    'waiting · update to v1.4.2 waits until the running version is ready',
  ],
  ['requirements', [release('ReleaseRequirementsCheck', seeRelease)], 'waiting · update to v1.4.2 has requirements that are not met'],
  [
    'the time of deployment',
    [release('ReleaseDeployTimeCheck', seeRelease)],
    'waiting · update to v1.4.2 waits for its window or an approval',
  ],
  [
    'settings that do not validate',
    [release('ReleaseConfigValidationCheck', seeRelease)],
    'broken · update to v1.4.2 does not accept the settings in ModuleConfig',
  ],
  ['a message that names no release', [release('ReleaseRequirementsCheck', '')], 'waiting · update has requirements that are not met'],
  ['a reason of the future', [release('Moonphase', 'wait for the moon')], 'waiting · wait for the moon'],
  ['a release that was deployed', [condition('LastReleaseDeployed', 'True')], 'ok'],
  ['an unknown last release', [condition('LastReleaseDeployed', 'Unknown')], 'ok'],
  [
    'an override',
    [condition('IsOverridden', 'True'), release('ReleaseDeployTimeCheck', seeRelease)],
    'ok · overridden by a ModulePullOverride',
  ],
  ['a readiness that cannot be told', [condition('IsReady', 'Unknown')], 'unknown · its readiness cannot be told'],
  ['a probe that fails', [notReady('Probe', 'probe: 503')], 'broken · probe: 503'],
];

describe('a module', () => {
  test.each(phases)('%s', (_, modifiers, verdict) => {
    expect(verdictOfModule(...modifiers)).toBe(verdict);
  });

  test.each(reasonsToBeOff)('off by %s is fine, and says why', (reason, message) => {
    expect(verdictOfModule(phase('Downloaded'), manager('False', reason, message), notReady(reason, message))).toBe(`ok · ${message}`);
  });

  test.each(reasonsToBeOff)('enabled by its config but off by %s waits', (reason, message) => {
    expect(verdictOfModule(phase('Downloaded'), asked('True'), manager('False', reason, message))).toBe(`waiting · ${message}`);
  });

  test('off without a word is not enabled', () => {
    expect(verdictOfModule(phase('Downloaded'))).toBe('ok · not enabled');
  });

  test('enabled by the manager and still Downloaded starts next', () => {
    expect(verdictOfModule(phase('Downloaded'), manager('True'))).toBe('busy · enabled, starts next');
  });

  test.each(lastReleases)('Ready with %s', (_, modifiers, verdict) => {
    expect(verdictOfModule(phase('Ready'), ...modifiers)).toBe(verdict);
  });

  test.each(['Available', 'Downloading'])('%s and refused by its source is broken with the source’s words', name => {
    const facts = readModule(moduleObject('console', phase(name), asked('True'), set('properties.source', 'extra')));
    const sourceError = (source: string | undefined, module: string) =>
      source === 'extra' && module === 'console' ? 'MANIFEST_UNKNOWN' : undefined;
    expect(spoken(judgeModule(facts, {now, sourceError}))).toBe('broken · its source: MANIFEST_UNKNOWN');
  });

  test('keeps the columns of its table', () => {
    const properties = {weight: 340, stage: 'Preview', releaseChannel: 'Alpha', source: 'deckhouse', version: 'v1.2.3'};
    expect(readModule(moduleObject('console', set('properties', properties), phase('Ready')))).toMatchObject({
      ...properties,
      phase: 'Ready',
    });
  });

  test.each([
    ['properties.weight', '900'],
    ['properties.availableSources', 'deckhouse'],
    ['status.conditions', {}],
    ['status.phase', 7],
  ])('with a wrong %s is unreadable there', (path, value) => {
    expect(() => readModule(moduleObject('console', set(path, value)))).toThrow(expect.objectContaining({path}));
  });

  test('names the condition that is wrong', () => {
    const read = () => readModule(moduleObject('console', set('status.conditions', [{type: 'IsReady', status: true}])));
    expect(read).toThrow(UnreadableField);
    expect(read).toThrow(expect.objectContaining({path: 'status.conditions[0].status', expected: 'a string'}));
  });
});
