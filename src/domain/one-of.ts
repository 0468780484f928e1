/** Reads a field that holds one of a few words. */
import {readString, UnreadableField} from './fields.ts';

/** undefined where absent; a word that is none of them is unreadable. */
export function readOneOf<const Word extends string>(root: unknown, path: string, words: readonly Word[]): Word | undefined {
  const value = readString(root, path);
  if (value === undefined) return undefined;
  const word = words.find(each => each === value);
  if (word === undefined) throw new UnreadableField(path, `one of ${words.join(', ')}`);
  return word;
}
