/** The platform's documented way by dump and restore, command by command: the module off, on with the new class, and filled again. */
import {readString} from '../../src/domain/fields.ts';
import {dataMount} from '../../src/domain/postgres/member-commands.ts';
import type {Rows} from '../../src/embedded/world/postgres/postgres-state.ts';
import {GaveUp, until, untilQueueEmpty} from './patient-person.ts';
import {newClass} from './postgres-drafts.ts';
import type {PostgresHands} from './postgres-hands.ts';

export type DocumentedRestore = {
  readonly isDone: boolean;
  /** What the dump would bring back; nothing where it cannot be read to its end. */
  readonly dump: Rows;
};

const database = 'commander';
const inPod = `${dataMount}/commander.dump`;

export async function restoreAsDocumented(hands: PostgresHands): Promise<DocumentedRestore> {
  const {platform} = hands;
  const {exitCode} = await hands.run(0, ['pg_dump', '-Fc', '-b', '-v', '-d', database, '-f', inPod]);
  const printed = diskAt(hands)?.files[inPod]?.bytes ?? '';
  const dump = printed.endsWith('END') ? (diskAt(hands)?.content.ledger ?? []) : [];
  if (exitCode !== 0 || printed === '') return {isDone: false, dump: []};
  try {
    await hands.pass(60);
    await hands.enable(false);
    await untilQueueEmpty(hands);
    const namespace = {apiVersion: 'v1', kind: 'Namespace', name: platform.database.namespace};
    await until(hands, 'the namespace to be gone', async () => (await platform.world.find(namespace)) === undefined);
    await turnOn(hands);
    await untilQueueEmpty(hands);
    await until(hands, 'the first pod to be Running', async () => readString(await hands.pod(0), 'status.phase') === 'Running');
    return {isDone: await fill(hands, printed), dump};
  } catch (error) {
    if (!(error instanceof GaveUp)) throw error;
    return {isDone: false, dump};
  }
}

async function turnOn({platform}: PostgresHands): Promise<void> {
  const config = {apiVersion: 'deckhouse.io/v1alpha1', kind: 'ModuleConfig', name: 'commander'};
  await platform.world.patch(config, {spec: {enabled: true, settings: {postgres: {internal: {storageClass: newClass}}}}});
}

/** `pg_restore … < commander.dump`. */
async function fill(hands: PostgresHands, printed: string): Promise<boolean> {
  const disk = diskAt(hands);
  if (disk !== undefined) disk.files[inPod] = {bytes: printed};
  return (await hands.run(0, ['pg_restore', '-v', '-c', '--if-exists', '-Fc', '-d', database, inPod])).exitCode === 0;
}

/** Of the member that is taken for the leader. */
function diskAt(hands: PostgresHands) {
  return hands.platform.diskOf(hands.member(0));
}
