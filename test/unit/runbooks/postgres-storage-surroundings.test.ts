/** What the operator, the StatefulSet, disks and nodes do while a database moves to another class. */
import {expect, test} from 'vitest';
import {postgresStorageClass} from '../../../src/runbooks/postgres-storage-class.ts';
import {type MoveTrouble, proveMove} from '../../support/move-trouble.ts';
import {newClass} from '../../support/postgres-drafts.ts';
import {claimsOf, type Meanwhile, startPostgresKit, stateOf, tellRun} from '../../support/postgres-kit.ts';
import type {PostgresPlatform} from '../../support/postgres-platform.ts';
import {runsNamespace} from '../../support/run-records.ts';

const [first, second] = ['commander-postgres-0', 'commander-postgres-1'] as const;

const podOf = ({database}: PostgresPlatform, name: string) => ({apiVersion: 'v1', kind: 'Pod', namespace: database.namespace, name});

async function setReady(platform: PostgresPlatform, name: string, status: string): Promise<void> {
  const at = new Date(platform.clock.now()).toISOString();
  await platform.world.patchStatus(podOf(platform, name), {conditions: [{type: 'Ready', status, lastTransitionTime: at}]});
}

/** From the time that the class is set. */
function failSyncs(count: number): () => Meanwhile {
  return () => {
    let isSet = false;
    return (platform, run) => {
      if (isSet || stateOf(run, 'set-class') !== 'Verifying') return;
      isSet = true;
      platform.faults.failedSyncs = count;
    };
  };
}

const troubles: readonly MoveTrouble[] = [
  {name: 'the operator looks at everything again and again', faults: {resyncMs: 30_000}},
  {name: 'the operator fails to sync once, and repairs it', faults: {resyncMs: 60_000}, meanwhile: failSyncs(1)},
  {
    name: 'the operator fails at every sync',
    faults: {resyncMs: 20_000},
    meanwhile: failSyncs(9999),
    stops: 'TimedOut',
    says: /SyncFailed/,
  },
  {
    name: 'a leader that the new set cannot take over',
    faults: {rejectedPods: [first]},
    stops: 'PodRejected',
    says: /set-class Failed PodRejected .*cannot take commander-postgres-0 over.*delete pod commander-postgres-0.*It says: Pod "commander-postgres-0" is invalid/,
  },
  {
    name: 'a replica that the new set cannot take over',
    faults: {rejectedPods: [second]},
    stops: 'PodRejected',
    says: /delete pod commander-postgres-1/,
  },
  {
    name: 'a first member that is not ready while a second one is wanted',
    options: {},
    meanwhile: () => async (platform, run) => {
      if (stateOf(run, 'set-class') === 'Succeeded' && stateOf(run, 'copy-1') === 'Pending') await setReady(platform, first, 'False');
    },
    stops: 'BlockedByOrder',
    says: /describe pod commander-postgres-0/,
  },
  {
    name: 'a disk of the leader that fills up while the copy is made',
    meanwhile: () => (platform, run) => {
      const disk = platform.diskOf(first);
      if (stateOf(run, 'copy-1') === 'Verifying' && disk !== undefined) disk.capacityBytes = 80_000_000;
    },
    stops: 'NoSpace',
    says: /give the copy up/,
  },
];

test.each(troubles)('$name', {timeout: 120_000}, proveMove);

test('a replica that the new set cannot take over is made anew by a person, and the run goes on', {timeout: 60_000}, async () => {
  const {kit, platform, target, unsafeDeletions} = await startPostgresKit(
    [postgresStorageClass],
    {isHighlyAvailable: true},
    {rejectedPods: [second]},
  );
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'});
  const claims = (await claimsOf(platform)).map(({metadata}) => metadata.uid);
  const stopped = await kit.driveToEnd();
  expect(stateOf(stopped, 'set-class'), tellRun(stopped)).toBe('Failed');
  expect((await claimsOf(platform)).map(({metadata}) => metadata.uid)).toEqual(claims);
  await platform.world.remove(podOf(platform, second));
  await kit.pass(60_000);
  await kit.control({desired: 'Run', by: 'alice', reason: 'the pod was made anew'});
  const run = await kit.driveToEnd();
  expect(run.status.phase, tellRun(run)).toBe('Succeeded');
  expect([unsafeDeletions, platform.lostRows]).toEqual([[], 0]);
});

test('members that share one node are announced', {timeout: 60_000}, async () => {
  const {kit, platform, target} = await startPostgresKit([postgresStorageClass], {isHighlyAvailable: true});
  const cordon = async (unschedulable: boolean): Promise<void> => {
    for (const name of ['worker-b', 'worker-c'])
      await platform.world.patch({apiVersion: 'v1', kind: 'Node', name}, {spec: {unschedulable}});
  };
  await cordon(true);
  for (const name of [second, first]) {
    await platform.world.remove(podOf(platform, name));
    await platform.clock.advance(120_000);
  }
  await cordon(false);
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'});
  const run = await kit.driveToEnd('run-1', {isConsenting: false});
  expect(run.status.phase, tellRun(run)).toBe('AwaitingApproval');
  const records = await platform.world.list('v1', 'ConfigMap', runsNamespace);
  expect(JSON.stringify(records)).toContain('All members stand on one node: its loss is the loss of all copies.');
});
