/** Sorts the words of a command into kind, namespace, filter and context. */
import {type Phrase, phrase} from '../messages/phrase.ts';
import type {NamespaceChoice} from './command.ts';
import {readSelectorFlag} from './selectors.ts';
import {splitWords, type Word} from './words.ts';

export type CommandParts = {
  readonly kind?: Word;
  readonly namespace?: {readonly value: NamespaceChoice};
  /** The namespace as a word of its own, which `:ctx` takes for a context. */
  readonly bareNamespace?: Word;
  readonly filter?: string;
  readonly context?: {readonly text: string; readonly position: number};
};

type Failure = {readonly error: Phrase; readonly position: number};

const namespaceFlags = ['-n', '--namespace'];
const allFlags = ['-A', '--all-namespaces'];

/**
 * A bare word is the kind, then the namespace; behind `/` it goes on with the filter, unless the kind is still missing
 * or it is the name of one of `namespaces`. In quotes it is never taken for a namespace there.
 */
export function readParts(text: string, namespaces: readonly string[]): {readonly parts: CommandParts} | Failure {
  const reader = new PartsReader(splitWords(text), namespaces);
  const failure = reader.read();
  return failure ?? {parts: reader.parts()};
}

class PartsReader {
  readonly #words: Word[];
  readonly #namespaces: readonly string[];
  readonly #filter: string[] = [];
  #isInFilter = false;
  #kind: Word | undefined;
  #namespace: {value: NamespaceChoice; word: Word; isBare: boolean} | undefined;
  #context: CommandParts['context'];

  constructor(words: Word[], namespaces: readonly string[]) {
    this.#words = words;
    this.#namespaces = namespaces;
  }

  read(): Failure | undefined {
    for (let word = this.#words.shift(); word !== undefined; word = this.#words.shift()) {
      const failure = this.#readWord(word);
      if (failure !== undefined) return failure;
    }
    return this.#namespace?.isBare === true && !this.#isOfContexts()
      ? checkNamespace(this.#namespace.value, this.#namespace.word)
      : undefined;
  }

  parts(): CommandParts {
    return {
      ...(this.#kind !== undefined && {kind: this.#kind}),
      ...(this.#namespace !== undefined && {namespace: {value: this.#namespace.value}}),
      ...(this.#namespace?.isBare === true && {bareNamespace: this.#namespace.word}),
      ...(this.#filter.length > 0 && {filter: this.#filter.join(' ')}),
      ...(this.#context !== undefined && {context: this.#context}),
    };
  }

  #readWord(word: Word): Failure | undefined {
    const {text, position} = word;
    const isPlain = word.isQuoted[0] !== true;
    if (isPlain && text.startsWith('@') && text.length > 1) {
      this.#context = {text: text.slice(1), position: position + 1};
      return undefined;
    }
    if (isPlain && text.startsWith('/') && !this.#isInFilter) {
      this.#isInFilter = true;
      if (word.raw.length > 1) this.#filter.push(word.raw.slice(1));
      return undefined;
    }
    if (isPlain && text.startsWith('-') && text.length > 1) return this.#readFlag(word);
    return this.#readBareWord(word);
  }

  #readFlag(word: Word): Failure | undefined {
    if (allFlags.includes(word.text)) {
      this.#namespace = {value: {kind: 'all'}, word, isBare: false};
      return undefined;
    }
    const selector = readSelectorFlag(word);
    if (selector !== undefined) {
      this.#filter.push(word.raw);
      if (selector.inline !== undefined) return undefined;
      const value = this.#words.shift();
      if (value === undefined) return {error: phrase('query.missingSelector', selector.flag), position: word.position};
      this.#filter.push(value.raw);
      return undefined;
    }
    const [flag = '', inline] = word.text.split('=', 2);
    if (!namespaceFlags.includes(flag)) return {error: phrase('query.unknownFlag', word.text), position: word.position};
    const value = inline ?? this.#words.shift()?.text;
    if (value === undefined || value === '') return {error: phrase('query.missingValue', flag), position: word.position};
    this.#namespace = {value: namespaceChoice(value), word, isBare: false};
    return checkNamespace(this.#namespace.value, word);
  }

  #readBareWord(word: Word): Failure | undefined {
    if (this.#kind === undefined) {
      this.#kind = word;
      return undefined;
    }
    const isNamespaceName = word.isQuoted[0] !== true && this.#namespaces.includes(word.text);
    if (this.#namespace === undefined && (!this.#isInFilter || isNamespaceName)) {
      this.#namespace = {value: namespaceChoice(word.text), word, isBare: true};
      return undefined;
    }
    if (!this.#isInFilter) return {error: phrase('query.tooManyWords', word.text), position: word.position};
    this.#filter.push(word.raw);
    return undefined;
  }

  /** Names of contexts follow no rule. */
  #isOfContexts(): boolean {
    return /^(?:ctx|contexts?)$/i.test(this.#kind?.text ?? '');
  }
}

/** `all` is k9s's word for all namespaces. */
function namespaceChoice(name: string): NamespaceChoice {
  return name === 'all' || name === '*' ? {kind: 'all'} : {kind: 'one', name};
}

function checkNamespace(choice: NamespaceChoice, {position}: Word): Failure | undefined {
  if (choice.kind === 'all' || (choice.name.length <= 63 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(choice.name))) return undefined;
  return {error: phrase('query.badNamespace', choice.name), position};
}
