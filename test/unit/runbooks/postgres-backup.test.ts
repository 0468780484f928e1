/** Dumps that one can rely on: taken, checked, carried and described; and every reason to refuse or to take them again. */
import {describe, expect, test} from 'vitest';
import type {ExecEffect} from '../../../src/domain/kube-write.ts';
import type {Inventory} from '../../../src/domain/postgres/dump-inventory.ts';
import {readManifest} from '../../../src/domain/postgres/dump-manifest.ts';
import type {Run} from '../../../src/domain/run.ts';
import {postgresBackup} from '../../../src/runbooks/postgres-backup.ts';
import {newClass} from '../../support/postgres-drafts.ts';
import {inhabitedBy, type PlatformOptions, type PostgresPlatform} from '../../support/postgres-platform.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import {type KitOptions, RunKit} from '../../support/run-kit.ts';

const commander = {target: 'd8-commander/commander-postgres', backupTo: 'file:/safe'};
const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: {name: 'dumps', namespace: 'd8-system'},
  spec: {accessModes: ['ReadWriteOnce'], storageClassName: newClass, resources: {requests: {storage: '1Gi'}}},
};

type Met = {platform: PostgresPlatform | undefined};

function world(options: PlatformOptions = {}, change: (platform: PostgresPlatform) => void = () => undefined) {
  const met: Met = {platform: undefined};
  const parts = inhabitedBy(
    options,
    () => ({}),
    platform => {
      met.platform = platform;
      change(platform);
    },
  );
  const platform = (): PostgresPlatform => {
    if (met.platform === undefined) throw new Error('no platform was met');
    return met.platform;
  };
  return {...parts, platform};
}

function manifestOf(platform: PostgresPlatform) {
  const [path, bytes] = [...platform.files.files].find(([name]) => name.endsWith('/manifest.json')) ?? [];
  const manifest = readManifest(new TextDecoder().decode(bytes));
  if (path === undefined || manifest === undefined) throw new Error(`there is no manifest among ${[...platform.files.files.keys()]}`);
  return {folder: path.slice(0, path.lastIndexOf('/')), manifest};
}

function leftovers(platform: PostgresPlatform): readonly string[] {
  return Object.values(platform.state.disks)
    .flatMap(disk => Object.keys(disk.files))
    .filter(path => path.includes('pgdata'));
}

describe('to a folder', () => {
  const {platform, ...parts} = world();
  proveRunbook({
    runbook: postgresBackup,
    parameters: commander,
    objects: [],
    ...parts,
    isRacing: true,
    check: async () => {
      const {folder, manifest} = manifestOf(platform());
      const [dumped] = manifest.databases;
      expect(manifest).toMatchObject({cluster: 'commander-postgres', isFrozen: false, leader: 'commander-postgres-0', globals: null});
      expect(dumped?.name).toBe('commander');
      expect(await platform().files.digest(`${folder}/0.dump`)).toEqual({bytes: dumped?.bytes, sha256: dumped?.sha256});
      expect(leftovers(platform())).toEqual([]);
    },
  });
});

type Start = Pick<KitOptions, 'template' | 'inhabit' | 'hasFiles'>;

async function start({template, inhabit, hasFiles = true}: Start, parameters = commander): Promise<Run> {
  const kit = await RunKit.start({runbooks: [postgresBackup], hasFiles, ...(template && {template}), ...(inhabit && {inhabit})});
  await kit.submit('postgres-backup', parameters, {failurePolicy: 'Stop'});
  return kit.driveToEnd();
}

function tell({status}: Run): string {
  return [status.phase, ...status.conditions.map(({message}) => message), ...status.steps.map(({message}) => message)].join('; ');
}

test('to a claim, through a helper pod that goes again', async () => {
  const {platform, ...parts} = world({owner: 'nobody'});
  const kit = await RunKit.start({runbooks: [postgresBackup], ...parts});
  await platform().world.create(claim);
  await kit.submit('postgres-backup', {target: 'shop/shop-postgres', backupTo: 'pvc:d8-system/dumps'});
  const run = await kit.driveToEnd();
  expect(run.status.phase, tell(run)).toBe('Succeeded');
  const kept = Object.values(platform().state.disks).flatMap(disk => Object.keys(disk.files));
  expect(kept.map(path => path.replace(/-[a-z0-9]{11}\//, '-ID/')).sort()).toEqual([
    '/backup/shop-postgres-ID/0.dump',
    '/backup/shop-postgres-ID/1.dump',
    '/backup/shop-postgres-ID/globals.sql',
    '/backup/shop-postgres-ID/manifest.json',
  ]);
  await kit.pass(30_000);
  expect(await platform().world.list('v1', 'Pod', 'd8-system', {labelSelector: 'app=deckhand-backup'})).toEqual([]);
});

test('nobody else in the pod may read what is dumped', async () => {
  const commands: string[] = [];
  const {platform, ...parts} = world({owner: 'nobody'});
  const exec = async (call: ExecEffect) => {
    commands.push(call.command.join(' '));
    return platform().exec(call);
  };
  const kit = await RunKit.start({runbooks: [postgresBackup], ...parts, exec});
  await kit.submit('postgres-backup', {target: 'shop/shop-postgres', backupTo: 'file:/safe'});
  expect((await kit.driveToEnd()).status.phase).toBe('Succeeded');
  const folders = commands.flatMap(command => /^mkdir -m 700 -p (\S+)$/.exec(command)?.[1] ?? []);
  const written = commands.flatMap(command => /(?: -f | of=)(\/home\S+)/.exec(command)?.[1] ?? []);
  expect(written.length).toBeGreaterThan(3);
  expect(written.filter(path => !folders.some(folder => path.startsWith(`${folder}/`)))).toEqual([]);
});

test('what was written while it was dumped lies between the two counts', async () => {
  const {platform, ...parts} = world({pace: {rowsPerS: 4_000}});
  const run = await start(parts);
  expect(run.status.phase, tell(run)).toBe('Succeeded');
  const [dumped] = manifestOf(platform()).manifest.databases;
  const rows = (inventory: Inventory | undefined) => inventory?.tables.find(({name}) => name === 'ledger')?.rows ?? 0;
  expect(rows(dumped?.after)).toBeGreaterThan(rows(dumped?.before));
});

test('a dump that is cut is taken again, though pg_dump says that all went well', async () => {
  const run = await start(world({}, ({faults}) => Object.assign(faults, {spoiledDumps: 2})));
  expect(run.status.phase, tell(run)).toBe('Succeeded');
  expect(run.status.steps.find(({id}) => id === 'dump')?.attempts).toBe(3);
});

test('a dump that is cut again and again ends the run', async () => {
  const {platform, ...parts} = world({}, ({faults}) => Object.assign(faults, {spoiledDumps: 99}));
  const run = await start(parts);
  expect(tell(run)).toMatch(/^Failed.*could not read from input file: end of file/);
  expect(platform().files.files.size).toBe(0);
});

test('a dump that comes out damaged at its place is carried again', async () => {
  let damaged = 0;
  const {platform, ...parts} = world();
  const inhabit: typeof parts.inhabit = (server, clock) => {
    const inhabitant = parts.inhabit(server, clock);
    const keep = inhabitant.files.save.bind(inhabitant.files);
    inhabitant.files.save = (path, text) => {
      const isDamaged = path.endsWith('.dump') && damaged === 0;
      if (isDamaged) damaged += 1;
      return keep(path, isDamaged ? text.replaceAll('\n', '\r\n') : text);
    };
    return inhabitant;
  };
  const run = await start({...parts, inhabit});
  expect(run.status.phase, tell(run)).toBe('Succeeded');
  expect(run.status.steps.find(({id}) => id === 'dump-kept')?.attempts).toBe(2);
  expect(damaged).toBe(1);
});

describe('is refused before anything is done', () => {
  test.each<readonly [string, Start, typeof commander, RegExp]>([
    ['a folder, by a controller', {...world(), hasFiles: false}, commander, /a controller has none: name a claim/],
    ['a claim that is not there', world(), {...commander, backupTo: 'pvc:d8-system/none'}, /claim d8-system\/none does not exist/],
    [
      'the database’s own claim',
      world(),
      {...commander, backupTo: 'pvc:d8-commander/pgdata-commander-postgres-0'},
      /is the database’s own/,
    ],
    ['a place of another kind', world(), {...commander, backupTo: 's3://bucket'}, /parameter backupTo must match/],
    [
      'a disk without room for the dump',
      world({}, ({state}) => {
        for (const disk of Object.values(state.disks)) disk.capacityBytes = 60_000_000;
      }),
      commander,
      /the dump may take .* has .* left: make room first/,
    ],
  ])('%s', async (_, options, parameters, message) => {
    const run = await start(options, parameters);
    expect(tell(run)).toMatch(message);
    expect(run.status.phase).toBe('Failed');
    expect(run.status.steps.every(({intent}) => intent === undefined)).toBe(true);
  });
});
