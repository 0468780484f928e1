/**
 * `$XDG_CONFIG_HOME/deckhand/config.yaml`: what the user says of single contexts.
 *
 *   contexts:
 *     prod-eu: {readOnly: true, protected: true}
 */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {LineCounter, parseDocument} from 'yaml';
import {type Fields, isFields} from '../domain/fields.ts';
import {type Phrase, phrase, sayInEnglish} from '../domain/messages/phrase.ts';

export type ContextRules = {
  /** Nothing may be changed there. */
  readonly isReadOnly: boolean;
  /** Every change there wants the strongest consent. */
  readonly isProtected: boolean;
};

export type Config = {
  readonly file: string;
  readonly contexts: ReadonlyMap<string, ContextRules>;
};

/** Names the file, the field and the fix. */
export class ConfigError extends Error {
  readonly phrase: Phrase;

  constructor(phrase: Phrase) {
    super(sayInEnglish(phrase));
    this.name = 'ConfigError';
    this.phrase = phrase;
  }
}

/** A file that does not exist says nothing. Throws ConfigError. */
export function readConfig(env: Readonly<Record<string, string | undefined>>, home: string): Config {
  const file = join(env.XDG_CONFIG_HOME || join(home, '.config'), 'deckhand', 'config.yaml');
  const text = readIfPresent(file);
  return {file, contexts: text === undefined ? new Map() : parseConfig(file, text)};
}

export function parseConfig(file: string, text: string): ReadonlyMap<string, ContextRules> {
  const root = fieldsAt(file, '', parseYaml(file, text) ?? {}, ['contexts']);
  const contexts = fieldsAt(file, 'contexts', root.contexts ?? {});
  return new Map(
    Object.entries(contexts).map(([name, value]) => {
      const at = `contexts["${name}"]`;
      const rules = fieldsAt(file, at, value ?? {}, ['readOnly', 'protected']);
      return [name, {isReadOnly: booleanAt(file, at, rules, 'readOnly'), isProtected: booleanAt(file, at, rules, 'protected')}];
    }),
  );
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ConfigError(phrase('kubeconfig.unreadable', file, code));
  }
}

function parseYaml(file: string, text: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {lineCounter, prettyErrors: false, logLevel: 'silent'});
  const [error] = document.errors;
  if (error === undefined) return document.toJS();
  const code = error.code.toLowerCase().replaceAll('_', ' ');
  throw new ConfigError(phrase('kubeconfig.notYaml', file, lineCounter.linePos(error.pos[0]).line, code));
}

/** `known` are all fields that may stand there; any where absent. */
function fieldsAt(file: string, at: string, value: unknown, known?: readonly string[]): Fields {
  if (!isFields(value)) throw new ConfigError(phrase('kubeconfig.wrongType', file, at === '' ? 'the file' : at, 'a mapping'));
  const stranger = known && Object.keys(value).find(name => !known.includes(name));
  if (stranger === undefined) return value;
  throw new ConfigError(phrase('config.unknownField', file, at === '' ? stranger : `${at}.${stranger}`, known?.join(', ') ?? ''));
}

function booleanAt(file: string, at: string, fields: Fields, name: string): boolean {
  const value = fields[name];
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw new ConfigError(phrase('kubeconfig.wrongType', file, `${at}.${name}`, 'true or false'));
  return value;
}
