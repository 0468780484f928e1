/** What a person can do with a run where it stands: each with its key, its effect in words, and what it asks for first. */
import {isHeard, voiceAt} from '../domain/gate-answer.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import {isFinished, type Requester, type Run, type StepGate, type StepStatus} from '../domain/run.ts';
import type {GateAnswer, RecordedStep, RunDesk, RunHandle, RunOrder} from '../domain/run-desk.ts';
import {needOf} from '../domain/run-need.ts';
import {takeBackOf} from '../domain/take-back.ts';
import {wordsPhrase} from './run-look.ts';

/** Done on the run itself, or something that the screen opens. */
export type ChoiceAct =
  | {readonly kind: 'order'; readonly order: RunOrder; readonly isAdopting?: boolean}
  | {readonly kind: 'answer'; readonly answer: Omit<GateAnswer, 'reason'>}
  | {readonly kind: 'adopt'}
  | {readonly kind: 'hand-over'}
  /** Another run with other parameters; this one is stopped first where it still stands. */
  | {readonly kind: 'again'; readonly isStopping: boolean}
  | {readonly kind: 'undo-run'};

export type RunChoice = {
  readonly id: string;
  readonly key: string;
  readonly title: Phrase;
  readonly effect: Phrase;
  /** Asked for before it is done; 'consent' as strong as the plan's risk. */
  readonly asks: 'nothing' | 'reason' | 'consent';
  readonly act: ChoiceAct;
  readonly disabledReason?: Phrase;
};

/** What of a desk tells who may do what. */
export type Standing = Pick<RunDesk, 'self' | 'carriage' | 'agreesAnew'>;

const undo: RunChoice = orderChoice('undo', 'u', {verb: 'abort', mode: 'Undo'});
const stop: RunChoice = orderChoice('stop', 'x', {verb: 'abort', mode: 'SafePoint'});
const pause: RunChoice = orderChoice('pause', 'p', {verb: 'pause'});
const handOver: RunChoice = {...choiceOf('handOver', 'h'), asks: 'nothing', act: {kind: 'hand-over'}};

/** `steps`: as the plan has them, where it was read. */
export function runChoices(run: Run, desk: Standing, steps: readonly RecordedStep[] = []): readonly RunChoice[] {
  const self = desk.self();
  const {carrier, isNext} = desk.carriage(run);
  const isOurs = isNext || carrier.kind === 'here';
  const asks = desk.agreesAnew(run) ? 'consent' : 'nothing';
  return choicesOf(run, {self, isOurs, steps}).map(choice => (isAdopting(choice.act) ? {...choice, asks} : choice));
}

function isAdopting(act: ChoiceAct): boolean {
  return act.kind === 'adopt' || (act.kind === 'order' && act.isAdopting === true);
}

type Seen = {
  readonly self: Requester;
  /** This program carries it already, or goes on with it by itself. */
  readonly isOurs: boolean;
  readonly steps: readonly RecordedStep[];
};

function choicesOf(run: Run, {self, isOurs, steps}: Seen): readonly RunChoice[] {
  if (isFinished(run)) return finishedChoices(run, steps);
  if (run.status.phase === 'Undoing') return [];
  const need = needOf(run);
  switch (need?.kind) {
    case undefined:
      return isOurs ? [pause] : [adopt(), pause, stop];
    case 'gate':
      return [
        ...gateChoices(run, need.gate, need.step.effect === 'HumanConfirmed', self),
        // Whoever approves a run of somebody else may have to carry it as well.
        ...(isOurs ? [] : [adopt()]),
        undo,
        stop,
      ];
    case 'failed':
      return [
        orderChoice('retry', 'r', {verb: 'resume'}, true),
        {...choiceOf('edit', 'e'), asks: 'nothing', act: {kind: 'again', isStopping: true}},
        ...(steps.some(({id, isVital}) => id === need.step.id && isVital === true) ? [] : [skipChoice(run, need.step, self)]),
        undo,
        handOver,
        stop,
      ];
    case 'outcome':
      return [...outcomeChoices(run, need.step.gate ?? closed(`outcome/${need.step.id}`), self), handOver];
    case 'paused':
      return [orderChoice('resume', 'r', {verb: 'resume'}, true), undo, handOver, stop];
    case 'left':
      return [adopt(), undo, stop];
  }
}

function skipChoice(run: Run, step: StepStatus, self: Requester): RunChoice {
  return {
    ...choiceOf('skip', 's'),
    asks: 'reason',
    act: {kind: 'answer', answer: answerTo(run, step.gate ?? closed(`skip/${step.id}`), 'Approve', self)},
    ...(step.gate?.id === `skip/${step.id}` ? againstVoice(run, step.gate, self) : {disabledReason: phrase('run.notAskedYet')}),
  };
}

/** What Ctrl-C asks while the run goes on. */
export function interruptChoices(run: Run): readonly RunChoice[] {
  return isFinished(run) || run.status.phase === 'Undoing'
    ? []
    : [{...stop, key: 's', id: 'stopAfter', title: phrase('choice.stopAfter'), effect: phrase('effect.stopAfter')}, pause, undo];
}

/** `reason` is recorded; it must differ from the one before, or trying again would change nothing. */
export async function carryOut(desk: RunDesk, run: RunHandle, act: ChoiceAct, reason: string): Promise<void> {
  switch (act.kind) {
    case 'order':
      if (act.isAdopting === true) await desk.adopt(run);
      return desk.order(run, {...act.order, reason});
    case 'answer':
      return desk.answer(run, {...act.answer, reason});
    case 'adopt':
      return desk.adopt(run);
    case 'again':
      return act.isStopping ? desk.order(run, {verb: 'abort', mode: 'SafePoint', reason}) : undefined;
    case 'hand-over':
    case 'undo-run':
  }
}

function finishedChoices(run: Run, steps: readonly RecordedStep[]): readonly RunChoice[] {
  const takeBack = takeBackOf(run, steps);
  const undoRun: RunChoice = {...choiceOf('undoRun', 'U'), asks: 'nothing', act: {kind: 'undo-run'}};
  return [
    // Where another runbook does the job, pressing it says so.
    ...(takeBack.kind === 'steps'
      ? [undoRun]
      : takeBack.kind === 'over'
        ? [{...undoRun, disabledReason: wordsPhrase(takeBack.words)}]
        : []),
    {...choiceOf('again', 'A'), asks: 'nothing', act: {kind: 'again', isStopping: false}},
  ];
}

function gateChoices(run: Run, gate: StepGate, isHuman: boolean, self: Requester): readonly RunChoice[] {
  const against = againstVoice(run, gate, self);
  return [
    {
      ...choiceOf(isHuman ? 'done' : 'approve', 'a'),
      asks: 'consent',
      act: {kind: 'answer', answer: answerTo(run, gate, 'Approve', self)},
      ...against,
    },
    {...choiceOf('reject', 'X'), asks: 'reason', act: {kind: 'answer', answer: answerTo(run, gate, 'Reject', self)}, ...against},
    handOver,
  ];
}

function outcomeChoices(run: Run, gate: StepGate, self: Requester): readonly RunChoice[] {
  const against = gate.evidenceDigest === '' ? {disabledReason: phrase('run.notAskedYet')} : againstVoice(run, gate, self);
  return [
    {...choiceOf('happened', 'y'), asks: 'reason', act: {kind: 'answer', answer: answerTo(run, gate, 'Approve', self)}, ...against},
    {...choiceOf('notHappened', 'n'), asks: 'reason', act: {kind: 'answer', answer: answerTo(run, gate, 'Reject', self)}, ...against},
    {...choiceOf('stopNow', 'x'), asks: 'reason', act: {kind: 'order', order: {verb: 'abort', mode: 'Now'}}},
  ];
}

function adopt(): RunChoice {
  return {...choiceOf('adopt', 'r'), asks: 'nothing', act: {kind: 'adopt'}};
}

function orderChoice(id: 'undo' | 'stop' | 'pause' | 'retry' | 'resume', key: string, order: RunOrder, isAdopting = false): RunChoice {
  return {...choiceOf(id, key), asks: 'nothing', act: {kind: 'order', order, ...(isAdopting ? {isAdopting} : {})}};
}

type ChoiceName =
  | 'undo'
  | 'stop'
  | 'pause'
  | 'retry'
  | 'resume'
  | 'edit'
  | 'skip'
  | 'handOver'
  | 'happened'
  | 'notHappened'
  | 'stopNow'
  | 'adopt'
  | 'approve'
  | 'done'
  | 'reject'
  | 'undoRun'
  | 'again';

function choiceOf(id: ChoiceName, key: string): Pick<RunChoice, 'id' | 'key' | 'title' | 'effect'> {
  return {id, key, title: phrase(`choice.${id}`), effect: phrase(`effect.${id}`)};
}

/** Why this user's yes would count for nothing at the gate. */
function againstVoice(run: Run, gate: StepGate, self: Requester): Pick<RunChoice, 'disabledReason'> {
  switch (voiceAt(run, gate.id, self)) {
    case 'Consent':
    case 'Approval':
      return {};
    case 'own-run':
      return {disabledReason: phrase('gate.somebodyElse')};
    case 'not-named':
      return {disabledReason: phrase('gate.notNamed')};
  }
}

function answerTo(run: Run, gate: StepGate, decision: GateAnswer['decision'], self: Requester): Omit<GateAnswer, 'reason'> {
  const voice = voiceAt(run, gate.id, self);
  return {
    gate: gate.id,
    kind: isHeard(voice) ? voice : 'Approval',
    decision,
    planDigest: run.status.plan?.digest ?? '',
    evidenceDigest: gate.evidenceDigest,
  };
}

function closed(id: string): StepGate {
  return {id, required: 1, have: 0, approvals: [], evidenceDigest: '', openedAt: ''};
}
