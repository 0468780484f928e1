/** The leader of a database as the place where commands run: found anew each time, never remembered. */
import {isFields} from '../domain/fields.ts';
import type {FileDigest} from '../domain/files.ts';
import type {ExecEffect} from '../domain/kube-write.ts';
import {fileDigest, fileSize, freeSpace, printFile, readDigest, readFreeBytes} from '../domain/postgres/dump-commands.ts';
import {dataMount, memberContainer, psql} from '../domain/postgres/member-commands.ts';
import {Refusal} from '../engine/define-runbook.ts';
import type {CommandResult, Reader} from '../engine/reader.ts';
import type {MemberCommand} from './postgres-keeper.ts';
import type {DatabaseName} from './postgres-kinds.ts';
import {type Leader, readLeader} from './postgres-world.ts';

export type LeadingMember = {
  readonly leader: Leader;
  command(command: readonly string[]): MemberCommand;
  exec(command: readonly string[], stdin?: string): ExecEffect;
  run(command: readonly string[]): Promise<CommandResult>;
  /** Throws Refusal where it prints no JSON. */
  ask(statement: string, database?: string): Promise<unknown>;
  digest(file: string): Promise<FileDigest | undefined>;
  size(file: string): Promise<number | undefined>;
  text(file: string): Promise<string | undefined>;
  freeBytes(): Promise<number>;
};

/** Throws Refusal where there is no leader that all agree on. */
export async function leadingMember(reader: Reader, database: DatabaseName): Promise<LeadingMember> {
  const leader = await readLeader(reader, database);
  const place = {namespace: database.namespace, pod: leader.name, podUid: leader.pod.uid, container: memberContainer};
  const run = (command: readonly string[]): Promise<CommandResult> => reader.run({kind: 'exec', ...place, command});
  const print = async (command: readonly string[]): Promise<string | undefined> => {
    const {exitCode, stdout} = await run(command);
    return exitCode === 0 ? stdout : undefined;
  };
  const size = async (file: string): Promise<number | undefined> => {
    const printed = await print(fileSize(file));
    return printed === undefined ? undefined : Number(printed.trim());
  };
  return {
    leader,
    command: command => ({...place, command}),
    exec: (command, stdin) => ({kind: 'exec', ...place, command, ...(stdin === undefined ? {} : {stdin})}),
    run,
    ask: async (statement, inDatabase) => parse(leader, await run(psql(statement, inDatabase))),
    digest: async file => {
      const bytes = await size(file);
      const sha256 = bytes === undefined ? undefined : readDigest((await print(fileDigest(file))) ?? '');
      return bytes === undefined || sha256 === undefined ? undefined : {bytes, sha256};
    },
    size,
    text: file => print(printFile(file)),
    freeBytes: async () => {
      const free = readFreeBytes((await print(freeSpace(dataMount))) ?? '');
      if (free === undefined)
        throw new Refusal('NoTool', {
          en: `df says nothing of the disk of ${leader.name}: is it in the image?`,
          ru: `df ничего не говорит о диске ${leader.name}: есть ли он в образе?`,
        });
      return free;
    },
  };
}

function parse({name}: Leader, {exitCode, stdout, stderr}: CommandResult): unknown {
  const said = lastLine(stderr);
  if (exitCode !== 0)
    throw new Refusal('NoAnswer', {
      en: `psql on ${name}: ${said === '' ? 'no answer' : said}`,
      ru: `psql на ${name}: ${said === '' ? 'нет ответа' : said}`,
    });
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Refusal('NoAnswer', {en: `psql on ${name} prints no JSON`, ru: `psql на ${name} выводит не JSON`});
  }
}

export function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.slice(0, 160) ?? '';
}

/** Throws Refusal where it is no list of names. */
export function namesIn(answer: unknown): readonly string[] {
  if (!Array.isArray(answer)) throw new Refusal('NoAnswer', {en: 'psql prints another answer than a list', ru: 'psql выводит не список'});
  return answer.map(String);
}

export function objectsIn(answer: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(answer) ? answer.filter(isFields) : [];
}
