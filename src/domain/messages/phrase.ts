/** A sentence as data: a key of the catalogue and its arguments, put into words only where it is shown. */
import {english} from './english.ts';

export type MessageKey = keyof typeof english;

type ArgumentsOf<Key extends MessageKey> = Parameters<(typeof english)[Key]>;

export type Catalogue = {readonly [Key in MessageKey]: (...args: ArgumentsOf<Key>) => string};

export type Phrase = {readonly key: MessageKey; readonly args: readonly unknown[]};

/** The only maker of phrases: it is here that key and arguments are checked against each other. */
export function phrase<Key extends MessageKey>(key: Key, ...args: ArgumentsOf<Key>): Phrase {
  return {key, args};
}

export function say(catalogue: Catalogue, {key, args}: Phrase): string {
  const sentence = catalogue[key] as (...args: readonly unknown[]) => string;
  return sentence(...args);
}

export function sayInEnglish(sentence: Phrase): string {
  return say(english, sentence);
}
