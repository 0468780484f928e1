/**
 * What a member of a PostgreSQL cluster answers to each command that is run inside it. Held by real members under the node agent
 * and by the simulated ones of the demo: two of them, one of which leads on timeline 1.
 */
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type PatroniPage, patroniGet, patroniSwitchover, psql, psqlWriting} from '../../../src/domain/postgres/member-commands.ts';
import {
  archiverSql,
  baseBackupSql,
  checkpointSql,
  databasesSql,
  flushLsnSql,
  identitySql,
  oldestLogSql,
  replayLsnSql,
  replicationSql,
  restoreCommandSql,
  slotsSql,
  writeProbeSql,
} from '../../../src/domain/postgres/member-sql.ts';
import {readWalPosition} from '../../../src/domain/postgres/wal-position.ts';
import {waitUntil} from '../control-plane/wait-until.ts';
import {describeDumpContract} from './dump-contract.ts';

/** undefined: the container has no such program. */
export type MemberAnswer = {readonly exitCode: number | undefined; readonly stdout: string; readonly stderr: string};

export type MemberRig = {
  run(member: string, command: readonly string[]): Promise<MemberAnswer>;
  /** Lets time go by where it is not real. */
  wait?(): Promise<void>;
  readonly members: readonly [string, string];
  readonly patroni: string;
  /** What the members said last. */
  explain(): string;
  close(): Promise<void>;
};

type Fields = Record<string, unknown>;
type Page = {readonly status: number; readonly body: Fields};

const healthyMs = 60_000;
const lsn = /^[0-9A-F]+\/[0-9A-F]+$/;

export type Members = {
  run(member: string, command: readonly string[]): Promise<MemberAnswer>;
  leader(): string;
  replica(): string;
};

/** `more`: what only some members can be held to. */
export function describeMemberContract(open: () => Promise<MemberRig>, more: (members: Members) => void = () => undefined): void {
  let rig: MemberRig;
  let [leader, replica] = ['', ''];
  const run = (member: string, command: readonly string[]) => rig.run(member, command);
  const ask = async (member: string, sql: string, database?: string): Promise<string> => {
    const {exitCode, stdout, stderr} = await run(member, psql(sql, database));
    if (exitCode !== 0) throw new Error(`${sql} ended with ${exitCode}: ${stderr}`);
    return stdout.trim();
  };
  const until = <Answer>(what: string, probe: () => Promise<Answer | undefined | false>): Promise<Answer> => {
    const look = async () => {
      const answer = await probe();
      if (answer === undefined || answer === false) await rig.wait?.();
      return answer;
    };
    return waitUntil(what, look, {deadlineMs: healthyMs, explain: () => rig.explain()});
  };
  const askJson = async (member: string, sql: string): Promise<unknown> => JSON.parse(await ask(member, sql));
  const get = (member: string, page: PatroniPage) => readPage(run(member, patroniGet(page)));
  const members = async (): Promise<readonly Fields[]> => {
    const {body} = await get(rig.members[0], 'cluster');
    return Array.isArray(body.members) ? body.members : [];
  };
  const areHealthy = async (lead: string, timeline: number): Promise<boolean> => {
    const [leading, following] = [await members(), await members()].map((all, index) =>
      all.find(({name}) => (index === 0 ? name === lead : name !== lead)),
    );
    const isStreaming = ['running', 'streaming'].includes(String(following?.state)) && following?.lag === 0;
    return leading?.role === 'leader' && leading.state === 'running' && leading.timeline === timeline && isStreaming;
  };

  beforeAll(async () => {
    rig = await open();
    [leader, replica] = await until('one leads and the other follows', async () => {
      const name = String((await members()).find(({role}) => role === 'leader')?.name);
      const other = rig.members.find(each => each !== name) ?? '';
      return (await areHealthy(name, 1)) && ([name, other] as const);
    });
    await until('the leader knows who streams', async () => (await ask(leader, replicationSql)) !== '[]');
  });
  afterAll(() => rig?.close());

  describe('pages of Patroni', () => {
    test('/cluster: each member with role, state, place and timeline; a replica with its lag', async () => {
      const place = {api_url: expect.stringMatching(/^http:\/\/[\d.]+:8008\/patroni$/), host: expect.any(String), port: 5432, timeline: 1};
      const follows = rig.patroni < '3.0.4' ? 'running' : 'streaming';
      // Each member tells of itself once in a loop.
      const {status, body} = await until('the replica is said to follow', async () => {
        const answer = await get(replica, 'cluster');
        return JSON.stringify(answer.body).includes(`"state":"${follows}"`) && answer;
      });
      expect(status).toBe(200);
      expect(body.members).toEqual(
        expect.arrayContaining([
          {name: leader, role: 'leader', state: 'running', ...place},
          expect.objectContaining({name: replica, role: 'replica', state: follows, lag: 0, ...place}),
        ]),
      );
    });

    test('/patroni of the leader: who streams from it, and what it is', async () => {
      const {status, body} = await get(leader, 'patroni');
      expect(status).toBe(200);
      expect(body).toMatchObject({
        state: 'running',
        role: rig.patroni < '4' ? 'master' : 'primary',
        server_version: expect.any(Number),
        xlog: {location: expect.any(Number)},
        timeline: 1,
        replication: [{usename: 'standby', application_name: replica, state: 'streaming', sync_state: 'async'}],
        database_system_identifier: expect.stringMatching(/^\d+$/),
        patroni: {version: rig.patroni},
      });
    });

    test('/patroni of a replica: how far it is', async () => {
      const {status, body} = await get(replica, 'patroni');
      expect(status).toBe(200);
      expect(body).toMatchObject({
        state: 'running',
        role: 'replica',
        xlog: {received_location: expect.any(Number), replayed_location: expect.any(Number), paused: false},
        timeline: 1,
      });
      expect(body).not.toHaveProperty('replication');
    });

    test('/leader: 200 on the leader only', async () => {
      expect((await get(leader, 'leader')).status).toBe(200);
      expect((await get(replica, 'leader')).status).toBe(503);
    });

    test('/config: the times and the bound on the lag', async () => {
      const {status, body} = await get(replica, 'config');
      expect(status).toBe(200);
      const times = {ttl: expect.any(Number), loop_wait: expect.any(Number), retry_timeout: expect.any(Number)};
      expect(body).toMatchObject({...times, maximum_lag_on_failover: expect.any(Number)});
    });
  });

  describe('statements', () => {
    test('positions: the leader has flushed, the replica replays; a leader that never was a replica has replayed nothing', async () => {
      const flushed = await ask(leader, flushLsnSql);
      expect(flushed).toMatch(lsn);
      await waitUntil('the replica is there too', async () => !isBefore(await ask(replica, replayLsnSql), flushed), {
        deadlineMs: healthyMs,
      });
      expect(await ask(leader, replayLsnSql)).toBe('');
    });

    test('a replica flushes nothing of its own: psql says why and exits with 1', async () => {
      const {stdout, stderr, exitCode} = await run(replica, psql(flushLsnSql));
      expect(stdout).toBe('');
      expect(stderr).toContain('ERROR:  recovery is in progress');
      expect(exitCode).toBe(1);
    });

    test('who streams, with positions and the lag in seconds', async () => {
      const [row, ...more] = (await askJson(leader, replicationSql)) as Fields[];
      expect(more).toEqual([]);
      expect(row).toMatchObject({application_name: replica, state: 'streaming', sync_state: 'async'});
      expect(row?.flush_lsn).toMatch(lsn);
      expect(row?.replay_lsn).toMatch(lsn);
      expect(row).toHaveProperty('replay_lag_seconds');
      expect(await askJson(replica, replicationSql)).toEqual([]);
    });

    test('what it is: version, system, timeline, and whether it follows', async () => {
      const [leading, following] = [await askJson(leader, identitySql), await askJson(replica, identitySql)];
      const {body} = await get(leader, 'patroni');
      const same = {version: body.server_version, systemId: body.database_system_identifier, timeline: 1};
      expect(leading).toEqual({...same, isInRecovery: false});
      expect(following).toEqual({...same, isInRecovery: true});
    });

    test('databases with their sizes, slots with what they keep, the archiver, no base backup', async () => {
      expect(await askJson(leader, databasesSql)).toContainEqual({datname: 'postgres', bytes: expect.any(Number)});
      const slot = {slot_name: replica.replaceAll('-', '_'), active: true, retained_bytes: expect.any(Number)};
      expect(await askJson(leader, slotsSql)).toContainEqual(slot);
      const [archived, ...none] = (await askJson(leader, archiverSql)) as Fields[];
      expect(none).toEqual([]);
      expect(archived).toMatchObject({failed_count: 0, last_failed_time: null});
      expect(archived).toHaveProperty('last_archived_time');
      expect(await askJson(leader, baseBackupSql)).toEqual([]);
    });

    test('from where on the leader keeps its log, and that a replica has no other source of it', async () => {
      const [oldest, flushed] = [Number(await ask(leader, oldestLogSql)), readWalPosition(await ask(leader, flushLsnSql))];
      expect(oldest).toBeLessThanOrEqual(flushed ?? Number.NaN);
      expect(oldest).toBeGreaterThanOrEqual(0);
      expect(await ask(replica, restoreCommandSql)).toBe('');
    });

    test('a checkpoint says nothing; an unknown database is refused with 2', async () => {
      expect(await ask(leader, checkpointSql)).toBe('');
      const {stderr, exitCode} = await run(leader, psql('select 1', 'nowhere'));
      expect(stderr).toContain('database "nowhere" does not exist');
      expect(exitCode).toBe(2);
    });
  });

  test('a message in the log is committed on the leader, and on no replica', async () => {
    const {exitCode, stdout} = await run(leader, psqlWriting(writeProbeSql));
    expect([exitCode, lsn.test(stdout.trim())]).toEqual([0, true]);
    const refused = await run(replica, psqlWriting(writeProbeSql));
    expect(refused.exitCode).toBeGreaterThan(0);
    expect(refused.stderr).toContain('cannot assign TransactionIds during recovery');
  });

  test('what the container lacks cannot be run', async () => {
    expect((await run(leader, ['no-such-program'])).exitCode).toBeUndefined();
  });

  const found: Members = {run, leader: () => leader, replica: () => replica};
  describe('dumps', () => describeDumpContract(found));

  more(found);

  describe('switchover', () => {
    test('is refused where the leader named does not lead, and where nobody can take over', async () => {
      expect(await readText(run(leader, patroniSwitchover(replica, leader)))).toEqual({status: 412, text: 'leader name does not match'});
      const unknown = await readText(run(leader, patroniSwitchover(leader, 'nobody')));
      expect(unknown).toEqual({status: 412, text: 'candidate does not exists'});
      expect(await areHealthy(leader, 1)).toBe(true);
    });

    test('to the replica: it leads on the next timeline, and the old leader streams from it', async () => {
      const answer = await readText(run(replica, patroniSwitchover(leader, replica)));
      expect(answer).toEqual({status: 200, text: `Successfully switched over to "${replica}"`});
      await until('the roles have changed', () => areHealthy(replica, 2));
      await until('the old leader streams', async () => (await ask(replica, replicationSql)).includes(leader));
      expect((await get(replica, 'leader')).status).toBe(200);
      expect((await get(leader, 'leader')).status).toBe(503);
    });
  });
}

/** Whether `one` comes before `other` in the log. */
function isBefore(one: string, other: string): boolean {
  const place = (text: string): bigint => {
    const [high = '0', low = '0'] = text.split('/');
    return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
  };
  return place(one) < place(other);
}

async function readText(running: Promise<MemberAnswer>): Promise<{readonly status: number; readonly text: string}> {
  const {stdout, stderr, exitCode} = await running;
  expect(exitCode, stderr).toBe(0);
  const [, text = '', status] = /^([\s\S]*)[\n ](\d{3})$/.exec(stdout) ?? [];
  return {status: Number(status), text};
}

async function readPage(running: Promise<MemberAnswer>): Promise<Page> {
  const {status, text} = await readText(running);
  return {status, body: JSON.parse(text)};
}
