/** A verdict as one line of English, so that a table of cases reads like the screen. */
import {sayInEnglish} from '../../src/domain/messages/phrase.ts';
import type {Verdict} from '../../src/domain/verdict.ts';

/** `broken · disk is full · since 2026-01-02T12:00:00.000Z` */
export function spoken({word, reason, since}: Verdict): string {
  const parts = [word, reason && sayInEnglish(reason), since === undefined ? undefined : `since ${new Date(since).toISOString()}`];
  return parts.filter(part => part !== undefined).join(' · ');
}
