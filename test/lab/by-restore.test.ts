/** A live database is destroyed and made anew on another class, filled from its dump, on real PostgreSQL: every row and every secret comes back. */
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {readString} from '../../src/domain/fields.ts';
import type {Run} from '../../src/domain/run.ts';
import {WorldClient} from '../../src/embedded/world/world-client.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import {buildProgram, type Program} from '../support/dashboard.ts';
import {describeWhere} from '../support/describe-where.ts';
import {compareWithCommander} from '../support/lab/commander-database.ts';
import {LabRuns} from '../support/lab/lab-run.ts';
import {untilLive} from '../support/lab/migration.ts';
import {findLab, type Lab, startLab} from '../support/lab/start-lab.ts';
import {newClass} from '../support/postgres-drafts.ts';

const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: {name: 'dumps', namespace: 'shop'},
  spec: {accessModes: ['ReadWriteOnce'], storageClassName: newClass, resources: {requests: {storage: '1Gi'}}},
};
const database = 'd8-commander/commander-postgres';
const parameters = {target: database, storageClass: newClass, backupTo: 'pvc:shop/dumps', keysTo: 'secret:shop/commander-keys'};

/** The first state of each step in turn: the controller dies at every boundary. */
function atEachStep(): (run: Run) => boolean {
  const seen = new Set<string>();
  return ({status}) => {
    if (status.current === '' || seen.has(status.current)) return false;
    seen.add(status.current);
    return seen.size > 1;
  };
}

describeWhere(
  findLab('embedded', '3.0.2'),
  'a database moves by dump and restore',
  () => {
    let program: Program;
    let lab: Lab | undefined;
    let runs: LabRuns | undefined;
    beforeAll(async () => {
      program = await buildProgram();
    });
    afterEach(async () => {
      await runs?.close();
      await lab?.close();
    });
    afterAll(() => program?.remove());

    test.for([
      {what: 'undisturbed', kills: undefined},
      {what: 'by controllers that are killed at the end of each step', kills: atEachStep()},
    ])('$what', {timeout: 500_000}, async ({kills}) => {
      lab = await startLab({server: 'embedded', patroni: '3.0.2', instances: 1});
      const world = new WorldClient(lab.server.port);
      await world.create(claim);
      runs = await LabRuns.prepare(lab, program);
      await untilLive(lab, 1);
      const options = {deadlineMs: 450_000, ...(kills === undefined ? {} : {kills})};
      const run = await runs.carry({name: 'move', runbook: 'postgres-storage-class-by-restore', parameters}, options);
      expect(run.status.phase, JSON.stringify(run.status)).toBe('Succeeded');
      console.info(run.status.steps.find(({id}) => id === 'writers-let-in')?.message);
      const claims = await world.list('v1', 'PersistentVolumeClaim', 'd8-commander');
      expect(claims.map(each => readString(each, 'spec.storageClassName'))).toEqual([newClass]);
      const before = lab.writer.acknowledged().length;
      await waitUntil('Commander goes on writing', () => (lab?.writer.acknowledged().length ?? 0) > before + 20, {deadlineMs: 90_000});
      expect(await compareWithCommander(lab)).toEqual({lost: [], unreadable: []});
    });
  },
  'lab',
);
