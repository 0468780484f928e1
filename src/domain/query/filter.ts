/**
 * The filter grammar of `/`, the command line, the script face and saved views. Terms stand between spaces and must all
 * match: a regular expression over the whole row, `COLUMN:regex`, `COLUMN=value`, `COLUMN!=value`, `COLUMN>value` and its
 * like, each turned round by `!` in front; `-l` and `-f` are selectors, which the API server applies.
 */
import type {Phrase} from '../messages/phrase.ts';
import type {ColumnValue, QueryColumn} from './column-kind.ts';
import {readSelectors, type Selectors} from './filter-selectors.ts';
import {type Predicate, parseTerm} from './filter-term.ts';
import {checkSelector, readSelectorFlag} from './selectors.ts';
import {splitWords} from './words.ts';

export type FilterRow = {
  /** As printed. */
  text(columnIndex: number): string;
  value(columnIndex: number): ColumnValue;
  /** All printed cells with spaces between, name and namespace among them even where they are not shown. */
  joined(): string;
  /** Epoch milliseconds: ages are compared as they stand at this time. */
  now(): number;
};

export type Filter = Selectors & {
  matches(row: FilterRow): boolean;
};

/** `position` is where the term that cannot be read begins. */
export type ParsedFilter = {readonly filter: Filter} | {readonly error: Phrase; readonly position: number};

/** The indices that the filter hands to its rows are those of `columns`. An empty text matches every row. */
export function parseFilter(text: string, columns: readonly QueryColumn[]): ParsedFilter {
  const predicates: Predicate[] = [];
  const words = splitWords(text);
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const selector = readSelectorFlag(word);
    if (selector === undefined) {
      const term = parseTerm(word, columns);
      if ('error' in term) return {error: term.error, position: word.position};
      predicates.push(term.predicate);
      continue;
    }
    const error = checkSelector(selector.flag, selector.inline ?? words.shift()?.text ?? '');
    if (error !== undefined) return {error, position: word.position};
  }
  return {filter: {...readSelectors(text), matches: row => predicates.every(predicate => predicate(row))}};
}
