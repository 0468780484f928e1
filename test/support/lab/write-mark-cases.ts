/** What moves the mark of writes on a real server, and what does not. */
import {expect, test} from 'vitest';
import {readProperties} from '../../../src/domain/postgres/dump-inventory.ts';
import {createDatabaseSql, dropDatabaseSql, propertiesSql} from '../../../src/domain/postgres/dump-sql.ts';
import {psql} from '../../../src/domain/postgres/member-commands.ts';
import {readWriteMark, writeMarkSql, writtenBetween} from '../../../src/domain/postgres/write-mark.ts';
import {waitUntil} from '../control-plane/wait-until.ts';
import type {Members} from './member-contract.ts';

const own = 'marked';

export function describeWriteMarks({run, leader}: Pick<Members, 'run' | 'leader'>): void {
  const tell = async (sql: string, database = own): Promise<string> => {
    const {exitCode, stdout, stderr} = await run(leader(), psql(sql, database));
    expect(exitCode, `${sql}: ${stderr}`).toBe(0);
    return stdout.trim();
  };
  const mark = async () => readWriteMark(JSON.parse(await tell(writeMarkSql)));
  const writtenBy = async (sql: string, database?: string) => {
    const before = await mark();
    await tell(sql, database);
    return writtenBetween(before, await mark())?.en;
  };

  test('rows, large objects and schema move it; upkeep and other databases do not', async () => {
    await tell(createDatabaseSql(own, readProperties(JSON.parse(await tell(propertiesSql('postgres'), 'postgres')))), 'postgres');
    await tell('create table t (x int); insert into t values (1), (2)');
    await tell("select lo_from_bytea(4711, 'abc')");
    for (const [sql, database] of [
      ['vacuum (freeze, analyze)'],
      ['checkpoint', 'postgres'],
      ['create table elsewhere (x int)', 'postgres'],
      ['drop table elsewhere', 'postgres'],
      [`alter database ${own} set work_mem = '8MB'`, 'postgres'],
    ] as const)
      expect(await writtenBy(sql, database), sql).toBeUndefined();
    expect(await writtenBy('update t set x = x where x = 1')).toMatch(/^rows were changed/);
    for (const sql of [
      "select lo_put(4711, 0, 'xyz')",
      'truncate t',
      'create view v as select 1',
      'drop view v',
      'alter table t add y int',
    ])
      expect(await writtenBy(sql), sql).toBe('tables or large objects were changed');
    expect(await writtenBy('drop table t')).toBeDefined();
  });

  test('counts that were reset, by hand or by a crash, and that are not kept prove nothing', async () => {
    expect(await writtenBy('select pg_stat_reset()')).toMatch(/counts were reset/);
    await tell(`alter database ${own} set track_counts = off`);
    expect(writtenBetween(await mark(), await mark())?.en).toMatch(/track_counts/);
    await tell(`alter database ${own} reset track_counts`);
    const before = await mark();
    expect((await run(leader(), psql("copy (select 1) to program 'kill -9 $PPID'", own))).exitCode).not.toBe(0);
    const afterCrash = async () => {
      const {exitCode, stdout} = await run(leader(), psql(writeMarkSql, own));
      return exitCode === 0 ? writtenBetween(before, readWriteMark(JSON.parse(stdout)))?.en : undefined;
    };
    expect(await waitUntil('the mark is another one', afterCrash, {deadlineMs: 60_000})).toMatch(/counts were reset/);
    await tell(dropDatabaseSql(own), 'postgres');
  });
}
