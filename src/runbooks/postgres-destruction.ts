/** Whether a database is being destroyed: from the moment that it was asked for, nothing that protects what is left is taken back. */
import {readBoolean} from '../domain/fields.ts';
import {Refusal} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import type {ByRestore} from './postgres-by-restore.ts';
import {commanderConfig, namespaceKind} from './postgres-destroy-step.ts';
import {databaseRef} from './postgres-kinds.ts';
import {readLeader} from './postgres-world.ts';

/** Throws Refusal where the database is gone, going, or another one already. */
export async function requireUndestroyed(reader: Reader, plan: ByRestore): Promise<void> {
  const why = await whyDestroyed(reader, plan);
  if (why === undefined) return;
  throw new Refusal('Destroyed', `${why}: this is not taken back; the backup is whole, and postgres-restore brings it back`);
}

/** Throws Refusal where, besides, no leader says that it is the database of the plan. */
export async function requireOldSystem(reader: Reader, plan: ByRestore): Promise<void> {
  await requireUndestroyed(reader, plan);
  const {systemId, name} = await readLeader(reader, plan.database);
  if (systemId === plan.facts.systemId) return;
  throw new Refusal('OtherSystem', `${name} leads another database than the plan was made for: nobody is let into it`);
}

async function whyDestroyed(reader: Reader, {database, target, facts}: ByRestore): Promise<string | undefined> {
  const name = `${database.namespace}/${database.name}`;
  if (facts.owner === 'commander') {
    const config = await reader.get(commanderConfig.ref);
    if (config === undefined || readBoolean(config, 'spec.enabled') === false) return 'Commander is turned off';
    const namespace = await reader.get({kind: namespaceKind, name: database.namespace});
    if (namespace === undefined || namespace.metadata.deletionTimestamp !== undefined)
      return `the namespace ${database.namespace} is gone or going`;
  }
  const live = await reader.get(databaseRef(database));
  if (live === undefined || live.metadata.deletionTimestamp !== undefined) return `${name} is gone or going`;
  return live.metadata.uid === target.uid ? undefined : `${name} was made anew`;
}
