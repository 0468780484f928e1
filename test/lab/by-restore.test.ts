/** A live database is destroyed and made anew on another class, filled from its dump, on real PostgreSQL: every row and every secret comes back. */
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {readList, readString} from '../../src/domain/fields.ts';
import {memberContainer, psql} from '../../src/domain/postgres/member-commands.ts';
import type {Run} from '../../src/domain/run.ts';
import {WorldClient} from '../../src/embedded/world/world-client.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import {buildProgram, type Program} from '../support/dashboard.ts';
import {describeWhere} from '../support/describe-where.ts';
import {compareWithCommander} from '../support/lab/commander-database.ts';
import {rowsSql} from '../support/lab/commander-writer.ts';
import {LabRuns} from '../support/lab/lab-run.ts';
import {untilLive} from '../support/lab/migration.ts';
import {askPod} from '../support/lab/run-in-pod.ts';
import {findLab, type Lab, startLab} from '../support/lab/start-lab.ts';
import {foreignDraft, newClass} from '../support/postgres-drafts.ts';

const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: {name: 'dumps', namespace: 'shop'},
  spec: {accessModes: ['ReadWriteOnce'], storageClassName: newClass, resources: {requests: {storage: '1Gi'}}},
};
const database = 'd8-commander/commander-postgres';
const parameters = {target: database, storageClass: newClass, backupTo: 'pvc:shop/dumps', keysTo: 'secret:shop/commander-keys'};

/** Where each step begins to act, and where it begins to wait: the controller dies there. */
function atEachEffect(): (run: Run) => boolean {
  const seen = new Set<string>();
  return ({status}) => {
    const step = status.steps.find(({id}) => id === status.current);
    const moment = `${step?.id}/${step?.state}`;
    if (step === undefined || (step.state !== 'Acting' && step.state !== 'Verifying') || seen.has(moment)) return false;
    seen.add(moment);
    return true;
  };
}

async function rowsBeside(lab: Lab): Promise<ReadonlySet<string>> {
  const pod = {namespace: 'd8-commander', name: 'commander-postgres-0'};
  const ask = (sql: string, name?: string) => askPod(lab.server.streams, pod, memberContainer, psql(sql, name));
  const aside = await ask("select coalesce(max(datname), '') from pg_database where datname like 'commander\\_before\\_%'");
  const hasRows = aside !== '' && (await ask("select to_regclass('rows') is not null", aside)) === 't';
  const rows: ReadonlyArray<{readonly writer: string; readonly number: number}> = hasRows ? JSON.parse(await ask(rowsSql, aside)) : [];
  return new Set(rows.map(({writer, number}) => `${writer} ${number}`));
}

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
  return ask;
}

describeWhere(
  findLab('embedded', '3.0.2'),
  'a database moves by dump and restore',
  () => {
    let program: Program;
    let lab: Lab | undefined;
    let runs: LabRuns | undefined;
    beforeAll(async () => {
      program = await buildProgram();
    });
    afterEach(async () => {
      await runs?.close();
      await lab?.close();
    });
    afterAll(() => program?.remove());

    const begin = async (): Promise<{readonly lab: Lab; readonly runs: LabRuns; readonly world: WorldClient}> => {
      lab = await startLab({server: 'embedded', patroni: '3.0.2', instances: 1});
      const world = new WorldClient(lab.server.port);
      await world.create(claim);
      runs = await LabRuns.prepare(lab, program);
      await untilLive(lab, 1);
      return {lab, runs, world};
    };
    const moveCommander = async (kills?: (run: Run) => boolean): Promise<void> => {
      const {lab: own, runs: carriers, world} = await begin();
      const options = {deadlineMs: 850_000, ...(kills === undefined ? {} : {kills})};
      const run = await carriers.carry({name: 'move', runbook: 'postgres-storage-class-by-restore', parameters}, options);
      expect(run.status.phase, JSON.stringify(run.status)).toBe('Succeeded');
      console.info(run.status.steps.find(({id}) => id === 'writers-let-in')?.message);
      const claims = await world.list('v1', 'PersistentVolumeClaim', 'd8-commander');
      expect(claims.map(each => readString(each, 'spec.storageClassName'))).toEqual([newClass]);
      const before = own.writer.acknowledged().length;
      await waitUntil('Commander goes on writing', () => own.writer.acknowledged().length > before + 20, {deadlineMs: 90_000});
      const {lost, unreadable} = await compareWithCommander(own);
      expect(unreadable).toEqual([]);
      // While nobody carried the run Commander may have written into the empty database: that one is kept.
      const beside = kills === undefined ? new Set<string>() : await rowsBeside(own);
      expect(lost.filter(row => !beside.has(row))).toEqual([]);
    };

    test('Commander’s, with every row and every secret', {timeout: 500_000}, () => moveCommander());

    test.runIf(process.env.DECKHAND_SOAK !== undefined)('Commander’s, killed at each of its effects', {timeout: 900_000}, () =>
      moveCommander(atEachEffect()),
    );

    test('nobody’s, with its databases and roles', {timeout: 500_000}, async () => {
      const {lab: own, runs: carriers, world} = await begin();
      const ask = await plantForeign(own);
      const [rows, password] = [await ask(sumSql, 'shop'), await ask("select rolpassword from pg_authid where rolname = 'clerk'")];
      const order = {
        name: 'move',
        runbook: 'postgres-storage-class-by-restore',
        parameters: {target: 'shop/shop-postgres', storageClass: newClass, backupTo: 'pvc:shop/dumps'},
      };
      const run = await carriers.carry(order, {deadlineMs: 450_000});
      expect(run.status.phase, JSON.stringify(run.status)).toBe('Succeeded');
      const claims = await world.list('v1', 'PersistentVolumeClaim', 'shop', {labelSelector: 'cluster-name=shop-postgres'});
      expect(claims.map(each => readString(each, 'spec.storageClassName'))).toEqual([newClass]);
      expect(await ask(sumSql, 'shop')).toBe(rows);
      expect(await ask("select pg_get_userbyid(datdba) from pg_database where datname = 'shop'")).toBe('clerk');
      expect(await ask("select rolpassword from pg_authid where rolname = 'clerk'")).toBe(password);
    });
  },
  'lab',
);
