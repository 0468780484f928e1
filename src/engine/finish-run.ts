/** The last status of a run; nothing is written to it afterwards. */
import {inEnglish, type Words} from '../domain/words.ts';
import type {Action} from './decide-run.ts';
import type {RunRecord, StepChange} from './run-record.ts';

export type End = Omit<Extract<Action, {do: 'finish'}>, 'do' | 'message'> & {readonly message: string | Words};

export async function finishRun(
  record: RunRecord,
  {phase, reason, message}: End,
  steps: Readonly<Record<string, StepChange>> = {},
): Promise<void> {
  const said = inEnglish(message);
  record.note('finished', '', said === '' ? phase : `${phase}: ${said}`);
  await record.writeSteps(steps, phase, [
    {type: phase, status: 'True', reason, message},
    {type: 'Progressing', status: 'False', reason: 'Finished', message: ''},
    {type: 'Paused', status: 'False', reason: 'Finished', message: ''},
    {type: 'Stalled', status: 'False', reason: 'Finished', message: ''},
    {type: 'WaitingForApproval', status: 'False', reason: 'Finished', message: ''},
  ]);
}
