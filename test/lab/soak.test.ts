/** Hours with a live database, part of the soak: kills in the middle of steps, an API server that is away, and ten migrations in a row. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Run} from '../../src/domain/run.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import {buildProgram, type Program} from '../support/dashboard.ts';
import {compareWithCommander} from '../support/lab/commander-database.ts';
import {describeRun} from '../support/lab/describe-run.ts';
import {once, openLabCase, stateOf} from '../support/lab/lab-case.ts';
import {expectMoved, figuresOf} from '../support/lab/migration.ts';
import {newClass, oldClass} from '../support/postgres-drafts.ts';

const isSoak = process.env.DECKHAND_SOAK === '1';
const timeout = 1_800_000;
const awayMs = 60_000;
const migrationsMax = 10;

describe.runIf(isSoak)('hours with a live database', () => {
  let program: Program;
  beforeAll(async () => {
    program = await buildProgram();
  });
  afterAll(() => program?.remove());

  test.for([
    {server: 'embedded', instances: 2},
    {server: 'embedded', instances: 1},
    {server: 'real', instances: 2},
  ] as const)('$server, $instances members: killed in each state of each step', {timeout}, async ({server, instances}) => {
    const {lab, witness, migrate} = await openLabCase(program, {server, patroni: '4.1.4', instances});
    const seen = new Set<string>();
    const run = await migrate({
      kills: now => {
        const states = statesOf(now).filter(state => !seen.has(state));
        for (const state of states) seen.add(state);
        return states.length > 0;
      },
      deadlineMs: timeout,
    });
    expect(run.status.phase, describeRun(run)).toBe('Succeeded');
    expect(seen.size).toBeGreaterThan(run.status.steps.length);
    await expectMoved(lab, {instances, storageClass: newClass, witness});
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

/** Every state that a step is in, but those in which it waits for a person or for its turn. */
function statesOf({status}: Run): readonly string[] {
  return status.steps
    .filter(({state}) => state === 'Acting' || state === 'Verifying' || state === 'Succeeded')
    .map(({id, state}) => `${id} ${state}`);
}
