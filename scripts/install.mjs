/**
 * Makes a fresh clone ready: installs the locked packages when they are missing or older than the lock file. Runs on
 * any Node (the system's may be too old for the program itself) and uses nothing but what Node brings.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** The Node that the project pins; only there after `ensureInstalled`. */
export const pinnedNode = join(root, 'node_modules', '.bin', 'node');

// Not `npm ci`: it refuses a lock file that lacks optional packages of other platforms, which some registries do not serve.
export function ensureInstalled() {
  if (isInstalled()) return;
  console.error('deckhand: installing the locked packages (once)…');
  const npm = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) {
    console.error('deckhand: npm install failed; its own words stand above.');
    process.exit(npm.status ?? 1);
  }
}

function isInstalled() {
  const mark = join(root, 'node_modules', '.package-lock.json');
  return existsSync(pinnedNode) && existsSync(mark) && statSync(mark).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

/** Runs a program in the foreground of this terminal and ends with its exit code, or by the signal that ended it. */
export function become(program, args) {
  const child = spawnSync(program, args, {
    cwd: process.cwd(),
    stdio: 'inherit',
    env: {...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`},
  });
  if (child.error) throw child.error;
  if (child.signal) process.kill(process.pid, child.signal);
  process.exit(child.status ?? 1);
}
