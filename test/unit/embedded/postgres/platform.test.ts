/** A database of the operator: it comes up, answers as the real one does, and its disks can be changed one after the other. */
import {describe, expect, test} from 'vitest';
import {readField, readString} from '../../../../src/domain/fields.ts';
import {psql} from '../../../../src/domain/postgres/member-commands.ts';
import {flushLsnSql, identitySql, replayLsnSql} from '../../../../src/domain/postgres/member-sql.ts';
import {newClass, oldClass} from '../../../support/postgres-drafts.ts';
import {PostgresHands} from '../../../support/postgres-hands.ts';

describe('a cluster that has come up', () => {
  test('of two: a leader and a replica on disks of the old class, each on a node of its own', async () => {
    const hands = await PostgresHands.start({isHighlyAvailable: true});
    expect(await hands.topology()).toEqual(['0 leader running', '1 replica running']);
    expect([await hands.classOf(0), await hands.classOf(1)]).toEqual([oldClass, oldClass]);
    const pods = [await hands.pod(0), await hands.pod(1)];
    expect(new Set(pods.map(pod => readString(pod, 'spec.nodeName'))).size).toBe(2);
    expect(pods.map(pod => pod?.metadata.labels?.['spilo-role'])).toEqual(['master', 'replica']);
    const set = await hands.find('apps/v1', 'StatefulSet', 'commander-postgres');
    expect(pods.map(pod => pod?.metadata.ownerReferences?.[0]?.uid)).toEqual([set?.metadata.uid, set?.metadata.uid]);
  });

  test('without a module, and with its state in ConfigMaps', async () => {
    const hands = await PostgresHands.start({owner: 'nobody', usesConfigMaps: true, version: '4.1.4'});
    expect(await hands.topology()).toEqual(['0 leader running']);
    const leader = await hands.find('v1', 'ConfigMap', 'shop-postgres-leader');
    expect(leader?.metadata.annotations?.leader).toBe('shop-postgres-0');
  });

  test('answers SQL: what is flushed on the leader is replayed on the replica', async () => {
    const hands = await PostgresHands.start({isHighlyAvailable: true});
    await hands.pass(3);
    const flushed = (await hands.run(0, psql(flushLsnSql))).stdout;
    expect(flushed).toMatch(/^0\/[0-9A-F]+\n$/);
    expect((await hands.run(1, psql(replayLsnSql))).stdout).toBe(flushed);
    expect(JSON.parse((await hands.run(1, psql(identitySql))).stdout)).toMatchObject({timeline: 1, isInRecovery: true});
  });
});

describe('a change of the class', () => {
  test('makes the StatefulSet anew and leaves pods and disks alone', async () => {
    const hands = await PostgresHands.start({isHighlyAvailable: true});
    const before = await hands.find('apps/v1', 'StatefulSet', 'commander-postgres');
    const podBefore = await hands.pod(0);
    await hands.wishClass(newClass);
    const after = await hands.find('apps/v1', 'StatefulSet', 'commander-postgres');
    expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
    expect(readField(after, 'spec.volumeClaimTemplates')).toMatchObject([{spec: {storageClassName: newClass}}]);
    const pod = await hands.pod(0);
    expect(pod?.metadata.uid).toBe(podBefore?.metadata.uid);
    expect(pod?.metadata.ownerReferences?.[0]?.uid).toBe(after?.metadata.uid);
    expect(await hands.classOf(0)).toBe(oldClass);
    const cluster = await hands.find('acid.zalan.do/v1', 'postgresql', 'commander-postgres');
    expect(readString(cluster, 'status.PostgresClusterStatus')).toBe('Running');
    expect(hands.operatorLog).toContain('info cluster has been updated');
  });

  test('goes its whole way with one member, and no row is lost', async () => {
    const hands = await PostgresHands.start();
    const {platform} = hands;
    await hands.wishClass(newClass);
    await hands.scaleTo(2);
    await hands.pass(60);
    expect(await hands.topology()).toEqual(['0 leader running', '1 replica running']);
    expect(await hands.classOf(1)).toBe(newClass);
    expect(await hands.switchOver(0, 1)).toBe('200 Successfully switched over to "commander-postgres-1"');
    await hands.pass(20);
    expect([platform.leader, platform.timeline]).toEqual(['commander-postgres-1', 2]);
    await hands.replaceDisk(0);
    await hands.pass(60);
    expect(await hands.topology()).toEqual(['0 replica running', '1 leader running']);
    expect(await hands.classOf(0)).toBe(newClass);
    await hands.switchOver(1, 0);
    await hands.pass(20);
    await hands.scaleTo(1);
    await hands.pass(30);
    expect(await hands.topology()).toEqual(['0 leader running']);
    await hands.dropClaim(1);
    await hands.pass(10);
    expect(await hands.classOf(1)).toBeUndefined();
    expect(Object.keys(platform.state.disks)).toHaveLength(1);
    expect([platform.timeline, platform.lostRows]).toEqual([3, 0]);
    expect(platform.acknowledgedRows).toBeGreaterThan(500);
  });
});
