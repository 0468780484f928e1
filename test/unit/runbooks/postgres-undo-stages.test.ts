/** What an undo takes back of a move, by how far it came: as docs/postgres.md has it. */
import {expect, test} from 'vitest';
import {readString} from '../../../src/domain/fields.ts';
import {postgresStorageClass} from '../../../src/runbooks/postgres-storage-class.ts';
import {newClass, oldClass} from '../../support/postgres-drafts.ts';
import {claimsOf, startPostgresKit, stateOf, tellRun} from '../../support/postgres-kit.ts';

type Stage = {
  readonly isHighlyAvailable: boolean;
  readonly step: string;
  readonly setClass: 'Undone' | 'UndoFailed';
  readonly isClassBack: boolean;
  readonly claims: readonly string[];
};

const stages: readonly Stage[] = [
  {isHighlyAvailable: true, step: 'set-class', setClass: 'Undone', isClassBack: true, claims: [oldClass, oldClass]},
  {isHighlyAvailable: true, step: 'copy-1', setClass: 'Undone', isClassBack: true, claims: [oldClass, newClass]},
  {isHighlyAvailable: true, step: 'copy-0', setClass: 'UndoFailed', isClassBack: false, claims: [newClass, newClass]},
  {isHighlyAvailable: false, step: 'copy-1', setClass: 'Undone', isClassBack: true, claims: [oldClass, newClass]},
];

test.each(stages)(
  'HA $isHighlyAvailable, at $step: the class is $setClass',
  {timeout: 60_000},
  async ({isHighlyAvailable, step, setClass, isClassBack, claims}) => {
    let isAsked = false;
    const started = await startPostgresKit([postgresStorageClass], {isHighlyAvailable}, {}, async (_platform, run) => {
      if (isAsked || stateOf(run, step) !== 'Verifying') return;
      isAsked = true;
      await started.kit.control({desired: 'Abort', abortMode: 'Undo'});
    });
    const {kit, platform, target} = started;
    await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'});
    const run = await kit.driveToEnd();
    expect(stateOf(run, 'set-class'), tellRun(run)).toBe(setClass);
    expect(stateOf(run, 'protect-disks')).toBe('Undone');
    await kit.pass(240_000);
    const [live] = await platform.world.list('acid.zalan.do/v1', 'postgresql', platform.database.namespace);
    const instances = isHighlyAvailable ? 2 : 1;
    expect(live?.spec).toMatchObject({numberOfInstances: instances, volume: {storageClass: isClassBack ? oldClass : newClass}});
    expect((await claimsOf(platform)).map(claim => readString(claim, 'spec.storageClassName'))).toEqual(claims);
    const volumes = await platform.world.list('v1', 'PersistentVolume');
    const released = volumes.filter(volume => readString(volume, 'status.phase') === 'Released');
    for (const volume of released) expect(readString(volume, 'spec.persistentVolumeReclaimPolicy')).toBe('Retain');
  },
);
