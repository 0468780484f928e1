/** The last status of a run; nothing is written to it afterwards. */
import {asWords, inEnglish, type Words} from '../domain/words.ts';
import type {Action} from './decide-run.ts';
import {recordedWords} from './fit-status.ts';
import {progressingNoMore} from './known-conditions.ts';
import type {RunRecord, StepChange} from './run-record.ts';

export type End = Omit<Extract<Action, {do: 'finish'}>, 'do' | 'message'> & {readonly message: string | Words};

export async function finishRun(
  record: RunRecord,
  {phase, reason, message}: End,
  steps: Readonly<Record<string, StepChange>> = {},
): Promise<void> {
  const said = inEnglish(message);
  const told = phase === 'Succeeded' && said === '' ? whatWasReached(record, steps) : message;
  record.note('finished', '', said === '' ? phase : `${phase}: ${said}`);
  await record.writeSteps(steps, phase, [
    {type: phase, status: 'True', reason, message: told},
    progressingNoMore,
    {type: 'Paused', status: 'False', reason: 'Finished', message: ''},
    {type: 'Stalled', status: 'False', reason: 'Finished', message: ''},
    {type: 'WaitingForApproval', status: 'False', reason: 'Finished', message: ''},
  ]);
}

/** What the last step that has something to say was content with. */
function whatWasReached({run}: RunRecord, changes: Readonly<Record<string, StepChange>>): Words {
  const said = run.status.steps
    .map(step => ({state: step.state, ...changes[step.id], words: asWords(changes[step.id]?.message ?? recordedWords(step))}))
    .filter(({state, words}) => state === 'Succeeded' && words.en !== '');
  return said.at(-1)?.words ?? {en: 'every step is done', ru: 'все шаги сделаны'};
}
