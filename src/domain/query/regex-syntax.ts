/**
 * Reads a regular expression into a tree. The syntax is what a linear-time matcher can honour, as in RE2: no
 * back-references and no look-around. Groups capture nothing and lazy quantifiers are as good as greedy ones, since a
 * filter only asks whether there is a match.
 */
import {type Phrase, phrase} from '../messages/phrase.ts';

/** Code points, both ends included. */
export type CodeRange = readonly [from: number, to: number];

export type CharacterSet = {readonly isNegated: boolean; readonly ranges: readonly CodeRange[]};

export type Assertion = 'start' | 'end' | 'wordEdge' | 'insideWord';

export type RegexNode =
  | {readonly kind: 'set'; readonly set: CharacterSet}
  | {readonly kind: 'assertion'; readonly assertion: Assertion}
  | {readonly kind: 'sequence'; readonly parts: readonly RegexNode[]}
  | {readonly kind: 'choice'; readonly options: readonly RegexNode[]}
  | {readonly kind: 'repeat'; readonly part: RegexNode; readonly min: number /** undefined = without end. */; readonly max?: number};

export type RegexError = {readonly error: Phrase};

const digits: readonly CodeRange[] = [[48, 57]];
const wordCharacters: readonly CodeRange[] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const spaces: readonly CodeRange[] = [
  [9, 13],
  [32, 32],
  [0xa0, 0xa0],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0xfeff, 0xfeff],
];
const lineFeed: readonly CodeRange[] = [[10, 10]];

const setEscapes: Readonly<Record<string, CharacterSet>> = {
  d: {isNegated: false, ranges: digits},
  D: {isNegated: true, ranges: digits},
  w: {isNegated: false, ranges: wordCharacters},
  W: {isNegated: true, ranges: wordCharacters},
  s: {isNegated: false, ranges: spaces},
  S: {isNegated: true, ranges: spaces},
};

const characterEscapes: Readonly<Record<string, string>> = {n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', 0: '\0'};

/** Unwinds the descent; never leaves this file. */
class SyntaxFault extends Error {
  readonly phrase: Phrase;

  constructor(fault: Phrase) {
    super(fault.key);
    this.phrase = fault;
  }
}

export function parseRegex(pattern: string): {readonly node: RegexNode} | RegexError {
  const reader = new RegexReader(pattern);
  try {
    const node = reader.readChoice();
    reader.expectEnd();
    return {node};
  } catch (error) {
    if (error instanceof SyntaxFault) return {error: error.phrase};
    throw error;
  }
}

class RegexReader {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  readChoice(): RegexNode {
    const options = [this.#readSequence()];
    while (this.#take('|')) options.push(this.#readSequence());
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : {kind: 'choice', options};
  }

  expectEnd(): void {
    if (this.#at < this.#pattern.length) throw new SyntaxFault(phrase('query.unopenedGroup'));
  }

  #readSequence(): RegexNode {
    const parts: RegexNode[] = [];
    while (this.#at < this.#pattern.length && !this.#sees('|') && !this.#sees(')')) {
      parts.push(this.#readQuantified());
    }
    return {kind: 'sequence', parts};
  }

  #readQuantified(): RegexNode {
    const sign = /^(?:[*+?]|\{\d{1,4}(?:,\d{0,4})?\})/.exec(this.#rest())?.[0];
    if (sign !== undefined) throw new SyntaxFault(phrase('query.nothingToRepeat', sign));
    let node = this.#readAtom();
    for (;;) {
      const match = /^([*+?]|\{(\d{1,4})(,(\d{0,4}))?\})\??/.exec(this.#rest());
      if (match === null) return node;
      this.#at += match[0].length;
      node = {kind: 'repeat', part: node, ...boundsOf(match)};
    }
  }

  #readAtom(): RegexNode {
    if (this.#take('(')) return this.#readGroup();
    if (this.#take('[')) return {kind: 'set', set: this.#readSet()};
    if (this.#take('.')) return {kind: 'set', set: {isNegated: true, ranges: lineFeed}};
    if (this.#take('^')) return {kind: 'assertion', assertion: 'start'};
    if (this.#take('$')) return {kind: 'assertion', assertion: 'end'};
    if (this.#take('\\')) {
      if (this.#take('b')) return {kind: 'assertion', assertion: 'wordEdge'};
      if (this.#take('B')) return {kind: 'assertion', assertion: 'insideWord'};
      return {kind: 'set', set: this.#readEscape()};
    }
    return {kind: 'set', set: setOf(this.#next())};
  }

  #readGroup(): RegexNode {
    const head = /^\?(?:i\)|i?:|P?<[A-Za-z_]\w*>)/.exec(this.#rest())?.[0];
    // `(?i)` on its own, as Go's users write it: filters ignore case anyway.
    if (head === '?i)') {
      this.#at += head.length;
      return {kind: 'sequence', parts: []};
    }
    if (head === undefined && this.#sees('?')) throw new SyntaxFault(phrase('query.unsupportedSyntax', `(${this.#rest().slice(0, 2)}…)`));
    this.#at += head?.length ?? 0;
    const node = this.readChoice();
    if (!this.#take(')')) throw new SyntaxFault(phrase('query.unclosedGroup'));
    return node;
  }

  #readSet(): CharacterSet {
    const isNegated = this.#take('^');
    const ranges: CodeRange[] = [];
    let isFirst = true;
    while (isFirst || !this.#sees(']')) {
      isFirst = false;
      const from = this.#readSetMember();
      const single = singleCode(from);
      if (single === undefined || !/^-[^\]]/.test(this.#rest())) {
        ranges.push(...flatten(from));
        continue;
      }
      this.#at += 1;
      const to = singleCode(this.#readSetMember());
      if (to === undefined) throw new SyntaxFault(phrase('query.unsupportedSyntax', 'a range up to a class'));
      if (to < single) throw new SyntaxFault(phrase('query.backwardRange', `${String.fromCodePoint(single)}-${String.fromCodePoint(to)}`));
      ranges.push([single, to]);
    }
    this.#at += 1;
    return {isNegated, ranges};
  }

  #readSetMember(): CharacterSet {
    if (this.#at >= this.#pattern.length) throw new SyntaxFault(phrase('query.unclosedSet'));
    if (!this.#take('\\')) return setOf(this.#next());
    if (this.#take('b')) return setOf('\b');
    return this.#readEscape();
  }

  #readEscape(): CharacterSet {
    const code = /^(?:x([0-9a-f]{2})|u([0-9a-f]{4}))/i.exec(this.#rest());
    if (code !== null) {
      this.#at += code[0].length;
      return setOf(String.fromCodePoint(Number.parseInt(code[1] ?? code[2] ?? '', 16)));
    }
    if (this.#at >= this.#pattern.length) throw new SyntaxFault(phrase('query.trailingBackslash'));
    const character = this.#next();
    const set = setEscapes[character];
    if (set !== undefined) return set;
    const escaped = characterEscapes[character];
    if (escaped !== undefined) return setOf(escaped);
    if (/[0-9A-Za-z]/.test(character)) throw new SyntaxFault(phrase('query.unsupportedSyntax', `\\${character}`));
    return setOf(character);
  }

  #rest(): string {
    return this.#pattern.slice(this.#at);
  }

  #sees(character: string): boolean {
    return this.#pattern[this.#at] === character;
  }

  #take(character: string): boolean {
    if (!this.#sees(character)) return false;
    this.#at += 1;
    return true;
  }

  /** One code point. */
  #next(): string {
    const character = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0);
    this.#at += character.length;
    return character;
  }
}

function boundsOf(match: RegExpExecArray): {min: number; max?: number} {
  const [, sign = '', min, comma, max] = match;
  if (sign === '*') return {min: 0};
  if (sign === '+') return {min: 1};
  if (sign === '?') return {min: 0, max: 1};
  const from = Number(min);
  if (comma === undefined) return {min: from, max: from};
  if (max === '' || max === undefined) return {min: from};
  if (Number(max) < from) throw new SyntaxFault(phrase('query.backwardCount', sign));
  return {min: from, max: Number(max)};
}

function setOf(character: string): CharacterSet {
  const code = character.codePointAt(0) ?? 0;
  return {isNegated: false, ranges: [[code, code]]};
}

function singleCode({isNegated, ranges}: CharacterSet): number | undefined {
  const [range] = ranges;
  return !isNegated && ranges.length === 1 && range !== undefined && range[0] === range[1] ? range[0] : undefined;
}

/** Ranges sorted and disjoint, as the class escapes hold them, turned round where negated. */
function flatten({isNegated, ranges}: CharacterSet): readonly CodeRange[] {
  if (!isNegated) return ranges;
  const gaps: CodeRange[] = [];
  let from = 0;
  for (const [start, end] of ranges) {
    if (start > from) gaps.push([from, start - 1]);
    from = end + 1;
  }
  return [...gaps, [from, 0x10ffff]];
}
