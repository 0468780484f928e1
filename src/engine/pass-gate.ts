/** Opens the gate before a step, shows what the decision stands on, and passes it once enough people have agreed. */
import {canonicalJson} from '../domain/canonical-json.ts';
import type {Fields} from '../domain/fields.ts';
import type {StepGate, StepStatus} from '../domain/run.ts';
import {joinWords} from '../domain/words.ts';
import {keyOf, pastOf} from './act-step.ts';
import {Refusal} from './define-runbook.ts';
import type {DriveParts} from './drive-parts.ts';
import {failStep} from './fail-step.ts';
import {fitMessage} from './fit-status.ts';
import {type GateTally, needOfGate, tallyApprovals} from './gatekeeper.ts';
import {gatherAgain, type Script} from './plan-run.ts';
import {closedGate, ownGate, startGate} from './run-gates.ts';
import type {RunRecord} from './run-record.ts';

/** 'passed': go on. 'closed': nothing to do until somebody decides. */
export async function passGate(parts: DriveParts, record: RunRecord, script: Script, stepId: string): Promise<'passed' | 'closed'> {
  const {gate} = record.step(stepId);
  if (gate === undefined) return 'passed';
  const openedAt = gate.openedAt === '' ? record.timestamp() : gate.openedAt;
  const facts = await factsOfGate(parts, record, script, stepId, gate.id);
  // What was said at a gate of a step does not count when the gate is opened anew, as for another try.
  const evidence = gate.id === startGate ? facts : {...facts, openedAt};
  const evidenceDigest = parts.ports.digest(canonicalJson(evidence));
  if (gate.evidenceDigest !== evidenceDigest) await openGate(record, stepId, {...gate, openedAt}, facts, evidenceDigest);
  const open = record.step(stepId).gate ?? gate;
  const tally = await tallyOf(parts, record, open);
  if (tally.rejected !== undefined) {
    const {by, reason} = tally.rejected;
    const why = reason === '' ? '' : `: ${reason}`;
    record.note('gate-rejected', stepId, `${by} rejects ${gate.id}${why}`);
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

/** The start stands on the facts of the plan; a gate of a step on its own. */
async function factsOfGate(parts: DriveParts, record: RunRecord, script: Script, stepId: string, gateId: string): Promise<Fields> {
  if (gateId === startGate) return gatherOrRefuse(parts, script);
  const definition = script.steps.find(({id}) => id === stepId);
  if (definition?.effect === 'HumanConfirmed') return {ask: definition.ask.en};
  return definition?.gate?.facts(parts.reader, keyOf(record, stepId), pastOf(record, stepId)) ?? {};
}

/** Before the first effect the world must still be the one that was planned for. */
export async function gatherOrRefuse(parts: DriveParts, script: Script): Promise<Fields> {
  const facts = await gatherAgain(script, parts.reader);
  if (canonicalJson(facts) === canonicalJson(script.plan.facts)) return facts;
  const changed = Object.keys({...facts, ...script.plan.facts}).filter(
    name => canonicalJson(facts[name]) !== canonicalJson(script.plan.facts[name]),
  );
  throw new Refusal('PlanChanged', {
    en: `what the plan stands on has changed (${changed.join(', ')}): nothing was done; look at the new plan and start again`,
    ru: `то, на чём стоит план, изменилось (${changed.join(', ')}): ничего не сделано; посмотрите новый план и запустите снова`,
  });
}

async function openGate(record: RunRecord, stepId: string, gate: StepGate, facts: Fields, evidenceDigest: string): Promise<void> {
  const {required} = needOfGate(record.run, gate.id);
  const {gateSeconds} = record.run.spec.timeouts;
  const {openedAt} = gate;
  const deadline = gateSeconds === undefined ? {} : {deadline: new Date(Date.parse(openedAt) + gateSeconds * 1000).toISOString()};
  const isAgain = gate.evidenceDigest !== '';
  const text = isAgain
    ? {
        en: `the facts of the gate ${gate.id} have changed: earlier approvals are void`,
        ru: `основания изменились (gate ${gate.id}): прежние согласия не в счёт`,
      }
    : {en: `the gate ${gate.id} waits for ${required}`, ru: `ждёт согласия (gate ${gate.id}), нужно: ${required}`};
  record.note('gate-opened', stepId, text.en, {facts, evidenceDigest});
  await record.writeStep(
    stepId,
    {
      state: 'AwaitingApproval',
      reason: 'GateClosed',
      message: text,
      gate: {...gate, required, have: 0, approvals: [], evidenceDigest, ...deadline},
    },
    'AwaitingApproval',
    [
      {type: 'WaitingForApproval', status: 'True', reason: 'GateClosed', message: text},
      {type: 'Paused', status: 'False', reason: 'GateClosed', message: ''},
    ],
  );
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
    approvals: counted.map(({name, by, kind, reason}) => ({name, by, kind, reason})),
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
  const step: StepStatus = record.step(stepId);
  const tally = {
    en: `${counted.length} of ${gate.required} have agreed at the gate ${gate.id}`,
    ru: `согласны ${counted.length} из ${gate.required} (gate ${gate.id})`,
  };
  const message = joinWords([tally, ...refusals], '; ');
  if (refusals.length === 0 && counted.length === gate.have) return;
  if (step.message === fitMessage(message).message) return;
  const names = counted.map(({name}) => name);
  await record.writeStep(stepId, {message, gate: {...gate, have: counted.length, approvals: names}}, 'AwaitingApproval');
}

function isOver({deadline}: StepGate, now: number): boolean {
  return deadline !== undefined && Date.parse(deadline) <= now;
}
