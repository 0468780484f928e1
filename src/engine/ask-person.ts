/**
 * Waits for what only a person can say: whether an effect without an answer happened (gate `outcome/<step>`: Approve means
 * it did), or that a failed step may be left out (gate `skip/<step>`; never a vital one). Both are RunbookApprovals like any other.
 */
import {canonicalJson} from '../domain/canonical-json.ts';
import type {Fields} from '../domain/fields.ts';
import type {Run, StepGate, StepStatus} from '../domain/run.ts';
import type {Words} from '../domain/words.ts';
import {clipBytes} from './clip-bytes.ts';
import type {Step} from './define-step.ts';
import type {DriveParts} from './drive-parts.ts';
import {messageBytesMax} from './fit-status.ts';
import {voicesWanted} from './gate-words.ts';
import {needOfGate, tallyApprovals} from './gatekeeper.ts';
import {recordWord} from './record-word.ts';
import type {RunRecord} from './run-record.ts';

export async function askPerson(
  parts: DriveParts,
  record: RunRecord,
  {id: stepId, isVital}: Step,
  claim: () => Promise<void>,
): Promise<'decided' | 'open'> {
  const step = record.step(stepId);
  if (isVital === true && step.state !== 'Unknown') return 'open';
  const question = questionOf(parts, record.run, step);
  const gate = {...question, required: needOfGate(record.run, question.id).required};
  if (step.gate?.id !== gate.id || step.gate.evidenceDigest !== gate.evidenceDigest) {
    await claim();
    await record.writeStep(stepId, {gate: {...gate, openedAt: record.timestamp()}});
  }
  const approvals = await parts.store.approvals(record.run);
  if (approvals.length === 0) return 'open';
  const believes = await parts.gatekeeper.believes();
  const {counted, rejected} = tallyApprovals(record.run, gate, approvals, {now: parts.ports.clock.now(), believes});
  const answer = counted.length >= gate.required ? counted[0] : undefined;
  if (answer === undefined && rejected === undefined) return 'open';
  await claim();
  const heard = {
    gate: gate.id,
    approvals: (rejected === undefined ? counted : [rejected]).map(recordWord),
    evidenceDigest: gate.evidenceDigest,
  };
  if (step.state === 'Unknown') {
    if (rejected !== undefined) {
      const {by, reason} = rejected;
      const said = {en: `${by} says that it did not happen: ${reason}`, ru: `${by} говорит, что этого не произошло: ${reason}`};
      return decide(record, stepId, said, {state: 'Pending'}, heard);
    }
    if (answer !== undefined) {
      const {by, reason} = answer;
      const said = {en: `${by} says that it happened: ${reason}`, ru: `${by} говорит, что это произошло: ${reason}`};
      return decide(record, stepId, said, {state: 'Verifying'}, heard);
    }
    return 'open';
  }
  if (answer === undefined) return 'open';
  const said = {en: `left out by ${answer.by}: ${answer.reason}`, ru: `шаг пропустил ${answer.by}: ${answer.reason}`};
  return decide(record, stepId, said, {state: 'Skipped', finishedAt: record.timestamp()}, heard);
}

/** Bound to the attempt: what was said of an earlier one does not count for this one. */
function questionOf({ports}: DriveParts, run: Run, {id, title, state, attempts, reason, message}: StepStatus): StepGate {
  const isUnknown = state === 'Unknown';
  const gate = `${isUnknown ? 'outcome' : 'skip'}/${id}`;
  return {
    id: gate,
    question: isUnknown
      ? `${title}: did it happen? Approve says that it did, Reject that it did not.`
      : `${title}: is the step to be left out?`,
    facts: message === '' ? [] : [clipBytes(`${reason}: ${message}`, messageBytesMax)],
    waitsFor: clipBytes(voicesWanted(run, gate).en, messageBytesMax),
    required: 1,
    have: 0,
    approvals: [],
    evidenceDigest: ports.digest(canonicalJson({id, attempts, reason, message})),
    openedAt: '',
  };
}

async function decide(
  record: RunRecord,
  stepId: string,
  said: Words,
  change: Pick<StepStatus, 'state'> & Partial<Pick<StepStatus, 'finishedAt'>>,
  heard: Fields,
): Promise<'decided'> {
  record.note('decision', stepId, said.en, heard);
  await record.writeStep(stepId, {...change, reason: 'Decided', message: said, deadline: undefined, gate: undefined}, 'Running', [
    {type: 'Stalled', status: 'False', reason: 'Decided', message: ''},
    {type: 'Paused', status: 'False', reason: 'Decided', message: ''},
  ]);
  return 'decided';
}
