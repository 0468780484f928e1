/** A verdict in words: glyph, word, reason, and how long it has lasted. */
import {humanDuration} from '../domain/age.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {Verdict} from '../domain/verdict.ts';
import type {Glyphs} from '../ui/theme.ts';

export function verdictText(verdict: Verdict, now: number, glyphs: Glyphs, say: (phrase: Phrase) => string): string {
  return `${glyphs.verdict[verdict.word]} ${plainVerdictText(verdict, now, say)}`;
}

/** Without the glyph, for scripts. */
export function plainVerdictText(verdict: Verdict, now: number, say: (phrase: Phrase) => string): string {
  const word = say(phrase(`verdict.${verdict.word}`));
  const reason = verdict.reason === undefined ? '' : say(verdict.reason);
  const lasting = verdict.since === undefined ? '' : say(phrase('verdict.soFar', humanDuration(now - verdict.since)));
  const tail = [reason, lasting].filter(part => part !== '').join(', ');
  return tail === '' ? word : `${word} · ${tail}`;
}
