/** `npm run bench`: installs, builds, and measures the budgets on the built program; `-- --json FILE` writes the figures too. */
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {become, ensureInstalled, pinnedNode, root} from './install.mjs';

ensureInstalled();
const build = spawnSync(pinnedNode, [join(root, 'scripts', 'build.ts')], {cwd: root, stdio: ['ignore', 2, 2]});
if (build.status !== 0) process.exit(build.status ?? 1);
become(pinnedNode, [join(root, 'bench', 'main.ts'), ...process.argv.slice(2)]);
