/** The proof that nothing was written to a database since it was dumped: what its server counted then and what it counts now. */
import type {Manifest} from '../domain/postgres/dump-manifest.ts';
import {readWriteMark, writeMarkSql, writtenBetween} from '../domain/postgres/write-mark.ts';
import {Refusal} from '../engine/define-runbook.ts';
import type {LeadingMember} from './postgres-member.ts';
import {isWorthRestoring} from './postgres-restore-steps.ts';

/** Throws Refusal where nobody will be able to prove it. */
export async function requireCounted(member: LeadingMember, databases: readonly string[]): Promise<void> {
  for (const name of databases) {
    if (readWriteMark(await member.ask(writeMarkSql, name)).isCounted) continue;
    throw new Refusal('NotCounted', {
      en: `${member.leader.name} does not count writes to ${name}: set track_counts to on, else nobody can tell whether its dump holds all`,
      ru: `${member.leader.name} не считает записи в ${name}: включите track_counts, иначе не узнать, всё ли попало в дамп`,
    });
  }
}

/** Throws Refusal where something was written since the dump, or nobody can tell: what it holds may be as many rows, and others. */
export async function requireUnwritten(member: LeadingMember, manifest: Manifest): Promise<void> {
  const {name: leader, timeline} = member.leader;
  if (leader !== manifest.leader || timeline !== manifest.timeline)
    throw new Refusal('OtherLeader', {
      en: `the dump was taken on ${manifest.leader} on timeline ${manifest.timeline}, and ${leader} leads on ${timeline} now: nobody can tell what was written in between; abort with undo and start a new run`,
      ru: `дамп снят на ${manifest.leader} (timeline ${manifest.timeline}), а теперь лидер — ${leader} (${timeline}): что записано между ними, не узнать; прервите с отменой и начните заново`,
    });
  for (const dumped of manifest.databases.filter(isWorthRestoring)) {
    const why = writtenBetween(dumped.mark, readWriteMark(await member.ask(writeMarkSql, dumped.name)));
    if (why === undefined) continue;
    throw new Refusal('WrittenSince', {
      en: `${dumped.name}, since the dump: ${why.en}; abort with undo and start a new run`,
      ru: `${dumped.name}, после дампа: ${why.ru}; прервите с отменой и начните заново`,
    });
  }
}
