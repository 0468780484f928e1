/** A step that failed and was left out proves nothing: what builds on it looks for itself, and refuses. */
import {expect, test} from 'vitest';
import type {ExecEffect} from '../../../src/domain/kube-write.ts';
import {encryptionKeys} from '../../../src/domain/postgres/key-fingerprints.ts';
import {isFinished, type Run} from '../../../src/domain/run.ts';
import {upkeepOf} from '../../../src/embedded/world/postgres/database-content.ts';
import type {CommandResult} from '../../../src/engine/reader.ts';
import {postgresBackup} from '../../../src/runbooks/postgres-backup.ts';
import {postgresRestore} from '../../../src/runbooks/postgres-restore.ts';
import {postgresStorageClassByRestore} from '../../../src/runbooks/postgres-storage-class-by-restore.ts';
import {driveToGate} from '../../support/drive-until.ts';
import {newClass} from '../../support/postgres-drafts.ts';
import {inhabitedBy, type PostgresPlatform} from '../../support/postgres-platform.ts';
import {RunKit} from '../../support/run-kit.ts';

type Begun = {readonly kit: RunKit; readonly platform: PostgresPlatform; readonly target: string};

type Trouble = {
  /** The command that always fails. */
  readonly breaks?: (command: string) => boolean;
  /** Told of every command before it runs. */
  readonly meets?: (command: string, platform: PostgresPlatform) => Promise<void>;
};

async function begin({breaks = () => false, meets = async () => undefined}: Trouble = {}): Promise<Begun> {
  let met: PostgresPlatform | undefined;
  const parts = inhabitedBy(
    {},
    () => ({}),
    platform => {
      met = platform;
    },
  );
  const platform = (): PostgresPlatform => {
    if (met === undefined) throw new Error('no platform was met');
    return met;
  };
  const exec = async (call: ExecEffect): Promise<CommandResult> => {
    const command = call.command.join(' ');
    await meets(command, platform());
    return breaks(command) ? {exitCode: 1, stdout: '', stderr: 'ERROR: canceling statement due to lock timeout'} : platform().exec(call);
  };
  const kit = await RunKit.start({
    runbooks: [postgresBackup, postgresRestore, postgresStorageClassByRestore],
    ...parts,
    exec,
  });
  const {namespace, name} = platform().database;
  return {kit, platform: platform(), target: `${namespace}/${name}`};
}

const byRestore = (target: string) => ({
  target,
  storageClass: newClass,
  backupTo: 'file:/safe',
  keysTo: 'file:/safe',
});

/** Leaves out whatever fails, as often as one is asked. */
async function pushThrough(kit: RunKit, name = 'run-1'): Promise<Run> {
  for (let turn = 0; turn < 12; turn += 1) {
    const run = await kit.driveToEnd(name);
    const asks = run.status.steps.some(({gate}) => gate !== undefined && gate.evidenceDigest !== '' && gate.have < gate.required);
    if (isFinished(run) || !asks) return run;
    await kit.consent(name);
  }
  return kit.run(name);
}

function contentOf(platform: PostgresPlatform) {
  const content = platform.diskOf(platform.leader ?? '')?.content;
  if (content === undefined) throw new Error('the database has no leader');
  return content;
}

function tell({status}: Run): string {
  return [status.phase, ...status.steps.map(({id, state, message}) => `${id} ${state} ${message}`)].join('; ');
}

async function uidOf({world, database}: PostgresPlatform): Promise<string | undefined> {
  return (await world.find({apiVersion: 'acid.zalan.do/v1', kind: 'postgresql', ...database}))?.metadata.uid;
}

test('a trial that failed destroys nothing', async () => {
  const {kit, platform, target} = await begin({breaks: command => command.includes('pg_restore') && command.includes('_scratch_')});
  const uid = await uidOf(platform);
  await kit.submit('postgres-storage-class-by-restore', byRestore(target));
  const run = await pushThrough(kit);
  expect(await uidOf(platform), tell(run)).toBe(uid);
  expect(platform.lostRows).toBe(0);
});

test.each(['postgres-storage-class-by-restore', 'postgres-restore'])('%s: a restore that failed is not put in place', async runbook => {
  const {kit, platform, target} = await begin({breaks: command => command.includes('pg_restore') && command.includes('_restore_')});
  await kit.submit('postgres-backup', {target, backupTo: 'file:/safe'}, {}, 'backup');
  await kit.driveToEnd('backup');
  const manifest = [...platform.files.files.keys()].find(path => path.endsWith('/manifest.json')) ?? '';
  const from = `file:${manifest.replace('/manifest.json', '')}`;
  await kit.submit(runbook, runbook === 'postgres-restore' ? {target, from, backupTo: 'file:/safe'} : byRestore(target));
  const run = await pushThrough(kit);
  const {databases} = contentOf(platform);
  expect(
    Object.keys(databases).filter(name => name.includes('_before_')),
    tell(run),
  ).toEqual([]);
  const isFilled = Object.keys(databases.commander ?? {}).length > 0;
  expect(isFilled || upkeepOf(contentOf(platform), 'commander').limit === 0, tell(run)).toBe(true);
});

test('Commander is not started with keys that are not those of its rows', async () => {
  const {kit, platform, target} = await begin({
    meets: async (command, {world}) => {
      if (!command.includes('pg_restore') || !command.includes('_restore_')) return;
      const [key] = encryptionKeys;
      await world.patch(
        {apiVersion: 'v1', kind: 'Secret', namespace: 'd8-commander', name: 'commander-envs'},
        {
          data: {[key.name]: btoa('m'.repeat(32))},
        },
      );
    },
  });
  await kit.submit('postgres-storage-class-by-restore', byRestore(target));
  const run = await pushThrough(kit);
  expect(tell(run)).toMatch(/commander-released (?!Succeeded)/);
  const running = (await platform.world.list('apps/v1', 'Deployment', 'd8-commander')).filter(
    ({spec}) => new Map(Object.entries(spec ?? {})).get('replicas') !== 0,
  );
  const isClosed = upkeepOf(contentOf(platform), 'commander').limit === 0;
  expect(running.length === 0 || isClosed, tell(run)).toBe(true);
});

test('a database that was not destroyed is not made anew', async () => {
  const {kit, platform, target} = await begin();
  const uid = await uidOf(platform);
  await kit.submit('postgres-storage-class-by-restore', byRestore(target));
  await driveToGate(kit, 'destroy');
  await kit.consent('run-1', {decision: 'Reject'});
  await pushThrough(kit);
  const config = await platform.world.find({apiVersion: 'deckhouse.io/v1alpha1', kind: 'ModuleConfig', name: 'commander'});
  expect(JSON.stringify(config?.spec)).not.toContain(newClass);
  expect(await uidOf(platform)).toBe(uid);
});

test('what would go with Commander and is in no dump is refused', async () => {
  const {kit, platform, target} = await begin();
  const disk = platform.diskOf(platform.leader ?? '');
  if (disk !== undefined) disk.content = {...disk.content, databases: {...disk.content.databases, wiki: {}}};
  await kit.submit('postgres-storage-class-by-restore', byRestore(target), {}, 'wiki');
  expect(JSON.stringify(await kit.driveToEnd('wiki'))).toMatch(/wiki would be lost with d8-commander/);
  const {wiki: _, ...databases} = contentOf(platform).databases;
  if (disk !== undefined) disk.content = {...disk.content, databases};
  await platform.world.create({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {name: 'notes', namespace: 'd8-commander'},
    spec: {accessModes: ['ReadWriteOnce'], storageClassName: newClass, resources: {requests: {storage: '1Gi'}}},
  });
  await kit.submit('postgres-storage-class-by-restore', byRestore(target), {}, 'notes');
  expect(JSON.stringify(await kit.driveToEnd('notes'))).toMatch(/the claims notes would go with the namespace/);
});

test('a helper that goes before the destruction is made again', async () => {
  let isGone = false;
  const {kit, platform, target} = await begin({
    meets: async (command, {world}) => {
      if (isGone || !/drop database.*_scratch_/.test(command) || !(await kit.run()).status.steps.some(isTried)) return;
      isGone = true;
      for (const {metadata} of await world.list('v1', 'Pod', 'shop', {labelSelector: 'app=deckhand-backup'}))
        await world.remove({apiVersion: 'v1', kind: 'Pod', name: metadata.name, namespace: 'shop'});
    },
  });
  await platform.world.create({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {name: 'dumps', namespace: 'shop'},
    spec: {accessModes: ['ReadWriteOnce'], storageClassName: newClass, resources: {requests: {storage: '1Gi'}}},
  });
  await kit.submit('postgres-storage-class-by-restore', {...byRestore(target), backupTo: 'pvc:shop/dumps', keysTo: 'secret:shop/keys'});
  const run = await kit.driveToEnd();
  expect(isGone && run.status.phase, tell(run)).toBe('Succeeded');
});

function isTried({id, state}: {readonly id: string; readonly state: string}): boolean {
  return id === 'restore-tried' && state === 'Succeeded';
}

test('a dump that changed at its place before it was described is vouched for by nobody', async () => {
  let isSpoilt = false;
  const {kit, target} = await begin({
    meets: async (command, {files: {files}}) => {
      const [path, bytes] = [...files].find(([name]) => name.endsWith('/0.dump')) ?? [];
      if (isSpoilt || path === undefined || bytes === undefined || !command.includes('query_to_xml')) return;
      isSpoilt = true;
      files.set(path, bytes.slice(0, -7));
    },
  });
  await kit.submit('postgres-storage-class-by-restore', byRestore(target), {failurePolicy: 'Stop'});
  const run = await kit.driveToEnd();
  expect(isSpoilt).toBe(true);
  expect(tell(run)).toMatch(/the dump that is kept is not the one that came back/);
  expect(run.status.steps.find(({id}) => id === 'destroyed')?.intent).toBeUndefined();
});
