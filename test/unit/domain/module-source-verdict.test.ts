/** What a module source amounts to, after the sync of the Deckhouse module system (its steps, errors and deletion). */
import {describe, expect, test} from 'vitest';
import {judgeModuleSource, readModuleSource} from '../../../src/domain/module-source-verdict.ts';
import {created, deleting, type Modifier, moduleSource, set} from '../../support/objects.ts';
import {spoken} from '../../support/spoken-verdict.ts';

const now = Date.parse('2026-01-02T12:10:00Z');
const synced = (at: string): Modifier => set('status.syncTime', at);
const justSynced = synced('2026-01-02T12:08:00Z');
const message = (text: string): Modifier => set('status.message', text);
const modules = (...entries: readonly Record<string, unknown>[]): Modifier => set('status.modules', entries);
const seeModules = 'Some errors occurred. Inspect status for details';
const noImage = 'fetch image error: GET https://r/v2/m/release/manifests/stable: MANIFEST_UNKNOWN';
const cannotGo =
  'The source contains at least 1 deployed release and cannot be deleted. Please delete target ModuleReleases manually to continue';

type Case = readonly [situation: string, modifiers: readonly Modifier[], verdict: string];

const cases: readonly Case[] = [
  ['healthy, with nothing to say', [justSynced, message('')], 'ok'],
  ['healthy without the field', [justSynced], 'ok'],
  ['healthy in the words of older releases', [justSynced, message('Ready')], 'ok'],
  ['new', [created('2026-01-02T12:09:20Z')], 'busy · first sync · since 2026-01-02T12:09:20.000Z'],
  ['a registry that cannot be listed', [justSynced, message('list tags: 401 Unauthorized')], 'broken · list tags: 401 Unauthorized'],
  ['a module version that is not known yet', [justSynced, modules({name: 'a', version: 'unknown'})], 'ok'],
  [
    'errors of modules',
    [justSynced, message(seeModules), modules({name: 'a', error: noImage}, {name: 'b'}, {name: 'c', error: 'x'})],
    'broken · 2 modules cannot be read: a, c',
  ],
  [
    'an error where older releases write it',
    [justSynced, modules({name: 'a', pullError: noImage, error: ''})],
    'broken · 1 module cannot be read: a',
  ],
  [
    'many errors',
    [justSynced, modules(...['a', 'b', 'c', 'd', 'e'].map(name => ({name, error: 'x'})))],
    'broken · 5 modules cannot be read: a, b, c and 2 more',
  ],
  ['errors of which no module tells', [justSynced, message(seeModules)], `broken · ${seeModules}`],
  ['on time to the millisecond', [synced('2026-01-02T12:04:00Z')], 'ok'],
  [
    'overdue by the documented interval',
    [synced('2026-01-02T12:03:59Z')],
    'broken · overdue: should sync every 3m · since 2026-01-02T12:03:59.000Z',
  ],
  ['on time by its own interval', [synced('2026-01-02T11:30:00Z'), set('spec.scanInterval', '1h')], 'ok'],
  [
    'overdue by its own interval',
    [synced('2026-01-02T12:09:00Z'), set('spec.scanInterval', '20s')],
    'broken · overdue: should sync every 20s · since 2026-01-02T12:09:00.000Z',
  ],
  ['overdue from the start', [], 'broken · overdue: never synced, should every 3m · since 2026-01-02T12:00:00.000Z'],
  ['an error explains the delay', [synced('2026-01-02T10:00:00Z'), message('bad CA')], 'broken · bad CA'],
  [
    'late, so that its module errors are old',
    [synced('2026-01-02T10:00:00Z'), modules({name: 'a', error: 'x'})],
    'broken · overdue: should sync every 3m · since 2026-01-02T10:00:00.000Z',
  ],
  [
    'deleted',
    [deleting('2026-01-02T12:09:00Z', 'modules.deckhouse.io/module-exists'), set('status.phase', 'Terminating')],
    'busy · deleting, held by modules.deckhouse.io/module-exists · since 2026-01-02T12:09:00.000Z',
  ],
  [
    'deleted while its releases run',
    [deleting('2026-01-02T12:09:00Z', 'modules.deckhouse.io/release-exists'), message(cannotGo)],
    `waiting · ${cannotGo} · since 2026-01-02T12:09:00.000Z`,
  ],
  ['Terminating', [set('status.phase', 'Terminating'), justSynced], 'busy · deleting'],
];

describe('a module source', () => {
  test.each(cases)('%s', (_, modifiers, verdict) => {
    expect(spoken(judgeModuleSource(readModuleSource(moduleSource('deckhouse', ...modifiers)), now))).toBe(verdict);
  });

  test('lists the modules that have errors, and only those', () => {
    const object = moduleSource('deckhouse', modules({name: 'a', version: 'v1.0.0'}, {name: 'b', error: noImage}));
    expect(readModuleSource(object).errors).toEqual([{module: 'b', error: noImage}]);
  });

  test.each([
    ['status.modulesCount', '62'],
    ['status.syncTime', 'yesterday'],
    ['status.modules', 'none'],
  ])('with a wrong %s is unreadable there', (path, value) => {
    expect(() => readModuleSource(moduleSource('deckhouse', set(path, value)))).toThrow(expect.objectContaining({path}));
  });
});
