/**
 * Keeps a file for one process. The claim is a file beside it whose name says who holds it (process, its start, machine),
 * so that making it is one step, and that of a process which is no more counts for nothing.
 */
import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {basename, dirname, join} from 'node:path';
import process from 'node:process';

export class JournalHeld extends Error {
  constructor(path: string, lock: string, holder: string) {
    super(`${path} is in use by ${holder}: quit that one first, or, if it is no more, remove ${lock}`);
    this.name = 'JournalHeld';
  }
}

export type JournalLock = {release(): void};

/** Throws JournalHeld. Two that come at the same moment may both be refused, never both let in. */
export function lockJournal(path: string): JournalLock {
  const folder = dirname(path);
  const prefix = `${basename(path)}.lock-`;
  const own = `${prefix}${process.pid}-${startOf(process.pid)}-${hostname()}`;
  claim(path, join(folder, own));
  const release = (): void => rmSync(join(folder, own), {force: true});
  for (const name of readdirSync(folder).filter(each => each.startsWith(prefix) && each !== own)) {
    const [, pid = '', start = '', host = ''] = /^(\d+)-(\d+)-(.*)$/.exec(name.slice(prefix.length)) ?? [];
    const lock = join(folder, name);
    if (host === hostname() && !isAlive(Number(pid), start)) rmSync(lock, {force: true});
    else {
      release();
      throw new JournalHeld(path, lock, host === hostname() ? `the process ${pid}` : `the process ${pid} on ${host}`);
    }
  }
  return {release};
}

function claim(path: string, lock: string): void {
  try {
    writeFileSync(lock, '', {mode: 0o600, flag: 'wx'});
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw new JournalHeld(path, lock, 'this process');
    throw error;
  }
}

function isAlive(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // A process of somebody else is one nevertheless.
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EPERM') return false;
  }
  return startOf(pid) === start;
}

/** When the process began, in ticks since the machine did: a number is given again, both together are not. 0 where nobody says. */
function startOf(pid: number): string {
  try {
    // The name in brackets may hold anything; the fields are counted from behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return fields[19] ?? '0';
  } catch {
    return '0';
  }
}
