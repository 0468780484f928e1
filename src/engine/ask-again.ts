/** Opens a gate again that the record says is passed. Nothing has failed and nothing was done: a person is asked once more. */
import type {Words} from '../domain/words.ts';
import {closedGate} from './run-gates.ts';
import type {RunRecord} from './run-record.ts';

/** The reason of a step whose gate was passed and is open again; its message says why. */
export const askedAgain = 'AskedAgain';

export type Doubt = {readonly gate: string; readonly why: Words};

/** Opened at no time yet: what was said at it before is void, and it has its whole time again. */
export async function askAgain(record: RunRecord, stepId: string, {gate: id, why}: Doubt): Promise<void> {
  const {gate} = record.step(stepId);
  const message = {en: `asked again at the gate ${id}: ${why.en}`, ru: `спрашивается снова (gate ${id}): ${why.ru}`};
  const open = gate?.id === id ? {...gate, have: 0, approvals: [], openedAt: ''} : closedGate(id);
  record.note('decision', stepId, message.en);
  await record.writeStep(
    stepId,
    {state: 'AwaitingApproval', reason: askedAgain, message, gate: open, deadline: undefined, nextAttemptAt: undefined},
    'AwaitingApproval',
  );
}
