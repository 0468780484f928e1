/**
 * Case-insensitive regular expressions whose cost grows with the text only, never exponentially: a person types them
 * against ten thousand rows, a key at a time, and no pattern may freeze the screen. The automaton's deterministic states
 * are made when first met and kept, so that common patterns cost one table look-up a character.
 */
import {type Phrase, phrase} from '../messages/phrase.ts';
import {compileProgram, programSize, type RegexProgram} from './regex-program.ts';
import {type Assertion, type CharacterSet, parseRegex} from './regex-syntax.ts';

const patternLengthMax = 200;
/** Bounds the cost of one character of text for patterns whose states never repeat. */
const programSizeMax = 200;
const statesMax = 1000;

export type LinearRegex = {test(text: string): boolean};

export function compileRegex(pattern: string): {readonly regex: LinearRegex} | {readonly error: Phrase} {
  if (pattern.length > patternLengthMax) return {error: phrase('query.patternTooLong', patternLengthMax)};
  const parsed = parseRegex(pattern);
  if ('error' in parsed) return parsed;
  if (programSize(parsed.node) > programSizeMax) return {error: phrase('query.patternTooLarge', pattern)};
  return {regex: new Automaton(compileProgram(parsed.node))};
}

/** What was read so far, as far as the rest of the text can depend on it. */
type State = {
  /** Instructions reached by the last character, sorted. The pattern's start is added at every character: the search is not anchored. */
  readonly reached: readonly number[];
  readonly isStart: boolean;
  readonly isAfterWord: boolean;
  /** By code point below 128. */
  readonly asciiNext: (State | undefined)[];
  readonly otherNext: Map<number, State>;
  isMatchAtEnd?: boolean;
};

type Surroundings = {readonly isStart: boolean; readonly isEnd: boolean; readonly isAfterWord: boolean; readonly isBeforeWord: boolean};

class Automaton implements LinearRegex {
  readonly #program: RegexProgram;
  readonly #matched = newState([], false, false);
  #initial = newState([], true, false);
  #states = new Map<string, State>();

  constructor(program: RegexProgram) {
    this.#program = program;
  }

  test(text: string): boolean {
    let state = this.#initial;
    for (let index = 0; index < text.length; index += 1) {
      let code = text.charCodeAt(index);
      if (code >= 0xd800 && code < 0xdc00) {
        code = text.codePointAt(index) ?? code;
        if (code > 0xffff) index += 1;
      }
      const known = code < 128 ? state.asciiNext[code] : state.otherNext.get(code);
      state = known ?? this.#advance(state, code);
      if (state === this.#matched) return true;
    }
    state.isMatchAtEnd ??= this.#reach(state, {isEnd: true, isBeforeWord: false}) === undefined;
    return state.isMatchAtEnd;
  }

  #advance(state: State, code: number): State {
    const isBeforeWord = isWordCharacter(code);
    const open = this.#reach(state, {isEnd: false, isBeforeWord});
    const next = open === undefined ? this.#matched : this.#stateAfter(open, code, isBeforeWord);
    if (code < 128) state.asciiNext[code] = next;
    else state.otherNext.set(code, next);
    return next;
  }

  /** Instructions that may take the next character; undefined when the pattern has matched already. */
  #reach(state: State, ahead: {isEnd: boolean; isBeforeWord: boolean}): number[] | undefined {
    const surroundings = {isStart: state.isStart, isAfterWord: state.isAfterWord, ...ahead};
    const {instructions, start} = this.#program;
    const seen = new Uint8Array(instructions.length);
    const open: number[] = [];
    const pending = [...state.reached, start];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      const instruction = instructions[at];
      if (seen[at] === 1 || instruction === undefined) continue;
      seen[at] = 1;
      switch (instruction.kind) {
        case 'match':
          return undefined;
        case 'set':
          open.push(at);
          break;
        case 'split':
          pending.push(...instruction.targets);
          break;
        case 'assertion':
          if (holds(instruction.assertion, surroundings)) pending.push(instruction.next);
          break;
      }
    }
    return open;
  }

  #stateAfter(open: readonly number[], code: number, isAfterWord: boolean): State {
    const variants = variantsOf(code);
    const taken = new Set<number>();
    for (const at of open) {
      const instruction = this.#program.instructions[at];
      if (instruction?.kind === 'set' && matchesSet(instruction.set, variants)) taken.add(instruction.next);
    }
    const reached = [...taken].sort((a, b) => a - b);
    const key = `${isAfterWord ? 'w' : ''}${reached.join(',')}`;
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    if (this.#states.size >= statesMax) {
      this.#states = new Map();
      this.#initial = newState([], true, false);
    }
    const state = newState(reached, false, isAfterWord);
    this.#states.set(key, state);
    return state;
  }
}

function newState(reached: readonly number[], isStart: boolean, isAfterWord: boolean): State {
  return {reached, isStart, isAfterWord, asciiNext: [], otherNext: new Map()};
}

function holds(assertion: Assertion, {isStart, isEnd, isAfterWord, isBeforeWord}: Surroundings): boolean {
  switch (assertion) {
    case 'start':
      return isStart;
    case 'end':
      return isEnd;
    case 'wordEdge':
      return isAfterWord !== isBeforeWord;
    case 'insideWord':
      return isAfterWord === isBeforeWord;
  }
}

function matchesSet({isNegated, ranges}: CharacterSet, variants: readonly number[]): boolean {
  for (const [from, to] of ranges) {
    for (const variant of variants) {
      if (variant >= from && variant <= to) return !isNegated;
    }
  }
  return isNegated;
}

/** The character in both cases, where each is one character. */
function variantsOf(code: number): readonly number[] {
  const character = String.fromCodePoint(code);
  const variants = [code];
  for (const variant of [character.toLowerCase(), character.toUpperCase()]) {
    const other = variant.codePointAt(0);
    if (other !== undefined && String.fromCodePoint(other) === variant) variants.push(other);
  }
  return variants;
}

function isWordCharacter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95;
}
