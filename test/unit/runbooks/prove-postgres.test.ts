/** The engine dies, or an answer is lost, at any call of a run on a database: the next engine brings it to the same end. */
import {describe, expect, test} from 'vitest';
import {type Fields, readString} from '../../../src/domain/fields.ts';
import type {Runbook} from '../../../src/engine/define-runbook.ts';
import {postgresBackup} from '../../../src/runbooks/postgres-backup.ts';
import {postgresRestore} from '../../../src/runbooks/postgres-restore.ts';
import {postgresStorageClass} from '../../../src/runbooks/postgres-storage-class.ts';
import {postgresStorageClassByRestore} from '../../../src/runbooks/postgres-storage-class-by-restore.ts';
import {postgresSwitchover} from '../../../src/runbooks/postgres-switchover.ts';
import type {Fault} from '../../support/call-trail.ts';
import {newClass, oldClass} from '../../support/postgres-drafts.ts';
import {claimsOf, type PostgresKit, startPostgresKit, tellRun} from '../../support/postgres-kit.ts';
import type {PlatformOptions} from '../../support/postgres-platform.ts';

/** How many faults strike, one at a time, spread over the whole run; 'every' tries each. */
const faultsMax = process.env.DECKHAND_POSTGRES_CRASHES ?? '6';

const classMoved: Expected = {classes: [newClass], leader: undefined};

type Expected = {readonly classes: readonly string[]; readonly leader: string | undefined; readonly areRowsPutAside?: true};
type Case = {
  readonly name: string;
  readonly runbook: Runbook;
  readonly options: PlatformOptions;
  readonly more: Fields;
  readonly expected: Expected;
  /** What must be there first, and what of it is asked for besides. */
  readonly prepare?: (rig: PostgresKit) => Promise<Fields>;
};

/** Rows that were written since are put aside by it. */
async function makeBackup({kit, platform, target}: PostgresKit): Promise<Fields> {
  await kit.submit('postgres-backup', {target, backupTo: 'file:/safe'}, {}, 'backup');
  await kit.driveToEnd('backup');
  const manifest = [...platform.files.files.keys()].find(path => path.endsWith('/manifest.json')) ?? '';
  return {from: `file:${manifest.replace('/manifest.json', '')}`};
}

/** On a claim, so that helpers are among what is struck. */
async function makePlace({platform: {world}}: PostgresKit): Promise<Fields> {
  await world.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'keeping'}});
  await world.create({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {name: 'dumps', namespace: 'keeping'},
    spec: {accessModes: ['ReadWriteOnce'], storageClassName: newClass, resources: {requests: {storage: '1Gi'}}},
  });
  return {backupTo: 'pvc:keeping/dumps'};
}

const none = {backupTo: 'none', keysTo: 'none'};
const cases: readonly Case[] = [
  {
    name: 'a database of two members on its way to another class',
    runbook: postgresStorageClass,
    options: {isHighlyAvailable: true},
    more: {storageClass: newClass, ...none},
    expected: classMoved,
  },
  {
    name: 'a database of one member on its way to another class',
    runbook: postgresStorageClass,
    options: {},
    more: {storageClass: newClass, ...none},
    expected: classMoved,
  },
  {
    name: 'a lead that goes over',
    runbook: postgresSwitchover,
    options: {isHighlyAvailable: true},
    more: {},
    expected: {classes: [oldClass], leader: 'commander-postgres-1'},
  },
  {
    name: 'a backup on a claim',
    runbook: postgresBackup,
    options: {},
    more: {},
    prepare: makePlace,
    expected: {classes: [oldClass], leader: undefined},
  },
  {
    name: 'a backup that comes back',
    runbook: postgresRestore,
    options: {},
    more: {},
    prepare: async rig => ({...(await makeBackup(rig)), ...(await makePlace(rig))}),
    expected: {classes: [oldClass], leader: undefined, areRowsPutAside: true},
  },
  {
    name: 'a database that is made anew on another class',
    runbook: postgresStorageClassByRestore,
    options: {},
    more: {storageClass: newClass, keysTo: 'secret:keeping/keys'},
    prepare: makePlace,
    expected: classMoved,
  },
];

describe.each(cases)('$name', ({runbook, options, more, expected, prepare}) => {
  const carry = async (fault?: Fault) => {
    const rig = await startPostgresKit([...new Set([runbook, postgresBackup])], options);
    const {kit, platform, target, unsafeDeletions} = rig;
    const prepared = await prepare?.(rig);
    const first = kit.trail.calls;
    await kit.submit(runbook.name, {target, ...more, ...prepared});
    if (fault !== undefined) kit.strikeAt(fault);
    const run = await kit.driveToEnd();
    const where = `${fault?.kind ?? 'no fault'} at ${fault?.call ?? 0}`;
    expect(run.status.phase, `${where}: ${tellRun(run)}`).toBe('Succeeded');
    const claims = await claimsOf(platform);
    const classes = [...new Set(claims.map(each => readString(each, 'spec.storageClassName')))];
    const lost = expected.areRowsPutAside === true ? 0 : platform.lostRows;
    expect({where, lost, unsafeDeletions, classes}).toEqual({
      where,
      lost: 0,
      unsafeDeletions: [],
      classes: expected.classes,
    });
    if (expected.leader !== undefined) expect([platform.leader, platform.timeline]).toEqual([expected.leader, 2]);
    await kit.log();
    platform.stop();
    return {effects: kit.effects, strikes: kit.trail.strikes.filter(({call}) => call > first)};
  };

  test('survives a fault anywhere', {timeout: 24 * 3_600_000}, async () => {
    const {strikes, effects} = await carry();
    const step = faultsMax === 'every' ? 1 : strikes.length / Number(faultsMax);
    for (let at = step / 2; at < strikes.length; at += step) {
      const struck = await carry(strikes[Math.floor(at)]);
      expect(new Set(struck.effects).size).toBe(new Set(effects).size);
    }
  });
});
