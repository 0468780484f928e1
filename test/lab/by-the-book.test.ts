/** The documentation's own procedure beside ours, under the same trouble: what each of them loses. Part of the soak. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import {buildProgram, type Program} from '../support/dashboard.ts';
import {moveByTheBook} from '../support/lab/by-the-book.ts';
import {compareWithCommander} from '../support/lab/commander-database.ts';
import {handsOf, once, openLabCase, stateOf} from '../support/lab/lab-case.ts';
import type {Lab} from '../support/lab/start-lab.ts';

const isSoak = process.env.DECKHAND_SOAK === '1';
const timeout = 600_000;
const deadlineMs = 60_000;
const scene = {server: 'embedded', patroni: '3.0.2', instances: 2} as const;
/** More than a candidate may be behind. */
const wal = "select count(pg_logical_emit_message(true, 'deckhand', repeat('x', 1000000))) from generate_series(1, 45)";

type Trouble = {
  readonly name: string;
  /** Gives what ends it. */
  make(lab: Lab): Promise<() => Promise<unknown>>;
};

const troubles: readonly Trouble[] = [
  {name: 'none', make: async () => async () => undefined},
  {
    name: 'the replica stands still and falls behind',
    async make(lab) {
      const [leader, replica] = await handsOf(lab);
      const receiver = await replica.processOf('walreceiver');
      process.kill(receiver, 'SIGSTOP');
      await leader.sql(wal);
      const before = lab.writer.acknowledged().length;
      await waitUntil('rows are on the leader alone', () => lab.writer.acknowledged().length > before + 20, {deadlineMs});
      return async () => process.kill(receiver, 'SIGCONT');
    },
  },
  {
    name: 'the replica is tagged nofailover',
    async make(lab) {
      const [, replica] = await handsOf(lab);
      await replica.setTags({nofailover: true});
      await waitUntil('it shows', async () => JSON.stringify(await replica.cluster()).includes('nofailover'), {deadlineMs});
      return () => replica.setTags({});
    },
  },
];

const table: string[] = [];

describe.runIf(isSoak)('two ways to move a database', () => {
  let program: Program;
  beforeAll(async () => {
    program = await buildProgram();
  });
  afterAll(async () => {
    await program?.remove();
    console.info(['| trouble | way | lost rows | longest pause | said |', '|---|---|---|---|---|', ...table].join('\n'));
  });

  test.for(troubles)('by the book: $name', {timeout}, async ({name, make}) => {
    const {lab} = await openLabCase(program, scene);
    const beganMs = Date.now();
    let relieve: (() => Promise<unknown>) | undefined;
    const said = await moveByTheBook(lab, {
      trouble: async () => {
        relieve = await make(lab);
      },
      relief: async () => relieve?.(),
    });
    await note(lab, name, 'book', beganMs, said.join(' / '));
  });

  test.for(troubles)('by the runbook: $name', {timeout}, async ({name, make}) => {
    const {lab, migrate} = await openLabCase(program, scene);
    const beganMs = Date.now();
    const run = await migrate({
      beside: once(
        seen => stateOf(seen, 'set-class') === 'Succeeded',
        async () => {
          const relieve = await make(lab);
          // The run has time to go wrong.
          await waitUntil('it was looked at', () => Date.now() - beganMs > 30_000, {deadlineMs});
          expect(name === 'none' ? [] : lab.server.deletions()).toEqual([]);
          await relieve();
        },
      ),
      deadlineMs: timeout,
    });
    await note(lab, name, 'runbook', beganMs, run.status.phase);
    expect(await compareWithCommander(lab)).toEqual({lost: [], unreadable: []});
  });
});

/** A database without a leader tells nothing of its rows. */
async function note(lab: Lab, trouble: string, way: string, beganMs: number, said: string): Promise<void> {
  const lost = await compareWithCommander(lab).then(
    loss => `${loss.lost.length} of ${lab.writer.acknowledged().length}`,
    () => 'no leader',
  );
  const longestMs = Math.max(lab.writer.longestPauseMs(beganMs), lab.writer.pauseMs());
  table.push(`| ${trouble} | ${way} | ${lost} | ${(longestMs / 1000).toFixed(1)} s | ${said} |`);
}
