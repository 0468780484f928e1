/**
 * Asks the API server beforehand, in dry runs, whether it takes what a run will write half way: policies of the platform may
 * keep its objects from everybody else. Deletions are not rehearsed, for nobody should read one in an audit log.
 */
import type {KubeWrite} from '../domain/kube-write.ts';
import {patchWrite, readTarget} from '../engine/define-patch-step.ts';
import {Refusal} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import {stopApps} from './postgres-app-steps.ts';
import {classChange} from './postgres-class-step.ts';
import {commanderConfig} from './postgres-destroy-step.ts';
import {liveKeysRef} from './postgres-keys-steps.ts';
import {type DatabaseName, databaseRef, volumeKind} from './postgres-kinds.ts';
import {type Migration, movesOf} from './postgres-migration.ts';
import {retain} from './postgres-protect-step.ts';
import {instancesPatch} from './postgres-scale-steps.ts';
import {readDatabaseObjects} from './postgres-world.ts';

/** The policy's own message must fit a condition of a run, with what it is about. */
const policyDenial = /^(\S+ "[^"]+") is forbidden: ValidatingAdmissionPolicy '([^']+)' with binding '[^']*' denied request: (.+)$/s;

const key = 'rehearsal/rehearsal';

/** Throws Refusal with the server's own words where it would refuse one of the writes of a move disk by disk. */
export async function rehearseMigration(reader: Reader, migration: Migration): Promise<void> {
  const {object, patch} = classChange(migration);
  await requireTaken(reader, [patchWrite(object, await readTarget(reader, object), patch)]);
  await rehearseKeeping(reader, migration.database);
  const {instances, finalMembers} = migration.facts;
  const isScaled = movesOf(migration).some(({kind}) => kind === 'add' || kind === 'scale-down' || kind === 'drop-claim');
  if (!isScaled) return;
  const cluster = {ref: databaseRef(migration.database), uid: ''};
  const scaled = instancesPatch(instances + 1, {before: String(finalMembers), run: 'rehearsal'});
  await requireTaken(reader, [patchWrite(cluster, await readTarget(reader, cluster), scaled)]);
}

/** Throws Refusal as above, of a move by dump and restore: what is refused after the destruction leaves Commander without its keys. */
export async function rehearseRestore(
  reader: Reader,
  {database, newClass, isCommanders}: {readonly database: DatabaseName; readonly newClass: string; readonly isCommanders: boolean},
): Promise<void> {
  await rehearseKeeping(reader, database);
  if (!isCommanders) return;
  const config = await readTarget(reader, commanderConfig);
  const setClass = {spec: {settings: {postgres: {internal: {storageClass: newClass}}}}};
  const keys = {ref: liveKeysRef, uid: ''};
  const secret = await reader.get(liveKeysRef);
  await requireTaken(reader, [
    patchWrite(commanderConfig, config, setClass),
    ...(await stopApps(reader, database.namespace)),
    ...(secret === undefined ? [] : [patchWrite(keys, secret, {metadata: {annotations: {'deckhand.dev/rehearsal': key}}})]),
  ]);
}

async function rehearseKeeping(reader: Reader, database: DatabaseName): Promise<void> {
  const {disks} = await readDatabaseObjects(reader, database);
  for (const {volume} of disks) {
    const write = volume === undefined ? undefined : retain(await reader.get({kind: volumeKind, name: volume.name}), key);
    if (write !== undefined) await requireTaken(reader, [write]);
  }
}

async function requireTaken(reader: Reader, writes: readonly KubeWrite[]): Promise<void> {
  for (const write of writes) {
    const denial = await reader.rehearse(write);
    if (denial === undefined) continue;
    const why = denial.replace(policyDenial, '$1: $3 (policy $2)');
    throw new Refusal('WriteRefused', {
      en: `${why}. Nothing was changed: run it as one whom that rule lets through`,
      ru: `${why}. Ничего не изменено: запустите от имени того, кого это правило пропускает`,
    });
  }
}
