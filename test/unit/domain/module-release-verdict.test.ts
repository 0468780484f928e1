/** Every phase of a ModuleRelease and every message of a pending one, as the Deckhouse module system writes them. */
import {describe, expect, test} from 'vitest';
import {deployedVersions, readModuleRelease} from '../../../src/domain/module-release.ts';
import {judgeModuleRelease} from '../../../src/domain/module-release-verdict.ts';
import {readEmbeddedPolicy, readUpdatePolicy, type UpdatePolicy} from '../../../src/domain/update-policy.ts';
import {annotate, deleting, label, type Modifier, moduleConfig, moduleRelease, moduleUpdatePolicy, set} from '../../support/objects.ts';
import {spoken} from '../../support/spoken-verdict.ts';

/** Friday, five past noon, UTC. */
const now = Date.parse('2026-01-02T12:05:00Z');
const windows = (...entries: readonly Record<string, unknown>[]) => entries;
const policy = (name: string, mode: string, ...entries: readonly Record<string, unknown>[]): UpdatePolicy =>
  readUpdatePolicy(moduleUpdatePolicy(name, set('spec.update', {mode, windows: windows(...entries)})));
const policies: readonly UpdatePolicy[] = [
  policy('by-hand', 'Manual'),
  policy('anytime', 'Auto'),
  policy('nightly', 'Auto', {from: '22:00', to: '23:30', days: ['Mon', 'Fri']}),
  policy('at-lunch', 'Auto', {from: '12:00', to: '13:00'}),
  policy('over-midnight', 'Auto', {from: '22:00', to: '4:00'}),
  policy('patches', 'AutoPatch'),
  policy('never', 'Ignore'),
  readEmbeddedPolicy(
    moduleConfig('deckhouse', set('spec.settings.update', {mode: 'Auto', windows: [{from: '8:00', to: '9:00', days: ['Sat']}]})),
  ),
];

function release(...modifiers: readonly Modifier[]) {
  return moduleRelease('console-v1.4.2', set('spec', {moduleName: 'console', version: '1.4.2'}), ...modifiers);
}

function verdictOfRelease(
  modifiers: readonly Modifier[],
  deployed?: string,
  known: readonly UpdatePolicy[] | undefined = policies,
): string {
  const versions = new Map(deployed === undefined ? [] : [['console', deployed] as const]);
  return spoken(judgeModuleRelease(readModuleRelease(release(...modifiers)), {now, policies: known, deployed: versions}));
}

const phase = (name: string, message = ''): Modifier => set('status', {phase: name, message});
const under = (name: string): Modifier => label('modules.deckhouse.io/update-policy', name);
const mark = (name: string, value = 'true'): Modifier => annotate(`modules.deckhouse.io/${name}`, value);
const approvalText = `Release is waiting for the 'modules.deckhouse.io/approved: "true"' annotation`;
const windowText = 'Release is waiting for the update window until 17 Oct 19 15:33 UTC';

type Case = readonly [situation: string, modifiers: readonly Modifier[], verdict: string];
type PhaseCase = readonly [...Case, deployed: string | undefined];

const phases: readonly PhaseCase[] = [
  ['without a phase', [], 'busy · not looked at yet', undefined],
  ['Deployed', [phase('Deployed')], 'ok', '1.4.2'],
  ['Deployed, its module not ready again', [phase('Deployed'), mark('isUpdating')], 'busy · deployed, the module is restarting', '1.4.2'],
  ['Deployed and done', [phase('Deployed'), mark('isUpdating', 'false')], 'ok', '1.4.2'],
  ['Deployed beside a higher one, after a crash', [phase('Deployed')], 'busy · v1.5.0 is deployed too and supersedes it', '1.5.0'],
  ['Superseded', [phase('Superseded')], 'ok', '1.5.0'],
  ['Superseded without anything deployed', [phase('Superseded')], 'ok', undefined],
  [
    'Superseded above the deployed one, as older releases call it',
    [phase('Superseded')],
    'ok · skipped: newer than the deployed v1.4.1',
    '1.4.1',
  ],
  ['Skipped', [phase('Skipped')], 'ok', undefined],
  [
    'Suspended',
    [phase('Suspended', 'validation failed: replicas is too small')],
    'broken · refused for good: validation failed: replicas is too small',
    undefined,
  ],
  ['Terminating', [phase('Terminating')], 'busy · deleting', undefined],
  [
    'deleted',
    [phase('Deployed'), deleting('2026-01-02T12:04:00Z', 'modules.deckhouse.io/exist-on-fs')],
    'busy · deleting, held by modules.deckhouse.io/exist-on-fs · since 2026-01-02T12:04:00.000Z',
    undefined,
  ],
  ['of a phase of the future', [phase('Paused')], 'unknown · phase Paused is not known here', undefined],
];

const messages: readonly (readonly [message: string, verdict: string])[] = [
  [approvalText, 'waiting · waits for approval by a person'],
  [`Release is postponed, waiting for the 'modules.deckhouse.io/approved: "true"' annotation`, 'waiting · waits for approval by a person'],
  [`${approvalText} until 17 Oct 26 15:33 UTC`, 'waiting · waits for approval by a person'],
  ["Update disabled by 'Ignore' update policy", 'waiting · its update policy is Ignore: nothing is installed'],
  ['Update policy gone not found', 'broken · update policy gone does not exist'],
  ['Update policy not set. Create a suitable ModuleUpdatePolicy object', 'broken · no update policy applies: create a ModuleUpdatePolicy'],
  [
    'requirements are not satisfied: current deckhouse version is not suitable: 1.0.0 is less than or equal to v1.64.0',
    'waiting · requirements are not satisfied: current deckhouse version is not suitable: 1.0.0 is less than or equal to v1.64.0',
  ],
  [
    'requirements are not satisfied: current kubernetes version is not suitable: 1.29.6 is less than or equal to 1.29',
    'waiting · requirements are not satisfied: current kubernetes version is not suitable: 1.29.6 is less than or equal to 1.29',
  ],
  [
    '1 error occurred: the "cni" module dependency is not deployed',
    'waiting · 1 error occurred: the "cni" module dependency is not deployed',
  ],
  ['2 errors occurred: a; b', 'waiting · 2 errors occurred: a; b'],
  [
    'module depency error: adding "a" module release dependencies forms a dependency loop with the installed "b" module',
    'waiting · module depency error: adding "a" module release dependencies forms a dependency loop with the installed "b" module',
  ],
  ['awaiting for module v1.4.1 to be ready', 'waiting · waits until v1.4.1 is ready'],
  ['awaiting for module to be ready', 'waiting · waits until the module is ready'],
  ['awaiting for v1.4.1 release to be deployed', 'waiting · waits until v1.4.1 is deployed'],
  [
    'minor version is greater than deployed 1.2.0 by one',
    'waiting · a release between is missing: minor version is greater than deployed 1.2.0 by one',
  ],
  ['major version is greater than deployed 0.9.0', 'waiting · a release between is missing: major version is greater than deployed 0.9.0'],
  ['Release is postponed until 17 Oct 26 15:33 UTC', 'waiting · Release is postponed until 17 Oct 26 15:33 UTC'],
  [
    'Release is postponed by notification until 17 Oct 26 15:33 UTC',
    'waiting · Release is postponed by notification until 17 Oct 26 15:33 UTC',
  ],
  ['Release is blocked, failed to send release notification', 'broken · Release is blocked, failed to send release notification'],
  ['release blocked, disruption approval required: kernel', 'waiting · release blocked, disruption approval required: kernel'],
  ['Initial module config validation failed:\nhost is required', 'broken · Initial module config validation failed: host is required'],
  ["get the 'console' module config: not found", "broken · get the 'console' module config: not found"],
  ['a sentence of the future', 'waiting · a sentence of the future'],
];

const decidedByPolicy: readonly Case[] = [
  ['Manual', [under('by-hand')], 'waiting · waits for approval by a person'],
  ['Manual and approved', [under('by-hand'), mark('approved', 'T')], 'busy · about to be installed'],
  ['Manual, approved in words that do not count', [under('by-hand'), mark('approved', 'yes')], 'waiting · waits for approval by a person'],
  ['Manual and to be applied now', [under('by-hand'), mark('apply-now')], 'busy · about to be installed'],
  ['Auto without windows', [under('anytime')], 'busy · about to be installed'],
  ['Auto inside its window', [under('at-lunch')], 'busy · about to be installed'],
  ['Auto outside its window', [under('nightly')], 'waiting · waits for the update window, opens Fri 22:00 UTC'],
  ['a window over midnight', [under('over-midnight')], 'broken · its update window never opens: from must be before to, on one UTC day'],
  ['AutoPatch, of which the platform has not spoken', [under('patches')], 'busy · about to be installed'],
  ['Ignore', [under('never')], 'waiting · its update policy is Ignore: nothing is installed'],
  ['the embedded policy', [under('')], 'waiting · waits for the update window, opens Sat 08:00 UTC'],
  ['a policy that is gone, so the embedded one', [under('gone')], 'waiting · waits for the update window, opens Sat 08:00 UTC'],
  ['no label yet', [], 'busy · about to be installed'],
];

describe('a module release', () => {
  test.each(phases)('%s', (_, modifiers, verdict, deployed) => {
    expect(verdictOfRelease(modifiers, deployed)).toBe(verdict);
  });

  test.each(messages)('Pending with “%s”', (message, verdict) => {
    expect(verdictOfRelease([phase('Pending', message), under('gone')])).toBe(verdict);
  });

  test.each(decidedByPolicy)('Pending without a message under %s', (_, modifiers, verdict) => {
    expect(verdictOfRelease([phase('Pending'), ...modifiers])).toBe(verdict);
  });

  test('Pending below the deployed one will be skipped', () => {
    expect(verdictOfRelease([phase('Pending', approvalText)], '1.5.0')).toBe('busy · older than the deployed v1.5.0, will be skipped');
  });

  test('Pending with a window says when that opens, where the platform names the day after', () => {
    expect(verdictOfRelease([phase('Pending', windowText), under('nightly')])).toBe(
      'waiting · waits for the update window, opens Fri 22:00 UTC',
    );
  });

  test('Pending with a window of a policy that may not be read keeps the platform’s words', () => {
    const facts = readModuleRelease(release(phase('Pending', windowText), under('nightly')));
    expect(spoken(judgeModuleRelease(facts, {now, policies: undefined, deployed: undefined}))).toBe(`waiting · ${windowText}`);
  });

  test('Pending without a message is unknown where policies may not be read', () => {
    const facts = readModuleRelease(release(phase('Pending'), under('nightly')));
    expect(spoken(judgeModuleRelease(facts, {now, policies: undefined, deployed: undefined}))).toBe(
      'unknown · what it waits for is not known: update policies may not be read',
    );
  });

  test.each([['approved'], ['apply-now'], ['force']])('an old message does not hide that %s was given since', name => {
    expect(verdictOfRelease([phase('Pending', approvalText), mark(name)])).toBe('busy · about to be installed');
  });

  test.each([['apply-now'], ['force']])('%s skips a window and a delay', name => {
    for (const text of [windowText, 'Release is postponed until 17 Oct 26 15:33 UTC']) {
      expect(verdictOfRelease([phase('Pending', text), mark(name), under('nightly')])).toBe('busy · about to be installed');
    }
  });

  test('apply-now does not skip requirements', () => {
    expect(verdictOfRelease([phase('Pending', 'requirements are not satisfied: x'), mark('apply-now')])).toBe(
      'waiting · requirements are not satisfied: x',
    );
  });

  test('of two deployed ones of a module the higher version counts', () => {
    const deployed = ['1.9.0', '1.10.0', '1.2.0'].map(version =>
      readModuleRelease(release(phase('Deployed'), set('spec.version', version))),
    );
    const pending = readModuleRelease(release(phase('Pending'), set('spec.version', '2.0.0')));
    expect(deployedVersions([...deployed, pending])).toEqual(new Map([['console', '1.10.0']]));
  });

  test.each([
    ['spec.version', 1.4],
    ['status.message', ['a']],
    ['status.transitionTime', 'soon'],
  ])('with a wrong %s is unreadable there', (path, value) => {
    expect(() => readModuleRelease(release(set(path, value)))).toThrow(expect.objectContaining({path}));
  });
});
