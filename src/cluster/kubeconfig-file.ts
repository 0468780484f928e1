/** Reads one kubeconfig file into its entries. A malformed entry fails when it is asked for, so that the others stay usable. */
import {dirname, isAbsolute, join} from 'node:path';
import {LineCounter, parseAllDocuments} from 'yaml';
import {phrase} from '../domain/messages/phrase.ts';
import {KubeconfigError} from './kubeconfig-error.ts';
import {type KubeconfigFields, kubeconfigFields} from './kubeconfig-fields.ts';

export type KubeconfigEntry = {readonly name: string; readonly file: string; readonly read: () => KubeconfigFields};

export type KubeconfigFile = {
  readonly currentContext?: string;
  readonly clusters: readonly KubeconfigEntry[];
  readonly users: readonly KubeconfigEntry[];
  readonly contexts: readonly KubeconfigEntry[];
  /** What could not be read, but keeps nobody from using the rest. */
  readonly problems: readonly KubeconfigError[];
};

export function parseKubeconfigFile(file: string, text: string): KubeconfigFile {
  const fields = kubeconfigFields(file, '', parseYaml(file, text) ?? {});
  const kind = fields.text('kind');
  if (kind !== undefined && kind !== 'Config') throw new KubeconfigError(file, 'kind', phrase('kubeconfig.notConfig', file, kind));
  const problems: KubeconfigError[] = [];
  const currentContext = fields.text('current-context');
  return {
    clusters: entriesOf(fields, 'clusters', 'cluster', problems),
    users: entriesOf(fields, 'users', 'user', problems),
    contexts: entriesOf(fields, 'contexts', 'context', problems),
    problems,
    ...(currentContext === undefined ? {} : {currentContext}),
  };
}

/** A relative path means: beside the file that names it. */
export function resolveBeside(file: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path);
}

/** The parser's own messages quote the text around the error, which may be a token: only place and code are passed on. */
function parseYaml(file: string, text: string): unknown {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, {lineCounter, prettyErrors: false, uniqueKeys: false, merge: true, logLevel: 'silent'});
  const [first] = Array.isArray(documents) ? documents : [];
  if (first === undefined) return undefined;
  const [error] = first.errors;
  if (error !== undefined) throw notYaml(file, lineCounter.linePos(error.pos[0]).line, error.code);
  try {
    return first.toJS();
  } catch {
    throw notYaml(file, 1, 'BAD_ALIAS');
  }
}

function notYaml(file: string, line: number, code: string): KubeconfigError {
  return new KubeconfigError(file, '', phrase('kubeconfig.notYaml', file, line, code.toLowerCase().replaceAll('_', ' ')));
}

function entriesOf(root: KubeconfigFields, list: string, body: string, problems: KubeconfigError[]): KubeconfigEntry[] {
  const entries = new Map<string, KubeconfigEntry>();
  for (const [index, raw] of (keepingProblems(problems, () => root.list(list)) ?? []).entries()) {
    const item = keepingProblems(problems, () => kubeconfigFields(root.file, `${list}[${index}]`, raw));
    const name = item && keepingProblems(problems, () => item.requiredText('name'));
    if (item === undefined || name === undefined) continue;
    const at = `${list}["${name}"]`;
    const isTwice = entries.has(name);
    entries.set(name, {
      name,
      file: root.file,
      read() {
        if (isTwice) throw new KubeconfigError(root.file, at, phrase('kubeconfig.duplicate', root.file, at));
        return kubeconfigFields(root.file, `${at}.${body}`, item.raw(body) ?? {});
      },
    });
  }
  return [...entries.values()];
}

function keepingProblems<Value>(problems: KubeconfigError[], read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof KubeconfigError)) throw error;
    problems.push(error);
    return undefined;
  }
}
