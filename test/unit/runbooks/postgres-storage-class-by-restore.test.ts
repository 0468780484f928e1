/** A database is destroyed and made anew on another class only once its dump has come back, and everything comes back with it. */
import {expect, test} from 'vitest';
import {encryptionKeys} from '../../../src/domain/postgres/key-fingerprints.ts';
import type {Run} from '../../../src/domain/run.ts';
import {upkeepOf} from '../../../src/embedded/world/postgres/database-content.ts';
import {postgresStorageClassByRestore} from '../../../src/runbooks/postgres-storage-class-by-restore.ts';
import type {Fault} from '../../support/call-trail.ts';
import {driveToGate} from '../../support/drive-until.ts';
import {deadClass, newClass, oldClass} from '../../support/postgres-drafts.ts';
import {inhabitedBy, type PlatformOptions, type PostgresPlatform} from '../../support/postgres-platform.ts';
import {type KitOptions, RunKit} from '../../support/run-kit.ts';

type Begun = {readonly kit: RunKit; readonly platform: PostgresPlatform; readonly parameters: Readonly<Record<string, string>>};

async function begin(options: PlatformOptions = {}, more: Partial<KitOptions> = {}): Promise<Begun> {
  let met: PostgresPlatform | undefined;
  const parts = inhabitedBy(
    options,
    () => ({}),
    platform => {
      met = platform;
    },
  );
  const kit = await RunKit.start({runbooks: [postgresStorageClassByRestore], ...parts, ...more});
  if (met === undefined) throw new Error('no platform was met');
  const {namespace, name} = met.database;
  const places = {backupTo: 'file:/safe', ...(options.owner === 'nobody' ? {} : {keysTo: 'file:/safe'})};
  return {kit, platform: met, parameters: {target: `${namespace}/${name}`, storageClass: newClass, ...places}};
}

const keysRef = {apiVersion: 'v1', kind: 'Secret', name: 'commander-envs', namespace: 'd8-commander'};

async function keysOf({world}: PostgresPlatform): Promise<readonly string[]> {
  const secret = await world.find(keysRef);
  const data = new Map(Object.entries(secret?.data ?? {}));
  return encryptionKeys.map(({name}) => String(data.get(name)));
}

async function classesOf({world, database}: PostgresPlatform): Promise<readonly unknown[]> {
  const claims = await world.list('v1', 'PersistentVolumeClaim', database.namespace);
  return claims.map(({spec}) => new Map(Object.entries(spec ?? {})).get('storageClassName'));
}

function contentOf(platform: PostgresPlatform) {
  const content = platform.diskOf(platform.leader ?? '')?.content;
  if (content === undefined) throw new Error('the database has no leader');
  return content;
}

function tell({status}: Run): string {
  const steps = status.steps.map(({id, state, message}) => `${id} ${state} ${message}`);
  return [status.phase, ...status.conditions.map(({message}) => message), ...steps].join('; ');
}

async function expectMoved({kit, platform}: Begun, run: Run, database: string): Promise<void> {
  expect(run.status.phase, tell(run)).toBe('Succeeded');
  expect(new Set(await classesOf(platform))).toEqual(new Set([newClass]));
  expect(platform.lostRows, tell(run)).toBe(0);
  expect(upkeepOf(contentOf(platform), database)).toEqual({limit: -1, isReadOnly: false});
  const rows = platform.acknowledgedRows;
  await kit.pass(30_000);
  expect(platform.acknowledgedRows).toBeGreaterThan(rows);
  const volumes = await platform.world.list('v1', 'PersistentVolume');
  expect(volumes.some(({spec}) => new Map(Object.entries(spec ?? {})).get('storageClassName') === oldClass)).toBe(true);
}

test.each<readonly [string, PlatformOptions]>([
  ['of one member', {}],
  ['highly available, on ConfigMaps', {isHighlyAvailable: true, usesConfigMaps: true, version: '4.1.4'}],
])('Commander’s, %s: rows and keys come back, and nothing of the old is thrown away', async (_, options) => {
  const begun = await begin(options);
  const {kit, platform, parameters} = begun;
  const keys = await keysOf(platform);
  await kit.submit('postgres-storage-class-by-restore', parameters);
  const run = await kit.driveToEnd();
  await expectMoved(begun, run, 'commander');
  expect(await keysOf(platform)).toEqual(keys);
  const records = JSON.stringify([run, await kit.log(), await platform.world.list('v1', 'ConfigMap')]);
  for (const key of keys) for (const text of [key, atob(key)]) expect(records).not.toContain(text);
  expect(run.status.steps.find(({id}) => id === 'writers-let-in')?.message).toMatch(/writers are in; downtime \d/);
});

test('nobody’s: its object is deleted and made again, with all databases', async () => {
  const begun = await begin({owner: 'nobody', isHighlyAvailable: true});
  const {kit, platform, parameters} = begun;
  await kit.submit('postgres-storage-class-by-restore', parameters);
  const run = await kit.driveToEnd();
  expect(run.status.phase, tell(run)).toBe('Succeeded');
  expect(new Set(await classesOf(platform))).toEqual(new Set([newClass]));
  expect(
    Object.keys(contentOf(platform).databases)
      .filter(name => !name.includes('_before_'))
      .sort(),
  ).toEqual(['postgres', 'shop']);
});

test('whoever agreed to the destruction after a fresh dump is asked again once it is an hour old', async () => {
  const {kit, parameters} = await begin();
  await kit.submit('postgres-storage-class-by-restore', parameters);
  await driveToGate(kit, 'destroy');
  expect((await kit.run()).status.steps.find(({id}) => id === 'destroyed')?.gate?.question).toMatch(
    /the namespace d8-commander with the encryption keys\? What stays: its volumes \(Retain\) and the dump in \/safe of /,
  );
  const facts = async () => JSON.stringify((await kit.log()).filter(({kind}) => kind === 'gate-opened').at(-1)?.data);
  expect(await facts()).toContain('"age":"less than an hour"');
  await kit.consent();
  await kit.pass(3_600_000);
  await kit.drive();
  const {status} = await kit.run();
  expect(status.steps.find(({id}) => id === 'destroyed')?.state).toBe('AwaitingApproval');
  expect(await facts()).toContain('"age":"more than an hour: nobody could write since, and no row was changed"');
});

/** Somebody keeps rows in the database that everything that looks after a cluster lives in. */
function keepNotes(platform: PostgresPlatform): void {
  const disk = platform.diskOf(platform.leader ?? '');
  if (disk === undefined) throw new Error('the database has no leader');
  disk.content = {...disk.content, databases: {...disk.content.databases, postgres: {notes: {rows: 3, bytes: 1_000}}}};
}

test('rows in the database postgres are lost to nobody: Commander’s refuse the plan, those written since the dump the destruction', async () => {
  const commanders = await begin();
  keepNotes(commanders.platform);
  await commanders.kit.submit('postgres-storage-class-by-restore', commanders.parameters);
  expect(tell(await commanders.kit.driveToEnd())).toMatch(/^Failed; .*the database postgres holds rows \(notes\)/);
  const {kit, platform, parameters} = await begin({owner: 'nobody'});
  await kit.submit('postgres-storage-class-by-restore', parameters, {failurePolicy: 'Stop'});
  await driveToGate(kit, 'destroy');
  keepNotes(platform);
  expect(tell(await kit.driveToEnd())).toMatch(/postgres is not what was dumped/);
  expect(platform.leader).toBeDefined();
});

test('pg_cron beside rows is refused before anything is done, and without rows it is none of the dump', async () => {
  const {kit, platform, parameters} = await begin({owner: 'nobody'});
  const disk = platform.diskOf(platform.leader ?? '');
  if (disk === undefined) throw new Error('the database has no leader');
  const plain = {...disk.content, extensions: {postgres: ['pg_cron']}};
  const {databases} = plain;
  disk.content = {...plain, databases: {...databases, postgres: {notes: {rows: 3, bytes: 1_000}}}};
  await kit.submit('postgres-storage-class-by-restore', parameters, {}, 'refused');
  const refused = await kit.driveToEnd('refused');
  expect(tell(refused)).toMatch(/^Failed; .*pg_cron stands in postgres beside rows of its own/);
  expect(refused.status.steps.every(({intent}) => intent === undefined)).toBe(true);
  disk.content = {...disk.content, databases};
  await kit.submit('postgres-storage-class-by-restore', parameters);
  const run = await kit.driveToEnd();
  expect(run.status.phase, tell(run)).toBe('Succeeded');
});

test('a class that gives no disks stops the run before anybody is kept out', async () => {
  const {kit, platform, parameters} = await begin();
  await kit.submit('postgres-storage-class-by-restore', {...parameters, storageClass: deadClass}, {failurePolicy: 'Undo'});
  const run = await kit.driveToEnd();
  expect(tell(run)).toMatch(/^Failed/);
  expect(tell(run)).toMatch(/class-tried Undone/);
  expect(run.status.steps.find(({id}) => id === 'writers-held')?.state).toBe('Pending');
  await kit.pass(30_000);
  expect(await classesOf(platform)).toEqual([oldClass]);
});

test('a namespace that does not go is waited for, and what it waits for is said; nothing is forced', async () => {
  const begun = await begin();
  const {kit, platform, parameters} = begun;
  platform.faults.keepsNamespace = true;
  await kit.submit('postgres-storage-class-by-restore', parameters);
  const run = await kit.driveToEnd();
  expect(tell(run)).toMatch(/destroyed Failed wanted: the namespace d8-commander gone and the queue empty; seen: it is Active; downtime/);
  platform.faults.keepsNamespace = false;
  await kit.control({desired: 'Run', by: 'alice', reason: 'the namespace goes now'});
  await expectMoved(begun, await kit.driveToEnd(), 'commander');
});

test('a helper that goes with its node while the database is away is made again', async () => {
  const gone: string[] = [];
  const begun = await begin(
    {},
    {
      platform: async world => {
        const isAway = (await world.find({apiVersion: 'v1', kind: 'Namespace', name: 'd8-commander'})) === undefined;
        const [helper] = isAway && gone.length === 0 ? await world.list('v1', 'Pod', 'shop', {labelSelector: 'app=deckhand-backup'}) : [];
        if (helper === undefined) return;
        gone.push(helper.metadata.uid);
        await world.remove({apiVersion: 'v1', kind: 'Pod', name: helper.metadata.name, namespace: 'shop'});
      },
    },
  );
  const {kit, platform, parameters} = begun;
  await platform.world.create({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {name: 'dumps', namespace: 'shop'},
    spec: {accessModes: ['ReadWriteOnce'], storageClassName: newClass, resources: {requests: {storage: '1Gi'}}},
  });
  await kit.submit('postgres-storage-class-by-restore', {...parameters, backupTo: 'pvc:shop/dumps', keysTo: 'secret:shop/keys'});
  await expectMoved(begun, await kit.driveToEnd(), 'commander');
  expect(gone).toHaveLength(1);
});

/** Faults a few dozen calls apart, so that each step meets some. */
test.each(['kill-before', 'kill-after', 'answer-lost'] as const)('survives %s all along its way', {timeout: 300_000}, async kind => {
  const step = 41;
  for (let start = 0; start < step; start += 14) {
    const begun = await begin();
    const {kit, parameters} = begun;
    const faults: Fault[] = [];
    for (let call = kit.calls + 1 + start; call < kit.calls + 6_000; call += step) faults.push({call, kind});
    kit.strikeAt(...faults);
    await kit.submit('postgres-storage-class-by-restore', parameters);
    const run = await kit.driveToEnd();
    kit.strikeAt();
    await expectMoved(begun, run, 'commander');
  }
});
