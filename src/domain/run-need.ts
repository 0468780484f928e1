/** What a run waits for that only a person can give, and where it stands: read from its record alone. */
import {isHeard, voiceAt} from './gate-answer.ts';
import {atGatesMs, isFinished, type Requester, type Run, type RunCondition, type StepGate, type StepStatus} from './run.ts';

export type RunNeed =
  /** A gate before a step: somebody has to agree. */
  | {readonly kind: 'gate'; readonly step: StepStatus; readonly gate: StepGate}
  /** A step failed: try again, leave it out, undo or stop. */
  | {readonly kind: 'failed'; readonly step: StepStatus}
  /** Nobody but a person can tell whether the effect happened. */
  | {readonly kind: 'outcome'; readonly step: StepStatus}
  /** Somebody paused it. */
  | {readonly kind: 'paused'}
  /** Its engine left, or never took it up: any other may go on. */
  | {readonly kind: 'left'};

/** The first step that is not done; undefined before the plan and after the last step. */
export function currentStep({status}: Run): StepStatus | undefined {
  return status.steps.find(({state}) => state !== 'Succeeded' && state !== 'Skipped');
}

export function needOf(run: Run): RunNeed | undefined {
  if (isFinished(run) || run.status.phase === 'Undoing') return undefined;
  const step = currentStep(run);
  if (step?.state === 'Unknown') return {kind: 'outcome', step};
  if (step?.state === 'Failed') return {kind: 'failed', step};
  if (run.status.phase === 'AwaitingApproval' && step?.gate !== undefined && step.gate.have < step.gate.required) {
    return {kind: 'gate', step, gate: step.gate};
  }
  if (run.spec.control.desired === 'Pause') return {kind: 'paused'};
  return conditionOf(run, 'Paused')?.reason === 'HolderLeft' && run.status.phase === 'Paused' ? {kind: 'left'} : undefined;
}

/** Whether this user may give what the run waits for; false where only others can. */
export function isUpTo(run: Run, self: Requester): boolean {
  const need = needOf(run);
  if (need?.kind === 'gate') return isHeard(voiceAt(run, need.gate.id, self));
  return need?.kind !== 'outcome' || isHeard(voiceAt(run, `outcome/${need.step.id}`, self));
}

/** The condition where it is True. */
export function conditionOf({status}: Run, type: string): RunCondition | undefined {
  return status.conditions.find(condition => condition.type === type && condition.status === 'True');
}

/** Why a finished run ended as it did, or what it reached; undefined where there is nothing to say. */
export function endOf(run: Run): RunCondition | undefined {
  const ended = ['Failed', 'Aborted', 'Stalled', 'Succeeded'].flatMap(type => conditionOf(run, type) ?? []);
  return ended.find(({type, message}) => type !== 'Succeeded' || message !== '');
}

/** The median of the runs of the same runbook that succeeded, without their waiting at gates, and of how many; undefined where there are none. */
export function usualTime(runs: readonly Run[], runbook: string): {readonly seconds: number; readonly runs: number} | undefined {
  const all = runs
    .filter(({spec, status}) => spec.runbook.name === runbook && status.phase === 'Succeeded')
    .map(run => Math.max(0, elapsedMs(run, 0) - atGatesMs(run)) / 1000)
    .sort((left, right) => left - right);
  const seconds = all[Math.floor(all.length / 2)];
  return seconds === undefined ? undefined : {seconds, runs: all.length};
}

/** Since the run was admitted, until `now` or its end. */
export function elapsedMs({status}: Run, now: number): number {
  if (status.startedAt === undefined) return 0;
  const end = status.finishedAt === undefined ? now : Date.parse(status.finishedAt);
  return Math.max(0, end - Date.parse(status.startedAt));
}
