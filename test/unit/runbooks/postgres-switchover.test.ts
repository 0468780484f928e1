/** Who takes the lead where nobody was named, and what becomes of a switchover that Patroni does not carry out. */
import {expect, test} from 'vitest';
import type {PostgresFaults} from '../../../src/embedded/world/postgres/postgres-world.ts';
import {postgresStorageClass} from '../../../src/runbooks/postgres-storage-class.ts';
import {postgresSwitchover} from '../../../src/runbooks/postgres-switchover.ts';
import {newClass} from '../../support/postgres-drafts.ts';
import {startPostgresKit, stateOf, tellRun} from '../../support/postgres-kit.ts';
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

test('a person who asks for another try gets as many as the run had', {timeout: 30_000}, async () => {
  const {kit} = await startPostgresKit([postgresSwitchover], highly, {switchover: 'declined'});
  await kit.submit('postgres-switchover', {target: 'd8-commander/commander-postgres'});
  expect((await kit.driveToEnd()).status.steps[0]).toMatchObject({reason: 'TriedEnough', attempts: 3});
  await kit.control({desired: 'Run', reason: 'once more'});
  const [step] = (await kit.driveToEnd()).status.steps;
  expect(step).toMatchObject({reason: 'TriedEnough', attempts: 6});
  expect(step?.message).toContain('it was tried 3 times');
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

test('a new leader that commits nothing is not taken for one', {timeout: 30_000}, async () => {
  const {kit, platform, target} = await startPostgresKit([postgresSwitchover], highly, {areCommitsHeld: true});
  await kit.submit('postgres-switchover', {target});
  const run = await kit.driveToEnd();
  expect(run.status.phase).toBe('Paused');
  expect(tellRun(run)).toMatch(/switchover Succeeded .*\nswitchover-writes Failed CommandFailed exit code 124/);
  platform.faults.areCommitsHeld = false;
  await kit.control({desired: 'Run'});
  const retried = await kit.driveToEnd();
  expect(retried.status.phase, tellRun(retried)).toBe('Succeeded');
});

const app = {apiVersion: 'v1', kind: 'Pod', namespace: 'd8-commander'};

async function breakApp({world, clock}: PostgresPlatform, isReady: boolean): Promise<string> {
  const pod = (await world.list('v1', 'Pod', app.namespace)).find(({metadata}) => metadata.labels?.application !== 'spilo');
  const name = pod?.metadata.name ?? '';
  const condition = {type: 'Ready', status: isReady ? 'True' : 'False', lastTransitionTime: new Date(clock.now()).toISOString()};
  await world.patchStatus({...app, name}, {phase: 'Running', conditions: [condition]});
  return name;
}

test('an app that comes back is waited for, one that does not stops the run', {timeout: 30_000}, async () => {
  let isBroken = false;
  const {kit, platform, target} = await startPostgresKit([postgresSwitchover], highly, {}, async (met, run) => {
    if (isBroken || stateOf(run, 'switchover') !== 'Verifying') return;
    isBroken = true;
    await breakApp(met, false);
  });
  await kit.submit('postgres-switchover', {target});
  const run = await kit.driveToEnd();
  expect(tellRun(run)).toMatch(/switchover-writes Failed TimedOut wanted: the pods of Commander ready again; seen: \S+ not yet/);
  await breakApp(platform, true);
  await kit.control({desired: 'Run'});
  expect((await kit.driveToEnd()).status.phase).toBe('Succeeded');
});

test('an app that was not ready before is only named', {timeout: 30_000}, async () => {
  const {kit, platform, target} = await startPostgresKit([postgresSwitchover], highly);
  const name = await breakApp(platform, false);
  await platform.clock.advance(60_000);
  await kit.submit('postgres-switchover', {target});
  const run = await kit.driveToEnd();
  expect(run.status.phase, tellRun(run)).toBe('Succeeded');
  expect(run.status.steps.at(-1)?.message).toContain(`not Ready: ${name}`);
});
