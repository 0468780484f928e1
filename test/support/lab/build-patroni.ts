/** Makes the Python environment of the newer Patroni where it is missing: `node test/support/lab/build-patroni.ts [--check]`. */
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {findPatroniPrograms, newerPatroni, patroniEnvironment} from './patroni-versions.ts';

const exitMissing = 3;
/** The system's own: another one may stand in a home that the user of PostgreSQL cannot enter. */
const python = '/usr/bin/python3';

process.exitCode = process.argv.includes('--check') ? check() : build();

/** 3, with what is missing on stderr, where one of the two cannot run. */
function check(): number {
  for (const version of ['3.0.2', newerPatroni] as const) {
    const found = findPatroniPrograms(version);
    if (!('missing' in found)) continue;
    console.error(found.missing);
    return exitMissing;
  }
  return 0;
}

/** An environment cannot be moved once made: what was cut short is removed and made anew. */
function build(): number {
  const folder = patroniEnvironment();
  if (existsSync(join(folder, 'complete'))) return check();
  rmSync(folder, {recursive: true, force: true});
  mkdirSync(dirname(folder), {recursive: true});
  const packages = [`patroni[kubernetes]==${newerPatroni}`, 'psycopg[binary]'];
  const isMade =
    run(python, ['-m', 'venv', folder]) &&
    run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]);
  if (!isMade) return 1;
  mkdirSync(join(folder, 'complete'));
  return check();
}

function run(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, {stdio: ['ignore', 'inherit', 'inherit']}).status === 0;
}
