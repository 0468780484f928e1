/** What somebody does behind the back of a move to another class: no volume goes with its claim, and no member that nobody named. */
import {expect, test} from 'vitest';
import {readString} from '../../../src/domain/fields.ts';
import {postgresStorageClass} from '../../../src/runbooks/postgres-storage-class.ts';
import {newClass, oldClass} from '../../support/postgres-drafts.ts';
import {type Meanwhile, type PostgresKit, startPostgresKit, stateOf, tellRun} from '../../support/postgres-kit.ts';
import type {PostgresPlatform} from '../../support/postgres-platform.ts';
import type {RunKit} from '../../support/run-kit.ts';

const replica = 'commander-postgres-1';

async function startMove(
  afterDeletion?: (platform: PostgresPlatform, kit: RunKit) => unknown,
  meanwhile?: Meanwhile,
  isHighlyAvailable = true,
): Promise<PostgresKit> {
  const after = (platform: PostgresPlatform): unknown => afterDeletion?.(platform, started.kit);
  const started: PostgresKit = await startPostgresKit([postgresStorageClass], {isHighlyAvailable}, {}, meanwhile, after);
  await started.kit.submit('postgres-storage-class', {target: started.target, storageClass: newClass, backupTo: 'none', keysTo: 'none'});
  return started;
}

async function policiesOf({world}: PostgresPlatform): Promise<Readonly<Record<string, string>>> {
  const volumes = (await world.list('v1', 'PersistentVolume')).filter(volume => readString(volume, 'spec.storageClassName') === oldClass);
  const entries = volumes.map(volume => [
    readString(volume, 'spec.claimRef.name') ?? '',
    readString(volume, 'spec.persistentVolumeReclaimPolicy') ?? '',
  ]);
  return Object.fromEntries(entries);
}

async function setPolicy({world, database}: PostgresPlatform, member: string, policy: string): Promise<void> {
  const claim = await world.find({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    name: `pgdata-${member}`,
    namespace: database.namespace,
  });
  const name = claim === undefined ? undefined : readString(claim, 'spec.volumeName');
  if (name === undefined) throw new Error(`${member} has no volume`);
  await world.patch({apiVersion: 'v1', kind: 'PersistentVolume', name}, {spec: {persistentVolumeReclaimPolicy: policy}});
}

test('an undo leaves Retain on the volume whose claim is on its way out', {timeout: 60_000}, async () => {
  const {kit, platform} = await startMove((_platform, driven) => driven.control({desired: 'Abort', abortMode: 'Undo'}));
  const run = await kit.driveToEnd();
  expect(stateOf(run, 'protect-disks'), tellRun(run)).toBe('Undone');
  expect(stateOf(run, 'restart-1')).toBe('Pending');
  expect(tellRun(run)).toContain('the claim pgdata-commander-postgres-1 goes');
  expect(await policiesOf(platform)).toEqual({'pgdata-commander-postgres-0': 'Delete', 'pgdata-commander-postgres-1': 'Retain'});
});

test('a pod stays while the volume of its claim, which goes, would go too', {timeout: 60_000}, async () => {
  const {kit, platform} = await startMove(met => setPolicy(met, replica, 'Delete'));
  const run = await kit.driveToEnd();
  expect(tellRun(run)).toMatch(/restart-1 \w+ NotRetained /);
  expect(platform.diskOf(replica)).toBeDefined();
});

test('a claim that somebody deleted is not taken for ours while its volume would go', {timeout: 60_000}, async () => {
  let isDone = false;
  const {kit, platform} = await startMove(undefined, async (met, run) => {
    if (isDone || stateOf(run, 'replace-1') !== 'Prechecking') return;
    isDone = true;
    const {world, database} = met;
    await setPolicy(met, replica, 'Delete');
    await world.remove({apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: `pgdata-${replica}`, namespace: database.namespace});
  });
  const run = await kit.driveToEnd();
  expect(tellRun(run)).toMatch(/replace-1 \w+ NotRetained /);
  expect(platform.diskOf(replica)).toBeDefined();
});

test('an address of writes that lags behind its leader is waited for before a pod goes', {timeout: 60_000}, async () => {
  let until: number | undefined;
  const {kit} = await startMove(
    async ({faults, clock}) => {
      until ??= clock.now() + 60_000;
      faults.hasStaleEndpoint = true;
      await clock.advance(15_000);
    },
    ({faults, clock}) => {
      if (until !== undefined && clock.now() >= until) faults.hasStaleEndpoint = false;
    },
  );
  const run = await kit.driveToEnd();
  expect(run.status.phase, tellRun(run)).toBe('Succeeded');
});

test('a copy that is lost at the end is missed', {timeout: 60_000}, async () => {
  const loseOne = (platform: PostgresPlatform, member: string): void => {
    if (member === 'commander-postgres-2') platform.loseMember(0);
  };
  const {kit, target} = await startPostgresKit([postgresStorageClass], {isHighlyAvailable: true}, {}, undefined, loseOne);
  const parameters = {target, storageClass: newClass, backupTo: 'none', keysTo: 'none', extraMember: true};
  await kit.submit('postgres-storage-class', parameters);
  const run = await kit.driveToEnd();
  expect(stateOf(run, 'drop-claim'), tellRun(run)).toBe('Succeeded');
  expect(tellRun(run)).toMatch(/finish Failed TimedOut /);
});

test('a volume that is gone is not named as kept', {timeout: 60_000}, async () => {
  const {kit, platform} = await startMove(undefined, async ({world}, run) => {
    if (stateOf(run, 'copy-0') !== 'Verifying') return;
    for (const volume of await world.list('v1', 'PersistentVolume'))
      if (readString(volume, 'status.phase') === 'Released' && readString(volume, 'spec.claimRef.name') === `pgdata-${replica}`)
        await world.remove({apiVersion: 'v1', kind: 'PersistentVolume', name: volume.metadata.name});
  });
  const run = await kit.driveToEnd();
  const volumes = await platform.world.list('v1', 'PersistentVolume');
  const kept = volumes.filter(volume => readString(volume, 'status.phase') === 'Released').map(({metadata}) => metadata.name);
  expect(run.status.steps.at(-1)?.message).toBe(`every claim is on ${newClass}; kept, and paid for until deleted: ${kept.join(', ')}`);
  expect(kept).toHaveLength(1);
});

test('a claim that was made anew under the name of the member that went stays', {timeout: 60_000}, async () => {
  const {kit, platform} = await startMove(undefined, undefined, false);
  let run = await kit.driveToEnd('run-1', {isConsenting: false});
  for (let gate = 0; gate < 20 && stateOf(run, 'drop-claim') === 'Pending'; gate += 1) {
    await kit.consent();
    run = await kit.driveToEnd('run-1', {isConsenting: false});
  }
  expect(stateOf(run, 'remove-member'), tellRun(run)).toBe('Succeeded');
  const {namespace} = platform.database;
  const claim = {apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: `pgdata-${replica}`, namespace};
  await platform.world.remove(claim);
  await kit.pass(10_000);
  await platform.world.create({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {name: claim.name, namespace},
    spec: {accessModes: ['ReadWriteOnce'], storageClassName: newClass, resources: {requests: {storage: '10Gi'}}},
  });
  expect(tellRun(await kit.driveToEnd())).toMatch(/drop-claim \w+ ClaimChanged /);
  expect(await platform.world.find(claim)).toBeDefined();
});

test('a node that is cordoned between the claim and the pod keeps the pod', {timeout: 60_000}, async () => {
  const {kit, platform} = await startMove(async ({world}) => {
    for (const name of ['worker-a', 'worker-b', 'worker-c'])
      await world.patch({apiVersion: 'v1', kind: 'Node', name}, {spec: {unschedulable: true}});
  });
  expect(tellRun(await kit.driveToEnd())).toMatch(/restart-1 \w+ NodeCordoned /);
  expect(platform.diskOf(replica)).toBeDefined();
});

test('a release of the module that comes in the middle is seen before a disk goes', {timeout: 60_000}, async () => {
  let isDone = false;
  const {kit} = await startMove(undefined, async ({world}, run) => {
    if (isDone || stateOf(run, 'set-class') !== 'Verifying') return;
    isDone = true;
    await world.create({
      apiVersion: 'deckhouse.io/v1alpha1',
      kind: 'ModuleRelease',
      metadata: {name: 'commander-v1.13.0', labels: {module: 'commander'}},
      spec: {moduleName: 'commander', version: '1.13.0', weight: 900},
      status: {phase: 'Pending'},
    });
  });
  expect(tellRun(await kit.driveToEnd())).toMatch(/replace-1 \w+ ModuleUpdate /);
});

test('no plan is made while a claim goes, and one that its pod holds is no hindrance', {timeout: 60_000}, async () => {
  const {kit, platform, target} = await startMove((_platform, driven) => driven.control({desired: 'Abort', abortMode: 'Now'}));
  expect((await kit.driveToEnd()).status.phase).toBe('Aborted');
  const parameters = {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'};
  const {world, database} = platform;
  await kit.submit('postgres-storage-class', parameters, {}, 'run-2');
  const second = await kit.driveToEnd('run-2', {isConsenting: false});
  expect(second.status.phase, tellRun(second)).not.toBe('Failed');
  await world.remove({apiVersion: 'v1', kind: 'Pod', name: replica, namespace: database.namespace});
  await kit.submit('postgres-storage-class', parameters, {}, 'run-3');
  expect(tellRun(await kit.driveToEnd('run-3'))).toContain(' ClaimOnItsWay: ');
});

test('writes that become strict in the middle keep the disk that would confirm them', {timeout: 60_000}, async () => {
  const {kit, platform} = await startMove(undefined, ({faults}, run) => {
    if (stateOf(run, 'set-class') !== 'Verifying') return;
    faults.isSynchronous = true;
    faults.isStrict = true;
  });
  expect(tellRun(await kit.driveToEnd())).toMatch(/replace-1 \w+ StrictWrites /);
  expect(platform.diskOf(replica)).toBeDefined();
});
