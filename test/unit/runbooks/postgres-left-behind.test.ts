/** A run that ends between holding the writers and letting them in says what stays held, and leaves nothing that the next run cannot mend. */
import {expect, test} from 'vitest';
import type {ExecEffect} from '../../../src/domain/kube-write.ts';
import {encryptionKeys} from '../../../src/domain/postgres/key-fingerprints.ts';
import type {Run} from '../../../src/domain/run.ts';
import {upkeepOf} from '../../../src/embedded/world/postgres/database-content.ts';
import type {CommandResult} from '../../../src/engine/reader.ts';
import {postgresBackup} from '../../../src/runbooks/postgres-backup.ts';
import {postgresRestore} from '../../../src/runbooks/postgres-restore.ts';
import {postgresStorageClassByRestore} from '../../../src/runbooks/postgres-storage-class-by-restore.ts';
import {driveToGate, driveUntil} from '../../support/drive-until.ts';
import {newClass} from '../../support/postgres-drafts.ts';
import {inhabitedBy, type PlatformOptions, type PostgresPlatform} from '../../support/postgres-platform.ts';
import {RunKit} from '../../support/run-kit.ts';

type Begun = {
  readonly kit: RunKit;
  readonly platform: PostgresPlatform;
  readonly target: string;
  readonly from: string;
  /** Whether a command fails; changed while the run goes on. */
  readonly broken: {is: (command: string) => boolean};
};

/** With a backup. */
async function begin(options: PlatformOptions = {}, backupTo = 'file:/safe'): Promise<Begun> {
  let met: PostgresPlatform | undefined;
  const parts = inhabitedBy(
    options,
    () => ({}),
    platform => {
      met = platform;
    },
  );
  const broken: Begun['broken'] = {is: () => false};
  const exec = async (call: ExecEffect): Promise<CommandResult> =>
    broken.is(call.command.join(' ')) || met === undefined ? {exitCode: 1, stdout: '', stderr: 'it fails'} : met.exec(call);
  const kit = await RunKit.start({runbooks: [postgresBackup, postgresRestore, postgresStorageClassByRestore], ...parts, exec});
  if (met === undefined) throw new Error('no platform was met');
  const platform: PostgresPlatform = met;
  const target = `${platform.database.namespace}/${platform.database.name}`;
  await platform.world.create({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {name: 'dumps', namespace: 'shop'},
    spec: {accessModes: ['ReadWriteOnce'], storageClassName: newClass, resources: {requests: {storage: '1Gi'}}},
  });
  await kit.submit('postgres-backup', {target, backupTo}, {}, 'backup');
  const backup = await kit.driveToEnd('backup');
  expect(backup.status.phase, tell(backup)).toBe('Succeeded');
  const kept = [...platform.files.files.keys(), ...Object.values(platform.state.disks).flatMap(disk => Object.keys(disk.files))];
  const folder = kept.find(path => path.endsWith('/manifest.json'))?.replace('/manifest.json', '') ?? '';
  return {
    kit,
    platform,
    target,
    from: backupTo.startsWith('file:') ? `file:${folder}` : `${backupTo}${folder.replace('/backup', '')}`,
    broken,
  };
}

const stateOf = ({status}: Run, id: string) => status.steps.find(step => step.id === id)?.state;

function tell({status}: Run): string {
  return [status.phase, ...status.steps.map(({id, state, message}) => `${id} ${state} ${message}`)].join('\n');
}

function closing({status}: Run): string {
  return status.conditions.find(({type}) => type === status.phase)?.message ?? '';
}

function contentOf(platform: PostgresPlatform) {
  const content = platform.diskOf(platform.leader ?? '')?.content;
  if (content === undefined) throw new Error('the database has no leader');
  return content;
}

const abort = (abortMode: string) => ({desired: 'Abort', abortMode, by: 'alice', reason: 'second thoughts'});
const byRestore = (target: string) => ({target, storageClass: newClass, backupTo: 'file:/safe', keysTo: 'file:/safe'});

test.each(['SafePoint', 'Now'])('ended (%s) with the writers held, it says who is held and what lets them in', async mode => {
  const {kit, target, from} = await begin();
  await kit.submit('postgres-restore', {target, from, backupTo: 'file:/safe'});
  await driveUntil(kit, run => stateOf(run, 'exchanged') === 'AwaitingApproval');
  await kit.control(abort(mode));
  const run = await kit.driveToEnd();
  expect(run.status.phase, tell(run)).toBe('Aborted');
  expect(closing(run)).toMatch(/^aborted by alice.*writers of commander are held: undo this run, or psql -c 'alter database "commander"/);
  const log = (await kit.log()).map(({text}) => text).join('\n');
  expect(log).toMatch(/connection limit -1'; Deployments of d8-commander are held at 0: kubectl scale/);
});

test('a policy that stops the run says the same', async () => {
  const {kit, target, from, broken} = await begin({owner: 'nobody'});
  broken.is = command => command.includes('pg_restore') && command.includes('_restore_');
  await kit.submit('postgres-restore', {target, from, backupTo: 'file:/safe'}, {failurePolicy: 'Stop'});
  const run = await kit.driveToEnd();
  expect(run.status.phase, tell(run)).toBe('Failed');
  expect(closing(run)).toMatch(/; writers of shop are held: undo this run/);
});

test('what was taken back, or came to its end, is not said to be held', async () => {
  const {kit, target, from, broken} = await begin({owner: 'nobody'});
  await kit.submit('postgres-restore', {target, from, backupTo: 'file:/safe'});
  await driveUntil(kit, run => stateOf(run, 'exchanged') === 'AwaitingApproval');
  broken.is = command => command.startsWith('rm ') && command.includes('-back');
  await driveUntil(kit, run => stateOf(run, 'restore-tidied') === 'Failed');
  await kit.control(abort('Now'));
  expect(closing(await kit.driveToEnd())).toBe('aborted by alice: second thoughts');
});

test('ended between the exchange and letting the writers in, the next run knows how open the database was', async () => {
  const {kit, platform, target, from, broken} = await begin();
  broken.is = command => command.includes('reset default_transaction_read_only');
  await kit.submit('postgres-restore', {target, from, backupTo: 'file:/safe'});
  await driveUntil(kit, run => stateOf(run, 'writers-let-in') === 'Failed');
  await kit.control(abort('Now'));
  await kit.driveToEnd();
  expect(upkeepOf(contentOf(platform), 'commander')).toMatchObject({limit: 0, limitNote: '-1'});
  broken.is = () => false;
  await kit.submit('postgres-restore', {target, from, backupTo: 'file:/safe'}, {}, 'again');
  const run = await kit.driveToEnd('again');
  expect(run.status.phase, tell(run)).toBe('Succeeded');
  expect(upkeepOf(contentOf(platform), 'commander')).toEqual({limit: -1, isReadOnly: false});
});

test('ended while Commander is off, it says so and how to turn it on', async () => {
  const {kit, platform, target} = await begin();
  await kit.submit('postgres-storage-class-by-restore', byRestore(target));
  platform.faults.keepsNamespace = true;
  await driveUntil(kit, ({status}) => status.steps.some(({id, intent}) => id === 'destroyed' && intent !== undefined));
  await kit.control(abort('Now'));
  expect(closing(await kit.driveToEnd())).toMatch(
    /; Commander is off: kubectl patch moduleconfig commander --type=merge -p '\{"spec":\{"enabled":true\}\}' turns it on/,
  );
});

test.each([
  ['Commander’s', {}, /Commander is off/],
  ['nobody’s', {owner: 'nobody'}, /is deleted/],
] as const)(
  'of %s, ended when a later step has only made its helper again, it does not say that the database is gone',
  async (_, options, gone) => {
    const {kit, platform, target, broken} = await begin(options, 'pvc:shop/dumps');
    await kit.submit('postgres-storage-class-by-restore', {...byRestore(target), backupTo: 'pvc:shop/dumps'});
    await driveToGate(kit, 'destroy');
    const [helper] = (await platform.world.list('v1', 'Pod')).filter(({metadata}) => metadata.name.startsWith('deckhand-backup-'));
    if (helper === undefined) throw new Error('there is no helper');
    await platform.world.remove({apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: helper.metadata.name});
    broken.is = command => command.includes('/manifest.json');
    await driveUntil(kit, run => stateOf(run, 'destroyed') === 'Failed');
    await kit.control(abort('Now'));
    const said = closing(await kit.driveToEnd());
    expect(said).not.toMatch(gone);
    expect(said).toMatch(/writers of .* are held/);
  },
);

test('ended with the new database empty, it says so, and the database says how open it was', async () => {
  const {kit, platform, target, broken} = await begin();
  broken.is = command => command.includes('pg_restore') && command.includes('_restore_');
  await kit.submit('postgres-storage-class-by-restore', byRestore(target));
  await driveUntil(kit, run => stateOf(run, 'restored') === 'Failed');
  await kit.control(abort('Now'));
  const said = closing(await kit.driveToEnd());
  expect(said).toMatch(/writers of commander are held: psql -c/);
  expect(said).not.toMatch(/Commander is off|undo this run/);
  expect((await kit.log()).map(({text}) => text).join('\n')).toMatch(/the database is new, and empty: postgres-restore brings back/);
  expect(upkeepOf(contentOf(platform), 'commander')).toMatchObject({limit: 0, limitNote: '-1'});
});

test('nobody there for half a minute is counted from the try that closed the databases', async () => {
  const {kit, target, from, broken} = await begin();
  broken.is = command => command.includes('connection limit 0');
  await kit.submit('postgres-restore', {target, from, backupTo: 'file:/safe'});
  await driveUntil(kit, run => stateOf(run, 'writers-held') === 'Failed');
  await kit.pass(60_000);
  broken.is = () => false;
  await kit.control({desired: 'Run', by: 'alice', reason: 'once more'});
  const from0 = kit.clock.now();
  await driveUntil(kit, run => stateOf(run, 'writers-held') === 'Succeeded' || stateOf(run, 'dump') !== 'Pending');
  const finished = (await kit.run()).status.steps.find(({id}) => id === 'writers-held')?.finishedAt ?? '';
  expect(Date.parse(finished) - from0).toBeGreaterThanOrEqual(30_000);
});

test.each([
  ['a folder', 'file:/safe'],
  ['a claim', 'pvc:shop/dumps'],
])('rows that the keys in use cannot decrypt are refused before the writers are held: a backup in %s', async (_, backupTo) => {
  const {kit, platform, target, from} = await begin({}, backupTo);
  const [key] = encryptionKeys;
  await platform.world.patch(
    {apiVersion: 'v1', kind: 'Secret', namespace: 'd8-commander', name: 'commander-envs'},
    {data: {[key.name]: btoa('m'.repeat(32))}},
  );
  await kit.submit('postgres-restore', {target, from, backupTo});
  const run = await kit.driveToEnd();
  const told = JSON.stringify(run.status);
  expect(told).toContain('the keys in d8-commander/commander-envs are not those of the rows (deterministic)');
  expect(told).not.toContain('mmmm');
  expect(stateOf(run, 'writers-held') ?? 'Pending').toBe('Pending');
  expect(upkeepOf(contentOf(platform), 'commander')).toEqual({limit: -1, isReadOnly: false});
});

test('a run that finds them closed by an earlier one lets them in when it is taken back', async () => {
  const {kit, platform, target, from} = await begin();
  await kit.submit('postgres-restore', {target, from, backupTo: 'file:/safe'});
  await driveUntil(kit, run => stateOf(run, 'exchanged') === 'AwaitingApproval');
  await kit.control(abort('Now'));
  await kit.driveToEnd();
  await kit.submit('postgres-restore', {target, from, backupTo: 'file:/safe'}, {}, 'again');
  await driveUntil(kit, run => stateOf(run, 'writers-held') === 'Succeeded', 'again');
  await kit.control(abort('Undo'), 'again');
  const run = await kit.driveToEnd('again');
  expect(run.status.phase, tell(run)).toBe('Aborted');
  expect(upkeepOf(contentOf(platform), 'commander')).toEqual({limit: -1, isReadOnly: false});
});
