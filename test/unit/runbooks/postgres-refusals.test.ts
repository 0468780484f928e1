/** What makes no sense, or not now, is refused before anything is done to the database. */
import {expect, test} from 'vitest';
import type {Fields} from '../../../src/domain/fields.ts';
import {instancesBeforeAnnotation} from '../../../src/domain/postgres/storage-branch.ts';
import type {PostgresFaults} from '../../../src/embedded/world/postgres/postgres-world.ts';
import {postgresStorageClass} from '../../../src/runbooks/postgres-storage-class.ts';
import {postgresSwitchover} from '../../../src/runbooks/postgres-switchover.ts';
import {newClass, oldClass} from '../../support/postgres-drafts.ts';
import {startPostgresKit, tellRun} from '../../support/postgres-kit.ts';
import type {PlatformOptions, PostgresPlatform} from '../../support/postgres-platform.ts';

type Bad = {
  /** The reason where absent. */
  readonly name?: string;
  readonly reason: string;
  readonly options?: PlatformOptions;
  readonly faults?: PostgresFaults;
  readonly storageClass?: string;
  readonly more?: Fields;
  readonly before?: (platform: PostgresPlatform) => Promise<unknown>;
};

const config = {apiVersion: 'deckhouse.io/v1alpha1', kind: 'ModuleConfig', name: 'commander'};

const postgresqlOf = ({database}: PostgresPlatform) => ({apiVersion: 'acid.zalan.do/v1', kind: 'postgresql', ...database});

const bad: readonly Bad[] = [
  {reason: 'UnknownClass', storageClass: 'no-such-class'},
  {reason: 'BadParameter', storageClass: 'false'},
  {reason: 'BadParameter', storageClass: ''},
  {reason: 'NothingToDo', storageClass: oldClass},
  {reason: 'BadParameter', more: {backupTo: ''}},
  {reason: 'NoDestination', more: {keysTo: ''}},
  {reason: 'BadPlace', more: {keysTo: 'secret:d8-commander/kept'}},
  {reason: 'NoPlace', more: {backupTo: 'pvc:d8-system/absent'}},
  {reason: 'BadParameter', more: {backupTo: '/tmp'}},
  {reason: 'Paused', faults: {isPaused: true}},
  {reason: 'NoFailover', faults: {noFailover: ['commander-postgres-1']}},
  {
    reason: 'SwitchoverScheduled',
    faults: {scheduledSwitchover: {at: '2027-01-01T00:00:00+00:00', from: 'commander-postgres-0', to: 'commander-postgres-1'}},
  },
  {reason: 'NoLeader', faults: {isStandbyCluster: true}},
  {reason: 'LogRemoved', faults: {cutOffReplicas: ['commander-postgres-1']}},
  {reason: 'LogRemoved', options: {isHighlyAvailable: true, version: '4.1.4'}, faults: {cutOffReplicas: ['commander-postgres-1']}},
  {reason: 'ArchiveFails', faults: {doesArchivingFail: true}},
  {reason: 'StrictWrites', faults: {isSynchronous: true, isStrict: true}},
  {reason: 'StrictWrites', options: {owner: 'nobody'}, faults: {isSynchronous: true, isStrict: true}, more: {extraMember: true}},
  {reason: 'LeaderDisputed', faults: {hasStaleEndpoint: true}},
  {
    reason: 'ExternalDatabase',
    before: platform => platform.world.patch(config, {spec: {settings: {postgres: {mode: 'External'}}}}),
  },
  {
    reason: 'ModuleOff',
    before: platform => platform.world.patch(config, {spec: {enabled: false}}),
  },
  {
    reason: 'ModuleUpdate',
    before: platform =>
      platform.world.create({
        apiVersion: 'deckhouse.io/v1alpha1',
        kind: 'ModuleRelease',
        metadata: {name: 'commander-v1.13.0', labels: {module: 'commander'}},
        spec: {moduleName: 'commander', version: '1.13.0', weight: 900},
        status: {phase: 'Pending'},
      }),
  },
  {
    reason: 'NodeCordoned',
    before: async platform => {
      for (const name of ['worker-a', 'worker-b', 'worker-c'])
        await platform.world.patch({apiVersion: 'v1', kind: 'Node', name}, {spec: {unschedulable: true}});
    },
  },
  {
    reason: 'MissingReplica',
    before: async platform => {
      platform.loseMember(1);
      await platform.clock.advance(2_000);
    },
  },
  {
    reason: 'NoLeader',
    before: async platform => {
      platform.loseMember(0);
      platform.loseMember(1);
      await platform.clock.advance(1_000);
    },
  },
  {
    reason: 'OperatorDown',
    before: platform =>
      platform.world.patchStatus(
        {apiVersion: 'apps/v1', kind: 'Deployment', name: 'operator-postgres', namespace: 'd8-operator-postgres'},
        {availableReplicas: 0},
      ),
  },
  {
    reason: 'NotConverged',
    options: {},
    before: platform => platform.world.patch(config, {spec: {settings: {highAvailability: true}}}),
  },
  {
    reason: 'StaleMark',
    before: platform => platform.world.patch(postgresqlOf(platform), {metadata: {annotations: {[instancesBeforeAnnotation]: '1'}}}),
  },
  {
    reason: 'StaleMark',
    options: {owner: 'nobody', isHighlyAvailable: true},
    before: async platform => {
      await platform.world.patch(postgresqlOf(platform), {
        metadata: {annotations: {[instancesBeforeAnnotation]: '1'}},
        spec: {numberOfInstances: 3},
      });
      await platform.clock.advance(120_000);
    },
  },
  {
    reason: 'QuotaExceeded',
    options: {},
    before: ({world}) => limitClaims(world),
  },
  {
    name: 'QuotaExceeded by the claim of a member whose old one is gone',
    reason: 'QuotaExceeded',
    faults: {pendingRaces: 1},
    before: async ({world, clock, database: {namespace}}) => {
      await world.patch(config, {spec: {settings: {postgres: {internal: {storageClass: newClass}}}}});
      await clock.advance(60_000);
      await world.remove({apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'pgdata-commander-postgres-1', namespace});
      await world.remove({apiVersion: 'v1', kind: 'Pod', name: 'commander-postgres-1', namespace});
      await clock.advance(120_000);
      await limitClaims(world);
    },
  },
  {
    reason: 'SmallerVolume',
    options: {owner: 'nobody'},
    before: platform => platform.world.patch(postgresqlOf(platform), {spec: {volume: {size: '1Gi'}}}),
  },
];

/** Half a claim is left. */
async function limitClaims(world: PostgresPlatform['world']): Promise<void> {
  const quota = {apiVersion: 'v1', kind: 'ResourceQuota', namespace: 'd8-commander', name: 'claims'};
  const hard = {'requests.storage': '15Gi'};
  await world.create({...quota, metadata: {name: quota.name, namespace: quota.namespace}, spec: {hard}});
  await world.patchStatus(quota, {hard, used: {'requests.storage': '10Gi'}});
}

test.each(bad.map(each => ({...each, name: each.name ?? each.reason})))(
  '$name',
  {timeout: 30_000},
  async ({reason, options = {isHighlyAvailable: true}, faults = {}, storageClass = newClass, more = {}, before}) => {
    const {kit, platform, target} = await startPostgresKit([postgresStorageClass], options, faults);
    await before?.(platform);
    await kit.submit('postgres-storage-class', {target, storageClass, backupTo: 'none', keysTo: 'none', ...more});
    const run = await kit.driveToEnd();
    expect(run.status.phase, tellRun(run)).toBe('Failed');
    expect(tellRun(run)).toContain(` ${reason}: `);
    expect(kit.effects).toEqual([]);
  },
);

test('the lead goes over and comes back', {timeout: 30_000}, async () => {
  const {kit, platform, target} = await startPostgresKit([postgresSwitchover], {isHighlyAvailable: true});
  await kit.submit('postgres-switchover', {target});
  expect((await kit.driveToEnd()).status.phase).toBe('Succeeded');
  expect([platform.leader, platform.timeline]).toEqual(['commander-postgres-1', 2]);
  await kit.submit('postgres-switchover', {target, candidate: 'commander-postgres-0'}, {}, 'run-2');
  expect((await kit.driveToEnd('run-2')).status.phase).toBe('Succeeded');
  expect([platform.leader, platform.timeline, platform.lostRows]).toEqual(['commander-postgres-0', 3, 0]);
});

test.each([
  ['NothingToDo', {isHighlyAvailable: true}, 'commander-postgres-0'],
  ['NoCandidate', {isHighlyAvailable: true}, 'commander-postgres-7'],
  ['NoCandidate', {}, undefined],
] as const)('a switchover is refused: %s', {timeout: 30_000}, async (reason, options, candidate) => {
  const {kit, target} = await startPostgresKit([postgresSwitchover], options);
  await kit.submit('postgres-switchover', {target, ...(candidate !== undefined && {candidate})});
  expect(tellRun(await kit.driveToEnd())).toContain(` ${reason}: `);
});
