/** What a failed step means for its run: wait for a person, undo, or stop. */
import {inEnglish, type Words} from '../domain/words.ts';
import {closingWords} from './closing-words.ts';
import type {Script} from './plan-run.ts';
import type {RunRecord} from './run-record.ts';

/** `script` undefined: the run cannot be read so far as to say what it leaves behind. */
export async function failStep(
  record: RunRecord,
  script: Pick<Script, 'steps'> | undefined,
  stepId: string,
  reason: string,
  message: string | Words,
): Promise<void> {
  const {spec, status} = record.run;
  const hasActed = status.steps.some(({intent}) => intent !== undefined);
  record.note('outcome', stepId, `failed: ${reason}: ${inEnglish(message)}`);
  const step = {state: 'Failed', reason, message, finishedAt: record.timestamp(), deadline: undefined, nextAttemptAt: undefined} as const;
  const stalled = {type: 'Stalled', status: 'True', reason, message} as const;
  const waitingNoMore = {type: 'WaitingForApproval', status: 'False', reason, message: ''} as const;
  // Where nothing has been done there is nothing to decide either.
  if (!hasActed && (reason === 'Rejected' || reason === 'GateTimedOut')) {
    record.note('finished', '', `Failed: ${reason}`);
    return record.writeStep(stepId, {...step}, 'Failed', [{type: 'Failed', status: 'True', reason, message}, waitingNoMore]);
  }
  switch (spec.failurePolicy) {
    case 'Pause':
      record.note('paused', stepId, 'a person decides: try again, leave the step out, undo or stop');
      return record.writeStep(stepId, step, 'Paused', [
        {
          type: 'Paused',
          status: 'True',
          reason: 'StepFailed',
          message: {
            en: `${reason}: deckhand runbook resume ${record.run.meta.name} tries again, abort ends it; with kubectl set spec.control`,
            ru: `${reason}: deckhand runbook resume ${record.run.meta.name} повторит шаг, abort прервёт запуск; через kubectl правьте spec.control`,
          },
        },
        stalled,
        waitingNoMore,
      ]);
    case 'Undo':
      return record.writeStep(stepId, step, 'Undoing', [stalled, waitingNoMore]);
    case 'Stop': {
      const said = await closingWords(record, script?.steps ?? [], message);
      record.note('finished', '', said.en === inEnglish(message) ? `Failed: ${reason}` : `Failed: ${reason}: ${said.en}`);
      return record.writeStep(stepId, step, 'Failed', [{type: 'Failed', status: 'True', reason, message: said}, stalled, waitingNoMore]);
    }
  }
}
