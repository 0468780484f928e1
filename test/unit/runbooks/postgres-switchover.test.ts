/** Who takes the lead where nobody was named, and what becomes of a switchover that Patroni does not carry out. */
import {expect, test} from 'vitest';
import type {PostgresFaults} from '../../../src/embedded/world/postgres/postgres-world.ts';
import {postgresStorageClass} from '../../../src/runbooks/postgres-storage-class.ts';
import {postgresSwitchover} from '../../../src/runbooks/postgres-switchover.ts';
import {newClass} from '../../support/postgres-drafts.ts';
import {startPostgresKit, tellRun} from '../../support/postgres-kit.ts';
import type {PostgresPlatform} from '../../support/postgres-platform.ts';

const nobodys = {isHighlyAvailable: true, owner: 'nobody'} as const;

async function scaleToThree({world, clock, database}: PostgresPlatform): Promise<void> {
  await world.patch({apiVersion: 'acid.zalan.do/v1', kind: 'postgresql', ...database}, {spec: {numberOfInstances: 3}});
  await clock.advance(120_000);
}

async function startThree(faults: PostgresFaults = {}) {
  const started = await startPostgresKit([postgresSwitchover, postgresStorageClass], nobodys, faults);
  await scaleToThree(started.platform);
  return started;
}

test('the safest replica takes the lead where nobody was named', {timeout: 30_000}, async () => {
  const {kit, platform, target} = await startThree();
  platform.faults.deafReplicas = ['shop-postgres-1'];
  await platform.clock.advance(20_000);
  await kit.submit('postgres-switchover', {target});
  await kit.driveToEnd();
  expect(platform.leader).toBe('shop-postgres-2');
});

test('under synchronous replication a database of three goes to another class, and only a synchronous standby takes the lead', {
  timeout: 120_000,
}, async () => {
  const {kit, platform, target, unsafeDeletions} = await startThree({isSynchronous: true});
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'});
  const run = await kit.driveToEnd();
  expect(run.status.phase, tellRun(run)).toBe('Succeeded');
  expect([unsafeDeletions, platform.lostRows]).toEqual([[], 0]);
});

test('with a further member under strictly synchronous replication the standby of the moment takes the lead', {
  timeout: 120_000,
}, async () => {
  const faults = {isSynchronous: true, isStrict: true};
  const {kit, platform, target, unsafeDeletions} = await startPostgresKit([postgresStorageClass], nobodys, faults);
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none', extraMember: true});
  const run = await kit.driveToEnd();
  expect(run.status.phase, tellRun(run)).toBe('Succeeded');
  expect([platform.leader, unsafeDeletions, platform.lostRows]).toEqual(['shop-postgres-1', [], 0]);
});

test('a replica that is not the synchronous standby is not waited for without end', {timeout: 30_000}, async () => {
  const {kit, platform, target} = await startThree();
  await kit.submit('postgres-switchover', {target, candidate: 'shop-postgres-2'});
  platform.faults.isSynchronous = true;
  expect(tellRun(await kit.driveToEnd())).toMatch(/ OtherStandby shop-postgres-1 is the synchronous standby/);
  expect(platform.leader).toBe('shop-postgres-0');
});

test('a member that no command gets into keeps nobody from handing the lead to another', {timeout: 30_000}, async () => {
  const {kit, platform, target} = await startThree();
  platform.unreachable.add('shop-postgres-2');
  await kit.submit('postgres-switchover', {target});
  const run = await kit.driveToEnd();
  expect(run.status.phase, tellRun(run)).toBe('Succeeded');
  expect(platform.leader).toBe('shop-postgres-1');
});

const highly = {isHighlyAvailable: true} as const;

test('what Patroni declines is asked for again at once, and its words are what the run ends with', {timeout: 30_000}, async () => {
  const {kit, platform, target} = await startPostgresKit([postgresSwitchover], highly, {switchover: 'declined'});
  const startedAt = platform.clock.now();
  await kit.submit('postgres-switchover', {target});
  const [step] = (await kit.driveToEnd()).status.steps;
  expect(step).toMatchObject({state: 'Failed', reason: 'TriedEnough', attempts: 3});
  expect(step?.message).toContain('Patroni answered 412 switchover is not possible: no good candidates have been found');
  expect(platform.clock.now() - startedAt).toBeLessThan(180_000);
});

test('a try that a person asked for has its own time, and the answer stands in the log', {timeout: 30_000}, async () => {
  const {kit, platform, target} = await startPostgresKit([postgresSwitchover], highly, {switchover: 'refused'});
  await kit.submit('postgres-switchover', {target});
  const [given] = (await kit.driveToEnd()).status.steps;
  expect(given).toMatchObject({reason: 'TriedEnough', message: expect.stringContaining('Patroni answered 503 Switchover failed')});
  platform.faults.switchover = 'late';
  await kit.control({desired: 'Run', reason: 'once more'});
  const run = await kit.driveToEnd();
  expect(run.status.phase, tellRun(run)).toBe('Succeeded');
  expect(platform.leader).toBe('commander-postgres-1');
  expect((await kit.log()).some(({text}) => text.endsWith('Switchover failed 503'))).toBe(true);
});
