/** The encryption keys of Commander: kept in a file or a Secret, compared, and never in a record. */
import {describe, expect, test} from 'vitest';
import {encryptionKeys, fingerprintsInSecret, fingerprintsOfRun} from '../../../src/domain/postgres/key-fingerprints.ts';
import type {Run} from '../../../src/domain/run.ts';
import {commanderKeysBackup} from '../../../src/runbooks/commander-keys-backup.ts';
import {commanderKeysVerify} from '../../../src/runbooks/commander-keys-verify.ts';
import {inhabitedBy, type PostgresPlatform} from '../../support/postgres-platform.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import {RunKit} from '../../support/run-kit.ts';

const target = 'd8-commander/commander-postgres';
const toFile = {target, keysTo: 'file:/safe'};
const toSecret = {target, keysTo: 'secret:d8-system/commander-keys'};
const live = {apiVersion: 'v1', kind: 'Secret', name: 'commander-envs', namespace: 'd8-commander'};
const kept = {...live, name: 'commander-keys', namespace: 'd8-system'};

function world() {
  let met: PostgresPlatform | undefined;
  const parts = inhabitedBy(
    {},
    () => ({}),
    platform => {
      met = platform;
    },
  );
  const platform = (): PostgresPlatform => {
    if (met === undefined) throw new Error('no platform was met');
    return met;
  };
  return {...parts, platform};
}

async function keysOf(platform: PostgresPlatform, ref: typeof live): Promise<readonly string[]> {
  const secret = await platform.world.find(ref);
  const data: unknown = secret === undefined ? {} : secret.data;
  return encryptionKeys.map(({name}) => atob(String(new Map(Object.entries(data ?? {})).get(name))));
}

async function noKeyIn(kit: RunKit, platform: PostgresPlatform, run: Run): Promise<void> {
  const records = JSON.stringify([run, await kit.log(), await platform.world.list('v1', 'ConfigMap')]);
  for (const key of await keysOf(platform, live)) {
    expect(records).not.toContain(key);
    expect(records).not.toContain(btoa(key));
  }
}

describe('in a file', () => {
  const {platform, ...parts} = world();
  proveRunbook({
    runbook: commanderKeysBackup,
    parameters: toFile,
    objects: [],
    ...parts,
    isRacing: true,
    check: async (kit, run) => {
      const text = await platform().files.readText('/safe/commander-keys.json');
      expect(Object.values(JSON.parse(text ?? '{}'))).toEqual(await keysOf(platform(), live));
      expect(fingerprintsOfRun(run)).toEqual(fingerprintsInSecret(await platform().world.find(live)));
      await noKeyIn(kit, platform(), run);
    },
  });
});

describe('in a Secret', () => {
  const {platform, ...parts} = world();
  proveRunbook({
    runbook: commanderKeysBackup,
    parameters: toSecret,
    objects: [],
    ...parts,
    isRacing: true,
    check: async (kit, run) => {
      expect(await keysOf(platform(), kept)).toEqual(await keysOf(platform(), live));
      await noKeyIn(kit, platform(), run);
    },
  });
});

async function begin(hasFiles = true) {
  const {platform, ...parts} = world();
  const kit = await RunKit.start({runbooks: [commanderKeysBackup, commanderKeysVerify], ...parts, hasFiles});
  const carry = async (name: string, runbook: string, parameters: {readonly target: string; readonly keysTo: string}) => {
    await kit.submit(runbook, parameters, {failurePolicy: 'Stop'}, name);
    const {status} = await kit.driveToEnd(name);
    return [status.phase, ...status.conditions.map(({message}) => message), ...status.steps.map(({message}) => message)].join('; ');
  };
  return {platform: platform(), carry};
}

test('what was kept is compared, and a change is named', async () => {
  const {platform, carry} = await begin();
  expect(await carry('one', 'commander-keys-verify', toSecret)).toMatch(/^Failed.*nothing is kept in the Secret d8-system\/commander-keys/);
  await carry('two', 'commander-keys-backup', toSecret);
  expect(await carry('three', 'commander-keys-verify', toSecret)).toMatch(/^Succeeded.*the same; sha256 deterministic/);
  await platform.world.patch(live, {data: {ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: btoa('n'.repeat(32))}});
  expect(await carry('four', 'commander-keys-verify', toSecret)).toMatch(/^Failed.*other keys .* primary;/);
  expect(await carry('five', 'commander-keys-backup', toSecret)).toMatch(/^Failed.*are others \(primary\): choose another place/);
  expect(await carry('six', 'commander-keys-backup', toFile)).toMatch(/^Succeeded/);
});

test('a controller has no folder, Commander’s own namespace is no place, and a missing key is no key', async () => {
  const {platform, carry} = await begin(false);
  expect(await carry('one', 'commander-keys-backup', toFile)).toMatch(/^Failed.*a controller has none: name a Secret/);
  const within = {target, keysTo: 'secret:d8-commander/copy'};
  expect(await carry('two', 'commander-keys-backup', within)).toMatch(/^Failed.*would go together with Commander/);
  await platform.world.patch(live, {data: {ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: null}});
  expect(await carry('three', 'commander-keys-backup', toSecret)).toMatch(/^Failed.*lacks ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY/);
});
