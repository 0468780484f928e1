/** A live database moves to another storage class in the real lab, with Commander writing all along. */
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {buildProgram, type Program} from '../support/dashboard.ts';
import {describeWhere} from '../support/describe-where.ts';
import {describeRun} from '../support/lab/describe-run.ts';
import {LabRuns} from '../support/lab/lab-run.ts';
import {expectMoved, figuresOf, keptSafe, makeBackupClaim, untilLive} from '../support/lab/migration.ts';
import type {PatroniVersion} from '../support/lab/patroni-versions.ts';
import {SafetyWitness} from '../support/lab/safety-witness.ts';
import {findLab, type Lab, startLab} from '../support/lab/start-lab.ts';
import {newClass} from '../support/postgres-drafts.ts';

const database = 'd8-commander/commander-postgres';
const migrations: ReadonlyArray<{readonly what: string; readonly instances: number; readonly patroni: PatroniVersion}> = [
  {what: 'of two members', instances: 2, patroni: '3.0.2'},
  {what: 'of one member', instances: 1, patroni: '4.1.4'},
];

describeWhere(
  findLab('real', '3.0.2') ?? findLab('real', '4.1.4'),
  'a database moves to another class',
  () => {
    let program: Program;
    let lab: Lab | undefined;
    let runs: LabRuns | undefined;
    let witness: SafetyWitness | undefined;
    beforeAll(async () => {
      program = await buildProgram();
    });
    afterEach(async () => {
      witness?.stop();
      await runs?.close();
      await lab?.close();
    });
    afterAll(() => program?.remove());

    test.for(migrations)('$what, Patroni $patroni', {timeout: 420_000}, async ({instances, patroni}) => {
      lab = await startLab({server: 'real', patroni, instances});
      runs = await LabRuns.prepare(lab, program);
      await makeBackupClaim(lab);
      await untilLive(lab, instances);
      witness = SafetyWitness.watch(lab.agent);
      const beganMs = Date.now();
      const parameters = {target: database, storageClass: newClass, ...keptSafe};
      const run = await runs.carry({name: 'move', runbook: 'postgres-storage-class', parameters});
      console.info(figuresOf(lab, beganMs));
      expect(run.status.phase, describeRun(run)).toBe('Succeeded');
      await expectMoved(lab, {instances, storageClass: newClass, witness});
    });
  },
  'lab',
);
