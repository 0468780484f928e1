/** The standing warning where Commander's encryption keys are not those of the last backup, on the rows of its module and its database. */
import {describe, expect, test} from 'vitest';
import type {KubeObject} from '../../../src/domain/kube-object.ts';
import {keysWarning} from '../../../src/domain/postgres/key-backup.ts';
import {encryptionKeys, fingerprintsInSecret, sayFingerprints} from '../../../src/domain/postgres/key-fingerprints.ts';
import type {RunStatus} from '../../../src/domain/run.ts';
import {condition, moduleObject, secret, set} from '../../support/objects.ts';
import {database, leading, lockIn, member} from '../../support/postgres-objects.ts';
import {runOf, type ScriptedDesk, stepOf} from '../../support/scripted-desk.ts';
import {openBench, type ViewBench} from '../../support/view-bench.tsx';

const commander = moduleObject('commander', set('status.phase', 'Ready'), condition('EnabledByModuleManager', 'True'));
const keys = secretOf('a');
const neverKept = 'waiting · keys never backed up';

function secretOf(letter: string): KubeObject {
  const data = Object.fromEntries(encryptionKeys.map(({name}, at) => [name, btoa(`${letter}${at}`.repeat(16))]));
  return secret('commander-envs', set('metadata.namespace', 'd8-commander'), set('data', data));
}

function keeping(
  desk: ScriptedDesk,
  kept: KubeObject,
  finishedAt = '2026-01-01T00:00:00Z',
  runbook = 'commander-keys-backup',
  status: Partial<RunStatus> = {phase: 'Succeeded', finishedAt},
): void {
  const fingerprints = fingerprintsInSecret(kept);
  if (fingerprints === undefined) throw new Error('a key is missing');
  desk.forgetsSteps = true;
  desk.put(
    runOf(`keys-${finishedAt}`, {
      spec: {runbook: {name: runbook}},
      status: {...status, steps: [stepOf('keys-kept', {state: 'Succeeded', message: sayFingerprints(fingerprints)})]},
    }),
  );
}

async function looking(
  objects: readonly KubeObject[],
  prepare: (desk: ScriptedDesk) => void = () => undefined,
  command = 'modules',
): Promise<ViewBench> {
  const bench = await openBench({objects, command, columns: 160}, prepare);
  for (let second = 0; second < 3; second++) await bench.clock.advance(1_000);
  return bench;
}

describe('the row of the module', () => {
  test('waits where the keys were never backed up', async () => {
    expect((await looking([commander, keys])).words()).toContain(neverKept);
  });

  test('is ok with the keys of the last backup, and waits with others', async () => {
    const kept = await looking([commander, keys], desk => keeping(desk, keys));
    expect(kept.words()).toContain('● ok');
    expect(kept.words()).not.toContain('waiting');
    const changed = await looking([commander, secretOf('b')], desk => keeping(desk, keys));
    expect(changed.words()).toContain('encryption keys are not those of the last backup: deterministic, salt, primary');
  });

  test('is judged by the newest backup that succeeded', async () => {
    const bench = await looking([commander, keys], desk => {
      keeping(desk, keys, '2026-01-02T00:00:00Z');
      keeping(desk, secretOf('old'), '2026-01-01T00:00:00Z');
      desk.put(
        runOf('failed', {spec: {runbook: {name: 'commander-keys-backup'}}, status: {phase: 'Failed', finishedAt: '2026-01-03T00:00:00Z'}}),
      );
    });
    expect(bench.words()).toContain('● ok');
  });

  test('is judged by the keys that a move of the database has kept, also of one that goes on or has failed', async () => {
    for (const status of [{phase: 'Succeeded'}, {phase: 'Failed'}, {phase: 'Running', current: 'dump'}] as const) {
      const bench = await looking([commander, keys], desk => {
        keeping(desk, secretOf('old'), '2026-01-01T00:00:00Z');
        keeping(desk, keys, '2026-01-02T00:00:00Z', 'postgres-storage-class', {
          ...status,
          ...(status.phase === 'Running' ? {} : {finishedAt: '2026-01-02T00:00:00Z'}),
        });
      });
      expect(bench.words(), status.phase).toContain('● ok');
    }
  });

  test('is not judged by a move that was told to keep no keys', async () => {
    const bench = await looking([commander, keys], desk => {
      keeping(desk, keys, '2026-01-01T00:00:00Z');
      desk.put(
        runOf('none', {
          spec: {runbook: {name: 'postgres-storage-class'}},
          status: {phase: 'Succeeded', finishedAt: '2026-01-03T00:00:00Z'},
        }),
      );
    });
    expect(bench.words()).toContain('● ok');
  });

  test('keeps its own verdict where it is not well, with the warning below', async () => {
    const broken = moduleObject(
      'commander',
      set('status.phase', 'Error'),
      set('status.hooksState', 'no'),
      condition('EnabledByModuleManager', 'True'),
    );
    const bench = await looking([broken, keys]);
    expect(bench.words()).toMatch(/broken · no.*commander-envs ◔ keys never backed up/);
  });

  test('of another module, or of Commander that is off, asks nobody for the Secret', async () => {
    const bench = await looking([
      moduleObject('console', set('status.phase', 'Ready')),
      moduleObject('commander', set('status.phase', 'Downloaded')),
      keys,
    ]);
    expect(bench.words()).not.toContain('keys');
  });
});

test('a key leads from the row and the page of the module to its database, and there is none on other modules', async () => {
  const own = [database(), member(0, leading()), lockIn('Endpoints', 'commander-postgres-0')].map(
    set('metadata.namespace', 'd8-commander'),
  );
  const title = 'd8-commander/commander-postgres';
  const row = await looking([commander, ...own]);
  expect(row.lines().at(-1)).toContain('D its database');
  await row.press('D');
  expect(row.lines()[1]).toContain(title);
  await row.press('esc', 'enter', 'D');
  expect(row.lines()[1]).toContain(title);
  const other = await looking([moduleObject('console', set('status.phase', 'Ready'), condition('EnabledByModuleManager', 'True')), ...own]);
  expect(other.screen()).not.toContain('its database');
  expect((await looking([commander])).screen()).not.toContain('its database');
});

test('so does the row of the database', async () => {
  const own = [database(set('metadata.name', 'commander-postgres')), member(0, leading()), lockIn('Endpoints', 'commander-postgres-0')].map(
    set('metadata.namespace', 'd8-commander'),
  );
  const single = set('spec.numberOfInstances', 1);
  expect(
    (await looking([...own.map(object => (object.kind === 'postgresql' ? single(object) : object)), keys], undefined, 'pg')).words(),
  ).toContain(neverKept);
  expect(
    (await looking([single(database()), member(0, leading()), lockIn('Endpoints', 'commander-postgres-0'), keys], undefined, 'pg')).words(),
  ).toContain('● ok');
});

test('a Secret that may not be read leaves it unknown; keys that nobody has need no backup', () => {
  const kept = fingerprintsInSecret(keys) ?? 'none';
  expect(keysWarning({live: 'forbidden', kept})?.word).toBe('unknown');
  expect(keysWarning({live: 'none', kept: 'none'})).toBeUndefined();
  expect(keysWarning({live: 'none', kept})?.word).toBe('waiting');
  expect(keysWarning({live: kept, kept: 'unknown'})).toBeUndefined();
});
