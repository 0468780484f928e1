/** Completes the name of a column at the end of a `/` line. */
import type {QueryColumn} from './column-kind.ts';
import {type Completion, completeWord} from './completion.ts';
import {splitWords} from './words.ts';

/** In small letters, as columns may be typed; a title of several words is joined: `last-seen:`. */
export function completeFilter(text: string, columns: readonly QueryColumn[]): Completion {
  const isBetween = text === '' || /\s$/.test(text);
  const raw = isBetween ? '' : (splitWords(text).at(-1)?.raw ?? '');
  const typed = raw.replace(/^!/, '');
  if (!/^[\p{L}\p{N}_./%-]*$/u.test(typed) || typed.startsWith('-')) return {suggestions: [], ghost: ''};
  const names = columns.map(column => column.title.trim().toLowerCase().replace(/\s+/g, '-'));
  return completeWord(text, text.length - typed.length, names, ':');
}
