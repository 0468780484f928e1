/** What whoever takes a run over says anew: what another process wrote at its gates is believed by nobody, where no policy proves who wrote it. */
import {canonicalJson} from '../../domain/canonical-json.ts';
import {isHeard, voiceAt} from '../../domain/gate-answer.ts';
import type {Requester, Run, StepGate} from '../../domain/run.ts';
import type {GateAnswer} from '../../domain/run-desk.ts';
import {currentStep} from '../../domain/run-need.ts';
import {readPlan} from '../../engine/plan-run.ts';
import type {EnginePorts} from '../../engine/ports.ts';
import {startGate} from '../../engine/run-gates.ts';
import type {RunStore} from '../../engine/run-store.ts';

/** At the gates that the step at hand stands on. */
export async function yesAnew(
  {store, ports}: {readonly store: Pick<RunStore, 'readPlan'>; readonly ports: Pick<EnginePorts, 'digest'>},
  run: Run,
  self: Requester,
): Promise<readonly GateAnswer[]> {
  const {plan} = run.status;
  const document = plan && (await store.readPlan(run, plan.ref));
  if (plan === undefined || document === undefined) return [];
  const start = {id: startGate, evidenceDigest: ports.digest(canonicalJson(readPlan(document).facts))};
  const passed = passedGate(run);
  return [start, ...(passed === undefined ? [] : [passed])].flatMap(({id, evidenceDigest}) => {
    const kind = voiceAt(run, id, self);
    const said = {decision: 'Approve', planDigest: plan.digest, evidenceDigest, reason: 'taken over, and agreed to anew'} as const;
    return isHeard(kind) ? [{gate: id, kind, ...said}] : [];
  });
}

/** That of the step at hand, where it has begun to act: one that has not is asked anew, with the facts of now. */
function passedGate(run: Run): StepGate | undefined {
  const step = currentStep(run);
  const gate = step?.intent === undefined ? undefined : step.gate;
  const isOwn = gate !== undefined && gate.id !== startGate && !gate.id.includes('/');
  return isOwn && gate.evidenceDigest !== '' && gate.have >= gate.required ? gate : undefined;
}
