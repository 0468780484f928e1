/** One TypeScript entry with all it imports → one minified ES module. Used for the program and for the programs of the screen tests. */
import {fileURLToPath} from 'node:url';
import {build, type Plugin} from 'esbuild';

export async function bundle({entry, outfile}: {entry: string; outfile: string}): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    // Paths in the output are relative to this, so that nothing of the building machine gets into it.
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    bundle: true,
    minify: true,
    sourcemap: false,
    legalComments: 'none',
    format: 'esm',
    platform: 'node',
    target: 'node22.12',
    jsx: 'automatic',
    // Native and optional: looked for at run time, never part of the file.
    external: ['node-pty'],
    plugins: [withoutDevtools],
    define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"'},
    // Packages in CommonJS call require for Node's own modules.
    banner: {js: "import {createRequire as deckhandRequire} from 'node:module';const require=deckhandRequire(import.meta.url);"},
    logLevel: 'warning',
  });
}

/** Ink names react-devtools-core for development only; it is not installed, and an absent import would end the bundle at its start. */
const withoutDevtools: Plugin = {
  name: 'without-devtools',
  setup({onResolve, onLoad}) {
    onResolve({filter: /^react-devtools-core$/}, ({path}) => ({path, namespace: 'without-devtools'}));
    onLoad({filter: /.*/, namespace: 'without-devtools'}, () => ({contents: 'export default {};'}));
  },
};
