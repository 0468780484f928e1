/** What is said of a PostgreSQL cluster, whichever Patroni it runs and wherever that keeps its lock. */
import {describe, expect, test} from 'vitest';
import type {KubeObject} from '../../../../src/domain/kube-object.ts';
import {readDatabase} from '../../../../src/domain/postgres/database.ts';
import {judgeDatabase} from '../../../../src/domain/postgres/database-verdict.ts';
import {patroniRecordOf, readPatroniObject} from '../../../../src/domain/postgres/patroni-record.ts';
import {readClaim} from '../../../../src/domain/postgres/watched-disk.ts';
import {readMember} from '../../../../src/domain/postgres/watched-member.ts';
import {annotate, createdAt, deleting, set} from '../../../support/objects.ts';
import {database, databaseName, diskOf, following, leading, lockIn, member, patroniObject} from '../../../support/postgres-objects.ts';
import {spoken} from '../../../support/spoken-verdict.ts';

const seenAt = Date.parse(createdAt);
const first = `${databaseName}-0`;
const healthy = [member(0, leading()), member(1, following())];

type World = {
  readonly resource?: KubeObject;
  readonly members?: readonly KubeObject[];
  readonly records?: readonly KubeObject[];
  readonly claims?: readonly KubeObject[];
  readonly now?: number;
};

function verdictOf({
  resource = database(),
  members = healthy,
  records = [lockIn('Endpoints', first)],
  claims = [],
  now = seenAt,
}: World): string {
  const facts = readDatabase(resource);
  const objects = records.map(object => readPatroniObject(object, seenAt, object.kind === 'Endpoints' ? 'Endpoints' : 'ConfigMaps'));
  const record = patroniRecordOf(objects, facts);
  return spoken(judgeDatabase(facts, {now, members: members.map(readMember), record, claims: claims.map(readClaim)}));
}

describe('a healthy cluster', () => {
  test.each(['3.0.2', '3.0.4', '4.1.4'])('of Patroni %s is ok, with its lock in Endpoints or in ConfigMaps', version => {
    const members = [member(0, leading(version)), member(1, following(version))];
    for (const store of ['Endpoints', 'ConfigMaps'] as const) expect(verdictOf({members, records: [lockIn(store, first)]})).toBe('ok');
  });

  test('of a new Patroni in which a replica runs but does not stream is not', () => {
    const members = [member(0, leading('4.1.4')), member(1, {...following('4.1.4'), replication_state: 'in archive recovery'})];
    expect(verdictOf({members})).toBe('broken · commander-postgres-1 does not follow: in archive recovery');
  });

  test('whose lock moved from Endpoints to ConfigMaps is led by who renewed it last', () => {
    const stale = lockIn('Endpoints', `${databaseName}-1`, {renewTime: '2026-01-01T00:00:00.000000+00:00'});
    expect(verdictOf({records: [stale, lockIn('ConfigMaps', first)]})).toBe('ok');
  });
});

type Case = readonly [situation: string, world: World, verdict: string];
const resourceOf = (status: string): KubeObject => database(set('status', {PostgresClusterStatus: status}));

test.each<Case>([
  ['the operator failed', {resource: resourceOf('UpdateFailed')}, 'broken · UpdateFailed: the log of the operator says why'],
  ['the operator works', {resource: resourceOf('Updating')}, 'busy · the operator applies a change'],
  ['no word yet', {resource: database(set('status', {}))}, 'unknown · nothing reported yet'],
  ['a word of the future', {resource: resourceOf('Dreaming')}, 'unknown · phase Dreaming is not known here'],
  ['deleted', {resource: database(deleting(createdAt))}, `busy · deleting · since ${new Date(seenAt).toISOString()}`],
  ['no instances wanted', {resource: database(set('spec.numberOfInstances', 0)), members: []}, 'ok · switched off: 0 instances are wanted'],
  ['nobody holds the lock', {records: [lockIn('Endpoints', '')]}, 'broken · no leader: it takes no writes'],
  ['the lock is no longer renewed', {now: seenAt + 60_000}, 'broken · no leader: it takes no writes'],
  ['the lock is renewed late', {now: seenAt + 40_000}, 'ok'],
  ['its holder is gone', {members: healthy.slice(1)}, 'broken · its leader commander-postgres-0 is gone'],
  ['its holder has not been promoted yet', {records: [lockIn('Endpoints', `${databaseName}-1`)]}, 'busy · commander-postgres-1 takes over'],
  [
    'a standby cluster',
    {members: [member(0, {...leading(), role: 'standby_leader'}), member(1, following())]},
    'ok · a standby cluster: it follows another database',
  ],
  [
    'paused',
    {records: [lockIn('Endpoints', first), patroniObject('Endpoints', 'config', {config: '{"pause": true}'})]},
    'waiting · paused: nobody takes over where the leader dies',
  ],
  [
    'a switchover is ordered',
    {records: [lockIn('Endpoints', first), patroniObject('Endpoints', 'failover', {leader: first, member: `${databaseName}-1`})]},
    'busy · a switchover to commander-postgres-1 is ordered',
  ],
  [
    'the operator wants another pod',
    {members: [healthy[0] ?? database(), member(1, following(), annotate('zalando-postgres-operator-rolling-update-required', 'true'))]},
    'busy · the operator is about to make commander-postgres-1 anew',
  ],
  ['a replica is missing', {members: healthy.slice(0, 1)}, 'waiting · 1 of 2 members are there'],
  ['a replica more than wanted', {resource: database(set('spec.numberOfInstances', 1))}, 'busy · 2 members are there, 1 wanted'],
  [
    'a replica is being made',
    {members: [member(0, leading()), member(1, {state: 'creating replica', role: 'replica', version: '3.0.2'})]},
    'busy · commander-postgres-1 does not follow: creating replica',
  ],
  [
    'a pod without Patroni',
    {members: [member(0, leading()), member(1, undefined, set('status', {phase: 'Pending'}))]},
    'busy · commander-postgres-1 does not follow: Pending',
  ],
  [
    'a pod in which Patroni has not spoken yet',
    {members: [member(0, leading()), member(1, undefined)]},
    'busy · commander-postgres-1 does not follow: starting',
  ],
  [
    'a replica on another timeline',
    {members: [member(0, leading()), member(1, {...following(), timeline: 1})]},
    'broken · commander-postgres-1 does not follow: running',
  ],
  ['far behind', {members: [member(0, leading()), member(1, following('3.0.2', 0))]}, 'waiting · commander-postgres-1 is 48 MiB behind'],
  [
    'a disk on the class of before',
    {claims: [...diskOf(0, 'fast').slice(0, 1), ...diskOf(1, 'slow').slice(0, 1)]},
    'waiting · still on slow: the disk of commander-postgres-1',
  ],
  [
    'all disks on other classes',
    {claims: [...diskOf(1, 'slow').slice(0, 1), ...diskOf(0, 'slower').slice(0, 1)]},
    'waiting · still on slow, slower: the disks of commander-postgres-0, commander-postgres-1',
  ],
])('%s', (_, world, verdict) => {
  expect(verdictOf(world)).toBe(verdict);
});

test('labels of pods do not say who leads', () => {
  const mislabelled = [
    member(0, leading(), set('metadata.labels.spilo-role', 'replica')),
    member(1, following(), set('metadata.labels.spilo-role', 'master')),
  ];
  expect(verdictOf({members: mislabelled})).toBe('ok');
});
