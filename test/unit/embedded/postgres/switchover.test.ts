/** How leadership moves, is refused, or is lost. */
import {expect, test} from 'vitest';
import {PostgresHands} from '../../../support/postgres-hands.ts';

const two = {isHighlyAvailable: true} as const;

test('a refused switchover changes nothing', async () => {
  const hands = await PostgresHands.start(two, {switchover: 'refused'});
  expect(await hands.switchOver(0, 1)).toBe('503 Switchover failed');
  await hands.pass(120);
  expect([hands.platform.leader, hands.platform.timeline]).toEqual(['commander-postgres-0', 1]);
});

test('one that was refused may happen a little later', async () => {
  const hands = await PostgresHands.start(two, {switchover: 'late'});
  expect(await hands.switchOver(0, 1)).toBe('503 Switchover failed');
  expect(hands.platform.leader).toBe('commander-postgres-0');
  await hands.pass(30);
  expect([hands.platform.leader, hands.platform.timeline]).toEqual(['commander-postgres-1', 2]);
});

test('one whose leader stops slowly is of unknown outcome, and comes to its end', async () => {
  const hands = await PostgresHands.start(two, {switchover: 'slow'});
  expect(await hands.switchOver(0, 1)).toBe('503 Switchover status unknown');
  expect(await hands.topology()).toEqual(['0 leader stopping', '1 replica running']);
  await hands.pass(60);
  expect(await hands.topology()).toEqual(['0 replica running', '1 leader running']);
});

test.each([
  ['the leader is another one', 1, 0, '412 leader name does not match'],
  ['the candidate is not there', 0, 7, '412 candidate does not exists'],
  ['both are the same', 0, 0, '412 switchover is not possible: no good candidates have been found'],
])('is refused at once where %s', async (_why, from, to, answer) => {
  const hands = await PostgresHands.start(two);
  expect(await hands.switchOver(from, to)).toBe(answer);
});

test('a candidate that is too far behind is refused', async () => {
  const hands = await PostgresHands.start(two, {frozenReplicas: ['commander-postgres-1'], maximumLagOnFailover: 10_000});
  await hands.pass(60);
  expect(await hands.switchOver(0, 1)).toBe('503 Switchover failed');
  expect(hands.platform.leader).toBe('commander-postgres-0');
});

test('a candidate with the tag nofailover is refused', async () => {
  const hands = await PostgresHands.start(two, {noFailover: ['commander-postgres-1']});
  expect(await hands.switchOver(0, 1)).toBe('503 Switchover failed');
});

test('in synchronous mode only the standby that the cluster counts on may lead', async () => {
  const hands = await PostgresHands.start(two, {isSynchronous: true});
  await hands.pass(1);
  expect(await hands.switchOver(0, 1)).toBe('200 Successfully switched over to "commander-postgres-1"');
  await hands.pass(1);
  expect(await hands.switchOver(1, 0)).toBe('412 candidate name does not match with sync_standby');
  await hands.pass(30);
  expect(await hands.topology()).toEqual(['0 sync_standby running', '1 leader running']);
});

test('a leader that is told to go hands over within seconds', async () => {
  const hands = await PostgresHands.start(two);
  await hands.dropPod(0);
  await hands.pass(6);
  expect([hands.platform.leader, hands.platform.timeline, hands.platform.lostRows]).toEqual(['commander-postgres-1', 2, 0]);
  await hands.pass(30);
  expect(await hands.topology()).toEqual(['0 replica running', '1 leader running']);
});

test('a leader that is lost is followed when its lock runs out; what was not replicated is lost', async () => {
  const hands = await PostgresHands.start(two, {frozenReplicas: ['commander-postgres-1']});
  await hands.pass(20);
  hands.platform.loseMember(0);
  await hands.pass(20);
  expect(hands.platform.leader).toBe('commander-postgres-0');
  await hands.pass(15);
  expect(hands.platform.leader).toBe('commander-postgres-1');
  expect(hands.platform.lostRows).toBeGreaterThan(20);
  hands.platform.faults.frozenReplicas = [];
  hands.platform.reviveMember(0);
  await hands.pass(20);
  expect(await hands.topology()).toEqual(['0 replica running', '1 leader running']);
});

test('nobody follows while the cluster is paused', async () => {
  const hands = await PostgresHands.start(two, {isPaused: true});
  hands.platform.loseMember(0);
  await hands.pass(60);
  expect(await hands.topology(1)).toEqual(['1 replica running']);
  expect((await hands.page(1, 'cluster'))?.body).toContain('"pause":true');
});

test('without its store a leader steps down, and takes over again when it is back', async () => {
  const hands = await PostgresHands.start(two, {isStoreDown: true});
  await hands.pass(10);
  expect((await hands.page(0, 'leader'))?.status).toBe(503);
  hands.platform.faults.isStoreDown = false;
  await hands.pass(10);
  expect((await hands.page(0, 'leader'))?.status).toBe(200);
});
