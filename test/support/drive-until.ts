/** Drives a run of the kit until it has come where a test wants it, agreeing at every gate on the way. */
import type {Run} from '../../src/domain/run.ts';
import type {RunKit} from './run-kit.ts';

export async function driveUntil(kit: RunKit, isReached: (run: Run) => boolean, name = 'run-1'): Promise<void> {
  for (let turn = 0; turn < 1000; turn += 1) {
    const outcome = await kit.drive(name);
    const run = await kit.run(name);
    if (isReached(run)) return;
    if (run.status.phase === 'AwaitingApproval') await kit.consent(name);
    else await kit.pass(Math.max(1, ('until' in outcome ? (outcome.until ?? 0) : 0) - kit.clock.now()));
  }
  throw new Error(`the run ${name} never came there`);
}

/** Stops before anybody has agreed at that gate. */
export function driveToGate(kit: RunKit, gate: string): Promise<void> {
  return driveUntil(kit, ({status}) => status.steps.find(({state}) => state === 'AwaitingApproval')?.gate?.id === gate);
}
