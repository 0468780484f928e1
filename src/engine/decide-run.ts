/**
 * What is to be done next with a run, from its record alone: no I/O, no clock of its own. A run that was found after a
 * crash is decided on by the same rules as one under way.
 */

import {finishedPhases, type Run, type StepStatus} from '../domain/run.ts';
import type {Words} from '../domain/words.ts';

export type FinishPhase = 'Succeeded' | 'Failed' | 'Aborted';

/** Why a run stands still, as the reason of its condition Paused. */
export type PauseReason = 'PauseRequested' | 'HolderLeft' | 'StepFailed';

export type Action =
  /** Finished: nothing is ever written again. */
  | {readonly do: 'rest'}
  | {readonly do: 'plan'}
  /** Give the worker back: nothing happens before the record changes, or before `until` (epoch milliseconds). */
  | {readonly do: 'park'; readonly until?: number}
  | {readonly do: 'pause'; readonly reason: PauseReason}
  | {readonly do: 'resume'; readonly step: string}
  /** Read the approvals of the gate before this step, and open or pass it. */
  | {readonly do: 'gate'; readonly step: string}
  | {readonly do: 'begin'; readonly step: string}
  /** An intent stands without an outcome: find out what became of it and, where `mayAct`, bring it to its end. */
  | {readonly do: 'settle'; readonly step: string; readonly mayAct: boolean}
  | {readonly do: 'verify'; readonly step: string}
  /** A person has to say what happened, or whether a failed step may be left out. */
  | {readonly do: 'ask'; readonly step: string}
  | {readonly do: 'undo'}
  | {readonly do: 'finish'; readonly phase: FinishPhase; readonly reason: string; readonly message: string | Words};

export type Circumstances = {
  readonly now: number;
  /** The engine is asked to leave: it hands over at the next safe point. */
  readonly isStopping: boolean;
};

/** States that a run passes by on its way to the next step. */
const settledStates: ReadonlySet<StepStatus['state']> = new Set(['Succeeded', 'Skipped']);

export function decideRun(run: Run, circumstances: Circumstances): Action {
  const {status, spec} = run;
  if (finishedPhases.has(status.phase)) return {do: 'rest'};
  if (status.plan === undefined) return decideUnplanned(run, circumstances);
  if (status.phase === 'Undoing') return circumstances.isStopping ? {do: 'park'} : {do: 'undo'};
  const step = currentStep(run);
  if (step === undefined) return {do: 'finish', phase: 'Succeeded', reason: 'AllStepsDone', message: ''};
  if (isAbortWanted(run)) return decideAbort(run, step);
  if (step.state === 'Acting') return {do: 'settle', step: step.id, mayAct: spec.control.desired === 'Run' && !circumstances.isStopping};
  if (step.state === 'Unknown') return {do: 'ask', step: step.id};
  if (spec.control.desired === 'Pause') return isPausedFor(run, 'PauseRequested') ? {do: 'park'} : {do: 'pause', reason: 'PauseRequested'};
  // Nobody acts before a gate is opened: there is nothing to hand over.
  if (circumstances.isStopping && step.state === 'AwaitingApproval' && isGateClosed(step)) return {do: 'park'};
  if (circumstances.isStopping) return isPausedFor(run, 'HolderLeft') ? {do: 'park'} : {do: 'pause', reason: 'HolderLeft'};
  if (isOverdue(run, circumstances.now))
    return {
      do: 'finish',
      phase: 'Failed',
      reason: 'RunTimedOut',
      message: {en: 'the time for the whole run is over', ru: 'время, отведённое запуску, вышло'},
    };
  if (step.state === 'Failed') return decideFailed(run, step);
  if (status.phase === 'Paused') return {do: 'resume', step: step.id};
  return decideStep(step, circumstances.now);
}

/** A failed step is tried again when somebody said so: a generation later than the one that saw it fail, which wants Run. */
function decideFailed(run: Run, step: StepStatus): Action {
  return run.meta.generation > run.status.observedGeneration ? {do: 'resume', step: step.id} : {do: 'ask', step: step.id};
}

function decideStep(step: StepStatus, now: number): Action {
  switch (step.state) {
    case 'Verifying':
      return {do: 'verify', step: step.id};
    case 'Pending':
    case 'AwaitingApproval':
    case 'Prechecking':
      if (isGateClosed(step)) return {do: 'gate', step: step.id};
      if (step.nextAttemptAt !== undefined && Date.parse(step.nextAttemptAt) > now)
        return {do: 'park', until: Date.parse(step.nextAttemptAt)};
      return {do: 'begin', step: step.id};
    case 'Acting':
    case 'Succeeded':
    case 'Skipped':
    case 'Failed':
    case 'Undoing':
    case 'Undone':
    case 'UndoFailed':
    case 'Unknown':
      return {do: 'ask', step: step.id};
  }
}

function decideUnplanned(run: Run, {isStopping}: Circumstances): Action {
  if (isAbortWanted(run))
    return {
      do: 'finish',
      phase: 'Aborted',
      reason: 'AbortRequested',
      message: {en: 'aborted before it was planned: nothing was changed', ru: 'прерван до плана: ничего не изменено'},
    };
  if (run.spec.control.desired === 'Pause')
    return isPausedFor(run, 'PauseRequested') ? {do: 'park'} : {do: 'pause', reason: 'PauseRequested'};
  return isStopping ? {do: 'park'} : {do: 'plan'};
}

/** An effect under way is settled first: an abort must know what it leaves behind. */
function decideAbort(run: Run, step: StepStatus): Action {
  const {abortMode, reason, by} = run.spec.control;
  const why = reason === '' ? '' : `: ${reason}`;
  const said = {en: `aborted${by === '' ? '' : ` by ${by}`}${why}`, ru: `${by === '' ? 'прерван' : `прервал ${by}`}${why}`};
  if (abortMode === 'Now') {
    const open = step.state === 'Acting' || step.state === 'Unknown';
    return {
      do: 'finish',
      phase: 'Aborted',
      reason: 'AbortRequested',
      message: open
        ? {
            en: `${said.en}; whether step ${step.id} took effect is unknown`,
            ru: `${said.ru}; подействовал ли шаг ${step.id}, неизвестно`,
          }
        : said,
    };
  }
  if (step.state === 'Acting') return {do: 'settle', step: step.id, mayAct: false};
  if (abortMode === 'Undo') return {do: 'undo'};
  return {do: 'finish', phase: 'Aborted', reason: 'AbortRequested', message: said};
}

export function isAbortWanted({meta, spec}: Run): boolean {
  return meta.deletionTimestamp !== undefined || spec.control.desired === 'Abort';
}

/** The first step that is not done. */
export function currentStep({status}: Run): StepStatus | undefined {
  return status.steps.find(step => !settledStates.has(step.state));
}

export function isGateClosed({gate}: StepStatus): boolean {
  return gate !== undefined && gate.have < gate.required;
}

export function isPausedFor({status}: Run, reason: PauseReason): boolean {
  const paused = status.conditions.find(({type}) => type === 'Paused');
  return status.phase === 'Paused' && paused?.status === 'True' && paused.reason === reason;
}

function isOverdue({spec, status}: Run, now: number): boolean {
  const {runSeconds} = spec.timeouts;
  return runSeconds !== undefined && status.startedAt !== undefined && now > Date.parse(status.startedAt) + runSeconds * 1000;
}
