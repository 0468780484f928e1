/** Moves a database to another storage class while it is written to and something goes wrong, and tells what became of it. */
import {readString} from '../../src/domain/fields.ts';
import {type Running, startLoop} from '../../src/embedded/world/postgres/loop.ts';
import type {Rows} from '../../src/embedded/world/postgres/postgres-state.ts';
import {postgresStorageClass} from '../../src/runbooks/postgres-storage-class.ts';
import {followDocumentation} from './documented-procedure.ts';
import {newClass, oldClass} from './postgres-drafts.ts';
import {PostgresHands} from './postgres-hands.ts';
import {startPostgresKit} from './postgres-kit.ts';
import type {Trouble} from './postgres-troubles.ts';

export type Ending = {
  /** `claimed`: every command was carried out, and a disk is on the old class all the same. `stopped`: a person must go on. */
  readonly end: 'moved' | 'claimed' | 'stopped';
  /** Acknowledged rows that are on no disk that is left, nor in the dump. */
  readonly lost: number;
  readonly isServing: boolean;
  /** Disks of the old class that are gone for good. */
  readonly disksGone: number;
  /** Disks that were deleted while their member led, or while no other disk held every acknowledged row. */
  readonly rashDeletions: number;
  /** The step that the run failed at. */
  readonly step: string;
};

type Done = Pick<Ending, 'rashDeletions' | 'step'> & {readonly isDone: boolean; readonly dump: Rows};

const settleSeconds = 300;

export async function moveAsDocumented(trouble: Trouble, isHighlyAvailable: boolean): Promise<Ending> {
  const hands = await PostgresHands.start({isHighlyAvailable}, trouble.faults?.() ?? {});
  const scene = await begin(trouble, hands);
  const {stoppedAt, dump, leadersHit} = await followDocumentation(hands, isHighlyAvailable);
  return conclude(scene, {isDone: stoppedAt === undefined, dump, rashDeletions: leadersHit.length, step: ''});
}

export async function moveByRunbook(trouble: Trouble, isHighlyAvailable: boolean): Promise<Ending> {
  const faults = trouble.faults?.() ?? {};
  const {kit, platform, target, unsafeDeletions} = await startPostgresKit([postgresStorageClass], {isHighlyAvailable}, faults);
  const scene = await begin(trouble, new PostgresHands(platform));
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'});
  const {phase, steps} = (await kit.driveToEnd()).status;
  const ending = await conclude(scene, {
    isDone: phase === 'Succeeded',
    dump: [],
    rashDeletions: unsafeDeletions.length,
    step: steps.find(({state}) => state === 'Failed')?.id ?? '',
  });
  platform.stop();
  return ending;
}

type Scene = {readonly hands: PostgresHands; readonly watch: Running; readonly oldVolumes: number};

async function begin({before, strike}: Trouble, hands: PostgresHands): Promise<Scene> {
  await before?.(hands);
  const {server, clock} = hands.platform;
  let isOver = strike === undefined;
  const watch = startLoop({
    port: server.port,
    clock,
    who: 'trouble',
    everyMs: 1000,
    hears: [],
    async work() {
      if (!isOver) isOver = (await strike?.(hands)) ?? true;
      return undefined;
    },
  });
  return {hands, watch, oldVolumes: await countOldVolumes(hands)};
}

async function countOldVolumes({platform}: PostgresHands): Promise<number> {
  const volumes = await platform.world.list('v1', 'PersistentVolume');
  return volumes.filter(volume => readString(volume, 'spec.storageClassName') === oldClass).length;
}

/** Whoever was lost comes back first: what it brings may undo what another has written. */
async function conclude({hands, watch, oldVolumes}: Scene, {isDone, dump, rashDeletions, step}: Done): Promise<Ending> {
  const {platform} = hands;
  watch.stop();
  for (const ordinal of [0, 1]) platform.reviveMember(ordinal);
  await hands.pass(settleSeconds);
  const claims = await platform.world.list('v1', 'PersistentVolumeClaim', platform.database.namespace);
  const isMoved = claims.every(claim => readString(claim, 'spec.storageClassName') === newClass);
  return {
    end: isDone ? (isMoved ? 'moved' : 'claimed') : 'stopped',
    lost: platform.rowsOnNoCopy(dump),
    isServing: platform.leader !== undefined,
    disksGone: oldVolumes - (await countOldVolumes(hands)),
    rashDeletions,
    step,
  };
}
