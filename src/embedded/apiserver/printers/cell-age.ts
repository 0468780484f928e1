/** The age column of a row. */
import {humanDuration} from '../../../domain/age.ts';

/** Time since a timestamp of the API; `<unknown>` where there is none. */
export function ageOf(timestamp: unknown, nowMs: number): string {
  if (typeof timestamp !== 'string' || timestamp === '') return '<unknown>';
  const thenMs = Date.parse(timestamp);
  return Number.isNaN(thenMs) ? '<invalid>' : humanDuration(nowMs - thenMs);
}
