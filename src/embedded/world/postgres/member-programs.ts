/** The programs that a simulated member can run: argument lists as deckhand sends them, each answered as the real one answers. */
import type {Clock} from '../../../domain/clock.ts';
import {isFields, readString} from '../../../domain/fields.ts';
import {sleep} from '../pause.ts';
import {runPgDump, runPgDumpall, runPgRestore} from './dump-programs.ts';
import {type FileSystem, filePrograms} from './file-programs.ts';
import {answerSql} from './member-sql-answers.ts';
import {type AnswerParts, answerCluster, answerMember, configOf} from './patroni-answers.ts';
import type {Member} from './postgres-state.ts';
import {askSwitchover, type RestAnswer} from './switchover.ts';

/** What a program has of its surroundings. */
export type MemberPlace = {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** undefined once the pod is gone. */
  member(): Member | undefined;
  /** The cluster as it stands now. */
  parts(): AnswerParts;
  disk(): FileSystem;
  readonly input: AsyncIterable<Uint8Array>;
  write(stream: 'stdout' | 'stderr', bytes: Uint8Array | string): Promise<void>;
};

/** Resolves with the exit code. */
export type MemberProgram = (args: readonly string[], place: MemberPlace) => Promise<number>;

export const memberPrograms: Readonly<Record<string, MemberProgram>> = {
  ...filePrograms,
  curl: runCurl,
  env: runEnv,
  pg_dump: runPgDump,
  pg_dumpall: runPgDumpall,
  pg_restore: runPgRestore,
  psql: runPsql,
  timeout: runTimeout,
};

/** Settings first, then a command of its own. */
async function runEnv(args: readonly string[], place: MemberPlace): Promise<number> {
  const start = args.findIndex(argument => !/^\w+=/.test(argument));
  const program = memberPrograms[args[start] ?? ''];
  return program === undefined ? 127 : program(args.slice(start + 1), place);
}

/** Seconds first, then a command of its own. */
async function runTimeout([seconds = '0', name = '', ...args]: readonly string[], place: MemberPlace): Promise<number> {
  const program = memberPrograms[name];
  if (program === undefined) return 127;
  if (place.parts().faults.areCommitsHeld !== true) return program(args, place);
  await sleep(place.clock, Number(seconds) * 1000, place.signal);
  return 124;
}

const lookMs = 250;

async function runCurl(args: readonly string[], place: MemberPlace): Promise<number> {
  const url = args.find(argument => argument.startsWith('http://')) ?? '';
  const page = /^http:\/\/(?:localhost|127\.0\.0\.1):8008\/(\w+)$/.exec(url)?.[1];
  const body = args[args.indexOf('-d') + 1] ?? '';
  const answer = page === undefined ? undefined : await answerRest(page, args.includes('-XPOST') ? body : undefined, place);
  if (answer === undefined) {
    await place.write('stdout', statusText(args, '000'));
    return 7;
  }
  await place.write('stdout', `${answer.body}${statusText(args, String(answer.status))}`);
  return 0;
}

function statusText(args: readonly string[], status: string): string {
  const format = args[args.indexOf('-w') + 1] ?? '';
  return format.replace('\\n', '\n').replace('%{http_code}', status);
}

/** undefined where nobody listens. */
export async function answerRest(page: string, posted: string | undefined, place: MemberPlace): Promise<RestAnswer | undefined> {
  const member = place.member();
  if (member === undefined || member.isLost === true || member.failure !== undefined) return undefined;
  const parts = place.parts();
  if (page === 'switchover') return posted === undefined ? notFound : switchOver(posted, place);
  switch (page) {
    case 'cluster':
      return answerCluster(parts);
    case 'patroni':
    case 'leader':
      return answerMember(parts, member, page);
    case 'config':
      return {status: 200, body: JSON.stringify(configOf(parts))};
    default:
      return notFound;
  }
}

const notFound: RestAnswer = {status: 404, body: ''};

async function switchOver(posted: string, {parts, clock, signal}: MemberPlace): Promise<RestAnswer> {
  const wish = readBody(posted);
  if (wish === undefined) return {status: 400, body: 'Bad Request.'};
  const reply = askSwitchover(parts(), wish);
  if ('now' in reply) return reply.now;
  const untilMs = clock.now() + reply.timeoutMs;
  while (clock.now() < untilMs && !signal.aborted) {
    await sleep(clock, lookMs, signal);
    const {cluster} = parts();
    if (cluster.leader === reply.candidate) return {status: 200, body: `Successfully switched over to "${reply.candidate}"`};
  }
  return reply.late;
}

function readBody(posted: string): {readonly leader?: string; readonly candidate?: string} | undefined {
  try {
    const value: unknown = JSON.parse(posted);
    if (!isFields(value) || Object.keys(value).length === 0) return undefined;
    const [leader, candidate] = [readString(value, 'leader'), readString(value, 'candidate')];
    return {...(leader !== undefined && {leader}), ...(candidate !== undefined && {candidate})};
  } catch {
    return undefined;
  }
}

const failed = 'psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed:';

/** Roles that are there already make it complain and go on. */
async function runScript({input, write}: MemberPlace): Promise<number> {
  for await (const bytes of input) if (bytes.length > 0) await write('stderr', 'psql:<stdin>:1: ERROR:  role "postgres" already exists\n');
  return 0;
}

async function runPsql(args: readonly string[], place: MemberPlace): Promise<number> {
  const member = place.member();
  if (member?.state !== 'running') {
    await place.write(
      'stderr',
      `${failed} No such file or directory\n\tIs the server running locally and accepting connections on that socket?\n`,
    );
    return 2;
  }
  const database = args[args.indexOf('-d') + 1] ?? 'postgres';
  if (args.includes('-f')) return runScript(place);
  const answer = answerSql(place.parts(), member, args[args.indexOf('-c') + 1] ?? '', database);
  if ('refusal' in answer) {
    await place.write('stderr', `${failed} FATAL:  ${answer.refusal}\n`);
    return 2;
  }
  if ('error' in answer) {
    await place.write('stderr', `ERROR:  ${answer.error}\n`);
    return 1;
  }
  await place.write('stdout', answer.rows === undefined ? '' : `${answer.rows}\n`);
  return 0;
}
