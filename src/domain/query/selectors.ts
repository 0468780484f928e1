/** Label and field selectors as flags of a filter or command: `-l app=web`, `-f spec.nodeName=n1`. */
import {type Phrase, phrase} from '../messages/phrase.ts';
import type {Word} from './words.ts';

export type SelectorFlag = '-l' | '-f';

const spellings: Readonly<Record<string, SelectorFlag>> = {'-l': '-l', '--selector': '-l', '-f': '-f', '--field-selector': '-f'};

/** `inline` is what stands in the same word: `-l=app=web`, `-lapp=web`. */
export function readSelectorFlag(word: Word): {readonly flag: SelectorFlag; readonly inline?: string} | undefined {
  if (word.isQuoted[0] === true) return undefined;
  const spelled = spellings[word.text];
  if (spelled !== undefined) return {flag: spelled};
  const long = /^(--[a-z-]+)=(.*)$/s.exec(word.text);
  if (long !== null) {
    const flag = spellings[long[1] ?? ''];
    return flag && {flag, inline: long[2] ?? ''};
  }
  const short = /^(-[lf])=?(.*)$/s.exec(word.text);
  const flag = short === null ? undefined : spellings[short[1] ?? ''];
  return flag && {flag, inline: short?.[2] ?? ''};
}

const labelKey = '(?:[A-Za-z0-9.-]+/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?';
const labelValue = '[A-Za-z0-9_.-]*';
const labelRequirement = new RegExp(
  `^\\s*(?:!?${labelKey}|${labelKey}\\s*(?:==?|!=|<|>)\\s*${labelValue}|${labelKey}\\s+(?:not)?in\\s*\\(\\s*${labelValue}(?:\\s*,\\s*${labelValue})*\\s*\\))\\s*$`,
);

/** What the API server would refuse with a 400 is said here, before it is asked. */
export function checkSelector(flag: SelectorFlag, selector: string): Phrase | undefined {
  if (selector.trim() === '') return phrase('query.missingSelector', flag);
  if (flag === '-l') {
    // Commas within ( ) belong to a list of values.
    const isGood = selector.split(/,(?![^(]*\))/).every(requirement => labelRequirement.test(requirement));
    return isGood ? undefined : phrase('query.badLabelSelector', selector);
  }
  const isGood = selector.split(/(?<!\\),/).every(requirement => /^\s*[A-Za-z][\w.[\]-]*\s*(?:==?|!=)/.test(requirement));
  return isGood ? undefined : phrase('query.badFieldSelector', selector);
}
