/** The two Patronis of the lab: Debian's, and a newer one in a Python environment of its own (test/support/lab/build-patroni.ts makes it). */
import {existsSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {isRoot, setpriv} from '../postgres-user.ts';

export type PatroniVersion = '3.0.2' | '4.1.4';

export type PatroniPrograms = {readonly version: PatroniVersion; readonly patroni: string /** PATH of a member. */; readonly path: string};

export const newerPatroni = '4.1.4';
export const postgresBin = '/usr/lib/postgresql/15/bin';
const systemPath = '/usr/bin:/bin';

/** Root's home is closed to the user that runs Patroni. */
export function patroniEnvironment(): string {
  const {XDG_CACHE_HOME: cache = ''} = process.env;
  const base = isRoot() ? '/var/cache' : cache === '' ? join(homedir(), '.cache') : cache;
  return join(base, 'deckhand', `patroni-${newerPatroni}`);
}

export function findPatroniPrograms(version: PatroniVersion): PatroniPrograms | {readonly missing: string} {
  const folder = version === newerPatroni ? join(patroniEnvironment(), 'bin') : '/usr/bin';
  const needed = [join(postgresBin, 'postgres'), '/usr/bin/curl', ...(isRoot() ? [setpriv] : [])];
  const absent = needed.find(path => !existsSync(path));
  if (absent !== undefined) return {missing: `${absent} is not here (apt-get install postgresql-15 patroni curl)`};
  if (!existsSync(join(folder, 'patronictl'))) {
    return {missing: `Patroni ${version} is not here${version === newerPatroni ? '' : ' (apt-get install patroni)'}`};
  }
  const path = version === newerPatroni ? `${folder}:${postgresBin}:${systemPath}` : `${postgresBin}:${systemPath}`;
  return {version, patroni: join(folder, 'patroni'), path};
}
