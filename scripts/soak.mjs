/**
 * `npm run soak`: the counts that take hours. Every pair of crashes of every runbook (up to 150 calls), a crash
 * at every call of those on databases, kills before and after
 * each write, queues of runs under several seeds of trouble, and hours with a live database in the lab, beside the documentation's
 * own way. What a variable of the environment sets is left as it is.
 */
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {ensureInstalled, pinnedNode, root} from './install.mjs';

const callsMax = 150;
const seeds = (process.env.DECKHAND_SEEDS ?? '1,2,3,4,5').split(',');

ensureInstalled();
run('scripts/build.ts', []);
run('test/support/control-plane/build.ts', []);
run('test/support/lab/build-patroni.ts', []);
const vitest = (project, files, env) => run('node_modules/vitest/vitest.mjs', ['run', '--project', project, ...files], env);

const failed = [
  vitest('unit', ['test/unit/runbooks', 'test/unit/engine'], {
    DECKHAND_CRASH_PAIRS: String(callsMax * callsMax),
    DECKHAND_POSTGRES_CRASHES: 'every',
  }),
  vitest('embedded', ['test/embedded/run-kills.test.ts'], {DECKHAND_SOAK: '1'}),
  vitest(
    'lab',
    ['soak', 'lost-members', 'by-the-book'].map(name => `test/lab/${name}.test.ts`),
    {DECKHAND_SOAK: '1'},
  ),
  ...seeds.map(seed => vitest('cluster', ['test/cluster/replicas.test.ts'], {DECKHAND_SEED: seed, DECKHAND_QUEUED_RUNS: '1000'})),
].filter(isOk => !isOk).length;
process.exit(failed === 0 ? 0 : 1);

function run(script, args, env = {}) {
  const {status} = spawnSync(pinnedNode, [join(root, script), ...args], {cwd: root, stdio: 'inherit', env: {...env, ...process.env}});
  return status === 0;
}
