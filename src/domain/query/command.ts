/**
 * The grammar of `:`. `:KIND [NAMESPACE] [/FILTER…] [-l|-f SELECTOR] [@CONTEXT] [-A|-n NAMESPACE]`, where everything
 * behind the colon may stand in any order, and a few words of our own: `:ns`, `:ctx`, `:terminals`, `:shell`,
 * `:port-forwards`, `:runbooks`, `:runs`, `:needs`, `:audit`, `:q`, `:help`.
 */
import {type Phrase, phrase} from '../messages/phrase.ts';
import {type CommandParts, readParts} from './command-parts.ts';
import {nearestNames} from './nearest-names.ts';

export type NamespaceChoice = {readonly kind: 'all'} | {readonly kind: 'one'; readonly name: string};

export type Command =
  | {
      readonly kind: 'open';
      readonly resource: string;
      /** Absent: the namespace stays as it is. */
      readonly namespace?: NamespaceChoice;
      /** For parseFilter, with its selectors. */
      readonly filter?: string;
      readonly context?: string;
    }
  | {
      readonly kind: 'object';
      readonly resource: string;
      readonly name: string;
      readonly namespace?: NamespaceChoice;
      readonly context?: string;
    }
  | {readonly kind: 'namespaces'}
  | {readonly kind: 'namespace'; readonly namespace: NamespaceChoice}
  | {readonly kind: 'contexts'}
  | {readonly kind: 'context'; readonly name: string}
  | {readonly kind: 'terminals'}
  | {readonly kind: 'shell'}
  | {readonly kind: 'port-forwards'}
  | {readonly kind: 'runbooks' | 'runs' | 'needs' | 'audit'; readonly filter: string}
  | {readonly kind: 'help'}
  | {readonly kind: 'quit'};

/** `resource` is what a command names in turn; `names` are all by which it may be called, the first the one to suggest. */
export type KnownKind = {readonly resource: string; readonly names: readonly string[]};

/** Where two kinds share a name, the first has it. */
export type KnownNames = {
  readonly kinds: readonly KnownKind[];
  readonly namespaces: readonly string[];
  readonly contexts: readonly string[];
};

export type ParsedCommand = {readonly command: Command} | {readonly error: Phrase; readonly position: number};

/** Words that are no kinds, by all their spellings. They win over a kind of the same name. */
export const ownWords = {
  contexts: ['ctx', 'context', 'contexts'],
  namespaces: ['ns'],
  terminals: ['terminals', 'terminal', 'term'],
  shell: ['shell', 'sh'],
  portForwards: ['port-forwards', 'port-forward', 'pf'],
  runbooks: ['runbooks', 'runbook'],
  runs: ['runs', 'run'],
  needs: ['needs', 'need'],
  audit: ['audit'],
  help: ['help', '?', 'h'],
  quit: ['q', 'quit', 'q!', 'exit'],
} as const satisfies Record<string, readonly string[]>;

export function parseCommand(text: string, known: KnownNames): ParsedCommand {
  const read = readParts(text, known.namespaces);
  if ('error' in read) return read;
  const {parts} = read;
  const context = parts.context === undefined ? undefined : checkContext(parts.context, known.contexts);
  if (context !== undefined) return context;
  if (parts.kind === undefined) return withoutKind(parts);
  const word = parts.kind.text.toLowerCase();
  if (includes(ownWords.quit, word)) return {command: {kind: 'quit'}};
  if (includes(ownWords.help, word)) return {command: {kind: 'help'}};
  if (includes(ownWords.terminals, word)) return {command: {kind: 'terminals'}};
  if (includes(ownWords.shell, word)) return {command: {kind: 'shell'}};
  if (includes(ownWords.portForwards, word)) return {command: {kind: 'port-forwards'}};
  const runList = (['runbooks', 'runs', 'needs', 'audit'] as const).find(each => includes(ownWords[each], word));
  if (runList !== undefined) return {command: {kind: runList, filter: parts.filter ?? ''}};
  if (includes(ownWords.contexts, word)) return contextCommand(parts, known.contexts);
  if (includes(ownWords.namespaces, word) && parts.filter === undefined && parts.context === undefined) {
    return {command: parts.namespace === undefined ? {kind: 'namespaces'} : {kind: 'namespace', namespace: parts.namespace.value}};
  }
  return openCommand(parts, parts.kind, known);
}

function includes(spellings: readonly string[], word: string): boolean {
  return spellings.includes(word);
}

/** `:@prod` and `:-A` change where one looks, not at what. */
function withoutKind({namespace, filter, context}: CommandParts): ParsedCommand {
  if (filter === undefined && context !== undefined && namespace === undefined) return {command: {kind: 'context', name: context.text}};
  if (filter === undefined && context === undefined && namespace !== undefined)
    return {command: {kind: 'namespace', namespace: namespace.value}};
  return {error: phrase('query.noKind'), position: 0};
}

function contextCommand({namespace, context, bareNamespace}: CommandParts, contexts: readonly string[]): ParsedCommand {
  const name = bareNamespace ?? context;
  if (name === undefined) return namespace === undefined ? {command: {kind: 'contexts'}} : {error: phrase('query.noKind'), position: 0};
  return checkContext(name, contexts) ?? {command: {kind: 'context', name: name.text}};
}

type Placed = {readonly text: string; readonly position: number};

function checkContext({text, position}: Placed, contexts: readonly string[]): {error: Phrase; position: number} | undefined {
  return contexts.includes(text) ? undefined : {error: phrase('query.unknownContext', text, nearestNames(text, contexts)), position};
}

function openCommand({namespace, filter, context}: CommandParts, {text, position}: Placed, known: KnownNames): ParsedCommand {
  const slash = text.indexOf('/');
  const kindName = slash < 0 ? text : text.slice(0, slash);
  const name = slash < 0 ? '' : text.slice(slash + 1);
  const wanted = kindName.toLowerCase();
  const kind = known.kinds.find(({names}) => names.some(each => each.toLowerCase() === wanted));
  if (kind === undefined) {
    const names = [...known.kinds.flatMap(each => each.names), ...Object.values(ownWords).flat()];
    return {error: phrase('query.unknownKind', kindName, nearestNames(kindName, names)), position};
  }
  const where = {
    resource: kind.resource,
    ...(namespace !== undefined && {namespace: namespace.value}),
    ...(context !== undefined && {context: context.text}),
  };
  if (name !== '') return {command: {kind: 'object', name, ...where}};
  return {command: {kind: 'open', ...where, ...(filter !== undefined && {filter})}};
}
