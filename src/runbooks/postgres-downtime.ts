/** How long writers have been held, for the words of every step that waits meanwhile. */
import {humanDuration} from '../domain/age.ts';
import {joinWords, type Words} from '../domain/words.ts';
import type {StepPast} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';

export const freezeStepId = 'writers-held';
export const thawStepId = 'writers-let-in';
export const destroyStepId = 'destroyed';
export const recreateStepId = 'made-anew';
export const exchangeStepId = 'exchanged';
export const releaseStepId = 'commander-released';

/** `downtime 4m`: since the writers were held. */
export function downtime(reader: Reader, {startedAtOf}: StepPast): Words {
  const began = startedAtOf?.(freezeStepId);
  if (began === undefined) return {en: 'no downtime yet', ru: 'простоя ещё нет'};
  const lasting = humanDuration(reader.now() - began);
  return {en: `downtime ${lasting}`, ru: `простой ${lasting}`};
}

/** What is said, and how long the downtime has lasted by then. */
export function withDowntime(said: string | Words, reader: Reader, past: StepPast): Words {
  return joinWords([said, downtime(reader, past)], '; ');
}
