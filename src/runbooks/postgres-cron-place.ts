/**
 * pg_cron can be made only in the database that cron.database_name says (https://github.com/citusdata/pg_cron): a copy of that
 * database under another name, as a trial or beside the old one, never comes into being.
 */
import {readInventory} from '../domain/postgres/dump-inventory.ts';
import {extensionsSql, inventorySql} from '../domain/postgres/dump-sql.ts';
import {Refusal} from '../engine/define-runbook.ts';
import {type LeadingMember, namesIn} from './postgres-member.ts';
import {isWorthRestoring} from './postgres-restore-steps.ts';

const extension = 'pg_cron';

/** Throws Refusal where it stands in a database that is to be copied: dumped live, and tried once under another name. */
export async function refuseCronInTrial(member: LeadingMember, databases: readonly string[]): Promise<void> {
  for (const name of databases) {
    if (!namesIn(await member.ask(extensionsSql, name)).includes(extension)) continue;
    if (isWorthRestoring({name, before: readInventory(await member.ask(inventorySql, name))})) throw cronRefusal(name);
  }
}

export function cronRefusal(name: string): Refusal {
  return new Refusal('CronPlace', {
    en: `${extension} stands in ${name} beside rows of its own, and can be made in no database of another name: a copy cannot be restored. Move those rows to another database, or drop the extension first and make it again afterwards`,
    ru: `${extension} стоит в ${name} вместе с собственными строками, а создать его в базе с другим именем нельзя: копию не восстановить. Перенесите строки в другую базу или удалите расширение и создайте его потом снова`,
  });
}

/** Of a dump whose databases come back beside the old ones. */
export function hasCron({extensions}: {readonly extensions: readonly {readonly name: string}[]}): boolean {
  return extensions.some(({name}) => name === extension);
}
