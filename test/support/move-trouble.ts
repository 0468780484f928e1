/** One trouble on the way of a database to another class, and how every one of them must end: moved, or stopped with leader and disk untouched. */
import {expect} from 'vitest';
import {readString} from '../../src/domain/fields.ts';
import type {PostgresFaults} from '../../src/embedded/world/postgres/postgres-world.ts';
import {postgresStorageClass} from '../../src/runbooks/postgres-storage-class.ts';
import {newClass} from './postgres-drafts.ts';
import {claimsOf, type Meanwhile, startPostgresKit, tellRun} from './postgres-kit.ts';
import type {PlatformOptions} from './postgres-platform.ts';

export type MoveTrouble = {
  readonly name: string;
  /** Two members of Commander's where absent. */
  readonly options?: PlatformOptions;
  readonly faults?: PostgresFaults;
  readonly meanwhile?: () => Meanwhile;
  /** The reason with which the run stops; absent: it comes to its end. */
  readonly stops?: string;
  /** What is in the words that it stops with. */
  readonly says?: RegExp;
};

export async function proveMove({
  options = {isHighlyAvailable: true},
  faults = {},
  meanwhile,
  stops,
  says = /./,
}: MoveTrouble): Promise<void> {
  const {kit, platform, target, unsafeDeletions} = await startPostgresKit([postgresStorageClass], options, {...faults}, meanwhile?.());
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'});
  const run = await kit.driveToEnd();
  const claims = await claimsOf(platform);
  expect(unsafeDeletions).toEqual([]);
  if (stops === undefined || (stops === 'maybe' && run.status.phase === 'Succeeded')) {
    expect(run.status.phase, tellRun(run)).toBe('Succeeded');
    expect(claims.map(claim => readString(claim, 'spec.storageClassName'))).toEqual(claims.map(() => newClass));
    expect(platform.lostRows).toBe(0);
  } else {
    expect(run.status.phase, tellRun(run)).toBe('Paused');
    if (stops !== 'any' && stops !== 'maybe') expect(tellRun(run)).toContain(` ${stops} `);
    expect(tellRun(run)).toMatch(says);
    const leading = claims.find(({metadata}) => metadata.name === `pgdata-${platform.leader ?? 'commander-postgres-0'}`);
    expect(leading).toBeDefined();
    expect(leading?.metadata.deletionTimestamp).toBeUndefined();
  }
}
