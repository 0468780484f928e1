/**
 * `npm test`: installs, builds, and runs the tiers whose programs are there; `npm run test:TIER` runs one.
 * `--build` lets the cluster tier build its control plane first; `--require` fails where a tier cannot run.
 */
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {become, ensureInstalled, pinnedNode, root} from './install.mjs';

const allTiers = ['unit', 'embedded', 'screen', 'cluster'];
const flags = process.argv.slice(2);
const asked = flags.filter(flag => allTiers.includes(flag));
const passed = flags.filter(flag => !allTiers.includes(flag) && flag !== '--build' && flag !== '--require');

ensureInstalled();
run('scripts/build.ts');
if (flags.includes('--build')) run('test/support/control-plane/build.ts');
const tiers = asked.length === 0 ? runnable(allTiers) : asked;
process.env.DECKHAND_REQUIRE_TIERS = flags.includes('--require') ? tiers.join(',') : '';
become(pinnedNode, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...tiers.flatMap(tier => ['--project', tier]), ...passed]);

function run(script) {
  const child = spawnSync(pinnedNode, [join(root, script)], {cwd: root, stdio: ['ignore', 2, 2]});
  if (child.status !== 0) process.exit(child.status ?? 1);
}

function runnable(tiers) {
  return tiers.filter(tier => {
    if (tier !== 'cluster') return true;
    const check = spawnSync(pinnedNode, [join(root, 'test/support/control-plane/build.ts'), '--check'], {cwd: root, encoding: 'utf8'});
    if (check.status === 0) return true;
    console.error(
      `deckhand: the cluster tier does not run: ${(check.stderr || check.stdout).trim().split('\n')[0]} (npm run test:cluster builds it)`,
    );
    return false;
  });
}
