/** One term of a filter, made into a test of a row. */
import {type Phrase, phrase} from '../messages/phrase.ts';
import type {ColumnKind, QueryColumn} from './column-kind.ts';
import {compareOrdinals, type Ordinal, ordinalOf} from './compare.ts';
import {parseDurationMs} from './duration.ts';
import type {FilterRow} from './filter.ts';
import {compileRegex} from './linear-regex.ts';
import type {Word} from './words.ts';

export type Predicate = (row: FilterRow) => boolean;

type ParsedTerm = {readonly predicate: Predicate} | {readonly error: Phrase};

type Sign = ':' | '=' | '!=' | '<' | '<=' | '>' | '>=';

type ColumnTerm = {readonly name: string; readonly sign: Sign; readonly operand: string};

export function parseTerm(word: Word, columns: readonly QueryColumn[]): ParsedTerm {
  const isInverse = word.text.startsWith('!') && word.isQuoted[0] !== true;
  const parsed = parsePositive(isInverse ? withoutFirst(word) : word, columns);
  if (!isInverse || 'error' in parsed) return parsed;
  // `!` alone is the beginning of a term that is still being typed.
  return {predicate: word.text === '!' ? () => true : row => !parsed.predicate(row)};
}

/** Lower case, letters and digits only: `last-seen` finds `LAST SEEN`. */
export function columnKey(title: string): string {
  return title.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function withoutFirst(word: Word): Word {
  return {...word, text: word.text.slice(1), isQuoted: word.isQuoted.slice(1)};
}

function parsePositive(word: Word, columns: readonly QueryColumn[]): ParsedTerm {
  const term = readColumnTerm(word);
  if (term === undefined) return regexOver(word.text, row => row.joined());
  const index = columns.findIndex(column => columnKey(column.title) === columnKey(term.name));
  const column = columns[index];
  if (column === undefined)
    return {
      error: phrase(
        'query.unknownColumn',
        term.name,
        columns.map(({title}) => title),
      ),
    };
  switch (term.sign) {
    case ':':
      return regexOver(term.operand, row => row.text(index));
    case '=':
      return {predicate: equals(column.kind, index, term.operand)};
    case '!=': {
      const isEqual = equals(column.kind, index, term.operand);
      return {predicate: row => !isEqual(row)};
    }
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compares(column, index, term.sign, term.operand);
  }
}

/** Undefined where the word is a plain pattern: nothing that can be a column's name stands before its first sign. */
function readColumnTerm({text, isQuoted}: Word): ColumnTerm | undefined {
  let at = 0;
  while (at < text.length && (isQuoted[at] === true || !/[:=<>!]/.test(text[at] ?? ''))) at += 1;
  const sign = /^(?:!=|<=|>=|[:=<>])/.exec(text.slice(at))?.[0];
  const name = text.slice(0, at);
  if (!isSign(sign) || !/^\p{L}[\p{L}\p{N} _./%()-]*$/u.test(name) || !isBalanced(name)) return undefined;
  return {name, sign, operand: text.slice(at + sign.length)};
}

function isSign(sign: string | undefined): sign is Sign {
  return sign !== undefined;
}

/** `PORT(S)` may be a column; `(a:b)` and `f(x=1)` are patterns. */
function isBalanced(name: string): boolean {
  return name.split('(').length === name.split(')').length;
}

function regexOver(pattern: string, textOf: (row: FilterRow) => string): ParsedTerm {
  const compiled = compileRegex(pattern);
  if ('error' in compiled) return compiled;
  return {predicate: row => compiled.regex.test(textOf(row))};
}

/** Any of the values between `|`, by text in any case or, for typed columns, by what it stands for: 1.0 is 1. */
function equals(kind: ColumnKind, index: number, operand: string): Predicate {
  const wanted = operand.split('|').map(value => ({text: value.toLowerCase(), ordinal: operandOrdinal(kind, value)}));
  return row => {
    const text = row.text(index).toLowerCase();
    const ordinal = rowOrdinal(kind, index, row);
    return wanted.some(value => value.text === text || differenceOf(ordinal, value.ordinal) === 0);
  };
}

/** A cell that is empty, or not of the column's kind, is neither below nor above anything. */
function compares(column: QueryColumn, index: number, sign: '<' | '<=' | '>' | '>=', operand: string): ParsedTerm {
  const bound = operandOrdinal(column.kind, operand);
  if (bound === undefined) return {error: neededOperand(column)};
  return {
    predicate: row => {
      const difference = differenceOf(rowOrdinal(column.kind, index, row), bound);
      if (difference === undefined) return false;
      switch (sign) {
        case '<':
          return difference < 0;
        case '<=':
          return difference <= 0;
        case '>':
          return difference > 0;
        case '>=':
          return difference >= 0;
      }
    },
  };
}

/** undefined where the operand is not of the column's kind. */
function operandOrdinal(kind: ColumnKind, operand: string): Ordinal | undefined {
  if (operand === '') return undefined;
  if (kind === 'text') return operand.toLowerCase();
  if (kind === 'age' || kind === 'time') return parseDurationMs(operand);
  const ordinal = ordinalOf(kind, operand);
  return typeof ordinal === 'string' ? undefined : ordinal;
}

function rowOrdinal(kind: ColumnKind, index: number, row: FilterRow): Ordinal | undefined {
  const value = row.value(index);
  if (kind === 'text') return value === undefined ? undefined : String(value).toLowerCase();
  if ((kind === 'age' || kind === 'time') && typeof value === 'number') return row.now() - value;
  return ordinalOf(kind, value);
}

/** undefined where the two cannot be compared. */
function differenceOf(left: Ordinal | undefined, right: Ordinal | undefined): number | undefined {
  if (left === undefined || right === undefined || typeof left !== typeof right) return undefined;
  return compareOrdinals(left, right);
}

function neededOperand({title, kind}: QueryColumn): Phrase {
  switch (kind) {
    case 'text':
      return phrase('query.needsText', title);
    case 'number':
      return phrase('query.needsNumber', title);
    case 'age':
    case 'time':
    case 'duration':
      return phrase('query.needsDuration', title);
    case 'version':
      return phrase('query.needsVersion', title);
    case 'quantity':
      return phrase('query.needsQuantity', title);
  }
}
