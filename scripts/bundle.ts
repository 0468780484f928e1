/** One TypeScript entry with all it imports → one minified ES module. Used for the program and for the programs of the screen tests. */
import {readFileSync} from 'node:fs';
import {builtinModules} from 'node:module';
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
    plugins: [withoutDevtools, lateBuiltins, clientNodeInParts],
    define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"', DECKHAND_VERSION: JSON.stringify(readVersion())},
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

/**
 * Node's own modules are required when they are used, not imported when the file is linked: an older Node that lacks a name
 * would refuse the whole file before it could say which Node it needs.
 */
const lateBuiltins: Plugin = {
  name: 'late-builtins',
  setup({onResolve, onLoad}) {
    onResolve({filter: new RegExp(`^(node:.*|${builtinModules.join('|')})$`)}, ({path, namespace}) =>
      namespace === 'late-builtins' ? {path, external: true} : {path: path.replace(/^node:/, ''), namespace: 'late-builtins'},
    );
    onLoad({filter: /.*/, namespace: 'late-builtins'}, ({path}) => ({contents: `module.exports = require('node:${path}');`, loader: 'js'}));
  },
};

/** The client library does not declare that its modules have no side effects: without this, one class brings all of its generated models. */
const clientNodeInParts: Plugin = {
  name: 'client-node-in-parts',
  setup({onResolve, resolve}) {
    onResolve({filter: /./}, async args => {
      const isTheirs =
        args.path.startsWith('@kubernetes/client-node') || (args.path.startsWith('.') && args.importer.includes('@kubernetes/client-node'));
      if (!isTheirs || args.pluginData === clientNodeInParts.name) return undefined;
      const {importer, resolveDir, kind} = args;
      return {...(await resolve(args.path, {importer, resolveDir, kind, pluginData: clientNodeInParts.name})), sideEffects: false};
    });
  },
};

function readVersion(): string {
  const {version} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return String(version);
}
