/** A migration that cannot go on is taken back: the class by the run's own undo, the disk by binding the retained volume again. */
import {expect, test} from 'vitest';
import {readString} from '../../../src/domain/fields.ts';
import {postgresStorageClass} from '../../../src/runbooks/postgres-storage-class.ts';
import {postgresVolumeRebind} from '../../../src/runbooks/postgres-volume-rebind.ts';
import {newClass, oldClass} from '../../support/postgres-drafts.ts';
import {claimsOf, type PostgresKit, startPostgresKit, stateOf, tellRun} from '../../support/postgres-kit.ts';

const runbooks = [postgresStorageClass, postgresVolumeRebind];
const safekeeping = {backupTo: 'none', keysTo: 'none'};

async function keptVolume({platform}: PostgresKit, member: string): Promise<string> {
  const volumes = await platform.world.list('v1', 'PersistentVolume');
  const kept = volumes.find(
    volume => readString(volume, 'status.phase') === 'Released' && readString(volume, 'spec.claimRef.name') === `pgdata-${member}`,
  );
  if (kept === undefined) throw new Error(`no volume of ${member} was kept`);
  return kept.metadata.name;
}

test.each([
  ['restart-1', 'a class that brings no volume any more'],
  ['copy-1', 'a class whose disk is bad'],
])('%s, %s: the old volume comes back', {timeout: 60_000}, async step => {
  let isAsked = false;
  const started = await startPostgresKit(runbooks, {isHighlyAvailable: true}, {}, async ({faults}, run) => {
    if (step === 'restart-1' && stateOf(run, 'set-class') === 'Verifying') faults.cannotProvision = {[newClass]: 'no room'};
    if (isAsked || run.meta.name !== 'run-1' || stateOf(run, step) !== 'Verifying') return;
    isAsked = true;
    await started.kit.control({desired: 'Abort', abortMode: 'Undo'});
  });
  const {kit, platform, target} = started;
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, ...safekeeping});
  const given = await kit.driveToEnd();
  expect(given.status.phase, tellRun(given)).toBe('Aborted');
  expect([stateOf(given, 'set-class'), stateOf(given, 'protect-disks')]).toEqual(['Undone', 'Undone']);
  await kit.pass(60_000);
  const volume = await keptVolume(started, 'commander-postgres-1');
  await kit.submit('postgres-volume-rebind', {target, volume}, {}, 'run-2');
  const run = await kit.driveToEnd('run-2');
  expect(run.status.phase, tellRun(run)).toBe('Succeeded');
  const claims = await claimsOf(platform);
  expect(claims.map(claim => [readString(claim, 'spec.storageClassName'), readString(claim, 'status.phase')])).toEqual([
    [oldClass, 'Bound'],
    [oldClass, 'Bound'],
  ]);
  expect(claims.map(claim => readString(claim, 'spec.volumeName'))).toContain(volume);
  expect([platform.leader, platform.timeline, platform.lostRows, started.unsafeDeletions]).toEqual(['commander-postgres-0', 1, 0, []]);
});

test('a volume of something else, one in use and one of the leader are refused', {timeout: 60_000}, async () => {
  const {kit, platform, target} = await startPostgresKit(runbooks, {isHighlyAvailable: true});
  const volumes = await platform.world.list('v1', 'PersistentVolume');
  await kit.submit('postgres-volume-rebind', {target, volume: volumes[0]?.metadata.name ?? ''});
  expect(tellRun(await kit.driveToEnd())).toContain(' InUse: ');
  await kit.submit('postgres-volume-rebind', {target, volume: 'absent'}, {}, 'run-2');
  expect(tellRun(await kit.driveToEnd('run-2'))).toContain(' NoVolume: ');
  expect(kit.effects).toEqual([]);
});
