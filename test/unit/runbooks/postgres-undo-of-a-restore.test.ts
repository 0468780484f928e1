/** What is taken back of a run that destroys or exchanges a database: never what keeps the rows that are left. */
import {expect, test} from 'vitest';
import type {ExecEffect} from '../../../src/domain/kube-write.ts';
import type {Run} from '../../../src/domain/run.ts';
import {upkeepOf} from '../../../src/embedded/world/postgres/database-content.ts';
import {countRows} from '../../../src/embedded/world/postgres/postgres-state.ts';
import type {CommandResult} from '../../../src/engine/reader.ts';
import {postgresBackup} from '../../../src/runbooks/postgres-backup.ts';
import {postgresRestore} from '../../../src/runbooks/postgres-restore.ts';
import {postgresStorageClassByRestore} from '../../../src/runbooks/postgres-storage-class-by-restore.ts';
import {driveUntil} from '../../support/drive-until.ts';
import {newClass} from '../../support/postgres-drafts.ts';
import {inhabitedBy, type PostgresPlatform} from '../../support/postgres-platform.ts';
import {RunKit} from '../../support/run-kit.ts';

type Begun = {readonly kit: RunKit; readonly platform: PostgresPlatform; readonly target: string};

/** `breaks`: the command that always fails. */
async function begin(breaks: (command: string) => boolean = () => false): Promise<Begun> {
  let met: PostgresPlatform | undefined;
  const parts = inhabitedBy(
    {},
    () => ({}),
    platform => {
      met = platform;
    },
  );
  const exec = async (call: ExecEffect): Promise<CommandResult> =>
    breaks(call.command.join(' ')) || met === undefined ? {exitCode: 1, stdout: '', stderr: 'it fails'} : met.exec(call);
  const kit = await RunKit.start({runbooks: [postgresBackup, postgresRestore, postgresStorageClassByRestore], ...parts, exec});
  if (met === undefined) throw new Error('no platform was met');
  return {kit, platform: met, target: `${met.database.namespace}/${met.database.name}`};
}

const stateOf = ({status}: Run, id: string) => status.steps.find(step => step.id === id)?.state;

function tell({status}: Run): string {
  return [status.phase, ...status.steps.map(({id, state, message}) => `${id} ${state} ${message}`)].join('; ');
}

function contentOf(platform: PostgresPlatform) {
  const content = platform.diskOf(platform.leader ?? '')?.content;
  if (content === undefined) throw new Error('the database has no leader');
  return content;
}

const undo = {desired: 'Abort', abortMode: 'Undo', by: 'alice', reason: 'second thoughts'};

test('once the destruction was sent, volumes stay kept and nobody is let in', async () => {
  const {kit, platform, target} = await begin();
  await kit.submit('postgres-storage-class-by-restore', {target, storageClass: newClass, backupTo: 'file:/safe', keysTo: 'file:/safe'});
  platform.faults.keepsNamespace = true;
  await driveUntil(kit, ({status}) => status.steps.some(({id, intent}) => id === 'destroyed' && intent !== undefined));
  await kit.control(undo);
  const run = await kit.driveToEnd();
  expect(tell(run)).toMatch(/writers-held UndoFailed Commander is turned off: this is not taken back/);
  expect(stateOf(run, 'protect-disks')).toBe('UndoFailed');
  const policies = (await platform.world.list('v1', 'PersistentVolume')).map(({spec}) =>
    new Map(Object.entries(spec ?? {})).get('persistentVolumeReclaimPolicy'),
  );
  expect(new Set(policies)).toEqual(new Set(['Retain']));
});

test('a restore that is taken back after the writers were let in keeps what they wrote', async () => {
  const {kit, platform, target} = await begin(command => /^rm -rf .*-back$/.test(command));
  await kit.submit('postgres-backup', {target, backupTo: 'file:/safe'}, {}, 'backup');
  await kit.driveToEnd('backup');
  const manifest = [...platform.files.files.keys()].find(path => path.endsWith('/manifest.json')) ?? '';
  const from = `file:${manifest.replace('/manifest.json', '')}`;
  await kit.submit('postgres-restore', {target, from, backupTo: 'file:/safe'});
  await driveUntil(kit, run => stateOf(run, 'restore-tidied') === 'Failed');
  const atLetIn = platform.acknowledgedRows;
  await kit.pass(30_000);
  expect(platform.acknowledgedRows).toBeGreaterThan(atLetIn);
  const live = countRows(contentOf(platform).ledger);
  await kit.control(undo);
  const run = await kit.driveToEnd();
  expect(run.status.phase, tell(run)).toBe('Aborted');
  const names = Object.keys(contentOf(platform).databases).map(name => name.replace(/_undone_.*/, '_undone'));
  expect(names.sort(), tell(run)).toEqual(['commander', 'commander_undone', 'postgres']);
  const [kept = []] = Object.entries(contentOf(platform).ledgers ?? {}).flatMap(([name, rows]) =>
    name.includes('_undone_') ? [rows] : [],
  );
  expect(countRows(kept)).toBeGreaterThanOrEqual(live);
});

test('what an aborted run left closed, the next one lets in as it was', async () => {
  const {kit, platform, target} = await begin();
  const closed = {target, storageClass: newClass, backupTo: 'file:/safe', keysTo: 'file:/safe'};
  await kit.submit('postgres-storage-class-by-restore', closed);
  await driveUntil(kit, run => stateOf(run, 'destroyed') === 'AwaitingApproval');
  await kit.control({desired: 'Abort', abortMode: 'Now', by: 'alice', reason: 'not today'});
  await kit.driveToEnd();
  expect(upkeepOf(contentOf(platform), 'commander').limit).toBe(0);
  await kit.submit('postgres-storage-class-by-restore', closed, {}, 'again');
  const run = await kit.driveToEnd('again');
  expect(run.status.phase, tell(run)).toBe('Succeeded');
  expect(upkeepOf(contentOf(platform), 'commander').limit).toBe(-1);
});

test('a database that was made anew and filled is not emptied by taking back', async () => {
  const {kit, platform, target} = await begin();
  await kit.submit('postgres-storage-class-by-restore', {target, storageClass: newClass, backupTo: 'file:/safe', keysTo: 'file:/safe'});
  await driveUntil(kit, ({status}) => status.steps.some(({id, state}) => id === 'seen-working' && state !== 'Pending'));
  await kit.pass(30_000);
  const rows = platform.acknowledgedRows;
  await kit.control(undo);
  const run = await kit.driveToEnd();
  expect(platform.lostRows, tell(run)).toBe(0);
  expect(platform.acknowledgedRows).toBeGreaterThanOrEqual(rows);
  expect(Object.keys(contentOf(platform).databases.commander ?? {})).not.toEqual([]);
});
