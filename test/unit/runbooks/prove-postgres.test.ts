/** The engine dies, or an answer is lost, at any call of a run on a database: the next engine brings it to the same end. */
import {describe, expect, test} from 'vitest';
import {type Fields, readString} from '../../../src/domain/fields.ts';
import type {Runbook} from '../../../src/engine/define-runbook.ts';
import {postgresStorageClass} from '../../../src/runbooks/postgres-storage-class.ts';
import {postgresSwitchover} from '../../../src/runbooks/postgres-switchover.ts';
import {newClass, oldClass} from '../../support/postgres-drafts.ts';
import {claimsOf, startPostgresKit, tellRun} from '../../support/postgres-kit.ts';
import type {PlatformOptions} from '../../support/postgres-platform.ts';
import type {Fault} from '../../support/run-kit.ts';

/** Calls at which faults strike, spread over the whole run; 'every' tries each. */
const points = process.env.DECKHAND_POSTGRES_CRASHES ?? '2';
const faultKinds = ['kill-before', 'kill-after', 'answer-lost'] as const;

const classMoved: Expected = {classes: [newClass], leader: undefined};

type Expected = {readonly classes: readonly string[]; readonly leader: string | undefined};
type Case = {
  readonly name: string;
  readonly runbook: Runbook;
  readonly options: PlatformOptions;
  readonly more: Fields;
  readonly expected: Expected;
};

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
];

describe.each(cases)('$name', ({runbook, options, more, expected}) => {
  const carry = async (fault?: Fault) => {
    const {kit, platform, target, unsafeDeletions} = await startPostgresKit([runbook], options);
    await kit.submit(runbook.name, {target, ...more});
    if (fault !== undefined) kit.strikeAt(fault);
    const run = await kit.driveToEnd();
    const where = `${fault?.kind ?? 'no fault'} at ${fault?.call ?? 0}`;
    expect(run.status.phase, `${where}: ${tellRun(run)}`).toBe('Succeeded');
    const claims = await claimsOf(platform);
    const classes = [...new Set(claims.map(each => readString(each, 'spec.storageClassName')))];
    expect({where, lost: platform.lostRows, unsafeDeletions, classes}).toEqual({
      where,
      lost: 0,
      unsafeDeletions: [],
      classes: expected.classes,
    });
    if (expected.leader !== undefined) expect([platform.leader, platform.timeline]).toEqual([expected.leader, 2]);
    await kit.log();
    platform.stop();
    return kit;
  };

  test('survives a fault anywhere', {timeout: 24 * 3_600_000}, async () => {
    const {calls, effects} = await carry();
    const step = points === 'every' ? 1 : Math.ceil(calls / Number(points));
    for (let call = Math.ceil(step / 2); call <= calls; call += step) {
      for (const [index, kind] of faultKinds.entries()) {
        const struck = await carry({call: Math.min(calls, call + Math.floor((index * step) / faultKinds.length)), kind});
        expect(new Set(struck.effects).size).toBe(new Set(effects).size);
      }
    }
  });
});
