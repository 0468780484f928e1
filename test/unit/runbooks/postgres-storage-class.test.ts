import {expect, test} from 'vitest';
import {readString} from '../../../src/domain/fields.ts';
import {postgresStorageClass} from '../../../src/runbooks/postgres-storage-class.ts';
import {newClass} from '../../support/postgres-drafts.ts';
import {claimsOf, type PostgresKit, startPostgresKit, tellRun} from '../../support/postgres-kit.ts';
import type {PlatformOptions} from '../../support/postgres-platform.ts';

type Case = {
  readonly name: string;
  readonly options: PlatformOptions;
  readonly more?: object;
  readonly leader: string;
  readonly timeline: number;
};

const cases: readonly Case[] = [
  {name: 'Commander’s, highly available', options: {isHighlyAvailable: true}, leader: 'commander-postgres-1', timeline: 2},
  {name: 'Commander’s, of one member', options: {}, leader: 'commander-postgres-0', timeline: 3},
  {
    name: 'Commander’s with a third member, Patroni 4.1 on ConfigMaps',
    options: {isHighlyAvailable: true, version: '4.1.4', usesConfigMaps: true},
    more: {extraMember: true},
    leader: 'commander-postgres-1',
    timeline: 2,
  },
  {name: 'nobody’s, of one member', options: {owner: 'nobody'}, leader: 'shop-postgres-0', timeline: 3},
  {
    name: 'nobody’s, of two, Patroni 2.1',
    options: {owner: 'nobody', isHighlyAvailable: true, version: '2.1.4'},
    leader: 'shop-postgres-1',
    timeline: 2,
  },
];

test.each(cases)('$name: moves disk by disk and loses no row', {timeout: 60_000}, async ({options, more, leader, timeline}) => {
  const started = await startPostgresKit([postgresStorageClass], options);
  const {kit, platform, target} = started;
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, ...more});
  const run = await kit.driveToEnd();
  expect(run.status.phase, tellRun(run)).toBe('Succeeded');
  await expectMoved(started, options.isHighlyAvailable === true ? 2 : 1);
  expect([platform.leader, platform.timeline]).toEqual([leader, timeline]);
  expect(platform.acknowledgedRows).toBeGreaterThan(100);
});

/** Every claim that is left is on the new class, no row is lost, and every old volume is still there. */
async function expectMoved({platform, unsafeDeletions}: PostgresKit, members: number): Promise<void> {
  expect(unsafeDeletions).toEqual([]);
  expect(platform.lostRows).toBe(0);
  expect((await claimsOf(platform)).map(claim => readString(claim, 'spec.storageClassName'))).toEqual(Array(members).fill(newClass));
  const volumes = await platform.world.list('v1', 'PersistentVolume');
  const kept = volumes.filter(volume => readString(volume, 'spec.storageClassName') !== newClass);
  expect(kept.map(volume => readString(volume, 'spec.persistentVolumeReclaimPolicy'))).toEqual(Array(members).fill('Retain'));
}
