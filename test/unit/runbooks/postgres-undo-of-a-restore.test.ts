/** What is taken back of a run that destroys or exchanges a database: never what keeps the rows that are left. */
import {expect, test} from 'vitest';
import type {Run} from '../../../src/domain/run.ts';
import {postgresBackup} from '../../../src/runbooks/postgres-backup.ts';
import {postgresRestore} from '../../../src/runbooks/postgres-restore.ts';
import {postgresStorageClassByRestore} from '../../../src/runbooks/postgres-storage-class-by-restore.ts';
import {newClass} from '../../support/postgres-drafts.ts';
import {inhabitedBy, type PostgresPlatform} from '../../support/postgres-platform.ts';
import {RunKit} from '../../support/run-kit.ts';

type Begun = {readonly kit: RunKit; readonly platform: PostgresPlatform; readonly target: string};

async function begin(): Promise<Begun> {
  let met: PostgresPlatform | undefined;
  const parts = inhabitedBy(
    {},
    () => ({}),
    platform => {
      met = platform;
    },
  );
  const kit = await RunKit.start({runbooks: [postgresBackup, postgresRestore, postgresStorageClassByRestore], ...parts});
  if (met === undefined) throw new Error('no platform was met');
  return {kit, platform: met, target: `${met.database.namespace}/${met.database.name}`};
}

async function driveUntil(kit: RunKit, isReached: (run: Run) => boolean): Promise<void> {
  for (let turn = 0; turn < 1000; turn += 1) {
    const outcome = await kit.drive();
    const run = await kit.run();
    if (isReached(run)) return;
    if (run.status.phase === 'AwaitingApproval') await kit.consent();
    else await kit.pass(Math.max(1, ('until' in outcome ? (outcome.until ?? 0) : 0) - kit.clock.now()));
  }
  throw new Error('never reached');
}

const stateOf = ({status}: Run, id: string) => status.steps.find(step => step.id === id)?.state;

function tell({status}: Run): string {
  return [status.phase, ...status.steps.map(({id, state, message}) => `${id} ${state} ${message}`)].join('; ');
}

const undo = {desired: 'Abort', abortMode: 'Undo', by: 'alice', reason: 'second thoughts'};

test('once the destruction was sent, volumes stay kept and nobody is let in', async () => {
  const {kit, platform, target} = await begin();
  await kit.submit('postgres-storage-class-by-restore', {target, storageClass: newClass, backupTo: 'file:/safe', keysTo: 'file:/safe'});
  platform.faults.keepsNamespace = true;
  await driveUntil(kit, ({status}) => status.steps.some(({id, intent}) => id === 'destroyed' && intent !== undefined));
  await kit.control(undo);
  const run = await kit.driveToEnd();
  expect(tell(run)).toMatch(/writers-held UndoFailed Commander is turned off: this is not taken back/);
  expect(stateOf(run, 'protect-disks')).toBe('UndoFailed');
  const policies = (await platform.world.list('v1', 'PersistentVolume')).map(({spec}) =>
    new Map(Object.entries(spec ?? {})).get('persistentVolumeReclaimPolicy'),
  );
  expect(new Set(policies)).toEqual(new Set(['Retain']));
});
