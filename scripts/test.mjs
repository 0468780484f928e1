/**
 * `npm test`: installs, builds, and runs the tiers whose programs are there; `npm run test:TIER` runs one.
 * `--build` lets the tiers that need more build that first; `--require` fails where a tier cannot run.
 */
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {become, ensureInstalled, pinnedNode, root} from './install.mjs';

const allTiers = ['unit', 'embedded', 'screen', 'cluster', 'lab'];
/** What makes the programs of a tier, and with `--check` tells which one is missing. */
const builders = {
  cluster: ['test/support/control-plane/build.ts'],
  lab: ['test/support/control-plane/build.ts', 'test/support/lab/build-patroni.ts'],
};
const flags = process.argv.slice(2);
const asked = flags.filter(flag => allTiers.includes(flag));
const passed = flags.filter(flag => !allTiers.includes(flag) && flag !== '--build' && flag !== '--require');

ensureInstalled();
run('scripts/build.ts');
const wanted = asked.length === 0 ? allTiers : asked;
if (flags.includes('--build')) for (const builder of new Set(wanted.flatMap(tier => builders[tier] ?? []))) run(builder);
const tiers = asked.length === 0 ? runnable(allTiers) : asked;
process.env.DECKHAND_REQUIRE_TIERS = flags.includes('--require') ? tiers.join(',') : '';
become(pinnedNode, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...tiers.flatMap(tier => ['--project', tier]), ...passed]);

function run(script) {
  const child = spawnSync(pinnedNode, [join(root, script)], {cwd: root, stdio: ['ignore', 2, 2]});
  if (child.status !== 0) process.exit(child.status ?? 1);
}

function runnable(tiers) {
  return tiers.filter(tier => {
    const missing = (builders[tier] ?? []).map(whatIsMissing).find(sentence => sentence !== undefined);
    if (missing !== undefined) console.error(`deckhand: the ${tier} tier does not run: ${missing} (npm run test:${tier} builds it)`);
    return missing === undefined;
  });
}

function whatIsMissing(builder) {
  const check = spawnSync(pinnedNode, [join(root, builder), '--check'], {cwd: root, encoding: 'utf8'});
  return check.status === 0 ? undefined : (check.stderr || check.stdout).trim().split('\n')[0];
}
