/** Trouble on the way of a live database to another class, with real members: it is waited out, or the run stops with its leader whole. */
import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {readString} from '../../src/domain/fields.ts';
import type {Run} from '../../src/domain/run.ts';
import type {ApiHandler} from '../../src/embedded/apiserver/api-server.ts';
import {WorldClient} from '../../src/embedded/world/world-client.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import {buildProgram, type Program} from '../support/dashboard.ts';
import {describeWhere} from '../support/describe-where.ts';
import {compareWithCommander} from '../support/lab/commander-database.ts';
import {describeRun} from '../support/lab/describe-run.ts';
import {gateOf, handsOf, type LabCase, once, openLabCase, stateOf} from '../support/lab/lab-case.ts';
import {expectMoved} from '../support/lab/migration.ts';
import {postgresBin} from '../support/lab/patroni-versions.ts';
import {findLab} from '../support/lab/start-lab.ts';
import {newClass, oldClass} from '../support/postgres-drafts.ts';
import {asPostgres} from '../support/postgres-user.ts';

const namespace = 'd8-commander';
const name = 'commander-postgres';
const timeout = 420_000;
const deadlineMs = 60_000;

describeWhere(
  findLab('embedded', '3.0.2') ?? findLab('embedded', '4.1.4'),
  'trouble on the way',
  () => {
    let program: Program;
    beforeAll(async () => {
      program = await buildProgram();
    });
    afterAll(() => program?.remove());

    test('synchronous replication, a replica that stands still, a copy that is refused: waited for until they heal', {
      timeout,
    }, async () => {
      const {lab, witness, migrate} = await openLabCase(program, {server: 'embedded', patroni: '3.0.2', instances: 2});
      const [leader, replica] = await handsOf(lab);
      await leader.configure({synchronous_mode: true});
      const freeze = once(
        run => stateOf(run, 'set-class') === 'Succeeded',
        async () => {
          const receiver = await replica.processOf('walreceiver');
          process.kill(receiver, 'SIGSTOP');
          await waitUntil('rows wait for the replica', () => lab.writer.pauseMs() > 2_500, {deadlineMs});
          expect(lab.server.deletions()).toEqual([]);
          process.kill(receiver, 'SIGCONT');
        },
      );
      const spoil = once(
        run => gateOf(run) === 'replace-1' || gateOf(run) === 'replace-0',
        () => leader.sql("alter role standby password 'another'"),
      );
      const mend = once(
        run => stepsLike(run, /^copy-/).some(state => state === 'Verifying'),
        async () => {
          await waitUntil('the copy is refused', () => lab.agent.workers.some(hasSaid(/password authentication failed/)), {deadlineMs});
          await leader.sql("alter role standby password 'replsecret'");
        },
      );
      const run = await migrate({
        beside: async seen => {
          await freeze(seen);
          await spoil(seen);
          await mend(seen);
        },
        deadlineMs: timeout,
      });
      expect(run.status.phase, describeRun(run)).toBe('Succeeded');
      await expectMoved(lab, {instances: 2, storageClass: newClass, witness});
    });

    test('the leader dies hard, rows on it that no replica has: the run stops, and no disk is touched', {timeout}, async () => {
      const {lab, migrate} = await openLabCase(program, {server: 'embedded', patroni: '3.0.2', instances: 2});
      const [leader, replica] = await handsOf(lab);
      const isGate = (run: Run) => gateOf(run)?.startsWith('replace-') === true;
      const run = await migrate({
        beside: once(isGate, async () => {
          process.kill(await leader.processOf('walsender'), 'SIGSTOP');
          const before = lab.writer.acknowledged().length;
          await waitUntil('rows are on the leader alone', () => lab.writer.acknowledged().length > before + 20, {deadlineMs});
          await leader.lose();
          await waitUntil('the replica leads', async () => (await replica.sql('select pg_is_in_recovery()')) === 'f', {deadlineMs});
          leader.thaw();
          await waitUntil('the old leader follows', async () => (await leader.sql('select pg_is_in_recovery()')) === 't', {deadlineMs});
        }),
      });
      expect(run.status.phase, describeRun(run)).toBe('Paused');
      expect(JSON.stringify(run.status.conditions)).toMatch(/LeaderMoved|TimelineMoved/);
      expect(lab.server.deletions()).toEqual([]);
      // What asynchronous replication loses is lost; the run neither caused it nor hid it.
      expect((await compareWithCommander(lab)).lost.length).toBeGreaterThan(0);
    });

    test('the API server is away in the middle of a switchover: no row is lost, and the end is clean', {timeout}, async () => {
      let isAway = false;
      const wrap = (handle: ApiHandler): ApiHandler => {
        return call => (isAway ? {status: 503, headers: {}, body: '{"kind":"Status","status":"Failure","code":503}'} : handle(call));
      };
      const {lab, witness, migrate} = await openLabCase(program, {server: 'embedded', patroni: '3.0.2', instances: 2, wrap});
      const isAsked = (run: Run) => ['Acting', 'Verifying'].includes(stateOf(run, 'switchover') ?? '');
      const run = await migrate({
        beside: once(isAsked, async () => {
          isAway = true;
          await waitUntil('nobody can write', () => lab.writer.pauseMs() > 5_000, {deadlineMs});
          isAway = false;
        }),
      });
      await waitUntil('rows are written again', () => lab.writer.pauseMs() < 1_000, {deadlineMs});
      expect(await compareWithCommander(lab)).toEqual({lost: [], unreadable: []});
      if (run.status.phase === 'Succeeded') await expectMoved(lab, {instances: 2, storageClass: newClass, witness});
      else expect(JSON.stringify(run.status.conditions)).toMatch(/LeaderMoved|LeaderRestarted|TimelineMoved|LeaderDisputed|NoLeader/);
    });

    test('one member, a claim left over with the data of another database, copies that wait for a checkpoint', {timeout}, async () => {
      const {lab, witness, migrate} = await openLabCase(program, {
        server: 'embedded',
        patroni: '4.1.4',
        instances: 1,
        dcs: 'configmaps',
        hasSlowCheckpoint: true,
      });
      await leaveForeignClaim({lab});
      const run = await migrate();
      expect(run.status.phase, describeRun(run)).toBe('Succeeded');
      expect(stateOf(run, 'drop-stale-claim')).toBe('Succeeded');
      await expectMoved(lab, {instances: 1, storageClass: newClass, witness});
    });
  },
  'lab',
);

function stepsLike({status}: Run, id: RegExp): readonly string[] {
  return status.steps.filter(step => id.test(step.id)).map(({state}) => state);
}

function hasSaid(words: RegExp) {
  return ({lives}: LabCase['lab']['agent']['workers'][number]) => lives.some(({log}) => log.lines.some(({text}) => words.test(text)));
}

/** As a replica of an earlier time leaves it, but of another cluster. */
async function leaveForeignClaim({lab}: Pick<LabCase, 'lab'>): Promise<void> {
  const world = new WorldClient(lab.server.port);
  const claim = {apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: `pgdata-${name}-1`, namespace};
  await world.create({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: claim.name,
      namespace,
      labels: {application: 'spilo', 'cluster-name': name},
      annotations: {'volume.kubernetes.io/selected-node': 'worker-2'},
    },
    spec: {accessModes: ['ReadWriteOnce'], storageClassName: oldClass, resources: {requests: {storage: '10Gi'}}},
  });
  const volume = await waitUntil(
    'the claim is bound',
    async () => {
      const live = await world.find(claim);
      return readString(live, 'status.phase') === 'Bound' && readString(live, 'spec.volumeName');
    },
    {deadlineMs},
  );
  const folder = join(lab.ground.volumeFolder(volume), 'pgroot', 'data');
  const [program = '', ...args] = asPostgres([join(postgresBin, 'initdb'), '-D', folder], {PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8'});
  execFileSync(program, args, {stdio: 'ignore', cwd: '/'});
}
