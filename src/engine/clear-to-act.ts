/**
 * Right before an effect: everything that must be so is found out anew, from what the API server proves and not from what the
 * status says. A status can be written by whoever may carry runs, and rights can be taken away while a gate waits.
 */
import {canonicalJson} from '../domain/canonical-json.ts';
import {Refusal} from './define-runbook.ts';
import type {DriveParts} from './drive-parts.ts';
import {needOfGate, tallyApprovals} from './gatekeeper.ts';
import type {Script} from './plan-run.ts';
import {checkInvariants} from './run-checks.ts';
import {ownGate, startGate} from './run-gates.ts';
import type {RunRecord} from './run-record.ts';

/** Who asks, whether they may, and that nobody else has the target: asked once by each engine that carries the run. Throws Refusal. */
export async function clearRun({gatekeeper, targets}: DriveParts, {run}: RunRecord, script: Script): Promise<void> {
  await gatekeeper.checkRequester(run, script.plan.risk);
  await gatekeeper.checkRights(run, script);
  await targets.take(run, script);
}

/** Gates and invariants, before each effect. Throws Refusal. */
export async function clearStep(parts: DriveParts, record: RunRecord, script: Script, stepId: string): Promise<void> {
  await confirmGates(parts, record, script, stepId);
  await checkInvariants(parts, script);
}

/** The gates follow from the plan and from `spec`, which nobody can change; the approvals are objects whose author is proved. */
async function confirmGates(parts: DriveParts, record: RunRecord, script: Script, stepId: string): Promise<void> {
  const {run} = record;
  const gates = gatesBefore(parts, record, script, stepId);
  if (gates.length === 0) return;
  const approvals = await parts.store.approvals(run);
  const believes = await parts.gatekeeper.believes();
  for (const gate of gates) {
    const {counted} = tallyApprovals(run, gate, approvals, {now: timeOfPassing(parts, record), believes});
    const {required} = needOfGate(run, gate.id);
    if (counted.length >= required) continue;
    throw new Refusal('GateNotPassed', {
      en: `the gate ${gate.id} is not passed: ${counted.length} of ${required} approvals that count are there; approve, then resume the run`,
      ru: `согласия не хватает (gate ${gate.id}): в счёт идут ${counted.length} из ${required}; дайте согласие и продолжите запуск`,
    });
  }
}

function gatesBefore(
  {ports}: DriveParts,
  record: RunRecord,
  {plan}: Script,
  stepId: string,
): readonly {readonly id: string; readonly evidenceDigest: string}[] {
  const planned = plan.steps.find(({id}) => id === stepId);
  const own = planned === undefined ? undefined : ownGate(planned);
  const isStartNamed = record.run.spec.approvals.some(({gate}) => gate === startGate || gate === '*');
  const start =
    isStartNamed || plan.risk === 'destructive' ? [{id: startGate, evidenceDigest: ports.digest(canonicalJson(plan.facts))}] : [];
  const {gate} = record.step(stepId);
  const seen = gate?.id === own ? (gate?.evidenceDigest ?? '') : '';
  return own === undefined ? start : [...start, {id: own, evidenceDigest: seen}];
}

/** An approval that expires after the run has begun to act has done its part. */
function timeOfPassing({ports}: DriveParts, {run}: RunRecord): number {
  const first = run.status.steps.flatMap(({intent}) => intent?.recordedAt ?? []).toSorted()[0];
  return first === undefined ? ports.clock.now() : Date.parse(first);
}
