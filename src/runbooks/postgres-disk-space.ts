/** Room on the disk of a leader: while a replica is away, its slot keeps the log there. */
import {formatBytes} from '../domain/postgres/byte-size.ts';
import {type DatabaseSeen, diskOf} from '../domain/postgres/database-seen.ts';
import {freeSpace, readFreeBytes} from '../domain/postgres/dump-commands.ts';
import {dataMount} from '../domain/postgres/member-commands.ts';
import {readDatabases} from '../domain/postgres/member-facts.ts';
import type {MemberPod} from '../domain/postgres/member-pod.ts';
import {databasesSql} from '../domain/postgres/member-sql.ts';
import {parseQuantity} from '../domain/query/quantity.ts';
import type {Words} from '../domain/words.ts';
import {Refusal} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import type {DatabaseName} from './postgres-kinds.ts';
import {askSql, type Leader, runInMember} from './postgres-world.ts';

/** Of the size of the database: what may be written while a copy is made. */
const roomShare = 2;
/** Of the disk, and no more than that much of a large one: below it the copy is given up before writes stop. */
const reserveShare = 0.2;
const reserveBytesMax = 2_000_000_000;

/** undefined where df does not answer. */
async function freeBytesOf(reader: Reader, database: DatabaseName, pod: Pick<MemberPod, 'name' | 'uid'>): Promise<number | undefined> {
  const {exitCode, stdout} = await runInMember(reader, database, pod, freeSpace(dataMount));
  return exitCode === 0 ? readFreeBytes(stdout) : undefined;
}

/** Throws Refusal where the leader has no room for the log of the time. */
export async function requireRoom(reader: Reader, database: DatabaseName, {pod, name}: Leader): Promise<void> {
  const sizes = readDatabases((await askSql(reader, database, pod, databasesSql)) ?? '');
  const free = await freeBytesOf(reader, database, pod);
  if (sizes === undefined || free === undefined)
    throw new Refusal('NoTool', {
      en: `psql or df says nothing in ${name}: are they in the image, and does the database answer?`,
      ru: `psql или df в ${name} не отвечают: есть ли они в образе и отвечает ли база?`,
    });
  const needed = sizes.reduce((sum, {bytes}) => sum + bytes, 0) * roomShare;
  if (free >= needed) return;
  throw new Refusal('NoSpace', {
    en: `the disk of ${name} has ${formatBytes(free)} left; ${formatBytes(needed)} are wanted for the log while a copy is made: make room first`,
    ru: `на диске ${name} свободно ${formatBytes(free)}; на журнал за время копирования нужно ${formatBytes(needed)}: сначала освободите место`,
  });
}

/** undefined while there is room. */
export async function roomTrouble(reader: Reader, seen: DatabaseSeen, leader: MemberPod): Promise<Words | undefined> {
  const size = parseQuantity(diskOf(seen, leader.ordinal)?.size ?? '');
  const free = await freeBytesOf(reader, seen.cluster, leader);
  if (size === undefined || free === undefined || free >= Math.min(size * reserveShare, reserveBytesMax)) return undefined;
  return {
    en: `the disk of ${leader.name} has only ${formatBytes(free)} left, for the log that it keeps for the copy`,
    ru: `на диске ${leader.name} осталось всего ${formatBytes(free)}, а он хранит журнал для копии`,
  };
}
