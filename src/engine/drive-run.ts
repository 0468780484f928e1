/**
 * Carries one run as far as it can go now. It reads the record, decides, acts, records, and reads again; whatever stops it
 * in between, the next engine that reads the record goes on from there.
 */
import {TransportError} from '../domain/kube-port.ts';
import type {Run} from '../domain/run.ts';
import {StatusError} from '../domain/status-error.ts';
import {waitText} from '../domain/wait-text.ts';
import type {Words} from '../domain/words.ts';
import {actStep, settleStep} from './act-step.ts';
import {admitRun, refusalOf} from './admit-run.ts';
import {askPerson} from './ask-person.ts';
import {checkLog} from './check-log.ts';
import {clearRun, clearStep} from './clear-to-act.ts';
import {type Action, decideRun} from './decide-run.ts';
import {Refusal} from './define-runbook.ts';
import type {Step} from './define-step.ts';
import {disownStatus} from './disown-status.ts';
import {type DriveParts, LeaseLost} from './drive-parts.ts';
import {endRun} from './end-run.ts';
import {failStep} from './fail-step.ts';
import {gatherOrRefuse} from './gate-evidence.ts';
import {definitionMatched} from './known-conditions.ts';
import {loadScript} from './load-script.ts';
import {passGate} from './pass-gate.ts';
import type {Script} from './plan-run.ts';
import {precheck} from './run-checks.ts';
import {closedGate, ownGate} from './run-gates.ts';
import {RunRecord} from './run-record.ts';
import {type RunId, runFinalizer, StaleRun} from './run-store.ts';
import {takeoverEntry} from './takeover-words.ts';
import {undoNext} from './undo-step.ts';
import {pauseBetween, verifyStep, type Watch} from './verify-step.ts';

export type DriveOutcome =
  /** The run has ended and nothing is left to tidy up. */
  | {readonly kind: 'finished'}
  | {readonly kind: 'gone'}
  /**
   * Nothing to do before the record changes or, where set, before `until` (epoch milliseconds). `seen` is the
   * resourceVersion on which that was decided; absent where somebody else wrote meanwhile.
   */
  | {readonly kind: 'parked'; readonly until?: number; readonly seen?: string}
  /** This engine may no longer act on the run. */
  | {readonly kind: 'lost'}
  /** The API server is away or refuses to answer: again later. */
  | {readonly kind: 'trouble'; readonly error: Error};

/** More than any run needs; a loop that does not move is a fault of ours. */
const turnsMax = 100_000;

type Drive = {
  readonly parts: DriveParts;
  readonly record: RunRecord;
  script: Script | undefined;
  watch: Watch;
  /** Planned in this very drive: the world was looked at a moment ago. */
  isFresh: boolean;
  /** Requester, rights and target were asked for since this engine has the run, and since the last gate. */
  isCleared: boolean;
};

export async function driveRun(parts: DriveParts, id: RunId): Promise<DriveOutcome> {
  try {
    const run = await parts.store.load(id);
    if (run === undefined) return {kind: 'gone'};
    return await drive(parts, run);
  } catch (error) {
    if (error instanceof LeaseLost) return {kind: 'lost'};
    if (error instanceof StaleRun) return {kind: 'parked', until: parts.ports.clock.now()};
    if (error instanceof TransportError || error instanceof StatusError) return {kind: 'trouble', error};
    throw error;
  }
}

async function drive(parts: DriveParts, run: Run): Promise<DriveOutcome> {
  const record = new RunRecord(run, {
    store: parts.store,
    clock: parts.ports.clock,
    holder: parts.holder,
    ...(parts.witness === undefined ? {} : {witness: parts.witness}),
  });
  const state: Drive = {parts, record, script: undefined, watch: {step: '', doneInRow: 0, looks: 0}, isFresh: false, isCleared: false};
  for (let turn = 0; turn < turnsMax; turn += 1) {
    if (record.run.isStatusForeign === true && parts.isHolding()) await disownStatus(parts, record);
    const action = decideRun(record.run, {now: parts.ports.clock.now(), isStopping: parts.isStopping()});
    if (action.do === 'rest') return tidyUp(parts, record);
    if (action.do === 'park') return seenBy(record, action.until === undefined ? {kind: 'parked'} : {kind: 'parked', until: action.until});
    if (!parts.isHolding()) throw new LeaseLost();
    const outcome = await orRefuse(state, () => perform(state, action));
    if (outcome !== undefined) return seenBy(record, outcome);
    if (!(await record.reload())) return {kind: 'gone'};
  }
  throw new Error(`the run ${run.meta.name} does not move`);
}

function seenBy({run}: RunRecord, outcome: DriveOutcome): DriveOutcome {
  return outcome.kind === 'parked' ? {...outcome, seen: run.meta.resourceVersion} : outcome;
}

/** What makes no sense is told in the record; before the first effect it ends the run, later it fails the step at hand. */
async function orRefuse(state: Drive, act: () => Promise<DriveOutcome | undefined>): Promise<DriveOutcome | undefined> {
  const {record} = state;
  try {
    return await act();
  } catch (error) {
    const refusal = refusalOf(error) ?? forbiddenOf(error);
    if (refusal === undefined) throw error;
    if (!record.isTakenOver) record.takeOver();
    const {current, steps} = record.run.status;
    if (current !== '' && steps.some(({intent}) => intent !== undefined)) {
      const {state: before, reason} = record.step(current);
      // Failing again for the same reason would go round in circles: it waits until somebody has mended that.
      if (before === 'Failed' && reason === refusal.reason) return {kind: 'parked'};
      await failStep(record, state.script, current, refusal.reason, refusal.said);
      return undefined;
    }
    record.note('finished', '', `Failed: ${refusal.reason}: ${refusal.message}`);
    await record.write({phase: 'Failed'}, [
      {type: 'Accepted', status: 'False', reason: refusal.reason, message: refusal.said},
      {type: 'Failed', status: 'True', reason: refusal.reason, message: refusal.said},
      {type: 'WaitingForApproval', status: 'False', reason: refusal.reason, message: ''},
    ]);
    return undefined;
  }
}

/** A right that is missing is no trouble that passes by itself. */
function forbiddenOf(error: unknown): Refusal | undefined {
  if (!(error instanceof StatusError) || error.status.code !== 403) return undefined;
  return new Refusal('Forbidden', error.status.message);
}

async function perform(state: Drive, action: Exclude<Action, {do: 'rest' | 'park'}>): Promise<DriveOutcome | undefined> {
  const {parts, record} = state;
  if (action.do === 'plan') {
    record.takeOver();
    state.script = await admitRun(parts, record);
    [state.isFresh, state.isCleared] = [true, true];
    return undefined;
  }
  if (action.do === 'finish') {
    await endRun(parts, record, state.script, action);
    return undefined;
  }
  if (action.do === 'pause') return pause(state, action.reason);
  state.script ??= await loadScript(parts, record);
  const {script} = state;
  if (script === undefined) return {kind: 'parked'};
  // To look for an answer needs no claim: engines that find none leave the record as it is.
  if (action.do !== 'ask') await claim(parts, record);
  if (action.do === 'undo') {
    await undoNext(parts, record, script);
    return undefined;
  }
  const step = script.steps.find(({id}) => id === action.step);
  if (step === undefined) throw new Error(`the plan has no step ${action.step}`);
  return performStep(state, script, step, action);
}

async function performStep(
  state: Drive,
  script: Script,
  step: Step,
  action: Extract<Action, {readonly step: string}>,
): Promise<DriveOutcome | undefined> {
  const {parts, record} = state;
  switch (action.do) {
    case 'gate':
      [state.isFresh, state.isCleared] = [false, false];
      return (await passGate(parts, record, script, step.id)) === 'passed' || record.run.status.phase !== 'AwaitingApproval'
        ? undefined
        : parkAtGate(record, step.id);
    case 'resume':
      return resume(record, script, step.id);
    case 'ask':
      return (await askPerson(parts, record, step, () => claim(parts, record))) === 'decided' ? undefined : {kind: 'parked'};
    case 'settle':
      if (step.effect !== 'HumanConfirmed')
        await settleStep(parts, record, script, step, action.mayAct ? () => clear(state, script, step) : undefined);
      return undefined;
    case 'begin':
      return begin(state, script, step);
    case 'verify':
      return verify(state, script, step);
  }
}

function parkAtGate(record: RunRecord, stepId: string): DriveOutcome {
  const deadline = record.step(stepId).gate?.deadline;
  return deadline === undefined ? {kind: 'parked'} : {kind: 'parked', until: Date.parse(deadline)};
}

async function begin(state: Drive, script: Script, step: Step): Promise<DriveOutcome | undefined> {
  const {parts, record} = state;
  const isFirst = !record.run.status.steps.some(({intent}) => intent !== undefined);
  if (isFirst && !state.isFresh) await gatherOrRefuse(parts, script);
  if ((await clear(state, script, step)) === 'asked') return undefined;
  const check = await precheck(parts, step);
  if (check.kind === 'refuse') {
    await failStep(record, script, step.id, check.reason, check.message);
    return undefined;
  }
  if (check.kind === 'wait') {
    await waitForPrecheck(state, step, waitText(check.wanted, check.seen));
    return undefined;
  }
  if (step.effect !== 'HumanConfirmed') await actStep(parts, record, script, step);
  // Whoever opened the gate of such a step has said that it is done.
  else await record.writeStep(step.id, {state: 'Verifying', startedAt: record.timestamp(), attempts: 1}, 'Running');
  return undefined;
}

async function clear(state: Drive, script: Script, step: Step): Promise<'clear' | 'asked'> {
  const {parts, record} = state;
  if (!state.isCleared) await clearRun(parts, record, script);
  state.isCleared = true;
  return clearStep(parts, record, script, step.id);
}

async function waitForPrecheck({parts, record, script, watch}: Drive, step: Step, text: Words): Promise<void> {
  const {state, deadline} = record.step(step.id);
  const now = parts.ports.clock.now();
  if (state !== 'Prechecking') {
    const seconds = step.timeouts?.precheck ?? parts.settings.precheckSeconds;
    await record.writeStep(step.id, {
      state: 'Prechecking',
      deadline: new Date(now + seconds * 1000).toISOString(),
      message: text,
      reason: 'Waiting',
    });
  } else if (deadline !== undefined && now >= Date.parse(deadline)) return failStep(record, script, step.id, 'TimedOut', text);
  else await record.writeMessage(step.id, 'Waiting', text);
  watch.looks += 1;
  await parts.wait(pauseBetween(parts, watch));
}

async function verify(state: Drive, script: Script, step: Step): Promise<undefined> {
  const {parts, record} = state;
  if (state.watch.step !== step.id) state.watch = {step: step.id, doneInRow: 0, looks: 0};
  if ((await verifyStep(parts, record, script, step, state.watch)) === 'waiting') await parts.wait(pauseBetween(parts, state.watch));
  return undefined;
}

/** The first write of an engine that took a run over raises the epoch: whoever held it before is refused from then on. */
async function claim({store, found}: DriveParts, record: RunRecord): Promise<void> {
  if (record.isTakenOver) return;
  await checkLog(store, record.run);
  record.takeOver();
  const {text, data} = takeoverEntry(record.run.status, record.epoch, found);
  record.note('taken-over', '', text, data);
  // What was asked for meanwhile has been seen by nobody yet.
  await record.write({observedGeneration: record.run.status.observedGeneration}, [definitionMatched]);
}

async function resume(record: RunRecord, {plan}: Script, stepId: string): Promise<undefined> {
  const {state, gate} = record.step(stepId);
  record.note('resumed', stepId, `${record.run.spec.control.by || 'an engine'} goes on`);
  const planned = plan.steps.find(({id}) => id === stepId);
  const own = planned === undefined ? undefined : ownGate(planned);
  // The question whether to leave it out is over; what the step itself asks is asked again.
  const retry = {
    state: 'Pending',
    reason: 'Retry',
    message: '',
    finishedAt: undefined,
    gate: own === undefined ? undefined : closedGate(own),
  } as const;
  const phase = state !== 'Failed' && gate !== undefined && gate.have < gate.required ? 'AwaitingApproval' : 'Running';
  await record.writeStep(stepId, state === 'Failed' ? retry : {}, phase, [
    {type: 'Paused', status: 'False', reason: 'Resumed', message: ''},
    {type: 'Stalled', status: 'False', reason: 'Resumed', message: ''},
  ]);
}

async function pause({record}: Drive, reason: Extract<Action, {do: 'pause'}>['reason']): Promise<DriveOutcome> {
  if (!record.isTakenOver) record.takeOver();
  const {by, reason: why} = record.run.spec.control;
  const said = why === '' ? '' : `: ${why}`;
  const message =
    reason === 'HolderLeft'
      ? {en: 'the engine that held the run has left; another one goes on', ru: 'движок, который вёл запуск, ушёл; продолжит другой'}
      : {
          en: `paused${by === '' ? '' : ` by ${by}`}${said}`,
          ru: `${by === '' ? 'запуск на паузе' : `запуск поставил на паузу ${by}`}${said}`,
        };
  record.note('paused', '', message.en);
  await record.write({phase: 'Paused'}, [{type: 'Paused', status: 'True', reason, message}]);
  return {kind: 'parked'};
}

/** The last writes: the target is free, the record may go. Both can be done twice. */
async function tidyUp(parts: DriveParts, record: RunRecord): Promise<DriveOutcome> {
  if (!record.run.meta.finalizers.includes(runFinalizer)) return {kind: 'finished'};
  await parts.targets.release(record.run);
  await record.unguard();
  return {kind: 'finished'};
}
