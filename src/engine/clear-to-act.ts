/**
 * Right before an effect: everything that must be so is found out anew, from what the API server proves and not from what the
 * status says. A status can be written by whoever may carry runs, and rights can be taken away while a gate waits.
 */
import {canonicalJson} from '../domain/canonical-json.ts';
import {askAgain, type Doubt} from './ask-again.ts';
import type {DriveParts} from './drive-parts.ts';
import {evidenceOf} from './gate-evidence.ts';
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

/**
 * Gates and invariants, before each effect. 'asked': what was agreed to does not hold, so the gate is open again and nothing
 * may be done; that is no failure. Throws Refusal.
 */
export async function clearStep(parts: DriveParts, record: RunRecord, script: Script, stepId: string): Promise<'clear' | 'asked'> {
  const doubt = (await doubtOfYes(parts, record, script, stepId)) ?? (await doubtOfEvidence(parts, record, script, stepId));
  if (doubt !== undefined) {
    await askAgain(record, stepId, doubt);
    return 'asked';
  }
  await checkInvariants(parts, script);
  return 'clear';
}

/** The gates follow from the plan and from `spec`, which nobody can change; the approvals are objects whose author is proved. */
async function doubtOfYes(parts: DriveParts, record: RunRecord, script: Script, stepId: string): Promise<Doubt | undefined> {
  const {run} = record;
  const gates = gatesBefore(parts, record, script, stepId);
  if (gates.length === 0) return undefined;
  const approvals = await parts.store.approvals(run);
  const believes = await parts.gatekeeper.believes();
  for (const gate of gates) {
    const {counted} = tallyApprovals(run, gate, approvals, {now: timeOfPassing(parts, record), believes});
    const {required} = needOfGate(run, gate.id);
    if (counted.length < required)
      return {
        gate: gate.id,
        why: {en: 'the yes that it was passed with does not count here', ru: 'согласие, с которым он пройден, здесь не в счёт'},
      };
  }
  return undefined;
}

/** Time may have passed since the gate was: the world must still be the one that was agreed to. What has acted has changed it itself. */
async function doubtOfEvidence(parts: DriveParts, record: RunRecord, script: Script, stepId: string): Promise<Doubt | undefined> {
  const {gate, intent} = record.step(stepId);
  if (gate === undefined || gate.id === startGate || gate.openedAt === '') return undefined;
  if (intent !== undefined && Date.parse(intent.recordedAt) >= Date.parse(gate.openedAt)) return undefined;
  const {digest} = await evidenceOf(parts, record, script, stepId, gate);
  return digest === gate.evidenceDigest ? undefined : {gate: gate.id, why: {en: 'its facts have changed', ru: 'основания изменились'}};
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
