/** The map of the project as rules: who may import whom, how big a file may be, what no file may do. */
import {readFileSync} from 'node:fs';
import {dirname, join, posix} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {importsOf, lineAt, linesWith, readSources, type SourceFile} from './support/source-code.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

type Row = {readonly ours: readonly string[] | 'everything'; readonly outside: readonly string[] | 'everything'};

/** The table of ARCHITECTURE.md, row by row. A folder may always import itself; `node:*` is every module of Node. */
const importTable: Readonly<Record<string, Row>> = {
  domain: {ours: [], outside: ['yaml', 're2js']},
  ui: {ours: [], outside: ['ink', 'react', 'string-width', 'ink-table', '@xterm/headless', '@xterm/addon-unicode-graphemes']},
  cluster: {ours: ['domain'], outside: ['node:*', 'undici', 'ws', 'yaml']},
  registry: {ours: ['domain'], outside: ['node:*']},
  hosts: {ours: ['domain'], outside: ['node:*']},
  store: {ours: ['domain'], outside: ['zustand']},
  engine: {ours: ['domain'], outside: []},
  runbooks: {ours: ['engine', 'domain'], outside: []},
  views: {ours: ['ui', 'store', 'domain', 'runbooks'], outside: ['react', 'ink', 'zustand']},
  embedded: {ours: ['domain'], outside: ['node:*', 'selfsigned', 'rfc6902', 'yaml', '@bufbuild/protobuf', '@marcbachmann/cel-js', 'ws']},
  cli: {ours: 'everything', outside: 'everything'},
};

const linesMax = 300;
/** Files above the limit, with the lines they have: a number here may only shrink. */
const longFiles: Readonly<Record<string, number>> = {};
/** Written by a program, data only; the limit does not hold for them. */
const generatedFiles: readonly string[] = [];

/** The one cast of a folder that has none: there the key has been checked against the arguments already. */
const castsAllowed = ['src/domain/messages/phrase.ts'];

const sources = readSources(root, 'src');
const tests = readSources(root, 'test');
const everything = [...sources, ...tests, ...readSources(root, 'scripts'), ...readSources(root, 'bench'), ...readSources(root, 'deploy')];

/** src/main.ts stands above the folders, with cli. */
function folderOf(path: string): string {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? 'cli';
}

function inFolders(...folders: readonly string[]): SourceFile[] {
  return sources.filter(({path}) => folders.includes(folderOf(path)));
}

function resolve(path: string, target: string): string {
  return posix.normalize(posix.join(posix.dirname(path), target));
}

function isAllowed(allowed: readonly string[] | 'everything', target: string): boolean {
  if (allowed === 'everything') return true;
  return allowed.some(name =>
    name.endsWith(':*') ? target.startsWith(name.slice(0, -1)) : target === name || target.startsWith(`${name}/`),
  );
}

function breaches(files: readonly SourceFile[], pattern: RegExp, what: string): string[] {
  return files.flatMap(file => linesWith(file, pattern).map(line => `${file.path}:${line} ${what}`));
}

describe('imports', () => {
  test('run as the table says', () => {
    const found = sources.flatMap(file => {
      const folder = folderOf(file.path);
      const row = importTable[folder];
      if (row === undefined) return [`${file.path}:1 the folder ${folder} has no row in the table`];
      return importsOf(file).flatMap(({target, line}) => {
        const at = `${file.path}:${line} ${folder} may not import`;
        if (target === '(computed)') return [`${at} what a computation says`];
        if (!target.startsWith('.')) return isAllowed(row.outside, target) ? [] : [`${at} ${target} (outside: ${words(row.outside)})`];
        const other = folderOf(resolve(file.path, target));
        return other === folder || isAllowed(row.ours, other) ? [] : [`${at} ${other}: ${target} (ours: ${words(row.ours)})`];
      });
    });
    expect(found).toEqual([]);
  });

  test('run in no circle once types are gone', () => {
    const graph = new Map(
      sources.map(file => [
        file.path,
        importsOf(file).flatMap(({target, isType}) => (isType || !target.startsWith('.') ? [] : [resolve(file.path, target)])),
      ]),
    );
    expect(cycles(graph)).toEqual([]);
  });

  test('stand in ARCHITECTURE.md as they stand here', () => {
    const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
    expect(tableOf(page)).toEqual(Object.entries(importTable).map(([folder, row]) => [folder, words(row.ours), words(row.outside)]));
  });
});

describe('files', () => {
  test(`have at most ${linesMax} lines`, () => {
    const long = everything
      .filter(({path}) => !generatedFiles.includes(path))
      .map(({path, text}) => ({path, lines: text.trimEnd().split('\n').length}));
    const found = long
      .filter(({path, lines}) => lines > (longFiles[path] ?? linesMax))
      .map(({path, lines}) => `${path}:${lines} is too long`);
    const shrunk = Object.entries(longFiles).filter(([path, limit]) => (long.find(file => file.path === path)?.lines ?? 0) < limit);
    expect([...found, ...shrunk.map(([path]) => `${path}:1 has become shorter: lower its number`)]).toEqual([]);
  });

  test('open with a sentence that says what they are for', () => {
    // A test's own names say what it is for.
    const found = everything.filter(({path, text}) => !/\.test\.tsx?$/.test(path) && !/^(?:#!.*\n)?\/(?:\*\*?|\/)\s*\S/.test(text));
    expect(found.map(({path}) => `${path}:1 has no header`)).toEqual([]);
  });

  test('are named for what they hold', () => {
    const vague = /^(?:utils?|helpers?|common|misc|types?|constants?|index|lib|shared)$|-(?:utils?|helpers?)$/;
    const found = everything.filter(({path}) => path.split('/').some(part => vague.test(part.replace(/(?:\.test)?\.\w+$/, ''))));
    expect(found.map(({path}) => `${path}:1 says nothing by its name`)).toEqual([]);
  });

  test('have names of small letters and dashes', () => {
    const found = sources.filter(({path}) => !/^[a-z0-9/-]+(\.d)?\.tsx?$/.test(path));
    expect(found.map(({path}) => `${path}:1 is not named in kebab-case`)).toEqual([]);
  });

  test('hold JSX where they are named .tsx, and only there', () => {
    const found = inFolders('ui', 'views', 'cli').filter(({path, code}) => path.endsWith('.tsx') !== /<\/[A-Z\w.]*>|\/>/.test(code));
    expect(found.map(({path}) => `${path}:1 has the wrong extension`)).toEqual([]);
  });

  test.each([
    ['views', /^export const \w+ = defineView\b/m],
    ['runbooks', /^export const \w+ = defineRunbook\b/m],
  ] as const)('of %s stand in the catalogue', (folder, defines) => {
    const catalogue = sources.find(({path}) => path === `src/${folder}/catalog.ts`);
    const listed = catalogue === undefined ? [] : importsOf(catalogue).map(({target}) => resolve(catalogue.path, target));
    const found = inFolders(folder).filter(({path, code}) => defines.test(code) && !listed.includes(path));
    expect(found.map(({path}) => `${path}:1 is missing from src/${folder}/catalog.ts`)).toEqual([]);
  });
});

describe('no file', () => {
  test('gives up the types', () => {
    const anyType = /(?:[\w?)\]]:|[<|&]|=>|\bas|\bextends)\s*any\b(?!\s*[:(.])|\bany\[\]|,\s*any\s*>/g;
    const silenced = everything.flatMap(file =>
      [...file.text.matchAll(/@ts-(?:ignore|nocheck|expect-error)\b/g)]
        .filter(match => /^\s*$/.test(file.withoutComments.slice(match.index, match.index + match[0].length)))
        .map(match => `${file.path}:${lineAt(file.text, match.index)} ${match[0]}`),
    );
    expect([...breaches(everything, anyType, 'any'), ...silenced]).toEqual([]);
  });

  test('of the inner folders asserts what the types do not know', () => {
    const inner = inFolders('domain', 'engine', 'runbooks', 'store').filter(({path}) => !castsAllowed.includes(path));
    const withoutImports = inner.map(file => ({...file, code: file.code.replace(/\b(?:import|export)\b[^;]*?\bfrom\b/g, blankWords)}));
    expect([
      ...breaches(withoutImports, /(?<![.\w])as\s+(?!const\b)[\w{[('"]/g, 'casts with as'),
      ...breaches(inner, /[\w)\]]!(?=\s*[.;,)\]}[(]|\s*$)/gm, 'asserts with !'),
    ]).toEqual([]);
  });

  test('below cli reads the clock, sets timers or rolls dice by itself', () => {
    const pure = inFolders('domain', 'store', 'engine', 'runbooks', 'views', 'ui');
    const withoutProcess = inFolders('domain', 'store', 'engine', 'runbooks', 'views');
    const globals =
      /(?<![.\w])(?:Date\.now|new Date\(\s*\)|Date\(|(?:setTimeout|setInterval|setImmediate)\s*\(|Math\.random|performance\.|crypto\.)/g;
    const calls = pure.map(file => ({...file, code: file.code.replace(/\bnew Date\(\s*[^\s)]/g, blankWords)}));
    expect([
      ...breaches(calls, globals, 'takes time or chance from a global'),
      ...breaches(withoutProcess, /(?<![.\w])process\s*[.[]/g, 'reads the process'),
      ...breaches(pure, /\bglobalThis\b/g, 'reads the globals'),
    ]).toEqual([]);
  });

  test('but main.ts ends the process', () => {
    const others = sources.filter(({path}) => path !== 'src/main.ts');
    expect(breaches(others, /\bprocess\.(?:exit|reallyExit|abort)\b(?!Code)/g, 'ends the process')).toEqual([]);
  });

  test('of the tests replaces modules or leaves others out', () => {
    expect([
      ...breaches(tests, /\b(?:vi|jest)\.(?:mock|doMock|hoisted)\b/g, 'replaces a module'),
      ...breaches(tests, /\b(?:test|it|describe|suite)(?:\.\w+)*\.only\b/g, 'leaves other tests out'),
    ]).toEqual([]);
  });
});

function words(allowed: readonly string[] | 'everything'): string {
  return allowed === 'everything' ? allowed : allowed.join(', ') || '–';
}

function blankWords(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

/** The rows below `| folder | may import (ours) | may import (outside) |`. */
function tableOf(page: string): string[][] {
  const lines = page.split('\n').map(line => line.trim());
  const head = lines.findIndex(line => /^\|\s*folder\s*\|\s*may import \(ours\)\s*\|\s*may import \(outside\)\s*\|$/.test(line));
  const below = lines.slice(head + 2);
  const end = below.findIndex(line => !line.startsWith('|'));
  return head < 0
    ? []
    : below.slice(0, end < 0 ? undefined : end).map(line =>
        line
          .split('|')
          .slice(1, -1)
          .map(cell => cell.trim().replaceAll('`', '')),
      );
}

/** Each circle once, as the way round it. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found = new Set<string>();
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start >= 0) {
      found.add([...way.slice(start), path].join(' → '));
      return;
    }
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return [...found];
}
