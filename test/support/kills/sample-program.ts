/** The built program, with the sample runbooks in its catalogue and nothing else changed. */
import {fileURLToPath} from 'node:url';
import type {Plugin} from 'esbuild';
import {buildProgram, type Program} from '../dashboard.ts';

const catalog = fileURLToPath(new URL('sample-catalog.ts', import.meta.url));

const withSamples: Plugin = {
  name: 'with-samples',
  setup({onResolve}) {
    onResolve({filter: /\/runbooks\/catalog\.ts$/}, ({importer}) => (importer === catalog ? undefined : {path: catalog}));
  },
};

export function buildSampleProgram(): Promise<Program> {
  return buildProgram([withSamples]);
}
