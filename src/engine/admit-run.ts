/** Admits a run: checks who asks and for what, makes the plan, takes the target, and records it all before anything acts. */
import {UnreadableField} from '../domain/fields.ts';
import {FileFault} from '../domain/files.ts';
import {objectKey, typeOf} from '../domain/object-ref.ts';
import type {Run, RunStatus, StepStatus} from '../domain/run.ts';
import {Refusal, type Runbook} from './define-runbook.ts';
import type {DriveParts} from './drive-parts.ts';
import {definitionMatched} from './known-conditions.ts';
import {definitionDigest, planRun, type Script} from './plan-run.ts';
import {closedGate, gatesOf, ownGate, startGate} from './run-gates.ts';
import type {RunRecord} from './run-record.ts';
import {BrokenLog} from './run-store.ts';
import {planUndo} from './undo-plan.ts';

export async function admitRun(parts: DriveParts, record: RunRecord): Promise<Script> {
  const {run} = record;
  const runbook = findRunbook(parts, run);
  const {undoOf} = run.spec;
  const script =
    undoOf === undefined
      ? await planRun(runbook, run.spec, parts.reader, parts.ports.digest)
      : await planUndo(parts, runbook, {namespace: run.meta.namespace, runbook: run.spec.runbook.name, undoOf});
  checkPinned(run, script);
  checkGates(run, script);
  await parts.gatekeeper.checkRequester(run, script.plan.risk);
  await parts.gatekeeper.checkRights(run, script);
  await record.guard();
  await parts.targets.take(record.run, script);
  const ref = `runplan-${run.meta.uid}-${script.digest.slice(0, 12)}`;
  await parts.store.writePlan(record.run, ref, script.plan);
  record.note('planned', '', describePlan(script), {
    plan: script.digest,
    ref,
    facts: script.plan.facts,
    parameters: script.plan.parameters,
  });
  await record.write(plannedStatus(parts, record.run, script, ref, record.timestamp()), [
    {
      type: 'Accepted',
      status: 'True',
      reason: 'Admitted',
      message: {en: 'it makes sense and may be carried out', ru: 'запуск имеет смысл и разрешён'},
    },
    definitionMatched,
    {
      type: 'Planned',
      status: 'True',
      reason: 'Planned',
      message: {en: `${script.plan.steps.length} steps in the plan`, ru: `шагов в плане: ${script.plan.steps.length}`},
    },
    {
      type: 'Progressing',
      status: 'True',
      reason: 'Running',
      message: {en: 'its steps are carried out one by one', ru: 'шаги выполняются по очереди'},
    },
  ]);
  return script;
}

function findRunbook(parts: DriveParts, {spec}: Run): Runbook {
  const {name, version, digest} = spec.runbook;
  const runbook = parts.findRunbook(name);
  if (runbook === undefined)
    throw new Refusal('NoRunbook', {
      en: `there is no runbook ${name}: deckhand runbook list shows them`,
      ru: `ранбука ${name} нет: все покажет deckhand runbook list`,
    });
  if (version !== undefined && version !== runbook.version) {
    throw new Refusal('OtherVersion', {
      en: `spec.runbook.version is ${version}, this engine has version ${runbook.version} of ${name}`,
      ru: `spec.runbook.version — ${version}, а у этого движка ${name} версии ${runbook.version}`,
    });
  }
  if (digest !== undefined && digest !== definitionDigest(runbook, parts.ports.digest)) {
    throw new Refusal('OtherDefinition', {
      en: `spec.runbook.digest is not the digest of ${name} as this engine has it`,
      ru: `spec.runbook.digest не тот, что у ${name} в этом движке`,
    });
  }
  return runbook;
}

function checkPinned({spec}: Run, {digest}: Script): void {
  if (spec.planDigest === undefined || spec.planDigest === digest) return;
  throw new Refusal('PlanChanged', {
    en: 'the plan is no longer the one that was agreed to: look at it again and start a new run',
    ru: 'план уже не тот, на который дали согласие: посмотрите его ещё раз и начните новый запуск',
  });
}

function checkGates({spec}: Run, {plan}: Script): void {
  const gates = gatesOf(plan);
  const strange = spec.approvals.find(({gate}) => gate !== '*' && !gates.includes(gate));
  if (strange !== undefined) {
    throw new Refusal('NoGate', {
      en: `spec.approvals names the gate ${strange.gate}: ${plan.runbook} has ${gates.join(', ')}`,
      ru: `spec.approvals называет gate ${strange.gate}, а у ${plan.runbook} есть ${gates.join(', ')}`,
    });
  }
}

function plannedStatus(parts: DriveParts, run: Run, script: Script, ref: string, startedAt: string): Partial<RunStatus> {
  const {plan, digest} = script;
  const {target} = plan;
  const namespace = target.ref.namespace === undefined ? {} : {namespace: target.ref.namespace};
  return {
    phase: 'Running',
    target: {...typeOf(target.ref), ...namespace, name: target.ref.name, uid: target.uid},
    plan: {
      runbookVersion: plan.version,
      definitionDigest: plan.definitionDigest,
      digest,
      engineVersion: parts.engineVersion,
      ref,
      risk: plan.risk,
    },
    steps: plan.steps.map((step, index) => plannedStep(run, plan, step, index)),
    startedAt,
  };
}

function plannedStep({spec}: Run, {risk}: Script['plan'], planned: Script['plan']['steps'][number], index: number): StepStatus {
  const {id, title, effect} = planned;
  const isNamed = spec.approvals.some(({gate}) => gate === startGate || gate === '*');
  const first = index === 0 && (isNamed || risk === 'destructive') ? startGate : ownGate(planned);
  const gate = first === undefined ? {} : {gate: closedGate(first)};
  return {id, title: title.en, index, effect, state: 'Pending', attempts: 0, reason: '', message: '', ...gate};
}

function describePlan({plan}: Script): string {
  return `${plan.runbook} on ${objectKey(plan.target.ref)}: ${plan.steps.map(({id}) => id).join(', ')}`;
}

/** What makes a run end before its first effect, with the sentence for the person who asked. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof FileFault) return new Refusal('FileFault', error.message);
  if (error instanceof BrokenLog)
    return new Refusal('LogBroken', {
      en: `${error.message}; compare it with what was exported, and start a new run`,
      ru: `журнал запуска изменён (${error.message}); сравните его с выгруженным и начните новый запуск`,
    });
  return error instanceof UnreadableField
    ? new Refusal('Unreadable', {en: `${error.message}: mend it and start again`, ru: `${error.message}: исправьте и запустите снова`})
    : undefined;
}
