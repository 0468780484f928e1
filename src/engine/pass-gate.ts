/** Opens the gate before a step, shows what the decision stands on, and passes it once enough people have agreed. */
import type {Run, StepGate, StepStatus} from '../domain/run.ts';
import {joinWords, type Words} from '../domain/words.ts';
import {askedAgain} from './ask-again.ts';
import type {DriveParts} from './drive-parts.ts';
import {failStep} from './fail-step.ts';
import {fitMessage, recordedWords} from './fit-status.ts';
import {changeSince, type Evidence, evidenceOf} from './gate-evidence.ts';
import {shownAtGate, voicesWanted} from './gate-words.ts';
import {type GateTally, needOfGate, tallyApprovals} from './gatekeeper.ts';
import type {Script} from './plan-run.ts';
import {recordWord} from './record-word.ts';
import {closedGate, ownGate} from './run-gates.ts';
import type {RunRecord} from './run-record.ts';
import {nameVoid, noteRefused, sayVoid} from './void-approvals.ts';

/** 'passed': go on. 'closed': nothing to do until somebody decides. */
export async function passGate(parts: DriveParts, record: RunRecord, script: Script, stepId: string): Promise<'passed' | 'closed'> {
  const {gate} = record.step(stepId);
  if (gate === undefined) return 'passed';
  const openedAt = gate.openedAt === '' ? record.timestamp() : gate.openedAt;
  const evidence = await evidenceOf(parts, record, script, stepId, {id: gate.id, openedAt});
  if (gate.evidenceDigest !== evidence.digest) await openGate(record, script, stepId, {...gate, openedAt}, evidence);
  const open = record.step(stepId).gate ?? gate;
  const tally = await tallyOf(parts, record, open);
  if (tally.rejected !== undefined) {
    const {by, reason} = tally.rejected;
    const why = reason === '' ? '' : `: ${reason}`;
    const word = recordWord(tally.rejected);
    record.note('gate-rejected', stepId, `${by} rejects ${gate.id}${why}`, {
      gate: gate.id,
      approvals: [word],
      evidenceDigest: open.evidenceDigest,
    });
    await failStep(record, script, stepId, 'Rejected', {en: `rejected by ${by}${why}`, ru: `отклонил ${by}${why}`});
    return 'closed';
  }
  if (tally.counted.length >= open.required) {
    await recordPassed(record, script, stepId, open, tally);
    return 'passed';
  }
  if (isOver(open, parts.ports.clock.now())) {
    await failStep(record, script, stepId, 'GateTimedOut', {
      en: `nobody agreed at the gate ${open.id} in time`,
      ru: `никто вовремя не дал согласия (gate ${open.id})`,
    });
    return 'closed';
  }
  await noteWaiting(record, stepId, open, tally);
  return 'closed';
}

async function openGate(
  record: RunRecord,
  script: Script,
  stepId: string,
  gate: StepGate,
  {facts, digest: evidenceDigest}: Evidence,
): Promise<void> {
  const {required} = needOfGate(record.run, gate.id);
  const {gateSeconds} = record.run.spec.timeouts;
  const {refused: _, ...anew} = gate;
  const {openedAt} = gate;
  const deadline = gateSeconds === undefined ? {} : {deadline: new Date(Date.parse(openedAt) + gateSeconds * 1000).toISOString()};
  const changed = gate.evidenceDigest === '' ? '' : await changeSince(record, stepId, gate.evidenceDigest, facts);
  const before = record.step(stepId);
  const isAgain = changed !== '' || before.reason === askedAgain;
  const text = changed !== '' ? changedWords(gate.id, changed) : isAgain ? recordedWords(before) : closedWords(record.run, gate.id);
  const reason = isAgain ? askedAgain : 'GateClosed';
  record.note('gate-opened', stepId, text.en, {gate: gate.id, facts, evidenceDigest});
  await record.writeStep(
    stepId,
    {
      state: 'AwaitingApproval',
      reason,
      message: text,
      gate: {
        ...anew,
        ...shownAtGate(record.run, script, stepId, gate.id, facts),
        required,
        have: 0,
        approvals: [],
        evidenceDigest,
        ...deadline,
      },
    },
    'AwaitingApproval',
    [
      {type: 'WaitingForApproval', status: 'True', reason, message: text},
      {type: 'Paused', status: 'False', reason: 'GateClosed', message: ''},
    ],
  );
}

function changedWords(id: string, changed: string): Words {
  return {
    en: `the facts of the gate ${id} have changed (${changed}): earlier approvals are void`,
    ru: `основания изменились (gate ${id}; ${changed}): прежние согласия не в счёт`,
  };
}

function closedWords(run: Run, id: string): Words {
  const {en, ru} = voicesWanted(run, id);
  return {en: `the gate ${id} waits for ${en}`, ru: `ждёт согласия (gate ${id}), нужно: ${ru}`};
}

async function tallyOf(parts: DriveParts, {run}: RunRecord, gate: StepGate): Promise<GateTally> {
  const approvals = await parts.store.approvals(run);
  const believes = await parts.gatekeeper.believes();
  return tallyApprovals(run, gate, approvals, {now: parts.ports.clock.now(), believes});
}

async function recordPassed(record: RunRecord, script: Script, stepId: string, gate: StepGate, {counted}: GateTally): Promise<void> {
  const names = counted.map(({name}) => name);
  const who = counted.map(({by, kind}) => `${by} (${kind})`).join(', ');
  record.note('gate-passed', stepId, `${gate.id}: ${who}`, {
    gate: gate.id,
    approvals: counted.map(recordWord),
    evidenceDigest: gate.evidenceDigest,
  });
  const planned = script.plan.steps.find(({id}) => id === stepId);
  const own = planned === undefined ? undefined : ownGate(planned);
  const next = own !== undefined && own !== gate.id ? closedGate(own) : {...gate, have: counted.length, approvals: names};
  await record.writeStep(stepId, {state: 'Pending', reason: '', message: '', gate: next}, 'Running', [
    {type: 'WaitingForApproval', status: 'False', reason: 'GatePassed', message: who},
  ]);
}

/** Who has agreed and why others do not count is worth a write only when it changed. */
async function noteWaiting(record: RunRecord, stepId: string, gate: StepGate, {counted, refusals}: GateTally): Promise<void> {
  if (refusals.length === 0 && counted.length === gate.have) return;
  const step: StepStatus = record.step(stepId);
  const tally = {
    en: `${counted.length} of ${gate.required} have agreed at the gate ${gate.id}`,
    ru: `согласны ${counted.length} из ${gate.required} (gate ${gate.id})`,
  };
  const opened = record.run.status.conditions.find(({type}) => type === 'WaitingForApproval');
  const again = opened?.reason === askedAgain ? [recordedWords(opened)] : [];
  const voids = await sayVoid(record, stepId, gate, refusals);
  const message = joinWords([...again, tally, ...voids.map(({approval, why}) => nameVoid(approval, why))], '; ');
  if (step.message === fitMessage(message).message) return;
  const names = counted.map(({name}) => name);
  const refused = noteRefused(record, stepId, gate, voids);
  await record.writeStep(
    stepId,
    {message, gate: {...gate, have: counted.length, approvals: names, ...(refused.length === 0 ? {} : {refused})}},
    'AwaitingApproval',
  );
}

function isOver({deadline}: StepGate, now: number): boolean {
  return deadline !== undefined && Date.parse(deadline) <= now;
}
