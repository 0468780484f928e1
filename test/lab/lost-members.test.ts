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
const set = {apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'commander-postgres', namespace};
/** A member that was restarted is watched for a minute before anything stands on it. */
const deadlineMs = 600_000;
const eventMs = 90_000;
const followersSql = "select count(*) from pg_stat_replication where state = 'streaming' and application_name like 'commander-%'";
const isSoak = process.env.DECKHAND_SOAK === '1';

describeWhere(
  findLab('embedded', '3.0.2'),
  'members that are lost on the way',
  () => {
    let program: Program;
    beforeAll(async () => {
      program = await buildProgram();
    });
    afterAll(() => program?.remove());

    test('a replica’s pod is taken away while there is no set to make it anew, and kill -9 right after its copy: both are waited out', {
      timeout: deadlineMs + 200_000,
    }, async () => {
      const {lab, witness, migrate} = await openLabCase(program, {server: 'embedded', patroni: '3.0.2', instances: 2});
      const world = new WorldClient(lab.server.port);
      const before = (await world.find(set))?.metadata.uid;
      const lost: string[] = [];
      const lose = (what: string, isTime: (run: Run) => boolean, act: () => Promise<unknown>) =>
        once(isTime, async () => {
          await act();
          lost.push(what);
        });
      const losses = [
        lose('the pod, without a set', isClassSet, async () => {
          await until(lab, 'the operator replaces the set', async () => (await world.find(set))?.metadata.uid !== before);
          await takeReplicaAway(lab);
        }),
        lose('the process, once its copy follows', isCopied, async () => {
          await until(lab, 'it follows', async () => (await (await handsOf(lab))[0].sql(followersSql)) === '1');
          await killReplica(lab);
        }),
        ...(isSoak
          ? [
              lose('the pod, before its disk goes', isBefore(/^replace-/), () => takeReplicaAway(lab)),
              lose('the process, before it leads', isBefore(/^switchover$/), () => killReplica(lab)),
            ]
          : []),
      ];
      const beganMs = Date.now();
      const beside = async (run: Run): Promise<void> => {
        for (const each of losses) await each(run);
      };
      const run = await migrate({beside, deadlineMs});
      console.info(figuresOf(lab, beganMs));
      expect(run.status.phase, describeRun(run)).toBe('Succeeded');
      expect(lost).toHaveLength(losses.length);
      await expectMoved(lab, {instances: 2, storageClass: newClass, witness});
    });
  },
  'lab',
);

function isClassSet(run: Run): boolean {
  return ['Acting', 'Verifying'].includes(stateOf(run, 'set-class') ?? '');
}

function isCopied({status}: Run): boolean {
  return status.steps.some(({id, state}) => id.startsWith('copy-') && state === 'Verifying');
}

function isBefore(step: RegExp): (run: Run) => boolean {
  return run => step.test(gateOf(run) ?? '');
}

async function killReplica(lab: Lab): Promise<void> {
  const [, replica] = await handsOf(lab);
  await replica.crash();
}

async function takeReplicaAway(lab: Lab): Promise<void> {
  const [, {name}] = await handsOf(lab);
  const uid = lab.agent.find(namespace, name)?.pod.metadata.uid;
  await new WorldClient(lab.server.port).remove({apiVersion: 'v1', kind: 'Pod', name, namespace});
  await until(lab, 'another pod of that name runs', async () => {
    const next = lab.agent.find(namespace, name);
    return next?.address !== undefined && next.pod.metadata.uid !== uid;
  });
}

function until(lab: Lab, what: string, probe: () => Promise<boolean>): Promise<boolean> {
  return waitUntil(what, probe, {deadlineMs: eventMs, explain: () => whatWasSaid(lab)});
}
