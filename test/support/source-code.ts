/** Reads TypeScript sources without a compiler, as far as the rules of the architecture test need it. */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

export type SourceFile = {
  /** From the root of the project, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Without comments; lines and columns stay. */
  readonly withoutComments: string;
  /** Without comments and without what stands in strings, templates and regular expressions. */
  readonly code: string;
};

export type Import = {
  /** As written: './x.ts', 'node:fs', 'react'. */
  readonly target: string;
  readonly line: number;
  /** Gone once types are stripped. */
  readonly isType: boolean;
};

export function readSources(root: string, folder: string): SourceFile[] {
  return readdirSync(join(root, folder), {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile() && /\.(?:ts|tsx|mts|mjs)$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name).slice(root.length).replaceAll('\\', '/').replace(/^\//, ''))
    .filter(path => !path.includes('node_modules/'))
    .sort()
    .map(path => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

export function parseSource(path: string, text: string): SourceFile {
  return {path, text, ...blank(text)};
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

export function importsOf({withoutComments, code}: SourceFile): Import[] {
  const found: Import[] = [];
  const statement =
    /\b(?:import|export)\b(\s+type\b)?(?:[^;'"`()]*?\bfrom)?\s*(['"])([^'"\n]+)\2|\bimport\s*\(\s*(?:(['"`])([^'"`\n]*)\4)?/g;
  for (const match of withoutComments.matchAll(statement)) {
    // A sentence in a string may look like an import; in `code` strings are blank.
    if (!/^(?:import|export)/.test(code.slice(match.index))) continue;
    const [, type, , from, quote, dynamic] = match;
    const target = from ?? (quote === '`' && dynamic?.includes('${') ? undefined : dynamic) ?? '(computed)';
    found.push({target, line: lineAt(withoutComments, match.index), isType: type !== undefined});
  }
  return found;
}

/** Every place where `pattern` stands in the file's code. `pattern` must be global. */
export function linesWith(file: SourceFile, pattern: RegExp): number[] {
  return [...file.code.matchAll(pattern)].map(match => lineAt(file.code, match.index));
}

/** Blanks comments, and in `code` the insides of literals. Knows JSX only as far as it needs no knowledge: text in JSX is read as code. */
function blank(text: string): {withoutComments: string; code: string} {
  const withoutComments = text.split('');
  const code = text.split('');
  /** For each `${` that is open, how many braces are open within. */
  const templates: number[] = [];
  let at = 0;
  let before = '';
  const hide = (characters: string[], from: number, to: number): void => {
    for (let index = from; index < to; index += 1) if (characters[index] !== '\n') characters[index] = ' ';
  };
  const skipTemplate = (from: number): number => {
    const end = /(?:[^\\`$]|\\[\s\S]|\$(?!\{))*(`|\$\{)?/y;
    end.lastIndex = from;
    const match = end.exec(text);
    const stop = from + (match?.[0].length ?? 0);
    if (match?.[1] === '${') templates.push(0);
    hide(code, from, stop - (match?.[1]?.length ?? 0));
    return stop;
  };
  while (at < text.length) {
    const character = text[at] ?? '';
    const rest = literalAt(text, at, before);
    if (rest !== undefined) {
      if (rest.kind === 'comment') hide(withoutComments, at, rest.end);
      hide(code, rest.kind === 'comment' ? at : at + 1, rest.kind === 'comment' ? rest.end : rest.end - 1);
      if (rest.kind !== 'comment') before = `${before}"`.slice(-20);
      at = rest.end;
      continue;
    }
    at += 1;
    if (character === '`') at = skipTemplate(at);
    const depth = templates.at(-1);
    if (depth !== undefined && character === '{') templates[templates.length - 1] = depth + 1;
    if (depth !== undefined && character === '}') {
      if (depth > 0) templates[templates.length - 1] = depth - 1;
      else {
        templates.pop();
        at = skipTemplate(at);
      }
    }
    if (!/\s/.test(character)) before = (before + character).slice(-20);
    else if (/\w$/.test(before)) before = `${before} `.slice(-20);
  }
  return {withoutComments: withoutComments.join(''), code: code.join('')};
}

/** A comment, string or regular expression that begins at `at`; `before` is the code just before it. */
function literalAt(text: string, at: number, before: string): {kind: 'comment' | 'literal'; end: number} | undefined {
  const end = (pattern: RegExp): number => {
    pattern.lastIndex = at;
    return at + (pattern.exec(text)?.[0].length ?? 1);
  };
  const character = text[at];
  if (character === '"') return {kind: 'literal', end: end(/"(?:[^"\\\n]|\\[\s\S])*"?/y)};
  if (character === "'") return {kind: 'literal', end: end(/'(?:[^'\\\n]|\\[\s\S])*'?/y)};
  if (character !== '/') return undefined;
  if (text[at + 1] === '/') return {kind: 'comment', end: end(/\/\/[^\n]*/y)};
  if (text[at + 1] === '*') return {kind: 'comment', end: end(/\/\*[\s\S]*?(?:\*\/|$)/y)};
  const isOperand = /(?:^|[(,=:[!&|?{;+\-*%^~]|=>|\b(?:return|typeof|case|in|of|do|else|yield|await|throw)) ?$/.test(before);
  return isOperand ? {kind: 'literal', end: end(/\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y)} : undefined;
}
