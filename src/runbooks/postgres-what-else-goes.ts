/** What goes with the namespace of Commander and is in no dump. */
import {commanderContent} from '../domain/postgres/commander.ts';
import {readInventory} from '../domain/postgres/dump-inventory.ts';
import {databaseNamesSql, inventorySql} from '../domain/postgres/dump-sql.ts';
import {isPutAside} from '../domain/postgres/limit-note.ts';
import {ordinalOf} from '../domain/postgres/postgres-cluster.ts';
import {Refusal} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import type {DatabaseName} from './postgres-kinds.ts';
import {type LeadingMember, namesIn} from './postgres-member.ts';
import {isWorthRestoring, maintenance} from './postgres-restore-steps.ts';
import {claimKind} from './workload-kinds.ts';

/** Throws Refusal where a database or a claim would be lost that nobody kept. */
export async function requireNothingElse(reader: Reader, {namespace, name}: DatabaseName, member: LeadingMember): Promise<void> {
  const databases = namesIn(await member.ask(databaseNamesSql));
  const others = databases.filter(each => each !== commanderContent && each !== maintenance && !isPutAside(each));
  if (others.length > 0)
    throw new Refusal('OtherDatabases', {
      en: `${others.join(', ')} would be lost with ${namespace}/${name}, and is in no dump: move it elsewhere first`,
      ru: `${others.join(', ')}: исчезнет вместе с ${namespace}/${name} и не входит в дамп; сначала перенесите`,
    });
  const shared = readInventory(await member.ask(inventorySql, maintenance));
  if (isWorthRestoring({name: maintenance, before: shared})) {
    const tables = shared.tables.flatMap(table => (table.rows > 0 ? [table.name] : [])).join(', ');
    throw new Refusal('OtherDatabases', {
      en: `the database ${maintenance} holds rows (${tables}), would be lost with ${namespace}/${name} and is in no dump: move them elsewhere first`,
      ru: `в базе ${maintenance} есть строки (${tables}): они исчезнут вместе с ${namespace}/${name} и не входят в дамп; сначала перенесите`,
    });
  }
  const claims = (await reader.list(claimKind, {namespace})).filter(
    ({metadata}) => metadata.deletionTimestamp === undefined && ordinalOf(name, metadata.name.replace(/^pgdata-/, '')) === undefined,
  );
  if (claims.length === 0) return;
  const names = claims.map(({metadata}) => metadata.name).join(', ');
  throw new Refusal('OtherClaims', {
    en: `the claims ${names} would go with the namespace ${namespace}: move what they hold elsewhere first`,
    ru: `PVC ${names} исчезнут вместе с namespace ${namespace}: сначала перенесите их содержимое`,
  });
}

/** Earlier runs put them aside; they go too, and whoever agrees is told. */
export async function putAsideIn(member: LeadingMember): Promise<readonly string[]> {
  return namesIn(await member.ask(databaseNamesSql)).filter(isPutAside);
}
