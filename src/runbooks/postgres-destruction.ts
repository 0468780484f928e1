/** Whether a database is being destroyed: from the moment that it was asked for, nothing that protects what is left is taken back. */
import {readBoolean} from '../domain/fields.ts';
import type {Words} from '../domain/words.ts';
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
  throw new Refusal('Destroyed', {
    en: `${why.en}: this is not taken back; the backup is whole, and postgres-restore brings it back`,
    ru: `${why.ru}: это не откатить; копия цела, её вернёт postgres-restore`,
  });
}

/** Throws Refusal where, besides, no leader says that it is the database of the plan. */
export async function requireOldSystem(reader: Reader, plan: ByRestore): Promise<void> {
  await requireUndestroyed(reader, plan);
  const {systemId, name} = await readLeader(reader, plan.database);
  if (systemId === plan.facts.systemId) return;
  throw new Refusal('OtherSystem', {
    en: `${name} leads another database than the plan was made for: nobody is let into it`,
    ru: `${name} — лидер не той базы, для которой составлен план: никого не впускаем`,
  });
}

async function whyDestroyed(reader: Reader, {database, target, facts}: ByRestore): Promise<Words | undefined> {
  const name = `${database.namespace}/${database.name}`;
  if (facts.owner === 'commander') {
    const config = await reader.get(commanderConfig.ref);
    if (config === undefined || readBoolean(config, 'spec.enabled') === false)
      return {en: 'Commander is turned off', ru: 'Commander выключен'};
    const namespace = await reader.get({kind: namespaceKind, name: database.namespace});
    if (namespace === undefined || namespace.metadata.deletionTimestamp !== undefined)
      return {
        en: `the namespace ${database.namespace} is gone or going`,
        ru: `namespace ${database.namespace} исчез или удаляется`,
      };
  }
  const live = await reader.get(databaseRef(database));
  if (live === undefined || live.metadata.deletionTimestamp !== undefined)
    return {en: `${name} is gone or going`, ru: `${name} исчезла или удаляется`};
  return live.metadata.uid === target.uid ? undefined : {en: `${name} was made anew`, ru: `${name} создана заново`};
}
