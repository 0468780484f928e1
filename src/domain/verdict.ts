/** deckhand's judgement of one object: a word, the reason, and since when where that is known. */
import {type Phrase, phrase} from './messages/phrase.ts';

export const verdictWords = ['broken', 'waiting', 'busy', 'unknown', 'ok'] as const;

export type VerdictWord = (typeof verdictWords)[number];

export type Verdict = {
  readonly word: VerdictWord;
  /** Short enough for a table cell; may hold cluster text. Absent where the word says it all. */
  readonly reason?: Phrase;
  /** Wall-clock milliseconds since which the state lasts; the screen prints "41 s so far". */
  readonly since?: number;
};

export function verdictOf(word: VerdictWord, reason?: Phrase, since?: number): Verdict {
  return {word, ...(reason && {reason}), ...(since !== undefined && {since})};
}

/** What somebody should look at: broken, waiting for somebody, or unreadable. What works by itself is no problem, nor what nothing is known of. */
export function isProblem({word, reason}: Verdict): boolean {
  switch (word) {
    case 'broken':
    case 'waiting':
      return true;
    case 'unknown':
      return reason !== undefined;
    case 'busy':
    case 'ok':
      return false;
  }
}

/** The cluster's own words, on one line, since reasons stand in table cells. */
export function quoted(text: string): Phrase {
  return phrase('text', text.replace(/\s+/g, ' ').trim());
}
