/** A further member for the time: while a live database moves to another class, two copies stay at each deletion of a disk. */
import {afterAll, beforeAll, expect, test} from 'vitest';
import {buildProgram, type Program} from '../support/dashboard.ts';
import {describeWhere} from '../support/describe-where.ts';
import {describeRun} from '../support/lab/describe-run.ts';
import {openLabCase} from '../support/lab/lab-case.ts';
import {expectMoved, figuresOf} from '../support/lab/migration.ts';
import {findLab} from '../support/lab/start-lab.ts';
import {newClass} from '../support/postgres-drafts.ts';

const deadlineMs = 400_000;

describeWhere(
  findLab('embedded', '4.1.4'),
  'a database moves with a member more',
  () => {
    let program: Program;
    beforeAll(async () => {
      program = await buildProgram();
    });
    afterAll(() => program?.remove());

    test('each disk is replaced beside two copies, and the member more is gone at the end', {timeout: deadlineMs + 100_000}, async () => {
      const {lab, witness, migrate} = await openLabCase(program, {server: 'embedded', patroni: '4.1.4', instances: 2});
      const beganMs = Date.now();
      const run = await migrate({deadlineMs}, {extraMember: true});
      console.info(figuresOf(lab, beganMs));
      expect(run.status.phase, describeRun(run)).toBe('Succeeded');
      await expectMoved(lab, {instances: 2, storageClass: newClass, witness});
      const replaced = lab.server.deletions().filter(({name}) => /^pgdata-.*-[01]$/.test(name));
      expect(new Set(replaced.map(({name}) => name)).size).toBe(2);
      for (const deletion of replaced) expect(witness.copiesBeside(deletion), JSON.stringify(deletion)).toHaveLength(2);
    });
  },
  'lab',
);
