/** Builds what is published: `dist/deckhand.js`, which one starts, and `dist/program.js`, which that loads. */
import {chmod} from 'node:fs/promises';
import {join} from 'node:path';
import {bundleProgram, programFiles} from './bundle.ts';

const folder = 'dist';
await bundleProgram(folder);
await chmod(join(folder, programFiles[0]), 0o755);
