/** Hours with a live database, part of the soak: kills in the middle of steps, an API server that is away, and ten migrations in a row. */
import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import type {Run} from '../../src/domain/run.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import {buildProgram, type Program} from '../support/dashboard.ts';
import {compareWithCommander} from '../support/lab/commander-database.ts';
import {describeRun} from '../support/lab/describe-run.ts';
import {atEachEffect} from '../support/lab/effect-watch.ts';
import {KubectlPeople} from '../support/lab/kubectl-people.ts';
import {once, openLabCase, stateOf} from '../support/lab/lab-case.ts';
import {labPeople} from '../support/lab/lab-server.ts';
import {expectMoved, figuresOf, keptElsewhere, untilLive} from '../support/lab/migration.ts';
import {moveCommander, openRestoreCase} from '../support/lab/restore-case.ts';
import {SafetyWitness} from '../support/lab/safety-witness.ts';
import {startLab} from '../support/lab/start-lab.ts';
import {newClass, oldClass} from '../support/postgres-drafts.ts';

const isSoak = process.env.DECKHAND_SOAK === '1';
const timeout = 2_700_000;
const awayMs = 60_000;
const migrationsMax = 10;

describe.runIf(isSoak)('hours with a live database', () => {
  let program: Program;
  beforeAll(async () => {
    program = await buildProgram();
  });
  afterAll(() => program?.remove());

  test.for([
    {server: 'embedded', what: 'two members', instances: 2},
    {server: 'embedded', what: 'one member', instances: 1},
    {server: 'real', what: 'two members', instances: 2},
    {server: 'real', what: 'one member', instances: 1},
    {server: 'embedded', what: 'a member more', instances: 2, extraMember: true},
    {server: 'real', what: 'a member more', instances: 2, extraMember: true},
  ] as const)('$server, $what: killed right after each effect, where each step waits, and at its end', {timeout}, async migration => {
    const {server, what, instances} = migration;
    const {lab, witness, migrate} = await openLabCase(program, {server, patroni: '4.1.4', instances});
    const seen = new Set<string>();
    const strike = atEachEffect(lab.server);
    let killed = 0;
    const kills = (now: Run): boolean => {
      const states = statesOf(now).filter(state => !seen.has(state));
      for (const state of states) seen.add(state);
      const isDue = strike() || states.length > 0;
      if (isDue) killed += 1;
      return isDue;
    };
    const beganMs = Date.now();
    const run = await migrate({kills, deadlineMs: timeout}, {extraMember: 'extraMember' in migration});
    console.info(`${server}, ${what}: ${figuresOf(lab, beganMs)}; killed ${killed} times`);
    expect(run.status.phase, describeRun(run)).toBe('Succeeded');
    expect(killed).toBeGreaterThan(run.status.steps.length);
    await expectMoved(lab, {instances, storageClass: newClass, witness});
  });

  test.for(['embedded', 'real'] as const)('%s, by dump and restore: killed at each effect', {timeout}, async server =>
    moveCommander(await openRestoreCase(program, server), {deadlineMs: timeout - 120_000, isKilled: true}),
  );

  test('with kubectl alone: a colleague opens each gate, the controller has the rights of its account, and is killed once', {
    timeout,
  }, async () => {
    const lab = await startLab({server: 'real', patroni: '4.1.4', instances: 2});
    onTestFinished(() => lab.close());
    await untilLive(lab, 2);
    const people = await KubectlPeople.prepare(lab, program);
    onTestFinished(() => people.close());
    const witness = SafetyWitness.watch(lab.agent);
    onTestFinished(() => witness.stop());
    const kills = isFirst(run => run.status.steps.some(({id, state}) => id.startsWith('restart-') && state === 'Verifying'));
    const beganMs = Date.now();
    const parameters = {target: 'd8-commander/commander-postgres', storageClass: newClass, ...keptElsewhere};
    const run = await people.carry({name: 'move', runbook: 'postgres-storage-class', parameters}, {kills, deadlineMs: timeout - 120_000});
    console.info(`with kubectl: ${figuresOf(lab, beganMs)}`);
    expect(run.status.phase, describeRun(run)).toBe('Succeeded');
    expect(new Set(await people.approvers())).toEqual(new Set([labPeople.approver]));
    await expectMoved(lab, {instances: 2, storageClass: newClass, witness});
  });

  test('kube-apiserver is away for a minute in the middle of a switchover: no row is lost, and the end is clean', {timeout}, async () => {
    const {lab, witness, migrate} = await openLabCase(program, {server: 'real', patroni: '3.0.2', instances: 2});
    const isAsked = (run: Run) => ['Acting', 'Verifying'].includes(stateOf(run, 'switchover') ?? '');
    const run = await migrate({
      beside: once(isAsked, async () => {
        await lab.server.plane?.apiserver.kill();
        const beganMs = Date.now();
        await waitUntil('a minute is over', () => Date.now() - beganMs > awayMs, {deadlineMs: 2 * awayMs});
        await lab.server.plane?.apiserver.restart();
      }),
      deadlineMs: timeout,
    });
    await waitUntil('rows are written again', () => lab.writer.pauseMs() < 1_000, {deadlineMs: awayMs});
    expect(await compareWithCommander(lab)).toEqual({lost: [], unreadable: []});
    if (run.status.phase === 'Succeeded') await expectMoved(lab, {instances: 2, storageClass: newClass, witness});
    else expect(describeRun(run)).toMatch(/LeaderMoved|LeaderRestarted|TimelineMoved|LeaderDisputed|NoLeader/);
  });

  test('ten migrations in a row lose no row', {timeout}, async () => {
    const {lab, witness, migrate} = await openLabCase(program, {server: 'real', patroni: '3.0.2', instances: 2});
    for (let turn = 0; turn < migrationsMax; turn += 1) {
      const storageClass = turn % 2 === 0 ? newClass : oldClass;
      const beganMs = Date.now();
      const run = await migrate({deadlineMs: timeout}, {storageClass});
      console.info(`${turn + 1}: ${figuresOf(lab, beganMs)}`);
      expect(run.status.phase, describeRun(run)).toBe('Succeeded');
      await expectMoved(lab, {instances: 2, storageClass, witness});
    }
  });
});

/**
 * Where a step waits for the world, and where it has ended; where it acts it dies at its effects. A death more there would use up the
 * three tries of a switchover, each of which stays open for three minutes.
 */
function statesOf({status}: Run): readonly string[] {
  return status.steps.filter(({state}) => state === 'Verifying' || state === 'Succeeded').map(({id, state}) => `${id} ${state}`);
}

/** True once, at the first look at which it is so. */
function isFirst(isIt: (run: Run) => boolean): (run: Run) => boolean {
  let isOver = false;
  return run => {
    const isNow = !isOver && isIt(run);
    isOver ||= isNow;
    return isNow;
  };
}
