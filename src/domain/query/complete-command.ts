/** Completes a `:` line at its end: kinds first, then namespaces, contexts behind `@` and `:ctx`. */
import {type KnownNames, ownWords} from './command.ts';
import {readParts} from './command-parts.ts';
import {type Completion, completeWord, rankNames} from './completion.ts';
import {splitWords} from './words.ts';

const nothing: Completion = {suggestions: [], ghost: ''};

/** Suggests each kind by its first name, or by the first that begins with what is typed: `ng` as well as `nodegroups`. */
export function completeCommand(text: string, known: KnownNames): Completion {
  const words = splitWords(text);
  const isBetween = text === '' || /\s$/.test(text);
  const typed = isBetween ? '' : (words.pop()?.text ?? '');
  const from = text.length - typed.length;
  if (text.slice(from) !== typed) return nothing;
  if (typed.startsWith('@')) return completeWord(text, from + 1, known.contexts);
  if (typed.startsWith('/') || typed.startsWith('-')) return nothing;
  const bare = words.filter(word => !/^[@/-]/.test(word.text));
  const [kind] = bare;
  const previous = words.at(-1)?.text ?? '';
  if (previous === '-n' || previous === '--namespace') return completeWord(text, from, known.namespaces);
  if (kind === undefined) return completeWord(text, from, kindNames(typed, known));
  if (words.some(word => word.text.startsWith('/')) || bare.length > 1) return nothing;
  return completeWord(text, from, isContextWord(kind.text) ? known.contexts : known.namespaces);
}

/** The line with the only kind that its word may be completed to; a word that ends as a plural does is meant as it stands. */
export function withOnlyKind(text: string, known: KnownNames): string {
  const read = readParts(text, known.namespaces);
  if ('error' in read || read.parts.kind === undefined) return text;
  const {position} = read.parts.kind;
  const [word = ''] = read.parts.kind.text.split('/');
  const [only, ...others] = rankNames(word, kindNames(word, known));
  const isMeant = only !== undefined && others.length === 0 && !/s$/i.test(word) && text.startsWith(word, position);
  return isMeant ? text.slice(0, position) + only + text.slice(position + word.length) : text;
}

function isContextWord(word: string): boolean {
  const spellings: readonly string[] = ownWords.contexts;
  return spellings.includes(word.toLowerCase());
}

function kindNames(typed: string, {kinds}: KnownNames): string[] {
  const wanted = typed.toLowerCase();
  const own = Object.values(ownWords).map(([first]) => first);
  const names = kinds.flatMap(kind => kind.names.find(name => name.toLowerCase().startsWith(wanted)) ?? kind.names[0] ?? []);
  return [...names, ...own];
}
