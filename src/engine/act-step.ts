/** Carries out the act of one step: the intent becomes durable, then the effects are sent, then their outcome is recorded. */
import type {Effect} from '../domain/kube-write.ts';
import {asWords, inEnglish, type Words} from '../domain/words.ts';
import {isAbortWanted} from './decide-run.ts';
import type {CasStep, KeyedStep, ProbedStep, Step, StepPast} from './define-step.ts';
import type {DriveParts} from './drive-parts.ts';
import {describeRound, type Rounds, type RoundsResult, sendRounds} from './effect-rounds.ts';
import {failStep} from './fail-step.ts';
import {finishRun} from './finish-run.ts';
import type {Script} from './plan-run.ts';
import type {RunRecord} from './run-record.ts';

const soAlready: Words = {en: 'it was so already', ru: 'так уже было'};
const foundDone: Words = {en: 'found done after an interruption', ru: 'после обрыва оказалось сделанным'};
const interrupted = {
  Keyed: {en: 'interrupted; it may have happened, and doing it again is safe', ru: 'прервано; могло подействовать, повторить безопасно'},
  undone: {en: 'interrupted before it was done', ru: 'прервано до того, как было сделано'},
} as const satisfies Readonly<Record<string, Words>>;

/** The reason of a step whose message is what its effects answered with: nobody has looked yet. */
export const hasAnswered = 'Answered';

/** The reason of a step that `verify` sent back; its coming attempt is counted already. */
export const actsAgain = 'Again';

export type ActingStep = CasStep | KeyedStep | ProbedStep;

type Act = Omit<Rounds, 'deadline'> & {readonly step: ActingStep};

/** Throws LeaseLost, Refusal, StaleRun and whatever reading throws; everything else ends in the record. */
export async function actStep(parts: DriveParts, record: RunRecord, script: Script, step: ActingStep): Promise<void> {
  const act = actOf(parts, record, script, step);
  const effects = await act.missing();
  if (effects.length === 0) return settleDone(act, soAlready);
  await intendAndSend(act, effects);
}

/** An intent was found without its outcome: after a crash, a lost lease, or an interruption between two rounds. */
export async function settleStep(
  parts: DriveParts,
  record: RunRecord,
  script: Script,
  step: ActingStep,
  /** Called before anything is sent again, which 'asked' forbids; absent: what is not done is left undone. */
  clear: (() => Promise<'clear' | 'asked'>) | undefined,
): Promise<void> {
  const act = actOf(parts, record, script, step);
  if (step.effect === 'Probed') {
    const answer = await step.probe(parts.reader, pastOf(record, step.id));
    const looks = answer === 'done' && step.verify !== undefined ? '; what came of it is looked at next' : '';
    record.note('decision', step.id, `the probe says: ${answer}${looks}`);
    if (answer === 'done') return settleDone(act, foundDone);
    if (answer === 'unknown')
      return settleUnknown(act, {
        en: 'the probe cannot tell whether the effect happened',
        ru: 'проверка не может сказать, подействовало ли',
      });
  }
  const effects = await act.missing();
  if (effects.length === 0) return settleDone(act, foundDone);
  if (clear !== undefined) {
    if ((await clear()) === 'clear') await intendAndSend(act, effects);
    return;
  }
  const message = step.effect === 'Keyed' ? interrupted.Keyed : interrupted.undone;
  await record.writeStep(step.id, {state: 'Pending', reason: 'Interrupted', message, deadline: undefined});
}

function actOf(parts: DriveParts, record: RunRecord, script: Script, step: ActingStep): Act {
  const key = keyOf(record, step.id);
  return {
    parts,
    record,
    script,
    step,
    stepId: step.id,
    key,
    isRepeatable: step.effect !== 'Probed',
    missing: async (): Promise<readonly Effect[]> => step.act(parts.reader, key),
  };
}

async function intendAndSend(act: Act, effects: readonly Effect[]): Promise<void> {
  const deadline = await recordIntent(act, effects);
  await takeResult(act, await sendRounds({...act, deadline}, effects));
}

async function takeResult(act: Act, result: RoundsResult): Promise<void> {
  const {record, step, script} = act;
  switch (result.kind) {
    case 'done':
      return settleDone(act, result.text);
    case 'failed':
      return failStep(record, script, step.id, result.reason, result.message);
    case 'unclear':
      return probeNow(act, result.message);
    case 'interrupted':
  }
}

/** Returns the end of the step's time, epoch milliseconds. */
async function recordIntent(act: Act, effects: readonly Effect[]): Promise<number> {
  const {parts, record, step, key} = act;
  const before = record.step(step.id);
  const attempt = before.reason === actsAgain ? before.attempts : before.attempts + 1;
  const seconds = step.timeouts?.act ?? record.run.spec.timeouts.stepSeconds ?? parts.settings.actSeconds;
  const deadline = parts.ports.clock.now() + seconds * 1000;
  const round = await describeRound(act, effects);
  record.note('intent', step.id, `attempt ${attempt}`, round);
  await record.writeStep(
    step.id,
    {
      state: 'Acting',
      intent: {key, epoch: record.epoch, attempt, digest: String(round.digest), recordedAt: record.timestamp()},
      attempts: attempt,
      startedAt: before.startedAt ?? record.timestamp(),
      deadline: new Date(deadline).toISOString(),
      nextAttemptAt: undefined,
      reason: '',
      message: '',
    },
    'Running',
  );
  return deadline;
}

async function probeNow(act: Act, message: string | Words): Promise<void> {
  const {parts, record, step, script} = act;
  if (step.effect !== 'Probed') return;
  const answer = await step.probe(parts.reader, pastOf(record, step.id));
  record.note('decision', step.id, `no clear answer (${inEnglish(message)}); the probe says: ${answer}`);
  if (answer === 'done') return settleDone(act, {en: 'done, says the probe', ru: 'сделано: так говорит проверка'});
  if (answer === 'unknown') return settleUnknown(act, message);
  const {en, ru} = asWords(message);
  return failStep(record, script, step.id, 'NotDone', {en: `it did not happen: ${en}`, ru: `этого не произошло: ${ru}`});
}

async function settleDone({parts, record, step}: Act, text: string | Words): Promise<void> {
  if (step.verify === undefined) return succeed(record, step.id, text);
  const deadline = new Date(parts.ports.clock.now() + verifySeconds(parts, record, step) * 1000).toISOString();
  const startedAt = record.step(step.id).startedAt ?? record.timestamp();
  const told = step.effect === 'Probed' ? {message: text, reason: hasAnswered} : {message: '', reason: ''};
  await record.writeStep(step.id, {state: 'Verifying', startedAt, deadline, ...told}, 'Running');
}

export function verifySeconds({settings}: DriveParts, {run}: RunRecord, step: Step): number {
  return step.timeouts?.verify ?? run.spec.timeouts.verifySeconds ?? settings.verifySeconds;
}

/** The last step ends the run in the same write. */
export async function succeed(record: RunRecord, stepId: string, summary: string | Words): Promise<void> {
  const finishedAt = record.timestamp();
  record.note('outcome', stepId, summary === '' ? 'done' : inEnglish(summary));
  const change = {state: 'Succeeded', finishedAt, deadline: undefined, nextAttemptAt: undefined, reason: 'Done', message: summary} as const;
  const isLast = record.run.status.steps.every(({id, state}) => id === stepId || state === 'Succeeded' || state === 'Skipped');
  if (isLast && !isAbortWanted(record.run))
    return finishRun(record, {phase: 'Succeeded', reason: 'AllStepsDone', message: ''}, {[stepId]: change});
  await record.writeStep(stepId, change, 'Running', [{type: 'Stalled', status: 'False', reason: 'Moving', message: ''}]);
}

async function settleUnknown({record, step}: Act, message: string | Words): Promise<void> {
  record.note('outcome', step.id, `unknown: ${inEnglish(message)}`);
  await record.writeStep(step.id, {state: 'Unknown', reason: 'OutcomeUnknown', message, deadline: undefined}, 'Unknown', [
    {type: 'Stalled', status: 'True', reason: 'OutcomeUnknown', message},
  ]);
}

/** The same for every attempt at the step. */
export function keyOf({run}: RunRecord, stepId: string): string {
  return `${run.meta.uid}/${stepId}`;
}

export function pastOf(record: RunRecord, stepId: string): StepPast {
  const {startedAt, attempts} = record.step(stepId);
  return {
    key: keyOf(record, stepId),
    attempt: attempts,
    startedAt: Date.parse(startedAt ?? record.timestamp()),
    summaryOf: other => record.run.status.steps.find(({id, state}) => id === other && state === 'Succeeded')?.message,
    startedAtOf: other => {
      const began = record.run.status.steps.find(({id}) => id === other)?.startedAt;
      return began === undefined ? undefined : Date.parse(began);
    },
  };
}
