/** Runs that keep something on the machine of whoever planned them: a controller leaves them to the engine there. */
import type {RunSpec} from '../../domain/run.ts';

/** Planned by a dashboard or a script of that machine. What was only submitted is refused, in a sentence that says what to name instead. */
export function isBoundToMachine({planDigest, parameters}: Pick<RunSpec, 'planDigest' | 'parameters'>): boolean {
  return planDigest !== undefined && Object.values(parameters).some(value => typeof value === 'string' && value.startsWith('file:'));
}
