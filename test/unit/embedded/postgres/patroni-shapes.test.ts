/** The answers of the simulated Patroni have the fields that the real one was seen to have, version by version. */
import {expect, test} from 'vitest';
import {isFields, readItems} from '../../../../src/domain/fields.ts';
import {PostgresHands} from '../../../support/postgres-hands.ts';

/** Seen on real members; the later fields are there from their version on. */
const shapes = [
  {version: '2.1.4', leader: 'master', replica: 'running', more: {row: [], page: []}},
  {version: '3.0.2', leader: 'master', replica: 'running', more: {row: [], page: []}},
  {version: '3.2.2', leader: 'master', replica: 'streaming', more: {row: [], page: ['replication_state']}},
  {version: '4.0.4', leader: 'primary', replica: 'streaming', more: {row: [], page: ['replication_state']}},
  {
    version: '4.1.4',
    leader: 'primary',
    replica: 'streaming',
    more: {row: ['lsn', 'receive_lag', 'receive_lsn', 'replay_lag', 'replay_lsn'], page: ['replication_state']},
  },
];

const rowFields = ['api_url', 'host', 'name', 'port', 'role', 'state', 'timeline'];
const pageFields = ['database_system_identifier', 'dcs_last_seen', 'patroni', 'postmaster_start_time', 'role', 'server_version'];

async function pageOf(hands: PostgresHands, ordinal: number, page: 'cluster' | 'patroni') {
  const body: unknown = JSON.parse((await hands.page(ordinal, page))?.body ?? '');
  if (!isFields(body)) throw new Error(`${page} is no object`);
  return body;
}

test.each(shapes)('Patroni $version', async ({version, leader, replica, more}) => {
  const hands = await PostgresHands.start({isHighlyAvailable: true, version});
  const cluster = await pageOf(hands, 0, 'cluster');
  const rows = readItems(cluster, 'members', row => (isFields(row) ? row : {}));
  expect(rows.map(row => Object.keys(row).sort())).toEqual([rowFields, [...rowFields, ...more.row, 'lag'].sort()]);
  expect(rows.map(({state}) => state)).toEqual(['running', replica]);
  const [main, other] = [await pageOf(hands, 0, 'patroni'), await pageOf(hands, 1, 'patroni')];
  const common = [...pageFields, 'state', 'timeline', 'xlog'];
  expect(Object.keys(main).sort()).toEqual([...common, 'replication'].sort());
  expect(Object.keys(other).sort()).toEqual([...common, ...more.page].sort());
  expect([main.role, other.role]).toEqual([leader, 'replica']);
  expect(main.replication).toMatchObject([{application_name: 'commander-postgres-1', state: 'streaming', sync_state: 'async'}]);
});

test('a replica that runs and does not stream is known to the leader alone', async () => {
  const hands = await PostgresHands.start({isHighlyAvailable: true}, {deafReplicas: ['commander-postgres-1']});
  await hands.pass(12);
  expect(await hands.topology()).toEqual(['0 leader running', '1 replica running']);
  expect((await pageOf(hands, 0, 'patroni')).replication).toBeUndefined();
  expect((await hands.pod(1))?.metadata.labels?.['spilo-role']).toBe('replica');
});

test('a cluster that follows another has a standby leader', async () => {
  const hands = await PostgresHands.start({isHighlyAvailable: true}, {isStandbyCluster: true});
  expect(await hands.topology()).toEqual(['0 standby_leader running', '1 replica running']);
});
