/** The fingerprints of Commander's encryption keys. */
import {expect, test} from 'vitest';
import {
  differingKeys,
  fingerprintsInSecret,
  fingerprintsOfRun,
  missingKeys,
  readFingerprints,
  sayFingerprints,
} from '../../../../src/domain/postgres/key-fingerprints.ts';

const keys = {
  ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY: 'd'.repeat(32),
  ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT: 's'.repeat(32),
  ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: 'p'.repeat(32),
};

function secretOf(data: Readonly<Record<string, string>>) {
  return {data: Object.fromEntries(Object.entries(data).map(([name, value]) => [name, btoa(value)]))};
}

test('stand in a message of at most 256 bytes and are read from it again', () => {
  const found = fingerprintsInSecret(secretOf(keys));
  if (found === undefined) throw new Error('no fingerprints');
  const said = `kept; ${sayFingerprints(found)}`;
  expect(new TextEncoder().encode(said).length).toBeLessThanOrEqual(256);
  expect(readFingerprints(said)).toEqual(found);
  for (const key of Object.values(keys)) expect(said).not.toContain(key);
});

test('a key that is missing, short or no base64 has none', () => {
  const {ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: _, ...two} = keys;
  expect(fingerprintsInSecret(secretOf(two))).toBeUndefined();
  expect(fingerprintsInSecret({data: {...secretOf(keys).data, ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: '***'}})).toBeUndefined();
  expect(missingKeys({...keys, ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: 'short'})).toEqual(['ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY']);
});

test('a key that was changed is named', () => {
  const [old, changed] = [
    fingerprintsInSecret(secretOf(keys)),
    fingerprintsInSecret(secretOf({...keys, ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT: 't'.repeat(32)})),
  ];
  if (old === undefined || changed === undefined) throw new Error('no fingerprints');
  expect(differingKeys(old, changed)).toEqual(['salt']);
});

test('a run says them whose step has kept them, a move too, and no other', () => {
  const found = fingerprintsInSecret(secretOf(keys));
  if (found === undefined) throw new Error('no fingerprints');
  const run = (name: string, state: string) => ({
    spec: {runbook: {name}},
    status: {steps: [{id: 'keys-kept', state, message: sayFingerprints(found)}]},
  });
  for (const name of ['commander-keys-backup', 'postgres-storage-class', 'postgres-storage-class-by-restore'])
    expect(fingerprintsOfRun(run(name, 'Succeeded'))).toEqual(found);
  expect(fingerprintsOfRun(run('commander-keys-backup', 'Failed'))).toBeUndefined();
  expect(fingerprintsOfRun(run('postgres-backup', 'Succeeded'))).toBeUndefined();
});
