/** A replica whose next part of the log its leader has removed: no waiting mends that, and only a person says that it is made anew. */
import {agreedLeader, type DatabaseSeen, podOf} from '../domain/postgres/database-seen.ts';
import {oldestLogSql, restoreCommandSql} from '../domain/postgres/member-sql.ts';
import type {Words} from '../domain/words.ts';
import {Refusal} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import {askSql} from './postgres-world.ts';

/** undefined where it may still catch up: it streams, or its leader has what it needs, or it takes the log from an archive too. */
export async function lostLog(reader: Reader, seen: DatabaseSeen, member: string): Promise<Words | undefined> {
  const agreed = agreedLeader(seen);
  if (agreed.kind !== 'agreed' || agreed.name === member) return undefined;
  const [leading, report] = [seen.reports.get(agreed.name), seen.reports.get(member)];
  const [leader, replica] = [podOf(seen, agreed.name), podOf(seen, member)];
  const isStreaming = leading?.streamers.some(each => each.member === member && each.state === 'streaming') === true;
  if (isStreaming || report?.role !== 'replica' || report.position === undefined) return undefined;
  if (report.systemId !== leading?.systemId || leader === undefined || replica === undefined) return undefined;
  const oldest = Number((await askSql(reader, seen.cluster, leader, oldestLogSql)) || Number.NaN);
  if (!(report.position < oldest)) return undefined;
  if ((await askSql(reader, seen.cluster, replica, restoreCommandSql)) !== '') return undefined;
  return lostWords(seen, agreed.name, member);
}

/** Throws Refusal where a copy is none, and nobody has agreed to give it up. `broken`: the member that is to be mended. */
export async function requireLog(reader: Reader, seen: DatabaseSeen, broken: number | undefined): Promise<void> {
  for (const {name, ordinal} of seen.pods) {
    const lost = ordinal === broken ? undefined : await lostLog(reader, seen, name);
    if (lost !== undefined) throw new Refusal('LogRemoved', lost);
  }
}

/** The way to mend it stands before what may be cut off a status. */
function lostWords({cluster: {name}}: DatabaseSeen, leader: string, member: string): Words {
  const reinit = `patronictl reinit ${name} ${member}`;
  return {
    en: `${leader} has removed log that ${member} needs. If its data may go: ${reinit} in a pod of it, then resume (requested WAL segment has already been removed)`,
    ru: `журнал, нужный ${member}, на ${leader} удалён. Если данные ${member} не нужны: ${reinit} в его поде, затем продолжите (requested WAL segment has already been removed)`,
  };
}
