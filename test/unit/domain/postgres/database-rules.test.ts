import {describe, expect, test} from 'vitest';
import {formatBytes} from '../../../../src/domain/postgres/byte-size.ts';
import {agreedLeader, type DatabaseSeen} from '../../../../src/domain/postgres/database-seen.ts';
import {readMemberReport} from '../../../../src/domain/postgres/patroni-report.ts';
import {readTopology} from '../../../../src/domain/postgres/patroni-topology.ts';
import {isBarrierPassed, replicaSafety, type SafetyOptions, standbyOf} from '../../../../src/domain/postgres/replica-safety.ts';
import {copiesWithout, safeCopies} from '../../../../src/domain/postgres/safe-copies.ts';
import {chooseBranch, highAvailabilityWish} from '../../../../src/domain/postgres/storage-branch.ts';
import {strictTrouble} from '../../../../src/domain/postgres/strict-writes.ts';
import {clusters, reports} from '../../../support/patroni-captures.ts';
import {disk, now, one, pod, seen, zero} from '../../../support/postgres-seen.ts';

function codes(change: Partial<DatabaseSeen>, options?: SafetyOptions): readonly string[] {
  return replicaSafety(seen(change), zero, options).map(({code}) => code);
}

describe('who leads', () => {
  test('is believed where the lock, the members and the leader itself agree', () => {
    expect(agreedLeader(seen())).toEqual({kind: 'agreed', name: one});
  });

  test.each([
    ['the lock names another', {dcs: {kind: 'endpoints', leader: zero, isFailoverPending: false, writeAddress: undefined}}],
    ['the leader denies it', {isLeaderServing: false}],
    ['writes go elsewhere', {dcs: {kind: 'endpoints', leader: one, isFailoverPending: false, writeAddress: '127.0.1.10'}}],
  ] satisfies readonly [string, Partial<DatabaseSeen>][])('is disputed where %s', (_, change) => {
    expect(agreedLeader(seen(change)).kind).toBe('disputed');
  });

  test('is nobody where no member leads or none answers', () => {
    expect(agreedLeader(seen({topology: readTopology(clusters.leaderless302)})).kind).toBe('none');
    expect(agreedLeader(seen({topology: undefined}))).toMatchObject({
      kind: 'none',
      why: {en: expect.stringContaining('no member answers')},
    });
  });
});

describe('a replica is safe', () => {
  test('where nothing speaks against it', () => {
    expect(replicaSafety(seen(), zero, {storageClass: 'old', podUid: 'pod-0'})).toEqual([]);
  });

  test.each([
    ['no-leader', {isLeaderServing: false}],
    ['pod', {pods: [pod(0, {isTerminating: true}), pod(1)]}],
    ['pod', {pods: [pod(0, {restarts: 3, runningSince: now - 5_000}), pod(1)]}],
    ['pod', {pods: [pod(1)]}],
    ['rolling-update', {pods: [pod(0), pod(1, {isRollingUpdateWanted: true})]}],
    ['disk', {disks: [disk(0, {isTerminating: true}), disk(1)]}],
    ['disk', {disks: [disk(0, {isBound: false}), disk(1)]}],
    ['failover-pending', {dcs: {kind: 'endpoints', leader: one, isFailoverPending: true, writeAddress: undefined}}],
    ['stale-dcs', {now: now + 120_000}],
  ] satisfies readonly [string, Partial<DatabaseSeen>][])('only without %s', (code, change) => {
    expect(codes(change)).toEqual([code]);
  });

  test('to take the lead under synchronous replication only as a synchronous standby', () => {
    const settings = {ttlSeconds: 30, loopSeconds: 10, failoverLagMax: 33_554_432, isSynchronous: true, isStrict: false};
    expect(codes({settings})).toEqual([]);
    expect(codes({settings}, {isToLead: true})).toEqual(['not-sync-standby']);
  });

  test('no further behind than the cluster itself allows for a failover', () => {
    const topology = readTopology(clusters.healthy414.replace(/"lag": ?0/g, '"lag": 500000'));
    const settings = {ttlSeconds: 30, loopSeconds: 10, failoverLagMax: 100_000, isSynchronous: false, isStrict: false};
    expect(codes({topology})).toEqual([]);
    expect(codes({topology, settings})).toEqual(['lag']);
  });

  test('only on the class and in the pod that are meant', () => {
    expect(codes({}, {storageClass: 'new'})).toEqual(['disk']);
    expect(codes({}, {podUid: 'pod-9'})).toEqual(['pod-replaced']);
  });

  test.each([
    ['paused', clusters.paused302],
    ['switchover-scheduled', clusters.scheduled302],
    ['no-failover-tag', clusters.noFailover302],
    ['lag', clusters.lagging302],
  ])('not while Patroni 3.0.2 tells %s', (code, body) => {
    const report = readMemberReport(reports.leader302);
    if (report === undefined) throw new Error('unreadable');
    const replica = {...report, role: 'replica' as const, streamers: []};
    expect(
      codes({
        topology: readTopology(body),
        reports: new Map([
          [one, report],
          [zero, replica],
        ]),
        now: 1_795_286_800_000,
      }),
    ).toEqual([code]);
  });

  test('before Patroni 3.0.4 only where the leader lists it as streaming', () => {
    const report = readMemberReport(reports.leader302);
    if (report === undefined) throw new Error('unreadable');
    const old = (streamers: typeof report.streamers) =>
      codes({
        topology: readTopology(clusters.restartPending302),
        reports: new Map([
          [one, {...report, streamers}],
          [zero, {...report, role: 'replica', streamers: []}],
        ]),
        now: 1_795_286_800_000,
      });
    expect(old(report.streamers)).toEqual([]);
    expect(old([])).toEqual(['not-streaming']);
    expect(old([{member: zero, state: 'catchup', syncState: 'async'}])).toEqual(['not-streaming']);
  });

  test('not on another timeline, and not with the data of another database', () => {
    const change = (report: object) => {
      const found = seen();
      const before = found.reports.get(zero);
      if (before === undefined) throw new Error('no report');
      return codes({reports: new Map([...found.reports, [zero, {...before, ...report}]])});
    };
    expect(change({timeline: 27})).toEqual(['other-timeline']);
    expect(change({systemId: '1'})).toEqual(['foreign-data']);
    expect(change({systemId: undefined, timeline: undefined})).toEqual(['other-timeline', 'foreign-data']);
    const topology = readTopology(clusters.healthy414.replaceAll('"streaming"', '"creating replica"'));
    expect(replicaSafety(seen({topology, reports: new Map()}), zero).map(({text}) => text.en)).toEqual([
      `${zero} is creating replica, not streaming`,
    ]);
  });

  test('and stands behind the barrier once it has replayed what the leader had flushed', () => {
    expect(isBarrierPassed({flushed: 100, replayed: 100})).toBe(true);
    expect(isBarrierPassed({flushed: 100, replayed: 99})).toBe(false);
    expect(isBarrierPassed({flushed: 100, replayed: undefined})).toBe(false);
  });
});

describe('safe copies', () => {
  test('are the leader and each safe replica; older ones stand beside', () => {
    const volume = {name: 'pv-9', uid: 'v', policy: 'Retain', phase: 'Released'};
    expect(safeCopies(seen(), {volumes: [volume], dumps: ['commander.dump']})).toEqual([
      {kind: 'leader', name: one, isWhole: true},
      {kind: 'replica', name: zero, isWhole: true},
      {kind: 'volume', name: 'pv-9', isWhole: false},
      {kind: 'dump', name: 'commander.dump', isWhole: false},
    ]);
  });

  test('one copy fewer is left where the disk of one goes', () => {
    const copies = safeCopies(seen());
    expect([0, 1, 2].map(ordinal => copiesWithout(seen(), copies, ordinal))).toEqual([1, 1, 2]);
    const single = seen({pods: [pod(1)], disks: [disk(1)]});
    expect(copiesWithout(single, safeCopies(single), 1)).toBe(0);
  });

  test('there is none where nobody is agreed to lead', () => {
    expect(safeCopies(seen({isLeaderServing: false}))).toEqual([]);
  });
});

describe('the way to another class', () => {
  const base = {wish: 'several', instances: 2, healthy: 2, instancesBefore: undefined, earlierRun: 'unknown'} as const;
  test.each([
    ['several as wished', base, {kind: 'go', members: 2, isResumed: false}],
    ['one as wished', {...base, wish: 'one', instances: 1, healthy: 1}, {kind: 'go', members: 1, isResumed: false}],
    ['two where one is wished: an earlier attempt, perhaps', {...base, wish: 'one'}, {kind: 'go', members: 1, isResumed: true}],
    [
      'three where an earlier attempt added one',
      {...base, instances: 3, healthy: 3, instancesBefore: 2},
      {kind: 'go', members: 2, isResumed: true},
    ],
    [
      'three where the run that added one has come to its end',
      {...base, instances: 3, healthy: 3, instancesBefore: 2, earlierRun: 'over'},
      {kind: 'stop', reason: 'StaleMark'},
    ],
    ['a mark of one where several are wished', {...base, instancesBefore: 1}, {kind: 'stop', reason: 'StaleMark'}],
    [
      'a mark that is two too low',
      {...base, wish: 'one', instances: 3, healthy: 3, instancesBefore: 1},
      {kind: 'stop', reason: 'StaleMark'},
    ],
    ['a replica is missing', {...base, healthy: 1}, {kind: 'stop', reason: 'MissingReplica'}],
    ['one where several are wished', {...base, instances: 1, healthy: 1}, {kind: 'stop', reason: 'NotConverged'}],
    ['more run than are wanted', {...base, instances: 1, healthy: 2}, {kind: 'stop', reason: 'Scaling'}],
  ] as const)('%s', (_, input, expected) => {
    expect(chooseBranch(input)).toMatchObject(expected);
  });

  test('the module’s own word goes before the global one and the number of masters', () => {
    expect(highAvailabilityWish({module: false, global: true, masters: 3})).toBe('one');
    expect(highAvailabilityWish({module: undefined, global: true, masters: 1})).toBe('several');
    expect(highAvailabilityWish({module: undefined, global: undefined, masters: 3})).toBe('several');
    expect(highAvailabilityWish({module: undefined, global: undefined, masters: undefined})).toBe('unknown');
  });
});

test('of several synchronous standbys one on the new class takes the lead, of none nobody', () => {
  const settings = {ttlSeconds: 30, loopSeconds: 10, failoverLagMax: 33_554_432, isSynchronous: true, isStrict: false};
  const member = {state: 'streaming', timeline: 1, lagBytes: 0, host: '', isRestartPending: false, isNoFailover: false} as const;
  const four = (roles: readonly ('leader' | 'sync_standby' | 'replica')[]) =>
    seen({
      settings,
      cluster: {...seen().cluster, instances: 4},
      topology: {
        members: roles.map((role, ordinal) => ({...member, name: `commander-postgres-${ordinal}`, role})),
        isPaused: false,
        scheduledSwitchover: undefined,
      },
      disks: [disk(0), disk(1), disk(2), disk(3, {storageClass: 'new'})],
    });
  const several = four(['leader', 'replica', 'sync_standby', 'sync_standby']);
  expect(standbyOf(several, zero, 'new')).toBe('commander-postgres-3');
  expect(standbyOf(several, zero, 'newest')).toBe('commander-postgres-2');
  expect(standbyOf(four(['leader', 'replica', 'replica', 'replica']), zero, 'new')).toBeUndefined();
  expect(standbyOf({...several, settings: {...settings, isSynchronous: false}}, zero, 'new')).toBeUndefined();
});

test('sizes are said in round words', () => {
  expect([0, 512, 1536, 10 * 2 ** 30].map(formatBytes)).toEqual(['0 B', '512 B', '1.5 KiB', '10 GiB']);
});

test('the last standby of a strictly synchronous database is not taken away', () => {
  const settings = {ttlSeconds: 30, loopSeconds: 10, failoverLagMax: 33_554_432, isSynchronous: true, isStrict: true};
  expect(strictTrouble(seen({settings}), zero, one)?.en).toContain('every write would wait');
  expect(strictTrouble(seen({settings: {...settings, isStrict: false}}), zero, one)).toBeUndefined();
  expect(strictTrouble(seen({settings}), 'commander-postgres-2', one)).toBeUndefined();
});
