/** A sentence as data: a key of the catalogue and its arguments, put into words only where it is shown. */
import {english} from './english.ts';

export type MessageKey = keyof typeof english;

type WordsOf<Key extends MessageKey> = Parameters<(typeof english)[Key]>;

/** A text may itself be a phrase, which is then said in the same language. */
type OrPhrase<Words extends readonly unknown[]> = {[At in keyof Words]: string extends Words[At] ? Words[At] | Phrase : Words[At]};

type ArgumentsOf<Key extends MessageKey> = OrPhrase<WordsOf<Key>>;

export type Catalogue = {readonly [Key in MessageKey]: (...args: WordsOf<Key>) => string};

/** A part of the catalogue that has a file of its own: the same keys in every language. */
export type CataloguePart<English> = Pick<Catalogue, keyof English & MessageKey>;

export type Phrase = {readonly key: MessageKey; readonly args: readonly unknown[]};

/** The only maker of phrases: it is here that key and arguments are checked against each other. */
export function phrase<Key extends MessageKey>(key: Key, ...args: ArgumentsOf<Key>): Phrase {
  return {key, args};
}

export function say(catalogue: Catalogue, {key, args}: Phrase): string {
  const sentence = catalogue[key] as (...args: readonly unknown[]) => string;
  return sentence(...args.map(arg => (isPhrase(arg) ? say(catalogue, arg) : arg)));
}

function isPhrase(value: unknown): value is Phrase {
  return typeof value === 'object' && value !== null && 'key' in value && 'args' in value;
}

export function sayInEnglish(sentence: Phrase): string {
  return say(english, sentence);
}
