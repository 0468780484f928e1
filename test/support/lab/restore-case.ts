/** A lab whose database moves by dump and restore, and what must be so afterwards: for one test. */
import {expect, onTestFinished} from 'vitest';
import {readString} from '../../../src/domain/fields.ts';
import {memberContainer, psql} from '../../../src/domain/postgres/member-commands.ts';
import {WorldClient} from '../../../src/embedded/world/world-client.ts';
import {waitUntil} from '../control-plane/wait-until.ts';
import type {Program} from '../dashboard.ts';
import {newClass} from '../postgres-drafts.ts';
import {compareWithCommander, whatWasSaid} from './commander-database.ts';
import {rowsSql} from './commander-writer.ts';
import {describeRun} from './describe-run.ts';
import {atEachEffect} from './effect-watch.ts';
import {LabRuns} from './lab-run.ts';
import type {ServerKind} from './lab-server.ts';
import {figuresOf, untilLive} from './migration.ts';
import {askPod} from './run-in-pod.ts';
import {type Lab, startLab} from './start-lab.ts';

const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: {name: 'dumps', namespace: 'shop'},
  spec: {accessModes: ['ReadWriteOnce'], storageClassName: newClass, resources: {requests: {storage: '1Gi'}}},
};
const database = 'd8-commander/commander-postgres';
const parameters = {target: database, storageClass: newClass, backupTo: 'pvc:shop/dumps', keysTo: 'secret:shop/commander-keys'};
const writesAgainMs = 180_000;

export type RestoreCase = {readonly lab: Lab; readonly runs: LabRuns; readonly world: WorldClient};

export async function openRestoreCase(program: Program, server: ServerKind): Promise<RestoreCase> {
  const lab = await startLab({server, patroni: '3.0.2', instances: 1});
  onTestFinished(() => lab.close());
  const world = new WorldClient(lab.server.port);
  await world.create(claim);
  const runs = await LabRuns.prepare(lab, program);
  onTestFinished(() => runs.close());
  await untilLive(lab, 1);
  return {lab, runs, world};
}

export type MoveOptions = {readonly deadlineMs: number /** At each effect, once. */; readonly isKilled?: boolean};

export async function moveCommander({lab, runs, world}: RestoreCase, {deadlineMs, isKilled = false}: MoveOptions): Promise<void> {
  const beganMs = Date.now();
  const strike = atEachEffect(lab.server);
  let strikes = 0;
  const kills = (): boolean => {
    const isDue = strike();
    if (isDue) strikes += 1;
    return isDue;
  };
  const order = {name: 'move', runbook: 'postgres-storage-class-by-restore', parameters};
  const run = await runs.carry(order, {deadlineMs, ...(isKilled && {kills})});
  expect(run.status.phase, `${describeRun(run)}\n${whatWasSaid(lab)}`).toBe('Succeeded');
  const claims = await world.list('v1', 'PersistentVolumeClaim', 'd8-commander');
  expect(claims.map(each => readString(each, 'spec.storageClassName'))).toEqual([newClass]);
  const before = lab.writer.acknowledged().length;
  await waitUntil('Commander goes on writing', () => lab.writer.acknowledged().length > before + 20, {deadlineMs: writesAgainMs});
  console.info(`${figuresOf(lab, beganMs)}; killed ${strikes} times; ${run.status.steps.find(({id}) => id === 'writers-let-in')?.message}`);
  const {lost, unreadable} = await compareWithCommander(lab);
  expect(unreadable).toEqual([]);
  // While nobody carried the run Commander may have written into the empty database: that one is kept.
  const beside = isKilled ? await rowsBeside(lab) : new Set<string>();
  expect(lost.filter(row => !beside.has(row))).toEqual([]);
  if (isKilled) expect(strikes).toBeGreaterThan(run.status.steps.length / 2);
}

async function rowsBeside(lab: Lab): Promise<ReadonlySet<string>> {
  const pod = {namespace: 'd8-commander', name: 'commander-postgres-0'};
  const ask = (sql: string, name?: string) => askPod(lab.server.streams, pod, memberContainer, psql(sql, name));
  const aside = await ask("select coalesce(max(datname), '') from pg_database where datname like 'commander\\_before\\_%'");
  const hasRows = aside !== '' && (await ask("select to_regclass('rows') is not null", aside)) === 't';
  const rows: ReadonlyArray<{readonly writer: string; readonly number: number}> = hasRows ? JSON.parse(await ask(rowsSql, aside)) : [];
  return new Set(rows.map(({writer, number}) => `${writer} ${number}`));
}
