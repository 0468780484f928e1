/** TypeScript entries with all they import → minified ES modules: the two files of the program, and the programs of the screen tests. */
import {readFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {builtinModules} from 'node:module';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build, type Plugin} from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What stands in the folder of a built program, the file that one starts first. */
export const programFiles = ['deckhand.js', 'program.js'] as const;

export async function bundleProgram(folder: string, plugins: readonly Plugin[] = []): Promise<void> {
  const [first, rest] = programFiles;
  await bundle({entry: 'src/main.ts', outfile: join(folder, first), plugins: [programApart]});
  await bundle({entry: 'src/cli/run.ts', outfile: join(folder, rest), plugins});
}

export type BundleOptions = {readonly entry: string; readonly outfile: string; readonly plugins?: readonly Plugin[]};

export async function bundle({entry, outfile, plugins = []}: BundleOptions): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    // Paths in the output are relative to this, so that nothing of the building machine gets into it.
    absWorkingDir: root,
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
    plugins: [...plugins, withoutDevtools, lateBuiltins, quickWidths, quickFrames, yogaWithoutFetch, undiciInParts],
    inject: ['scripts/lazy-segmenter.ts'],
    define: {
      'Intl.Segmenter': 'LazySegmenter',
      'process.env.NODE_ENV': '"production"',
      'process.env.DEV': '"false"',
      DECKHAND_VERSION: JSON.stringify(readVersion()),
    },
    // Packages in CommonJS call require for Node's own modules.
    banner: {js: "import {createRequire as deckhandRequire} from 'node:module';const require=deckhandRequire(import.meta.url);"},
    logLevel: 'warning',
  });
}

/** src/main.ts says why these are two files. */
const programApart: Plugin = {
  name: 'program-apart',
  setup({onResolve}) {
    onResolve({filter: /^\.\/cli\/run\.ts$/}, () => ({path: `./${programFiles[1]}`, external: true}));
  },
};

/** Ink names react-devtools-core for development only; it is not installed, and an absent import would end the bundle at its start. */
const withoutDevtools: Plugin = {
  name: 'without-devtools',
  setup({onResolve, onLoad}) {
    onResolve({filter: /^react-devtools-core$/}, ({path}) => ({path, namespace: 'without-devtools'}));
    onLoad({filter: /.*/, namespace: 'without-devtools'}, () => ({contents: 'export default {};'}));
  },
};

/** Node's own modules are required by the part that uses them when that is loaded, not imported for all parts when the file is linked. */
const lateBuiltins: Plugin = {
  name: 'late-builtins',
  setup({onResolve, onLoad}) {
    onResolve({filter: new RegExp(`^(node:.*|${builtinModules.join('|')})$`)}, ({path, namespace}) =>
      namespace === 'late-builtins' ? {path, external: true} : {path: path.replace(/^node:/, ''), namespace: 'late-builtins'},
    );
    onLoad({filter: /.*/, namespace: 'late-builtins'}, ({path}) => ({contents: `module.exports = require('node:${path}');`, loader: 'js'}));
  },
};

/**
 * Ink asks the width of each line of each frame. The library answers by graphemes, and its tables alone cost the first
 * frame 50 ms: it is asked, and loaded, only where our own quick look cannot tell.
 */
const quickWidths: Plugin = {
  name: 'quick-widths',
  setup({onResolve, onLoad}) {
    onResolve({filter: /^string-width$/}, ({path, namespace}) =>
      namespace === 'quick-widths' ? undefined : {path, namespace: 'quick-widths'},
    );
    onLoad({filter: /.*/, namespace: 'quick-widths'}, () => ({
      contents: `
        import {quickWidth} from './src/ui/quick-width.ts';
        const ask = (text, options) => require('string-width').default(text, options);
        export default (text, options) => (typeof text === 'string' && options === undefined ? quickWidth(text) : undefined) ?? ask(text, options);`,
      resolveDir: root,
    }));
  },
};

/** Ink's frames are put together by src/ui/compose-lines.ts where they can be, which is always but for dialogs; else by Ink. */
const quickFrames: Plugin = {
  name: 'quick-frames',
  setup({onResolve, onLoad}) {
    onResolve({filter: /^\.\/output\.js$/}, ({importer, resolveDir}) =>
      importer.endsWith('/ink/build/renderer.js') ? {path: join(resolveDir, 'output.js'), namespace: 'quick-frames'} : undefined,
    );
    onLoad({filter: /.*/, namespace: 'quick-frames'}, ({path}) => ({
      contents: `
        import Output from ${JSON.stringify(path)};
        import {composeLines} from './src/ui/compose-lines.ts';
        export default class extends Output {
          get() {
            const output = composeLines(this.operations, this.height);
            return output === undefined ? super.get() : {output, height: this.height};
          }
        }`,
      resolveDir: root,
    }));
  },
};

/** Ink's layout engine fetches its own bytes from a data URL, for which Node loads all of its HTTP client; without `fetch` it decodes them. */
const yogaWithoutFetch: Plugin = {
  name: 'yoga-without-fetch',
  setup({onLoad}) {
    onLoad({filter: /yoga-wasm-base64-esm\.js$/}, async ({path}) => ({
      contents: `const fetch = undefined;${await readFile(path, 'utf8')}`,
    }));
  },
};

/** The index of undici loads fetch, caches and web sockets, and the first data would wait for them: this one has what src/cluster/pools.ts uses. */
const undiciInParts: Plugin = {
  name: 'undici-in-parts',
  setup({onResolve, onLoad}) {
    onResolve({filter: /^undici$/}, ({path}) => ({path, namespace: 'undici-in-parts'}));
    onLoad({filter: /.*/, namespace: 'undici-in-parts'}, () => ({
      contents: `
        Object.assign(require('undici/lib/dispatcher/dispatcher').prototype, require('undici/lib/api'));
        module.exports = {Agent: require('undici/lib/dispatcher/agent'), buildConnector: require('undici/lib/core/connect')};`,
      resolveDir: root,
    }));
  },
};

function readVersion(): string {
  const {version} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return String(version);
}
