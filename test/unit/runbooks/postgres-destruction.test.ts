/** What is about to be destroyed is proved to be elsewhere in that very moment: else nothing is. */
import {expect, test} from 'vitest';
import type {Run} from '../../../src/domain/run.ts';
import type {Content} from '../../../src/embedded/world/postgres/postgres-state.ts';
import {postgresStorageClassByRestore} from '../../../src/runbooks/postgres-storage-class-by-restore.ts';
import {driveToGate} from '../../support/drive-until.ts';
import {newClass} from '../../support/postgres-drafts.ts';
import {PostgresHands} from '../../support/postgres-hands.ts';
import {inhabitedBy, type PlatformOptions, type PostgresPlatform} from '../../support/postgres-platform.ts';
import {RunKit} from '../../support/run-kit.ts';

const name = 'postgres-storage-class-by-restore';
const parameters = {
  target: 'd8-commander/commander-postgres',
  storageClass: newClass,
  backupTo: 'file:/safe',
  keysTo: 'file:/safe',
};

async function begin(options: PlatformOptions = {}) {
  let met: PostgresPlatform | undefined;
  const parts = inhabitedBy(
    options,
    () => ({}),
    platform => {
      met = platform;
    },
  );
  const kit = await RunKit.start({runbooks: [postgresStorageClassByRestore], ...parts});
  if (met === undefined) throw new Error('no platform was met');
  return {kit, platform: met};
}

function tell({status}: Run): string {
  const steps = status.steps.map(({id, state, message}) => `${id} ${state} ${message}`);
  return [status.phase, ...status.conditions.map(({message}) => message), ...steps].join('; ');
}

function change(platform: PostgresPlatform, how: (content: Content) => Partial<Content>): void {
  const disk = platform.diskOf(platform.leader ?? '');
  if (disk === undefined) throw new Error('the database has no leader');
  disk.content = {...disk.content, ...how(disk.content)};
}

async function claimsOf({world}: PostgresPlatform): Promise<readonly string[]> {
  return (await world.list('v1', 'PersistentVolumeClaim', 'd8-commander')).map(({metadata}) => metadata.uid);
}

const deckhouse = {apiVersion: 'deckhouse.io/v1alpha1'};

test.each<readonly [string, (platform: PostgresPlatform) => unknown, RegExp]>([
  ['the keys that were kept are gone', ({files}) => files.files.delete('/safe/commander-keys.json'), /the keys are not in \/safe/],
  [
    'rows were added',
    platform => change(platform, ({ledger}) => ({ledger: [...ledger, [900_000, 900_001]]})),
    /commander, since the dump: rows were changed/,
  ],
  [
    'rows were changed, and are as many',
    platform => change(platform, () => ({changes: {commander: 1}})),
    /commander, since the dump: rows were changed/,
  ],
  [
    'the schema or a large object was changed',
    platform => change(platform, () => ({catalogChanges: {commander: 1}})),
    /commander, since the dump: tables or large objects were changed/,
  ],
  [
    'its server was restarted, and counts anew',
    ({state}) => {
      for (const member of Object.values(state.members)) member.startedAtMs += 1_000;
    },
    /commander, since the dump: its server was restarted, or its counts were reset/,
  ],
  [
    'Commander was updated',
    ({world}) => world.patch({...deckhouse, kind: 'Module', name: 'commander'}, {properties: {version: 'v9.0.0'}}),
    /Commander is of version v9\.0\.0, and was of /,
  ],
  [
    'an update waits',
    ({world}) =>
      world.create({
        ...deckhouse,
        kind: 'ModuleRelease',
        metadata: {name: 'commander-v9.0.0', labels: {module: 'commander'}},
        spec: {moduleName: 'commander', version: '9.0.0', weight: 900},
        status: {phase: 'Pending'},
      }),
    /release v?9\.0\.0 of module commander is waiting/,
  ],
])('nothing is destroyed where %s', async (_, spoil, message) => {
  const {kit, platform} = await begin();
  const before = await claimsOf(platform);
  await kit.submit(name, parameters, {failurePolicy: 'Stop'});
  await driveToGate(kit, 'destroy');
  await spoil(platform);
  const run = await kit.driveToEnd();
  expect(tell(run)).toMatch(message);
  expect(run.status.phase).toBe('Failed');
  expect(await claimsOf(platform)).toEqual(before);
});

test('a server that counts no writes is refused before anything is done', async () => {
  const {kit, platform} = await begin();
  platform.faults.areWritesUncounted = true;
  await kit.submit(name, parameters);
  const run = await kit.driveToEnd();
  expect(tell(run)).toMatch(/^Failed; .*does not count writes to commander: set track_counts to on/);
  expect(run.status.steps.every(({intent}) => intent === undefined)).toBe(true);
});

test('where another member leads since the dump nothing is destroyed', async () => {
  const {kit, platform} = await begin({isHighlyAvailable: true});
  const before = await claimsOf(platform);
  await kit.submit(name, parameters, {failurePolicy: 'Stop'});
  await driveToGate(kit, 'destroy');
  const [leader = '', heir = ''] = ['commander-postgres-0', 'commander-postgres-1'].toSorted(name => (name === platform.leader ? -1 : 1));
  await new PostgresHands(platform).switchOver(Number(leader.at(-1)), Number(heir.at(-1)));
  await kit.pass(60_000);
  expect(platform.leader).toBe(heir);
  const run = await kit.driveToEnd();
  expect(tell(run)).toMatch(new RegExp(`the dump was taken on ${leader} on timeline 1, and ${heir} leads on 2 now`));
  expect(await claimsOf(platform)).toEqual(before);
});
