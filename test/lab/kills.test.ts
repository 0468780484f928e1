/** The program that moves a live database is killed where a step has just ended, again and again; the next one goes on. */
import {afterAll, beforeAll, expect, test} from 'vitest';
import {readRun} from '../../src/domain/read-run.ts';
import type {Run} from '../../src/domain/run.ts';
import type {ApiHandler} from '../../src/embedded/apiserver/api-server.ts';
import {buildProgram, type Program} from '../support/dashboard.ts';
import {describeWhere} from '../support/describe-where.ts';
import {describeRun} from '../support/lab/describe-run.ts';
import {LabRuns} from '../support/lab/lab-run.ts';
import {expectMoved, keptSafe, makeBackupClaim, untilLive} from '../support/lab/migration.ts';
import {SafetyWitness} from '../support/lab/safety-witness.ts';
import {findLab, type Lab, startLab} from '../support/lab/start-lab.ts';
import {newClass} from '../support/postgres-drafts.ts';

/** Every kill costs the time of a lease. */
const timeout = 420_000;

describeWhere(
  findLab('embedded', '3.0.2'),
  'a migration whose program is killed',
  () => {
    let program: Program;
    let lab: Lab;
    let runs: LabRuns;
    const killer = new Killer();
    beforeAll(async () => {
      program = await buildProgram();
      lab = await startLab({server: 'embedded', patroni: '3.0.2', instances: 2, wrap: killer.wrap});
      runs = await LabRuns.prepare(lab, program);
      await makeBackupClaim(lab);
      await untilLive(lab, 2);
    });
    afterAll(async () => {
      await runs?.close();
      await lab?.close();
      await program?.remove();
    });

    test('at the end of each step it ends as if nothing had happened', {timeout}, async () => {
      const witness = SafetyWitness.watch(lab.agent);
      const parameters = {target: 'd8-commander/commander-postgres', storageClass: newClass, ...keptSafe};
      const run = await runs.carry(
        {name: 'move', runbook: 'postgres-storage-class', parameters},
        {kills: () => killer.strike(), deadlineMs: timeout},
      );
      expect(run.status.phase, describeRun(run)).toBe('Succeeded');
      expect(killer.strikes).toBe(run.status.steps.length - 1);
      // Nothing was deleted twice.
      const deleted = lab.server.deletions().map(({resource, name}) => `${resource} ${name}`);
      expect(new Set(deleted).size).toBe(deleted.length);
      await expectMoved(lab, {instances: 2, storageClass: newClass, witness});
      witness.stop();
    });
  },
  'lab',
);

/** The write that ends a step is the last that its writer gets done: it is heard no more until it is killed. */
class Killer {
  strikes = 0;
  #ended = 0;
  #isDue = false;

  readonly wrap =
    (handle: ApiHandler): ApiHandler =>
    call => {
      const isProgram = call.user.username === 'controller';
      if (this.#isDue && isProgram) return {status: 503, headers: {}, body: '{"kind":"Status","status":"Failure","code":503}'};
      const answer = handle(call);
      if (isProgram && answer.status < 300 && 'body' in answer && /\/runbookruns\/[^/]+\/status$/.test(call.path))
        this.#see(readRun(JSON.parse(answer.body)));
      return answer;
    };

  /** True: whoever carries the run is to be killed, now. */
  strike(): boolean {
    const isDue = this.#isDue;
    if (isDue) this.strikes += 1;
    this.#isDue = false;
    return isDue;
  }

  #see(run: Run): void {
    const ended = endedSteps(run);
    if (ended > this.#ended && ended < run.status.steps.length) this.#isDue = true;
    this.#ended = ended;
  }
}

function endedSteps({status}: Run): number {
  return status.steps.filter(({state}) => state === 'Succeeded').length;
}
