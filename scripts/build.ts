/** Builds the one file that is published: `dist/deckhand.js`. */
import {chmod} from 'node:fs/promises';
import {bundle} from './bundle.ts';

const outfile = 'dist/deckhand.js';
await bundle({entry: 'src/main.ts', outfile});
await chmod(outfile, 0o755);
