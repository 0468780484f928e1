/** The operator and Commander's module with their ways of their own: what they do, and what they say when it went wrong. */
import {expect, test} from 'vitest';
import {readNumber, readString} from '../../../../src/domain/fields.ts';
import {newClass, oldClass} from '../../../support/postgres-drafts.ts';
import {PostgresHands} from '../../../support/postgres-hands.ts';

const two = {isHighlyAvailable: true} as const;

async function clusterOf(hands: PostgresHands) {
  return hands.find('acid.zalan.do/v1', 'postgresql', 'commander-postgres');
}

async function setOf(hands: PostgresHands) {
  return hands.find('apps/v1', 'StatefulSet', 'commander-postgres');
}

test('a failed update is told as "updated" as well, only the status knows; it is repaired minutes later', async () => {
  const hands = await PostgresHands.start(two, {failedReplacements: 1});
  const before = await setOf(hands);
  await hands.wishClass(newClass);
  expect((await setOf(hands))?.metadata.uid).toBe(before?.metadata.uid);
  expect(readString(await clusterOf(hands), 'status.PostgresClusterStatus')).toBe('UpdateFailed');
  expect(hands.operatorLog).toContain('info cluster has been updated');
  expect(hands.operatorLog.join('\n')).toContain('error could not sync statefulsets: could not replace statefulset');
  await hands.pass(330);
  expect((await setOf(hands))?.metadata.uid).not.toBe(before?.metadata.uid);
  expect(readString(await clusterOf(hands), 'status.PostgresClusterStatus')).toBe('Running');
  expect(hands.operatorLog).toContain('info cluster has been synced');
});

test('there is no StatefulSet for a while as it is replaced', async () => {
  const hands = await PostgresHands.start(two, {replaceDelayMs: 60_000});
  await hands.wishClass(newClass);
  expect(await setOf(hands)).toBeUndefined();
  expect((await hands.pod(0))?.metadata.ownerReferences).toBeUndefined();
  await hands.pass(60);
  expect((await hands.pod(0))?.metadata.ownerReferences?.[0]?.uid).toBe((await setOf(hands))?.metadata.uid);
});

test('a scale-down goes on after its own switchover failed', async () => {
  const hands = await PostgresHands.start(two, {failsOwnSwitchover: true});
  await hands.switchOver(0, 1);
  await hands.pass(20);
  await hands.scaleTo(1);
  await hands.pass(20);
  expect(hands.operatorLog.join('\n')).toContain('warning could not scale down: ');
  expect([await hands.pod(1), readNumber(await setOf(hands), 'spec.replicas')]).toEqual([undefined, 1]);
});

test('a scale-down moves the leader first where it can', async () => {
  const hands = await PostgresHands.start(two);
  await hands.switchOver(0, 1);
  await hands.pass(20);
  await hands.scaleTo(1);
  await hands.pass(40);
  expect([hands.platform.leader, hands.platform.timeline]).toEqual(['commander-postgres-0', 3]);
  expect(readString(await hands.claim(1), 'status.phase')).toBe('Bound');
});

test('another image makes every pod anew, the leader last', async () => {
  const hands = await PostgresHands.start(two);
  const before = [await hands.pod(0), await hands.pod(1)].map(pod => pod?.metadata.uid);
  const ref = {apiVersion: 'acid.zalan.do/v1', kind: 'postgresql', name: 'commander-postgres', namespace: 'd8-commander'};
  await hands.platform.world.patch(ref, {spec: {dockerImage: 'registry.example.com/acid/spilo-15:3.0-p2'}});
  await hands.pass(4);
  expect((await hands.pod(0))?.metadata.annotations?.['zalando-postgres-operator-rolling-update-required']).toBe('true');
  await hands.pass(180);
  const after = [await hands.pod(0), await hands.pod(1)].map(pod => pod?.metadata.uid);
  expect(after.filter(uid => before.includes(uid))).toEqual([]);
  expect(hands.platform.leader).toBe('commander-postgres-1');
  expect(hands.operatorLog).toContain('info recreating old master pod "d8-commander/commander-postgres-0"');
});

test('a converge may set the number of instances back', async () => {
  const hands = await PostgresHands.start({}, {resetsInstances: true});
  await hands.scaleTo(2);
  await hands.pass(90);
  expect(readNumber(await clusterOf(hands), 'spec.numberOfInstances')).toBe(1);
});

test('one that is down does nothing', async () => {
  const hands = await PostgresHands.start(two, {isDown: true});
  const before = await setOf(hands);
  await hands.wishClass(newClass);
  expect((await setOf(hands))?.metadata.uid).toBe(before?.metadata.uid);
  expect(readString(await clusterOf(hands), 'spec.volume.storageClass')).toBe(newClass);
});

test('the module that is turned off takes everything with it, the keys too; turned on again it starts a new database', async () => {
  const hands = await PostgresHands.start(two);
  const keys = await hands.find('v1', 'Secret', 'commander-envs');
  const before = hands.platform.diskOf('commander-postgres-0')?.systemId;
  await hands.enable(false);
  await hands.pass(120);
  expect(await hands.platform.world.find({apiVersion: 'v1', kind: 'Namespace', name: 'd8-commander'})).toBeUndefined();
  expect(hands.platform.state.disks).toEqual({});
  await hands.enable(true);
  await hands.pass(120);
  expect(await hands.topology()).toEqual(['0 leader running', '1 replica running']);
  expect(hands.platform.diskOf('commander-postgres-0')?.systemId).not.toBe(before);
  expect([hands.platform.timeline, await hands.classOf(0)]).toEqual([1, oldClass]);
  expect((await hands.find('v1', 'Secret', 'commander-envs'))?.data).not.toEqual(keys?.data);
});
