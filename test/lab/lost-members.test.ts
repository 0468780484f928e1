/** Members that die or vanish while their database moves, with real ones: they are waited for, and nothing that was acknowledged is lost. */
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {Run} from '../../src/domain/run.ts';
import {WorldClient} from '../../src/embedded/world/world-client.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import {buildProgram, type Program} from '../support/dashboard.ts';
import {describeWhere} from '../support/describe-where.ts';
import {whatWasSaid} from '../support/lab/commander-database.ts';
import {describeRun} from '../support/lab/describe-run.ts';
import {gateOf, handsOf, once, openLabCase, stateOf} from '../support/lab/lab-case.ts';
import {expectMoved, figuresOf} from '../support/lab/migration.ts';
import {findLab, type Lab} from '../support/lab/start-lab.ts';
import {newClass} from '../support/postgres-drafts.ts';

const namespace = 'd8-commander';
const name = 'commander-postgres';
/** A member that was restarted is watched for a minute before anything stands on it. */
const deadlineMs = 600_000;
const eventMs = 90_000;

describeWhere(
  findLab('embedded', '3.0.2'),
  'members that are lost on the way',
  () => {
    let program: Program;
    beforeAll(async () => {
      program = await buildProgram();
    });
    afterAll(() => program?.remove());

    test('kill -9 of a replica while it is copied, and again before it is to lead: both are waited out', {
      timeout: deadlineMs + 200_000,
    }, async () => {
      const {lab, witness, migrate} = await openLabCase(program, {server: 'embedded', patroni: '3.0.2', instances: 2});
      const [, replica] = await handsOf(lab);
      const dies = [isCopied, (run: Run) => gateOf(run) === 'switchover'].map(isTime => once(isTime, () => replica.crash()));
      const beganMs = Date.now();
      const run = await migrate({
        beside: async seen => {
          for (const die of dies) await die(seen);
        },
        deadlineMs,
      });
      console.info(figuresOf(lab, beganMs));
      expect(run.status.phase, describeRun(run)).toBe('Succeeded');
      await expectMoved(lab, {instances: 2, storageClass: newClass, witness});
    });

    test('the pod of a replica is taken away while there is no set that would make it anew, and again before its disk goes', {
      timeout: deadlineMs + 200_000,
    }, async () => {
      const {lab, witness, migrate} = await openLabCase(program, {server: 'embedded', patroni: '3.0.2', instances: 2});
      const world = new WorldClient(lab.server.port);
      const set = {apiVersion: 'apps/v1', kind: 'StatefulSet', name, namespace};
      const before = (await world.find(set))?.metadata.uid;
      let taken = 0;
      const takeAway = async (): Promise<void> => {
        const [, replica] = await handsOf(lab);
        const pod = {apiVersion: 'v1', kind: 'Pod', name: replica.name, namespace};
        const uid = (await world.find(pod))?.metadata.uid;
        await world.remove(pod);
        taken += 1;
        await until(lab, 'another pod of that name runs', async () => {
          const next = lab.agent.find(namespace, replica.name);
          return next !== undefined && next.pod.metadata.uid !== uid && next.address !== undefined;
        });
      };
      const isChanging = (run: Run) => ['Acting', 'Verifying'].includes(stateOf(run, 'set-class') ?? '');
      const early = once(isChanging, async () => {
        await until(lab, 'the operator replaces the set', async () => (await world.find(set))?.metadata.uid !== before);
        await takeAway();
      });
      const late = once(run => gateOf(run)?.startsWith('replace-') === true, takeAway);
      const beganMs = Date.now();
      const run = await migrate({
        beside: async seen => {
          await early(seen);
          await late(seen);
        },
        deadlineMs,
      });
      console.info(figuresOf(lab, beganMs));
      expect(taken).toBe(2);
      expect(run.status.phase, describeRun(run)).toBe('Succeeded');
      await expectMoved(lab, {instances: 2, storageClass: newClass, witness});
    });
  },
  'lab',
);

function isCopied({status}: Run): boolean {
  return status.steps.some(({id, state}) => id.startsWith('copy-') && state === 'Verifying');
}

function until(lab: Lab, what: string, probe: () => Promise<boolean>): Promise<boolean> {
  return waitUntil(what, probe, {deadlineMs: eventMs, explain: () => whatWasSaid(lab)});
}
