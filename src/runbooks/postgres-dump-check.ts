/** Whether a dump in a member is whole: every check that catches a cut, a flipped, a mangled or an empty one. */
import {isFields} from '../domain/fields.ts';
import {fileHead, listDump, memberDump, memberNotes, readDumpWhole} from '../domain/postgres/dump-commands.ts';
import {type Inventory, readInventory, readProperties, tableNames} from '../domain/postgres/dump-inventory.ts';
import {listingFaults, readDumpListing} from '../domain/postgres/dump-listing.ts';
import type {DatabaseProperties} from '../domain/postgres/dump-sql.ts';
import {parseJson} from '../domain/postgres/patroni-answer.ts';
import {readWriteMark, type WriteMark} from '../domain/postgres/write-mark.ts';
import {asWords, type Words} from '../domain/words.ts';
import type {Reader} from '../engine/reader.ts';
import {type LeadingMember, lastLine} from './postgres-member.ts';

/** What was noted right before the dump. */
export type DumpNotes = {
  readonly at: string;
  readonly leader: string;
  readonly timeline: number;
  readonly lsn: string;
  readonly systemId: string;
  readonly serverVersion: number;
  readonly properties: DatabaseProperties;
  readonly mark: WriteMark;
  readonly inventory: Inventory;
};

/** undefined where there are none that can be read. */
export function readNotes(text: string | undefined): DumpNotes | undefined {
  const document = text === undefined ? undefined : parseJson(text);
  if (!isFields(document) || !isFields(document.inventory) || !isFields(document.properties) || !isFields(document.mark)) return undefined;
  const {at, leader, timeline, lsn, systemId, serverVersion} = document;
  return {
    at: String(at),
    leader: String(leader),
    timeline: Number(timeline),
    lsn: String(lsn),
    systemId: String(systemId),
    serverVersion: Number(serverVersion),
    properties: readProperties(document.properties),
    mark: readWriteMark(document.mark),
    inventory: readInventory(document.inventory),
  };
}

/** What is wrong with a dump; undefined where it is whole. `missing`: there is none yet. */
export async function dumpFault(
  reader: Reader,
  member: LeadingMember,
  {id, index, database}: {readonly id: string; readonly index: number; readonly database: string},
): Promise<Words | undefined> {
  const file = memberDump(id, index);
  const size = await member.size(file);
  if (size === undefined) return {en: 'missing', ru: 'его нет'};
  if (size === 0) return {en: 'it is empty', ru: 'он пуст'};
  const notes = readNotes(await member.text(memberNotes(id, index)));
  if (notes === undefined) return {en: 'what the database held before it was not noted', ru: 'не записано, что было в базе перед ним'};
  if (notes.leader !== member.leader.name || notes.timeline !== member.leader.timeline)
    return {
      en: `it was taken on ${notes.leader} on timeline ${notes.timeline}, and ${member.leader.name} leads on ${member.leader.timeline} now`,
      ru: `снят на ${notes.leader} на timeline ${notes.timeline}, а сейчас лидер — ${member.leader.name} на ${member.leader.timeline}`,
    };
  const head = await member.run(fileHead(file));
  if (head.exitCode !== 0 || head.stdout !== 'PGDMP') return {en: 'it does not begin as a dump does', ru: 'начинается не как дамп'};
  const listing = await member.run(listDump(file));
  if (listing.exitCode !== 0) {
    const why = lastLine(listing.stderr);
    return {en: `pg_restore cannot list it: ${why}`, ru: `pg_restore не может показать его содержимое: ${why}`};
  }
  const faults = listingFaults(readDumpListing(listing.stdout), {database, now: reader.now(), tables: tableNames(notes.inventory)});
  if (faults.length > 0) return asWords(faults.join('; '));
  const whole = await member.run(readDumpWhole(file));
  const why = lastLine(whole.stderr);
  return whole.exitCode === 0
    ? undefined
    : {en: `pg_restore cannot read it to its end: ${why}`, ru: `pg_restore не может прочитать его до конца: ${why}`};
}
