/** A database of the operator: it comes up, answers as the real one does, and its disks can be changed one after the other. */
import {describe, expect, onTestFinished, test} from 'vitest';
import {readField, readString} from '../../../../src/domain/fields.ts';
import {memberContainer, patroniGet, patroniSwitchover, psql} from '../../../../src/domain/postgres/member-commands.ts';
import {flushLsnSql, identitySql, replayLsnSql} from '../../../../src/domain/postgres/member-sql.ts';
import {readPatroniAnswer} from '../../../../src/domain/postgres/patroni-answer.ts';
import {readTopology} from '../../../../src/domain/postgres/patroni-topology.ts';
import type {PostgresFaults} from '../../../../src/embedded/world/postgres/postgres-world.ts';
import {newClass, oldClass} from '../../../support/postgres-drafts.ts';
import {type PlatformOptions, type PostgresPlatform, startPostgresPlatform} from '../../../support/postgres-platform.ts';

async function start(options: PlatformOptions = {}, faults: PostgresFaults = {}): Promise<PostgresPlatform> {
  const platform = await startPostgresPlatform(options, faults);
  onTestFinished(() => {
    platform.stop();
    expect(platform.troubles).toEqual([]);
  });
  return platform;
}

async function find(platform: PostgresPlatform, apiVersion: string, kind: string, name: string) {
  return platform.world.find({apiVersion, kind, name, namespace: platform.database.namespace});
}

async function run(platform: PostgresPlatform, ordinal: number, command: readonly string[]) {
  const {namespace, name} = platform.database;
  const pod = `${name}-${ordinal}`;
  const live = await find(platform, 'v1', 'Pod', pod);
  return platform.exec({kind: 'exec', namespace, pod, podUid: live?.metadata.uid ?? '', container: memberContainer, command});
}

async function membersOf(platform: PostgresPlatform, ordinal = 0): Promise<readonly string[]> {
  const answer = readPatroniAnswer((await run(platform, ordinal, patroniGet('cluster'))).stdout);
  return (readTopology(answer?.body ?? '')?.members ?? []).map(({name, role, state}) => `${name.slice(-1)} ${role} ${state}`);
}

async function wishClass(platform: PostgresPlatform, storageClass: string): Promise<void> {
  const settings = {postgres: {internal: {storageClass}}};
  await platform.world.patch({apiVersion: 'deckhouse.io/v1alpha1', kind: 'ModuleConfig', name: 'commander'}, {spec: {settings}});
}

async function scaleTo(platform: PostgresPlatform, numberOfInstances: number): Promise<void> {
  const {namespace, name} = platform.database;
  await platform.world.patch({apiVersion: 'acid.zalan.do/v1', kind: 'postgresql', name, namespace}, {spec: {numberOfInstances}});
}

function switchOver(platform: PostgresPlatform, from: number, to: number) {
  const {name} = platform.database;
  return run(platform, from, patroniSwitchover(`${name}-${from}`, `${name}-${to}`));
}

async function replaceDisk(platform: PostgresPlatform, ordinal: number): Promise<void> {
  const {namespace, name} = platform.database;
  const pod = `${name}-${ordinal}`;
  await platform.world.remove({apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: `pgdata-${pod}`, namespace});
  await platform.world.remove({apiVersion: 'v1', kind: 'Pod', name: pod, namespace});
  await platform.clock.advance(60_000);
}

async function classOf(platform: PostgresPlatform, ordinal: number): Promise<string | undefined> {
  const claim = await find(platform, 'v1', 'PersistentVolumeClaim', `pgdata-${platform.database.name}-${ordinal}`);
  return readString(claim, 'spec.storageClassName');
}

describe('a cluster that has come up', () => {
  test('of two: a leader and a replica on disks of the old class, each on a node of its own', async () => {
    const platform = await start({isHighlyAvailable: true});
    expect(await membersOf(platform)).toEqual(['0 leader running', '1 replica running']);
    expect([await classOf(platform, 0), await classOf(platform, 1)]).toEqual([oldClass, oldClass]);
    const pods = await Promise.all([0, 1].map(ordinal => find(platform, 'v1', 'Pod', `commander-postgres-${ordinal}`)));
    expect(new Set(pods.map(pod => readString(pod, 'spec.nodeName'))).size).toBe(2);
    expect(pods.map(pod => pod?.metadata.labels?.['spilo-role'])).toEqual(['master', 'replica']);
    const set = await find(platform, 'apps/v1', 'StatefulSet', 'commander-postgres');
    expect(pods.map(pod => pod?.metadata.ownerReferences?.[0]?.uid)).toEqual([set?.metadata.uid, set?.metadata.uid]);
  });

  test('without a module, and with its state in ConfigMaps', async () => {
    const platform = await start({owner: 'nobody', usesConfigMaps: true, version: '4.1.4'});
    expect(await membersOf(platform)).toEqual(['0 leader running']);
    const leader = await find(platform, 'v1', 'ConfigMap', 'shop-postgres-leader');
    expect(leader?.metadata.annotations?.leader).toBe('shop-postgres-0');
  });

  test('answers SQL: what is flushed on the leader is replayed on the replica', async () => {
    const platform = await start({isHighlyAvailable: true});
    await platform.clock.advance(3000);
    const flushed = (await run(platform, 0, psql(flushLsnSql))).stdout;
    expect(flushed).toMatch(/^0\/[0-9A-F]+\n$/);
    expect((await run(platform, 1, psql(replayLsnSql))).stdout).toBe(flushed);
    expect(JSON.parse((await run(platform, 1, psql(identitySql))).stdout)).toMatchObject({timeline: 1, isInRecovery: true});
  });
});

describe('a change of the class', () => {
  test('makes the StatefulSet anew and leaves pods and disks alone', async () => {
    const platform = await start({isHighlyAvailable: true});
    const before = await find(platform, 'apps/v1', 'StatefulSet', 'commander-postgres');
    const podBefore = await find(platform, 'v1', 'Pod', 'commander-postgres-0');
    await wishClass(platform, newClass);
    await platform.clock.advance(30_000);
    const after = await find(platform, 'apps/v1', 'StatefulSet', 'commander-postgres');
    expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
    expect(readField(after, 'spec.volumeClaimTemplates')).toMatchObject([{spec: {storageClassName: newClass}}]);
    const pod = await find(platform, 'v1', 'Pod', 'commander-postgres-0');
    expect(pod?.metadata.uid).toBe(podBefore?.metadata.uid);
    expect(pod?.metadata.ownerReferences?.[0]?.uid).toBe(after?.metadata.uid);
    expect(await classOf(platform, 0)).toBe(oldClass);
    const cluster = await find(platform, 'acid.zalan.do/v1', 'postgresql', 'commander-postgres');
    expect(readString(cluster, 'status.PostgresClusterStatus')).toBe('Running');
    expect(platform.log.map(({msg}) => msg)).toContain('cluster has been updated');
  });

  test('goes its whole way with one member, and no row is lost', async () => {
    const platform = await start();
    await wishClass(platform, newClass);
    await platform.clock.advance(30_000);
    await scaleTo(platform, 2);
    await platform.clock.advance(60_000);
    expect(await membersOf(platform)).toEqual(['0 leader running', '1 replica running']);
    expect(await classOf(platform, 1)).toBe(newClass);
    expect((await switchOver(platform, 0, 1)).stdout).toBe('Successfully switched over to "commander-postgres-1"\n200');
    await platform.clock.advance(20_000);
    expect([platform.leader, platform.timeline]).toEqual(['commander-postgres-1', 2]);
    await replaceDisk(platform, 0);
    expect(await membersOf(platform)).toEqual(['0 replica running', '1 leader running']);
    expect(await classOf(platform, 0)).toBe(newClass);
    await switchOver(platform, 1, 0);
    await platform.clock.advance(20_000);
    await scaleTo(platform, 1);
    await platform.clock.advance(30_000);
    expect(await membersOf(platform)).toEqual(['0 leader running']);
    await platform.world.remove({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      name: 'pgdata-commander-postgres-1',
      namespace: 'd8-commander',
    });
    await platform.clock.advance(10_000);
    expect(await classOf(platform, 1)).toBeUndefined();
    expect(Object.keys(platform.state.disks)).toHaveLength(1);
    expect([platform.timeline, platform.lostRows]).toEqual([3, 0]);
    expect(platform.acknowledgedRows).toBeGreaterThan(500);
  });
});
