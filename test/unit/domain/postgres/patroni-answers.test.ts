import {describe, expect, test} from 'vitest';
import {isQueueQuiet, readMainQueue} from '../../../../src/domain/postgres/main-queue.ts';
import {readPatroniAnswer} from '../../../../src/domain/postgres/patroni-answer.ts';
import {readMemberReport} from '../../../../src/domain/postgres/patroni-report.ts';
import {readPatroniSettings} from '../../../../src/domain/postgres/patroni-settings.ts';
import {leaderOf, readTopology} from '../../../../src/domain/postgres/patroni-topology.ts';
import {readSwitchoverAnswer} from '../../../../src/domain/postgres/switchover-answer.ts';
import {formatWalPosition, readWalPosition} from '../../../../src/domain/postgres/wal-position.ts';
import {clusters, reports} from '../../../support/patroni-captures.ts';

function topology(body: string) {
  const read = readTopology(body);
  if (read === undefined) throw new Error('unreadable');
  return read;
}

describe('GET /cluster', () => {
  test.each([
    ['2.1.4', clusters.healthy214, 'running', 19],
    ['4.0.4, as 3.2.2 prints it too', clusters.healthy404, 'streaming', 24],
    ['4.1.4', clusters.healthy414, 'streaming', 28],
  ])('of Patroni %s names leader, replica, timeline and lag', (_, body, state, timeline) => {
    expect(topology(body)).toMatchObject({
      isPaused: false,
      scheduledSwitchover: undefined,
      members: [
        {name: 'commander-postgres-0', role: 'replica', state, timeline, lagBytes: 0, isNoFailover: false},
        {name: 'commander-postgres-1', role: 'leader', state: 'running', timeline, lagBytes: undefined},
      ],
    });
    expect(leaderOf(topology(body))?.name).toBe('commander-postgres-1');
  });

  test('of Patroni 3.0.2 tells lag, pause, tags, a restart to come and a scheduled switchover', () => {
    expect(topology(clusters.lagging302).members[0]?.lagBytes).toBe(64_806_784);
    expect(topology(clusters.paused302).isPaused).toBe(true);
    expect(topology(clusters.synchronous302).members[0]?.role).toBe('sync_standby');
    expect(topology(clusters.noFailover302).members[0]?.isNoFailover).toBe(true);
    expect(topology(clusters.restartPending302).members.map(({isRestartPending}) => isRestartPending)).toEqual([true, true]);
    expect(topology(clusters.scheduled302).scheduledSwitchover).toEqual({
      at: '2027-01-01T00:00:00+00:00',
      from: 'commander-postgres-1',
      to: 'commander-postgres-0',
    });
  });

  test('has no leader where nobody leads, and counts a pod without Patroni as a member of unknown lag', () => {
    expect(leaderOf(topology(clusters.leaderless302))).toBeUndefined();
    expect(topology(clusters.foreignPod302).members[1]).toMatchObject({state: '', lagBytes: 'unknown', host: undefined});
  });

  test.each(['', 'Switchover failed', '[]', '{"members": "none"}'])('is none where the body is %j', body => {
    expect(readTopology(body)).toBeUndefined();
  });
});

describe('GET /patroni', () => {
  test('calls the leader by one word, whatever the version does, and lists who streams from it', () => {
    const streamers = [{member: 'commander-postgres-0', state: 'streaming', syncState: 'async'}];
    expect(readMemberReport(reports.leader302)).toMatchObject({role: 'leader', timeline: 12, position: 488_940_120, streamers});
    expect(readMemberReport(reports.leader414)).toMatchObject({role: 'leader', timeline: 28, position: 1_871_869_184, streamers});
  });

  test('takes the further of what a replica received and replayed', () => {
    expect(readMemberReport(reports.replica404)).toMatchObject({role: 'replica', position: 1_807_149_184, replicationState: 'streaming'});
    expect(readMemberReport(reports.replica302)).toMatchObject({role: 'replica', position: 318_771_408, replicationState: undefined});
  });

  test('tells system, versions, sync standby and an unlocked cluster', () => {
    expect(readMemberReport(reports.replica214)).toMatchObject({
      patroniVersion: '2.1.4',
      serverVersion: 150_018,
      systemId: '7710694552836390720',
    });
    expect(readMemberReport(reports.syncStandby302)?.isSyncStandby).toBe(true);
    expect(readMemberReport(reports.uninitialized302)).toMatchObject({role: 'uninitialized', state: 'stopped', isUnlocked: true});
  });
});

test('curl gives the body and, on a line of its own, the status', () => {
  expect(readPatroniAnswer('{"members": []}\n200')).toEqual({status: 200, body: '{"members": []}'});
  expect(readPatroniAnswer('Switchover failed\n503')).toEqual({status: 503, body: 'Switchover failed'});
  expect(readPatroniAnswer('\n000')).toBeUndefined();
  expect(readPatroniAnswer('{"members": [')).toBeUndefined();
});

test.each([
  ['Successfully switched over to "commander-postgres-1"\n200', {kind: 'done', leader: 'commander-postgres-1'}],
  ['Switched over to "commander-postgres-2" instead of "commander-postgres-1"\n200', {kind: 'done', leader: 'commander-postgres-2'}],
  ['leader name does not match\n412', {kind: 'refused', message: '412 leader name does not match'}],
  ['candidate does not exists\n412', {kind: 'refused', message: '412 candidate does not exists'}],
  [
    '<!DOCTYPE HTML>\n<html lang="en">\n<body>\n<p>Message: Bad Request.</p>\n</body>\n</html>\n400',
    {kind: 'refused', message: '400 Bad Request.'},
  ],
  ['</html> 400', {kind: 'refused', message: '400'}],
  ['candidate does not exists 412', {kind: 'refused', message: '412 candidate does not exists'}],
  ['Switchover failed\n503', {kind: 'open', message: '503 Switchover failed'}],
  ['Switchover status unknown\n503', {kind: 'open', message: '503 Switchover status unknown'}],
  ['', {kind: 'unheard'}],
])('the answer %j to a switchover is read', (printed, expected) => {
  expect(readSwitchoverAnswer(readPatroniAnswer(printed), 'commander-postgres-1')).toEqual(expected);
});

test('settings are read with Patroni’s own defaults', () => {
  const spilo = '{"ttl":30,"loop_wait":10,"retry_timeout":10,"maximum_lag_on_failover":33554432,"postgresql":{"use_pg_rewind":true}}';
  expect(readPatroniSettings(spilo)).toEqual({
    ttlSeconds: 30,
    loopSeconds: 10,
    failoverLagMax: 33_554_432,
    isSynchronous: false,
    isStrict: false,
  });
  expect(readPatroniSettings('{"synchronous_mode": true}')).toMatchObject({failoverLagMax: 1_048_576, isSynchronous: true});
  expect(readPatroniSettings('{"synchronous_mode": "on", "synchronous_mode_strict": true}')).toMatchObject({isStrict: true});
});

test('positions in the log are bytes', () => {
  expect(readWalPosition('0/6F9274C8')).toBe(1_871_869_128);
  expect(readWalPosition('16/B374D848\n')).toBe(0x16_b374_d848);
  expect(readWalPosition('')).toBeUndefined();
  expect(formatWalPosition(0x16_b374_d848)).toBe('16/B374D848');
});

test('the queue is read as text and as JSON', () => {
  expect(readMainQueue("Queue 'main': length 0, status: 'waiting for task 5s'\n")).toEqual({length: 0, status: 'waiting for task 5s'});
  expect(readMainQueue('{"name":"main","tasksCount":2,"status":"run first task"}')).toEqual({length: 2, status: 'run first task'});
  expect(isQueueQuiet(readMainQueue("Queue 'main': length 3, status: ''"))).toBe(false);
  expect(isQueueQuiet(readMainQueue('error: no such queue'))).toBe(false);
});
