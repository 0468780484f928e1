/** Takes the steps of a run back, the last first: for an abort that asks for it, and for a failure whose policy does. */
import type {Effect} from '../domain/kube-write.ts';
import type {StepStatus} from '../domain/run.ts';
import {joinWords} from '../domain/words.ts';
import {clearRun} from './clear-to-act.ts';
import {closingWords} from './closing-words.ts';
import {isAbortWanted} from './decide-run.ts';
import {Refusal, type Runbook} from './define-runbook.ts';
import type {Step} from './define-step.ts';
import type {DriveParts} from './drive-parts.ts';
import {describeRound, type Rounds, sendRounds} from './effect-rounds.ts';
import {inverseWrites, type Recorded, readRecorded} from './inverse-writes.ts';
import {progressingNoMore} from './known-conditions.ts';
import type {Script} from './plan-run.ts';
import type {LogEntry} from './run-log.ts';
import type {RunRecord} from './run-record.ts';

const closed: ReadonlySet<StepStatus['state']> = new Set(['Undone', 'UndoFailed', 'Skipped']);

/** Takes one step back, or ends the run when none is left. */
export async function undoNext(parts: DriveParts, record: RunRecord, script: Script): Promise<void> {
  const {run} = record;
  if (run.status.phase !== 'Undoing') {
    // Taking back may need rights that doing did not.
    await clearRun(parts, record, {...script, runbook: withUndoRights(script.runbook)});
    record.note('undo', '', 'taking back what was done');
    await record.write({phase: 'Undoing'});
  }
  const next = record.run.status.steps
    .toReversed()
    .find(step => step.intent !== undefined && !closed.has(step.state) && isUndoable(script, step.id));
  return next === undefined ? endUndo(record, script) : undoStep(parts, record, script, next.id);
}

function withUndoRights(runbook: Runbook): Runbook {
  return {...runbook, permissions: [...runbook.permissions, ...(runbook.undoPermissions ?? [])]};
}

function isUndoable({steps}: Script, id: string): boolean {
  const step = steps.find(each => each.id === id);
  return step !== undefined && 'undo' in step && step.undo !== undefined;
}

async function undoStep(parts: DriveParts, record: RunRecord, script: Script, stepId: string): Promise<void> {
  const step = script.steps.find(({id}) => id === stepId);
  const recorded = recordedBy(await parts.store.readLog(record.run), stepId);
  const before = record.step(stepId);
  // Found half done: the time that it has goes on.
  const deadline =
    before.state === 'Undoing' && before.deadline !== undefined
      ? Date.parse(before.deadline)
      : parts.ports.clock.now() + (step?.timeouts?.act ?? parts.settings.actSeconds) * 1000;
  const missing = (): Promise<readonly Effect[]> => undoEffects(parts, record, step, recorded);
  const rounds: Rounds = {
    parts,
    record,
    script,
    stepId,
    key: `${record.run.meta.uid}/${stepId}/undo`,
    deadline,
    isUndo: true,
    isRepeatable: step?.effect !== 'Probed',
    missing,
  };
  try {
    if (before.state !== 'Undoing') await checkUndo(parts, step);
    const effects = await missing();
    if (effects.length > 0) {
      record.note('undo', stepId, 'taken back', await describeRound(rounds, effects));
      await record.writeStep(stepId, {state: 'Undoing', reason: '', message: '', deadline: new Date(deadline).toISOString()}, 'Undoing');
      const result = await sendRounds(rounds, effects);
      if (result.kind === 'failed') throw new Refusal(result.reason, result.message);
      if (result.kind === 'unclear') throw new Refusal('OutcomeUnknown', result.message);
      if (result.kind === 'interrupted') return;
    }
    await record.writeStep(
      stepId,
      {state: 'Undone', reason: 'Undone', message: '', finishedAt: record.timestamp(), deadline: undefined},
      'Undoing',
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    record.note('undo', stepId, `not taken back: ${error.message}`);
    await record.writeStep(stepId, {state: 'UndoFailed', reason: error.reason, message: error.said, deadline: undefined}, 'Undoing');
  }
}

async function checkUndo({reader}: DriveParts, step: Step | undefined): Promise<void> {
  const check = step?.effect === 'K8sCas' ? await step.undoCheck?.(reader) : undefined;
  if (check?.kind === 'refuse') throw new Refusal(check.reason, check.message);
}

async function undoEffects(
  {reader}: DriveParts,
  {run}: RunRecord,
  step: Step | undefined,
  recorded: readonly Recorded[],
): Promise<readonly Effect[]> {
  const key = `${run.meta.uid}/${step?.id ?? ''}`;
  if (step === undefined || step.effect === 'HumanConfirmed' || step.undo === undefined) return [];
  if (step.undo === 'inverse') return inverseWrites(reader, recorded, key);
  return step.undo(reader, `${key}/undo`);
}

/** What a step sent, each object and change once: of several rounds the last one knows what stood there. */
export function recordedBy(log: readonly LogEntry[], stepId: string): readonly Recorded[] {
  const last = new Map<string, Recorded>();
  for (const {kind, step, data} of log) {
    if (kind !== 'intent' || step !== stepId || !Array.isArray(data?.effects)) continue;
    for (const effect of data.effects) {
      const read = readRecorded(effect);
      if (read !== undefined) last.set(JSON.stringify([read.kind, read.ref, read.patch]), read);
    }
  }
  return [...last.values()];
}

async function endUndo(record: RunRecord, script: Script): Promise<void> {
  const {run} = record;
  const left = run.status.steps.filter(({state, intent}) => intent !== undefined && state !== 'Undone');
  const kept = left.map(({id, state}) =>
    state === 'UndoFailed'
      ? {en: `${id} could not be taken back`, ru: `вернуть ${id} не удалось`}
      : {en: `${id} stays as it is`, ru: `${id} остаётся как есть`},
  );
  const message =
    kept.length === 0
      ? {en: 'everything was taken back', ru: 'всё возвращено, как было'}
      : await closingWords(record, script.steps, joinWords(kept, '; '));
  const phase = isAbortWanted(run) ? 'Aborted' : 'Failed';
  record.note('finished', '', `${phase}: ${message.en}`, {steps: script.plan.steps.length});
  const ended = {type: phase === 'Aborted' ? 'Aborted' : 'Failed', status: 'True', reason: 'Undone', message} as const;
  await record.write({phase}, [ended, progressingNoMore]);
}
