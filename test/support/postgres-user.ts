/** Runs programs as the user that PostgreSQL needs: it and Patroni refuse to run as root. Whoever is not root stays who they are. */
import {execFileSync} from 'node:child_process';
import {chownSync, readFileSync} from 'node:fs';

export const setpriv = '/usr/bin/setpriv';
/** Made by Debian's package of PostgreSQL. */
const user = 'postgres';

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The command in an environment of these variables and no others. */
export function asPostgres(command: readonly string[], variables: Readonly<Record<string, string>>): string[] {
  const change = isRoot() ? [setpriv, `--reuid=${user}`, `--regid=${user}`, '--init-groups'] : [];
  const named = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return [...change, '/usr/bin/env', '--ignore-environment', ...named, ...command];
}

export function giveToPostgres(path: string): void {
  if (isRoot()) chownSync(path, idOf('-u'), idOf('-g'));
}

/** A process that ended and waits for whoever inherited it to notice runs no more. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, user], {encoding: 'utf8'}));
}
