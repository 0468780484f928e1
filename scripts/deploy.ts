/** Writes deploy/ anew: the kinds, and all that `deckhand manifests` prints. */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import packageJson from '../package.json' with {type: 'json'};
import {deployFiles} from '../src/cli/manifests/deploy-files.ts';

for (const [path, text] of deployFiles(packageJson.version)) writeFileSync(join(import.meta.dirname, '../deploy', path), text);
