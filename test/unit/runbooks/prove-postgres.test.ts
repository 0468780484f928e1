/** The engine dies, or an answer is lost, on the way of a database to another class: the next engine brings it to the same end. */
import {describe, expect, test} from 'vitest';
import {readString} from '../../../src/domain/fields.ts';
import {postgresStorageClass} from '../../../src/runbooks/postgres-storage-class.ts';
import {newClass} from '../../support/postgres-drafts.ts';
import {claimsOf, startPostgresKit, tellRun} from '../../support/postgres-kit.ts';
import type {Fault} from '../../support/run-kit.ts';

/** Calls at which faults strike, spread over the whole run; 'every' tries each. */
const points = process.env.DECKHAND_POSTGRES_CRASHES ?? '2';
const faultKinds = ['kill-before', 'kill-after', 'answer-lost'] as const;

const cases = [
  {name: 'of two members', options: {isHighlyAvailable: true}},
  {name: 'of one member', options: {}},
] as const;

describe.each(cases)('a database $name', ({options}) => {
  const migrate = async (fault?: Fault) => {
    const started = await startPostgresKit([postgresStorageClass], options);
    const {kit, platform, target, unsafeDeletions} = started;
    await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'});
    if (fault !== undefined) kit.strikeAt(fault);
    const run = await kit.driveToEnd();
    const where = `${fault?.kind ?? 'no fault'} at ${fault?.call ?? 0}`;
    expect(run.status.phase, `${where}: ${tellRun(run)}`).toBe('Succeeded');
    const claims = await claimsOf(platform);
    expect({
      where,
      lost: platform.lostRows,
      unsafeDeletions,
      classes: new Set(claims.map(each => readString(each, 'spec.storageClassName'))),
    }).toEqual({
      where,
      lost: 0,
      unsafeDeletions: [],
      classes: new Set([newClass]),
    });
    await kit.log();
    platform.stop();
    return kit;
  };

  test('survives a fault anywhere', {timeout: 24 * 3_600_000}, async () => {
    const {calls, effects} = await migrate();
    const step = points === 'every' ? 1 : Math.ceil(calls / Number(points));
    for (let call = Math.ceil(step / 2); call <= calls; call += step) {
      for (const [index, kind] of faultKinds.entries()) {
        const again = await migrate({call: Math.min(calls, call + Math.floor((index * step) / faultKinds.length)), kind});
        expect([...new Set(again.effects)].length).toBe(new Set(effects).size);
      }
    }
  });
});
