/** The effects of a controller as the API server took them: its writes and the commands in pods that change something. */
import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import {readNumber, readString} from '../../../src/domain/fields.ts';

/** One request that was answered, as an audit log tells it. */
export type Answered = {readonly method: string; readonly path: string; readonly query: URLSearchParams};

/** What the engine writes about itself. */
const bookkeeping = /\/(runbookruns|runbookapprovals|leases|events|selfsubjectaccessreviews|tokenreviews)(\/|$)/;
const changingPrograms = new Set(['mkdir', 'dd', 'mv', 'rm', 'pg_dump', 'pg_dumpall', 'pg_restore', 'psql', 'curl']);

/** The same text for the same effect; undefined for what is none. */
export function effectOf({method, path, query}: Answered): string | undefined {
  if (bookkeeping.test(path)) return undefined;
  if (path.endsWith('/exec')) return isChanging(query.getAll('command')) ? `exec ${path} ${query.getAll('command').join(' ')}` : undefined;
  return ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method) && !query.has('dryRun') ? `${method} ${path}` : undefined;
}

function isChanging(command: readonly string[]): boolean {
  const [program = '', ...args] = command[0] === 'env' ? command.slice(command.findIndex(word => /^(pg|ps)/.test(word))) : command;
  if (!changingPrograms.has(program) || args.includes('--version') || args.includes('--list') || args.includes('/dev/null')) return false;
  if (program === 'curl') return args.includes('-XPOST');
  return program !== 'psql' || !/^\s*(select|with|show)\b/i.test(args.at(-1) ?? '');
}

/** Of an audit log that grows: what was answered to these users since the last look. */
export class AuditTail {
  readonly #path: string;
  readonly #users: readonly string[];
  #offset = 0;
  #rest = '';

  constructor(path: string, users: readonly string[]) {
    this.#path = path;
    this.#users = users.map(name => `"username":"${name}"`);
  }

  next(): readonly Answered[] {
    const lines = (this.#rest + this.#read()).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.flatMap(line => {
      if (!this.#users.some(user => line.includes(user))) return [];
      const entry: unknown = JSON.parse(line);
      const [path = '', query = ''] = (readString(entry, 'requestURI') ?? '').split('?');
      const isDone = (readNumber(entry, 'responseStatus.code') ?? 500) < 300;
      return isDone ? [{method: methods[readString(entry, 'verb') ?? ''] ?? 'GET', path, query: new URLSearchParams(query)}] : [];
    });
  }

  #read(): string {
    const file = openSync(this.#path, 'r');
    try {
      const bytes = Buffer.alloc(fstatSync(file).size - this.#offset);
      const count = readSync(file, bytes, 0, bytes.length, this.#offset);
      this.#offset += count;
      return bytes.toString('utf8', 0, count);
    } finally {
      closeSync(file);
    }
  }
}

const methods: Readonly<Record<string, string>> = {create: 'POST', update: 'PUT', patch: 'PATCH', delete: 'DELETE'};

/** True right after each effect, the first time that it is seen: whoever carries the run dies there. */
export function atEachEffect({effects}: {effects(): readonly string[]}): () => boolean {
  const struck = new Set<string>();
  let heard = 0;
  return () => {
    const fresh = effects().slice(heard);
    heard += fresh.length;
    const due = fresh.filter(effect => !struck.has(effect));
    for (const effect of due) struck.add(effect);
    return due.length > 0;
  };
}
