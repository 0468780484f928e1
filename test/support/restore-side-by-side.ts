/** Moves Commander's database by dump and restore, while it is written to, and tells what came back. */
import {readFields} from '../../src/domain/fields.ts';
import type {Rows} from '../../src/embedded/world/postgres/postgres-state.ts';
import type {PostgresFaults} from '../../src/embedded/world/postgres/postgres-world.ts';
import {postgresStorageClassByRestore} from '../../src/runbooks/postgres-storage-class-by-restore.ts';
import {restoreAsDocumented} from './documented-restore.ts';
import {newClass} from './postgres-drafts.ts';
import {PostgresHands} from './postgres-hands.ts';
import {startPostgresKit} from './postgres-kit.ts';

export type Restored = {
  readonly isDone: boolean;
  /** Acknowledged rows that are on no disk that is left, nor in the dump. */
  readonly lost: number;
  /** What was encrypted before can be decrypted. */
  readonly areKeysKept: boolean;
};

const settleSeconds = 120;

export async function restoreByHand(faults: PostgresFaults): Promise<Restored> {
  const hands = await PostgresHands.start({}, faults);
  const keys = await keysOf(hands);
  const {isDone, dump} = await restoreAsDocumented(hands);
  return conclude(hands, keys, {isDone, dump});
}

export async function restoreByRunbook(faults: PostgresFaults): Promise<Restored> {
  const {kit, platform, target} = await startPostgresKit([postgresStorageClassByRestore], {}, faults);
  const hands = new PostgresHands(platform);
  const keys = await keysOf(hands);
  const places = {backupTo: 'file:/safe', keysTo: 'file:/safe'};
  await kit.submit('postgres-storage-class-by-restore', {target, storageClass: newClass, ...places});
  const {phase} = (await kit.driveToEnd()).status;
  const restored = await conclude(hands, keys, {isDone: phase === 'Succeeded', dump: []});
  platform.stop();
  return restored;
}

type Done = {readonly isDone: boolean; readonly dump: Rows};

async function conclude(hands: PostgresHands, keys: string, {isDone, dump}: Done): Promise<Restored> {
  await hands.pass(settleSeconds);
  return {isDone, lost: hands.platform.rowsOnNoCopy(dump), areKeysKept: (await keysOf(hands)) === keys};
}

async function keysOf(hands: PostgresHands): Promise<string> {
  return JSON.stringify(readFields(await hands.find('v1', 'Secret', 'commander-envs'), 'data'));
}
