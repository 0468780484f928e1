import {expect, test} from 'vitest';
import {readString} from '../../../src/domain/fields.ts';
import {postgresStorageClass} from '../../../src/runbooks/postgres-storage-class.ts';
import {newClass, oldClass} from '../../support/postgres-drafts.ts';
import {claimsOf, type PostgresKit, startPostgresKit, stateOf, tellRun} from '../../support/postgres-kit.ts';
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
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'file:/safe', keysTo: 'file:/keys', ...more});
  const run = await kit.driveToEnd();
  expect(run.status.phase, tellRun(run)).toBe('Succeeded');
  await expectMoved(started, options.isHighlyAvailable === true ? 2 : 1);
  const released = (await platform.world.list('v1', 'PersistentVolume')).filter(
    volume => readString(volume, 'status.phase') === 'Released',
  );
  for (const {metadata} of released) expect(run.status.steps.at(-1)?.message).toContain(metadata.name);
  expect([platform.leader, platform.timeline]).toEqual([leader, timeline]);
  await expectProved(kit);
  expect(platform.acknowledgedRows).toBeGreaterThan(100);
  expect([...platform.files.files.keys()].map(path => path.split('/').at(-1))).toEqual(expect.arrayContaining(['0.dump', 'manifest.json']));
});

/** A reader of the log finds what each verdict stands on. */
async function expectProved(kit: PostgresKit['kit']): Promise<void> {
  const outcomes = (await kit.log()).filter(({kind}) => kind === 'outcome');
  const copies = outcomes.filter(({step}) => step.startsWith('copy-'));
  expect(copies.length).toBeGreaterThan(0);
  for (const {text} of copies)
    expect(text).toMatch(
      / is a safe copy on class \S+: replayed [\dA-F]+\/[\dA-F]+, \S+ led at [\dA-F]+\/[\dA-F]+; timeline \d+, system \d+, volume pvc-\S+$/,
    );
  const [handed] = outcomes.filter(({text}) => text.includes(' leads on timeline '));
  expect(handed?.text).toMatch(/ leads on timeline 2, seen first at 20\S+Z; \S+-0 led on timeline 1 and streams from it$/);
}

/** Every claim that is left is on the new class, no row is lost, and every old volume is still there. */
async function expectMoved({platform, unsafeDeletions}: PostgresKit, members: number): Promise<void> {
  expect(unsafeDeletions).toEqual([]);
  expect(platform.lostRows).toBe(0);
  expect((await claimsOf(platform)).map(claim => readString(claim, 'spec.storageClassName'))).toEqual(Array(members).fill(newClass));
  const volumes = await platform.world.list('v1', 'PersistentVolume');
  const kept = volumes.filter(volume => readString(volume, 'spec.storageClassName') !== newClass);
  expect(kept.map(volume => readString(volume, 'spec.persistentVolumeReclaimPolicy'))).toEqual(Array(members).fill('Retain'));
}

test('one that is done is not taken back, and says what moves it back', {timeout: 60_000}, async () => {
  const {kit, target} = await startPostgresKit([postgresStorageClass], {isHighlyAvailable: true});
  const parameters = {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'};
  await kit.submit('postgres-storage-class', parameters);
  const {meta, status} = await kit.driveToEnd();
  expect(status.phase).toBe('Succeeded');
  const effects = [...kit.effects];
  await kit.submit('postgres-storage-class', parameters, {undoOf: {name: meta.name, uid: meta.uid}}, 'undo-1');
  expect(tellRun(await kit.driveToEnd('undo-1'))).toMatch(
    new RegExp(`CannotBeUndone: .*every disk is on ${newClass}; postgres-storage-class with ${oldClass} moves them back`),
  );
  expect(kit.effects).toEqual(effects);
});

test('a claim that is left over is asked about, and then makes room', {timeout: 60_000}, async () => {
  const started = await startPostgresKit([postgresStorageClass]);
  const {kit, platform, target} = started;
  const name = 'pgdata-commander-postgres-1';
  await platform.world.create({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {name, namespace: platform.database.namespace},
    spec: {accessModes: ['ReadWriteOnce'], storageClassName: oldClass, resources: {requests: {storage: '10Gi'}}},
  });
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'});
  const run = await kit.driveToEnd();
  expect(run.status.phase, tellRun(run)).toBe('Succeeded');
  const stale = run.status.steps.find(({id}) => id === 'drop-stale-claim');
  expect(stale).toMatchObject({state: 'Succeeded', gate: {have: 1}});
  await expectMoved(started, 1);
});

/** Steps on whose way a run is given up, by whose side a new one begins. */
const givenUp = [
  [true, 'set-class'],
  [true, 'restart-1'],
  [true, 'copy-1'],
  [true, 'switchover'],
  [true, 'restart-0'],
  [true, 'copy-0'],
  [false, 'add-member'],
  [false, 'copy-1'],
  [false, 'switchover'],
  [false, 'restart-0'],
  [false, 'copy-0'],
  [false, 'switch-back'],
  [false, 'remove-member'],
  [false, 'drop-claim'],
] as const;

test.each(givenUp)(
  'HA %s: a run that was given up at %s is carried on by a new one',
  {timeout: 60_000},
  async (isHighlyAvailable, step) => {
    let isAsked = false;
    const started = await startPostgresKit([postgresStorageClass], {isHighlyAvailable}, {}, async (_platform, run) => {
      if (isAsked || run.meta.name !== 'run-1' || stateOf(run, step) !== 'Verifying') return;
      isAsked = true;
      await started.kit.control({desired: 'Abort', abortMode: 'Now'});
    });
    const {kit, target} = started;
    await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'});
    expect((await kit.driveToEnd()).status.phase).toBe('Aborted');
    await kit.pass(120_000);
    await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'}, {}, 'run-2');
    const run = await kit.driveToEnd('run-2');
    if (run.status.phase === 'Failed') expect(tellRun(run)).toContain('NothingToDo');
    else expect(run.status.phase, tellRun(run)).toBe('Succeeded');
    await expectMoved(started, isHighlyAvailable ? 2 : 1);
  },
);

test('a pod that was left waiting for a claim that is gone is gone on with', {timeout: 60_000}, async () => {
  const started = await startPostgresKit([postgresStorageClass], {isHighlyAvailable: true}, {pendingRaces: 1}, async (_platform, run) => {
    const isGoing = run.meta.name === 'run-1' && run.spec.control.desired === 'Run';
    if (isGoing && stateOf(run, 'restart-1') === 'Verifying') await started.kit.control({desired: 'Abort', abortMode: 'Now'});
  });
  const {kit, target} = started;
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'});
  expect((await kit.driveToEnd()).status.phase).toBe('Aborted');
  await kit.pass(120_000);
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'}, {}, 'run-2');
  const run = await kit.driveToEnd('run-2');
  expect(run.status.phase, tellRun(run)).toBe('Succeeded');
  await expectMoved(started, 2);
});

test('a claim that somebody has deleted already is one deletion less', {timeout: 60_000}, async () => {
  let isAsked = false;
  const started = await startPostgresKit([postgresStorageClass], {isHighlyAvailable: true}, {}, async (_platform, run) => {
    if (isAsked || stateOf(run, 'set-class') !== 'Verifying') return;
    isAsked = true;
    await started.kit.control({desired: 'Abort', abortMode: 'Now'});
  });
  const {kit, platform, target} = started;
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'});
  expect((await kit.driveToEnd()).status.phase).toBe('Aborted');
  await kit.pass(60_000);
  const {namespace} = platform.database;
  await platform.world.remove({apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'pgdata-commander-postgres-1', namespace});
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'}, {}, 'run-2');
  const run = await kit.driveToEnd('run-2');
  expect(run.status.phase, tellRun(run)).toBe('Succeeded');
  await expectMoved(started, 2);
});

test('the data of another database under the name of a member are not taken for a copy', {timeout: 60_000}, async () => {
  const {kit, platform, target} = await startPostgresKit([postgresStorageClass], {isHighlyAvailable: true});
  const disk = platform.diskOf('commander-postgres-1');
  if (disk === undefined) throw new Error('no disk');
  disk.systemId = '1';
  const {namespace} = platform.database;
  await platform.world.remove({apiVersion: 'v1', kind: 'Pod', name: 'commander-postgres-1', namespace});
  await platform.clock.advance(60_000);
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'});
  expect(tellRun(await kit.driveToEnd())).toMatch(/ (ForeignData|MissingReplica): /);
  expect(kit.effects).toEqual([]);
});

test('two members where one is wished are asked about before anything is done', {timeout: 60_000}, async () => {
  const started = await startPostgresKit([postgresStorageClass], {isHighlyAvailable: true});
  const {kit, platform, target} = started;
  const config = {apiVersion: 'deckhouse.io/v1alpha1', kind: 'ModuleConfig', name: 'commander'};
  await platform.world.patch(config, {spec: {settings: {highAvailability: false}}});
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'});
  let run = await kit.driveToEnd('run-1', {isConsenting: false});
  for (let gate = 0; gate < 3 && stateOf(run, 'members') === 'Pending'; gate += 1) {
    await kit.consent();
    run = await kit.driveToEnd('run-1', {isConsenting: false});
  }
  expect(run.status.steps[0]?.id, tellRun(run)).toBe('members');
  expect(kit.effects).toEqual([]);
});

/** A second member of a run that was given up while it was added. */
async function giveUpAdding(): Promise<PostgresKit> {
  let isAsked = false;
  const started = await startPostgresKit([postgresStorageClass], {}, {}, async (_platform, run) => {
    if (isAsked || stateOf(run, 'copy-1') !== 'Verifying') return;
    isAsked = true;
    await started.kit.control({desired: 'Abort', abortMode: 'Now'});
  });
  await started.kit.submit('postgres-storage-class', {target: started.target, storageClass: newClass, backupTo: 'none', keysTo: 'none'});
  expect((await started.kit.driveToEnd()).status.phase).toBe('Aborted');
  await started.kit.pass(120_000);
  return started;
}

const marked = {apiVersion: 'acid.zalan.do/v1', kind: 'postgresql', namespace: 'd8-commander', name: 'commander-postgres'};

test('a run that was given up is named by the member that it added, and whether that goes is asked', {timeout: 60_000}, async () => {
  const {kit, platform, target} = await giveUpAdding();
  const {uid} = (await kit.run()).meta;
  expect((await platform.world.find(marked))?.metadata.annotations).toMatchObject({
    'deckhand.dev/instances-before': '1',
    'deckhand.dev/instances-run': uid,
  });
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'}, {}, 'run-2');
  const run = await kit.driveToEnd('run-2');
  expect(run.status.phase, tellRun(run)).toBe('Succeeded');
  expect(run.status.steps[0]).toMatchObject({id: 'members', state: 'Succeeded', gate: {have: 1}});
  expect(Object.keys((await platform.world.find(marked))?.metadata.annotations ?? {})).not.toContain('deckhand.dev/instances-run');
});

test('a note of a run that is not to be found is asked about, one of a run that came to its end refused', {timeout: 60_000}, async () => {
  const {kit, platform, target} = await giveUpAdding();
  await platform.world.patch(marked, {metadata: {annotations: {'deckhand.dev/instances-run': 'nobody-knows'}}});
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'}, {}, 'run-2');
  const asked = await kit.driveToEnd('run-2');
  expect(asked.status.phase, tellRun(asked)).toBe('Succeeded');
  expect(stateOf(asked, 'members')).toBe('Succeeded');
  await platform.world.patch(marked, {
    metadata: {annotations: {'deckhand.dev/instances-before': '1', 'deckhand.dev/instances-run': asked.meta.uid}},
    spec: {numberOfInstances: 2},
  });
  await kit.pass(240_000);
  await kit.submit('postgres-storage-class', {target, storageClass: oldClass, backupTo: 'none', keysTo: 'none'}, {}, 'run-3');
  expect(tellRun(await kit.driveToEnd('run-3'))).toContain('StaleMark');
});

test('the class is tried before anything else, and nothing of the trial stays', {timeout: 60_000}, async () => {
  const {kit, platform, target} = await startPostgresKit(
    [postgresStorageClass],
    {isHighlyAvailable: true},
    {cannotProvision: {[newClass]: 'no such pool'}},
  );
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'});
  const run = await kit.driveToEnd();
  expect(tellRun(run)).toMatch(/class-tried Failed TimedOut .*no such pool/);
  expect(kit.effects.filter(effect => effect.startsWith('PATCH'))).toEqual([]);
  await kit.control({desired: 'Abort', abortMode: 'Undo'});
  expect((await kit.driveToEnd()).status.phase).toBe('Aborted');
  await kit.pass(60_000);
  expect((await claimsOf(platform)).map(({metadata}) => metadata.name)).toEqual([
    'pgdata-commander-postgres-0',
    'pgdata-commander-postgres-1',
  ]);
});
