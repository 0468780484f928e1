/** What of a finished run another run may take back. */
import type {Run, StepStatus} from './run.ts';
import type {RecordedStep} from './run-desk.ts';

type Undoable = Pick<RecordedStep, 'id' | 'isUndoable'>;

/** Steps that acted, were not taken back already and know how to be; the last first. */
export function undoableSteps({status}: Run, planned: readonly Undoable[]): readonly StepStatus[] {
  const undoable = new Set(planned.filter(({isUndoable}) => isUndoable).map(({id}) => id));
  return status.steps.filter(({id, intent, state}) => intent !== undefined && state !== 'Undone' && undoable.has(id)).toReversed();
}

/**
 * Those of `steps` whose work has been built upon since. Commands are taken back where a run was left half way: of one that reached
 * its end others have used what came of it, and it is not.
 */
export function stepsBuiltUpon({status}: Run, steps: readonly StepStatus[]): readonly StepStatus[] {
  return status.phase === 'Succeeded' ? steps.filter(({effect}) => effect !== 'K8sCas') : [];
}
