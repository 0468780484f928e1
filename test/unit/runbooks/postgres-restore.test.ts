/** A backup comes back in the place of what is there, counted, and what was there stays beside. */
import {expect, test} from 'vitest';
import {readFields, readNumber} from '../../../src/domain/fields.ts';
import type {Run} from '../../../src/domain/run.ts';
import {upkeepOf} from '../../../src/embedded/world/postgres/database-content.ts';
import {countRows} from '../../../src/embedded/world/postgres/postgres-state.ts';
import {postgresBackup} from '../../../src/runbooks/postgres-backup.ts';
import {postgresRestore} from '../../../src/runbooks/postgres-restore.ts';
import type {Fault} from '../../support/call-trail.ts';
import {inhabitedBy, type PlatformOptions, type PostgresPlatform} from '../../support/postgres-platform.ts';
import {RunKit} from '../../support/run-kit.ts';

type Begun = {readonly kit: RunKit; readonly platform: PostgresPlatform; readonly from: string; readonly target: string};

/** With a backup, and rows that were written since. `prepare`: before the backup. */
async function begin(options: PlatformOptions = {}, prepare: (platform: PostgresPlatform) => void = () => undefined): Promise<Begun> {
  let met: PostgresPlatform | undefined;
  const parts = inhabitedBy(
    options,
    () => ({}),
    platform => {
      met = platform;
    },
  );
  const kit = await RunKit.start({runbooks: [postgresBackup, postgresRestore], ...parts});
  if (met === undefined) throw new Error('no platform was met');
  const {namespace, name} = met.database;
  const target = `${namespace}/${name}`;
  prepare(met);
  await kit.submit('postgres-backup', {target, backupTo: 'file:/safe'}, {}, 'backup');
  expect((await kit.driveToEnd('backup')).status.phase).toBe('Succeeded');
  const folder = [...met.files.files.keys()].find(path => path.endsWith('/manifest.json'))?.replace('/manifest.json', '');
  await kit.pass(60_000);
  return {kit, platform: met, from: `file:${folder}`, target};
}

function contentOf(platform: PostgresPlatform) {
  const content = platform.diskOf(platform.leader ?? '')?.content;
  if (content === undefined) throw new Error('the database has no leader');
  return content;
}

function tell({status}: Run): string {
  return [status.phase, ...status.conditions.map(({message}) => message), ...status.steps.map(({message}) => message)].join('; ');
}

const restore = ({from, target}: Begun) => ({target, from, backupTo: 'file:/safe'});

test.each<readonly [string, PlatformOptions, string]>([
  ['Commander’s', {}, 'commander'],
  ['nobody’s, with a replica', {owner: 'nobody', isHighlyAvailable: true}, 'shop'],
])('%s comes back as it was, and what was there stays', async (_, options, database) => {
  const begun = await begin(options);
  const {kit, platform} = begun;
  const before = countRows(contentOf(platform).ledger);
  await kit.submit('postgres-restore', restore(begun));
  const run = await kit.driveToEnd();
  expect(run.status.phase, tell(run)).toBe('Succeeded');
  const content = contentOf(platform);
  const [aside = ''] = Object.keys(content.databases).filter(name => name.startsWith(`${database}_before_`));
  expect(Object.keys(content.databases).sort()).toEqual([database, aside, 'postgres'].sort());
  expect(countRows(content.ledgers?.[aside] ?? [])).toBeGreaterThanOrEqual(before);
  expect(countRows(content.ledger)).toBeLessThan(countRows(content.ledgers?.[aside] ?? []));
  expect(upkeepOf(content, database)).toEqual({limit: -1, isReadOnly: false});
  expect(Object.values(platform.state.disks).flatMap(disk => Object.keys(disk.files))).toEqual([]);
});

async function driveToExchange(kit: RunKit): Promise<void> {
  for (;;) {
    const outcome = await kit.drive();
    const {status} = await kit.run();
    const gate = status.steps.find(({state}) => state === 'AwaitingApproval')?.gate?.id;
    if (gate === 'exchange') return;
    if (status.phase === 'AwaitingApproval') await kit.consent();
    else await kit.pass(Math.max(1, ('until' in outcome ? (outcome.until ?? 0) : 0) - kit.clock.now()));
  }
}

test('a Deployment that stands at 0 by choice stays there, and the others get what they had', async () => {
  const begun = await begin();
  const {kit, platform} = begun;
  const ref = {apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'd8-commander', name: 'backend'};
  const backend = await platform.world.find(ref);
  if (backend === undefined) throw new Error('no backend');
  await platform.world.create({
    ...ref,
    metadata: {name: 'idle', namespace: ref.namespace},
    spec: {...readFields(backend, 'spec'), replicas: 0},
  });
  await platform.world.patch(ref, {spec: {replicas: 2}});
  await kit.pass(60_000);
  await kit.submit('postgres-restore', restore(begun));
  const run = await kit.driveToEnd();
  expect(run.status.phase, tell(run)).toBe('Succeeded');
  expect(readNumber(await platform.world.find(ref), 'spec.replicas')).toBe(2);
  expect(readNumber(await platform.world.find({...ref, name: 'idle'}), 'spec.replicas')).toBe(0);
});

test('taken back at the exchange, everything is as it was and writers are in', async () => {
  const begun = await begin();
  const {kit, platform} = begun;
  await kit.submit('postgres-restore', restore(begun));
  await driveToExchange(kit);
  await kit.control({desired: 'Abort', abortMode: 'Undo', by: 'alice', reason: 'second thoughts'});
  const run = await kit.driveToEnd();
  expect(run.status.phase, tell(run)).toBe('Aborted');
  const content = contentOf(platform);
  expect(Object.keys(content.databases).sort()).toEqual(['commander', 'postgres']);
  expect(upkeepOf(content, 'commander')).toEqual({limit: -1, isReadOnly: false});
  const rows = platform.acknowledgedRows;
  await kit.pass(30_000);
  expect(platform.acknowledgedRows).toBeGreaterThan(rows);
  expect(platform.lostRows).toBe(0);
});

/** Somebody keeps rows in the database that everything that looks after a cluster lives in. */
function keepNotes(rows: number) {
  return (platform: PostgresPlatform): void => {
    const disk = platform.diskOf(platform.leader ?? '');
    if (disk === undefined) throw new Error('the database has no leader');
    disk.content = {...disk.content, databases: {...disk.content.databases, postgres: {notes: {rows, bytes: 1_000}}}};
  };
}

test('rows of the database postgres, which nothing takes the place of, are replaced only after the consent to the exchange', async () => {
  const begun = await begin({owner: 'nobody'}, keepNotes(3));
  const {kit, platform} = begun;
  keepNotes(5)(platform);
  await kit.submit('postgres-restore', restore(begun));
  await driveToExchange(kit);
  expect(contentOf(platform).databases.postgres?.notes?.rows).toBe(5);
  const opened = (await kit.log()).filter(({kind}) => kind === 'gate-opened').at(-1);
  expect(JSON.stringify(opened?.data)).toMatch(/"inPlace":"postgres: .* undo does not bring/);
  const run = await kit.driveToEnd();
  expect(run.status.phase, tell(run)).toBe('Succeeded');
  expect(contentOf(platform).databases.postgres?.notes?.rows).toBe(3);
});

test('left at the exchange with the writers held, another run lets them in', async () => {
  const begun = await begin();
  const {kit, platform} = begun;
  await kit.submit('postgres-restore', restore(begun));
  await driveToExchange(kit);
  await kit.control({desired: 'Abort', abortMode: 'Now', by: 'alice', reason: 'second thoughts'});
  const run = await kit.driveToEnd();
  expect(run.status.phase, tell(run)).toBe('Aborted');
  expect(upkeepOf(contentOf(platform), 'commander')).toMatchObject({limit: 0});
  const {name, uid} = run.meta;
  await kit.submit('postgres-restore', restore(begun), {undoOf: {name, uid}}, 'undo-1');
  const undo = await kit.driveToEnd('undo-1');
  expect(undo.status.phase, tell(undo)).toBe('Succeeded');
  const content = contentOf(platform);
  expect(Object.keys(content.databases).sort()).toEqual(['commander', 'postgres']);
  expect(upkeepOf(content, 'commander')).toEqual({limit: -1, isReadOnly: false});
  const rows = platform.acknowledgedRows;
  await kit.pass(30_000);
  expect(platform.acknowledgedRows).toBeGreaterThan(rows);
  expect(platform.lostRows).toBe(0);
});

test('a backup that was damaged since, another database’s or none is refused, and nothing was exchanged', async () => {
  const begun = await begin();
  const {kit, platform, from} = begun;
  const dump = `${from.replace('file:', '')}/0.dump`;
  const good = (await platform.files.readText(dump)) ?? '';
  await platform.files.save(dump, good.replace('"rows":42', '"rows":43'));
  await kit.submit('postgres-restore', restore(begun), {failurePolicy: 'Undo'}, 'damaged');
  expect(tell(await kit.driveToEnd('damaged'))).toMatch(/^Failed.*is not as it was when it was kept/);
  expect(Object.keys(contentOf(platform).databases)).toEqual(['postgres', 'commander']);
  await kit.submit('postgres-restore', {...restore(begun), from: 'file:/safe/none'}, {}, 'none');
  expect(tell(await kit.driveToEnd('none'))).toMatch(/^Failed.*is no manifest of a backup/);
});

/** Faults a few dozen calls apart, so that each step meets some. */
test.each(['kill-before', 'kill-after', 'answer-lost'] as const)('survives %s all along its way', {timeout: 300_000}, async kind => {
  const whole = await begin();
  const first = whole.kit.calls;
  await whole.kit.submit('postgres-restore', restore(whole));
  await whole.kit.driveToEnd();
  const calls = whole.kit.calls - first;
  const step = 23;
  for (let start = 0; start < step; start += 6) {
    const begun = await begin();
    const {kit, platform} = begun;
    const faults: Fault[] = [];
    for (let call = kit.calls + 1 + start; call < kit.calls + 2 * calls; call += step) faults.push({call, kind});
    kit.strikeAt(...faults);
    await kit.submit('postgres-restore', restore(begun));
    const run = await kit.driveToEnd();
    expect(run.status.phase, `${kind} from ${start}: ${tell(run)}`).toBe('Succeeded');
    const names = Object.keys(contentOf(platform).databases).map(name => name.replace(/_before_.*/, '_before'));
    expect(names.sort()).toEqual(['commander', 'commander_before', 'postgres']);
  }
});
