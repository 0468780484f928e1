/** Which copies are safe and how far replicas are behind, as it is seen over time. */
import {describe, expect, test} from 'vitest';
import type {KubeObject} from '../../../../src/domain/kube-object.ts';
import {patroniRecordOf, readPatroniObject} from '../../../../src/domain/postgres/patroni-record.ts';
import {ReplicationWatch} from '../../../../src/domain/postgres/replication-watch.ts';
import {leaderOf, type MemberStanding, standingsOf} from '../../../../src/domain/postgres/standing.ts';
import {type Disk, disksOf, readClaim, readVolume} from '../../../../src/domain/postgres/watched-disk.ts';
import {readMember} from '../../../../src/domain/postgres/watched-member.ts';
import {deleting, set} from '../../../support/objects.ts';
import {databaseName, diskOf, following, leading, lockIn, member, volumeOf} from '../../../support/postgres-objects.ts';

const cluster = {namespace: 'default', name: databaseName};
const first = `${databaseName}-0`;
const second = `${databaseName}-1`;

type Look = {
  readonly at?: number;
  readonly leader?: string;
  readonly leaderPosition?: number;
  readonly members: readonly KubeObject[];
  readonly disks?: readonly (readonly [KubeObject, KubeObject])[];
};

class Onlooker {
  readonly watch = new ReplicationWatch();

  look({at = 0, leader = first, leaderPosition = 100, members, disks = [diskOf(0, 'fast'), diskOf(1, 'fast')]}: Look): readonly string[] {
    const lock = readPatroniObject(lockIn('Endpoints', leader, {optime: String(leaderPosition)}), at, 'Endpoints');
    const record = patroniRecordOf([lock], cluster);
    const standings: readonly MemberStanding[] = standingsOf(members.map(readMember), record, at);
    this.watch.take(standings, record);
    return this.watch.copies(standings, leaderOf(record, at), disksIn(disks), at).safe;
  }
}

function disksIn(disks: readonly (readonly [KubeObject, KubeObject])[]): readonly Disk[] {
  return disksOf(
    cluster,
    disks.map(([owner]) => readClaim(owner)),
    disks.map(([, held]) => readVolume(held)),
  );
}

describe('a safe copy', () => {
  test('is the leader, and a replica from when it has reached what the leader had written', () => {
    const onlooker = new Onlooker();
    const at = (position: number): readonly KubeObject[] => [member(0, leading()), member(1, following('4.1.4', position))];
    expect(onlooker.look({members: at(60), leaderPosition: 100})).toEqual([first]);
    expect(onlooker.look({members: at(90), leaderPosition: 180})).toEqual([first]);
    expect(onlooker.look({members: at(120), leaderPosition: 240})).toEqual([first, second]);
    // Writes go on: it stays a copy as long as it follows.
    expect(onlooker.look({members: at(200), leaderPosition: 300})).toEqual([first, second]);
  });

  test('is a replica no longer once it stopped following, until it has caught up anew', () => {
    const onlooker = new Onlooker();
    const stopped = member(1, {...following('4.1.4', 100), state: 'stopped'});
    const behind = member(1, following('4.1.4', 100));
    onlooker.look({members: [member(0, leading()), behind]});
    expect(onlooker.look({members: [member(0, leading()), stopped]})).toEqual([first]);
    expect(onlooker.look({members: [member(0, leading()), behind], leaderPosition: 150})).toEqual([first]);
  });

  test('is a replica no longer that is a minute behind, though it says that it runs', () => {
    const onlooker = new Onlooker();
    const members = [member(0, leading()), member(1, following('3.0.2', 100))];
    onlooker.look({at: 0, leaderPosition: 100, members});
    expect(onlooker.look({at: 10_000, leaderPosition: 200, members})).toEqual([first, second]);
    expect(onlooker.look({at: 60_000, leaderPosition: 300, members})).toEqual([first, second]);
    expect(onlooker.look({at: 71_000, leaderPosition: 400, members})).toEqual([first]);
  });

  test('is a pod made anew only by what the new one has', () => {
    const onlooker = new Onlooker();
    onlooker.look({members: [member(0, leading()), member(1, following('4.1.4', 100))]});
    const anew = member(1, following('4.1.4', 10), set('metadata.uid', 'another'));
    expect(onlooker.look({members: [member(0, leading()), anew]})).toEqual([first]);
  });

  test('is none whose claim is being deleted', () => {
    const members = [member(0, leading()), member(1, following('4.1.4', 100))];
    const disks = [diskOf(0, 'fast'), diskOf(1, 'fast', deleting('2026-01-02T12:00:00Z'))];
    expect(new Onlooker().look({members, disks})).toEqual([first]);
  });

  test('is nobody’s without a leader', () => {
    expect(new Onlooker().look({members: [member(0, leading()), member(1, following())], leader: ''})).toEqual([]);
  });
});

test('a lag in seconds is the time since the leader was where the replica is', () => {
  const onlooker = new Onlooker();
  const members = [member(0, leading())];
  for (const [at, leaderPosition] of [
    [0, 100],
    [10_000, 200],
    [20_000, 300],
  ] as const)
    onlooker.look({at, leaderPosition, members});
  expect(onlooker.watch.behindMs(300, 25_000)).toBe(0);
  expect(onlooker.watch.behindMs(150, 25_000)).toBe(15_000);
  expect(onlooker.watch.behindMs(250, 25_000)).toBe(5_000);
});

test('disks are those of the members, and what earlier claims have left', () => {
  const [owner, held] = diskOf(1, 'fast');
  const left = volumeOf('pvc-old', {...owner, metadata: {...owner.metadata, uid: 'earlier'}}, 'slow', set('status', {phase: 'Released'}));
  const foreign = volumeOf('pvc-foreign', {...owner, metadata: {...owner.metadata, name: `pgdata-${databaseName}-x-0`}}, 'slow');
  const disks = disksOf(cluster, [owner, diskOf(0, 'fast')[0]].map(readClaim), [left, held, foreign].map(readVolume));
  expect(disks.map(({member: name, claim, volume}) => [name, claim?.name, volume?.name])).toEqual([
    [first, `pgdata-${first}`, undefined],
    [second, `pgdata-${second}`, 'pvc-1'],
    [second, undefined, 'pvc-old'],
  ]);
});

test('the time without a leader begins when it is first seen, and ends with the next one', () => {
  const watch = new ReplicationWatch();
  expect(watch.leaderlessMs(first, 0)).toBeUndefined();
  expect(watch.leaderlessMs(undefined, 1_000)).toBe(0);
  expect(watch.leaderlessMs(undefined, 4_000)).toBe(3_000);
  expect(watch.leaderlessMs(second, 5_000)).toBeUndefined();
  expect(watch.leaderlessMs(undefined, 9_000)).toBe(0);
});
