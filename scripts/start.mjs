/** `npm start`: installs, builds and opens the demo dashboard; `npm start -- FLAGS` passes other flags instead of --demo. */
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {become, ensureInstalled, pinnedNode, root} from './install.mjs';

ensureInstalled();
const build = spawnSync(pinnedNode, [join(root, 'scripts', 'build.ts')], {cwd: root, stdio: ['ignore', 2, 2]});
if (build.status !== 0) process.exit(build.status ?? 1);
const flags = process.argv.slice(2);
become(pinnedNode, [join(root, 'dist', 'deckhand.js'), ...(flags.length === 0 ? ['--demo'] : flags)]);
