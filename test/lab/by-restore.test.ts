/** A live database is destroyed and made anew on another class, filled from its dump, on real PostgreSQL: every row and every secret comes back. */
import {afterAll, beforeAll, expect, test} from 'vitest';
import {readList, readString} from '../../src/domain/fields.ts';
import {memberContainer, psql} from '../../src/domain/postgres/member-commands.ts';
import {WorldClient} from '../../src/embedded/world/world-client.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import {buildProgram, type Program} from '../support/dashboard.ts';
import {describeWhere} from '../support/describe-where.ts';
import {describeRun} from '../support/lab/describe-run.ts';
import {moveCommander, openRestoreCase} from '../support/lab/restore-case.ts';
import {askPod} from '../support/lab/run-in-pod.ts';
import {findLab, type Lab} from '../support/lab/start-lab.ts';
import {foreignDraft, newClass} from '../support/postgres-drafts.ts';

const timeout = 700_000;
const foreign = {namespace: 'shop', name: 'shop-postgres'};
const someRows =
  'create table items(id int primary key, name text); insert into items select g, md5(g::text) from generate_series(1, 5000) g';
const sumSql = "select count(*) || ' ' || md5(string_agg(name, ',' order by id)) from items";

/** A database of a team's own, with a role that only a person made. */
async function plantForeign(lab: Lab): Promise<(sql: string, database?: string) => Promise<string>> {
  const world = new WorldClient(lab.server.port);
  await world.create(foreignDraft(1));
  const pod = {namespace: foreign.namespace, name: `${foreign.name}-0`};
  const ask = (sql: string, database?: string) => askPod(lab.server.streams, pod, memberContainer, psql(sql, database));
  await waitUntil('it leads', async () => (await ask('select pg_is_in_recovery()').catch(() => '')) === 'f', {deadlineMs: 90_000});
  await waitUntil(
    'its service leads to it',
    async () => {
      const service = await world.find({apiVersion: 'v1', kind: 'Endpoints', ...foreign});
      const cluster = await world.find({apiVersion: 'acid.zalan.do/v1', kind: 'postgresql', ...foreign});
      return readList(service, 'subsets').length > 0 && readString(cluster, 'status.PostgresClusterStatus') === 'Running';
    },
    {deadlineMs: 90_000},
  );
  await ask("create role clerk login password 'of a person'");
  await ask('create database shop owner clerk');
  await ask(someRows, 'shop');
  // Where Patroni lives, which nothing takes the place of.
  await ask(someRows);
  return ask;
}

describeWhere(
  findLab('embedded', '3.0.2'),
  'a database moves by dump and restore',
  () => {
    let program: Program;
    beforeAll(async () => {
      program = await buildProgram();
    });
    afterAll(() => program?.remove());

    test('Commander’s, with every row and every secret', {timeout}, async () =>
      moveCommander(await openRestoreCase(program, 'embedded'), {deadlineMs: 450_000}),
    );

    test('nobody’s, with its databases and roles', {timeout}, async () => {
      const {lab, runs, world} = await openRestoreCase(program, 'embedded');
      const ask = await plantForeign(lab);
      const [rows, password] = [await ask(sumSql, 'shop'), await ask("select rolpassword from pg_authid where rolname = 'clerk'")];
      const order = {
        name: 'move',
        runbook: 'postgres-storage-class-by-restore',
        parameters: {target: 'shop/shop-postgres', storageClass: newClass, backupTo: 'pvc:shop/dumps'},
      };
      const run = await runs.carry(order, {deadlineMs: 450_000});
      expect(run.status.phase, describeRun(run)).toBe('Succeeded');
      const claims = await world.list('v1', 'PersistentVolumeClaim', 'shop', {labelSelector: 'cluster-name=shop-postgres'});
      expect(claims.map(each => readString(each, 'spec.storageClassName'))).toEqual([newClass]);
      for (const database of ['shop', 'postgres']) expect(await ask(sumSql, database), database).toBe(rows);
      expect(await ask("select pg_get_userbyid(datdba) from pg_database where datname = 'shop'")).toBe('clerk');
      expect(await ask("select rolpassword from pg_authid where rolname = 'clerk'")).toBe(password);
    });
  },
  'lab',
);
