/** A run in a few lines, for a test that fails: where it stands, and what it says of that. */
import type {Run} from '../../../src/domain/run.ts';

export function describeRun({status}: Run): string {
  const steps = status.steps.map(({id, state, message}) => `  ${id}: ${state} ${message}`);
  const conditions = status.conditions.map(({type, status: value, reason, message}) => `  ${type}=${value} ${reason}: ${message}`);
  return [status.phase, ...steps, ...conditions].join('\n');
}
