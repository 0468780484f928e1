/** How long writers have been held, for the words of every step that waits meanwhile. */
import {humanDuration} from '../domain/age.ts';
import type {StepPast} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';

export const freezeStepId = 'writers-held';
export const thawStepId = 'writers-let-in';
export const destroyStepId = 'destroyed';
export const recreateStepId = 'made-anew';
export const exchangeStepId = 'exchanged';
export const releaseStepId = 'commander-released';

/** `downtime 4m`: since the writers were held. */
export function downtime(reader: Reader, {startedAtOf}: StepPast): string {
  const began = startedAtOf?.(freezeStepId);
  return began === undefined ? 'no downtime yet' : `downtime ${humanDuration(reader.now() - began)}`;
}
