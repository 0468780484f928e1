/** The part of a filter that the API server applies, read without knowing the columns. */
import {readSelectorFlag} from './selectors.ts';
import {splitWords} from './words.ts';

export type Selectors = {readonly labelSelector?: string; readonly fieldSelector?: string};

export function readSelectors(text: string): Selectors {
  const found: Record<'-l' | '-f', string[]> = {'-l': [], '-f': []};
  const words = splitWords(text);
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const selector = readSelectorFlag(word);
    if (selector === undefined) continue;
    found[selector.flag].push(selector.inline ?? words.shift()?.text ?? '');
  }
  return {
    ...(found['-l'].length > 0 && {labelSelector: found['-l'].join(',')}),
    ...(found['-f'].length > 0 && {fieldSelector: found['-f'].join(',')}),
  };
}
