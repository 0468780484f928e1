/** What the decision at a gate stands on, as it is now, and how it differs from what was shown before. */
import {canonicalJson} from '../domain/canonical-json.ts';
import {type Fields, isFields} from '../domain/fields.ts';
import type {StepGate} from '../domain/run.ts';
import {keyOf, pastOf} from './act-step.ts';
import {Refusal} from './define-runbook.ts';
import type {DriveParts} from './drive-parts.ts';
import {gatherAgain, type Script} from './plan-run.ts';
import {startGate} from './run-gates.ts';
import type {RunRecord} from './run-record.ts';

export type Evidence = {readonly facts: Fields; readonly digest: string};

export async function evidenceOf(
  parts: DriveParts,
  record: RunRecord,
  script: Script,
  stepId: string,
  {id, openedAt}: Pick<StepGate, 'id' | 'openedAt'>,
): Promise<Evidence> {
  const facts = await factsOfGate(parts, record, script, stepId, id);
  // What was said at a gate of a step does not count when the gate is opened anew, as for another try.
  const evidence = id === startGate ? facts : {...facts, openedAt};
  return {facts, digest: parts.ports.digest(canonicalJson(evidence))};
}

/** The start stands on the facts of the plan, which effects of the run may have changed since; a gate of a step on its own. */
async function factsOfGate(parts: DriveParts, record: RunRecord, script: Script, stepId: string, gateId: string): Promise<Fields> {
  const hasActed = record.run.status.steps.some(({intent}) => intent !== undefined);
  if (gateId === startGate) return hasActed ? script.plan.facts : gatherOrRefuse(parts, script);
  const definition = script.steps.find(({id}) => id === stepId);
  if (definition?.effect === 'HumanConfirmed') return {ask: definition.ask.en};
  return definition?.gate?.facts(parts.reader, keyOf(record, stepId), pastOf(record, stepId)) ?? {};
}

/** Before the first effect the world must still be the one that was planned for. */
export async function gatherOrRefuse(parts: DriveParts, script: Script): Promise<Fields> {
  const facts = await gatherAgain(script, parts.reader);
  const changed = differing(script.plan.facts, facts);
  if (changed.length === 0) return facts;
  throw new Refusal('PlanChanged', {
    en: `what the plan stands on has changed (${changed.join(', ')}): nothing was done; look at the new plan and start again`,
    ru: `то, на чём стоит план, изменилось (${changed.join(', ')}): ничего не сделано; посмотрите новый план и запустите снова`,
  });
}

function differing(before: Fields, now: Fields): readonly string[] {
  return Object.keys({...now, ...before}).filter(name => canonicalJson(now[name]) !== canonicalJson(before[name]));
}

export type GateShown = {readonly step: string; readonly gate: string};

/** At which gate facts of this digest were shown; undefined where at none. */
export async function gateShownWith(record: RunRecord): Promise<(evidenceDigest: string) => GateShown | undefined> {
  const opened = (await record.readLog()).filter(({kind}) => kind === 'gate-opened');
  return evidenceDigest => {
    const entry = opened.findLast(({data}) => data?.evidenceDigest === evidenceDigest);
    const gate = entry?.data?.gate;
    return entry === undefined ? undefined : {step: entry.step, gate: typeof gate === 'string' ? gate : entry.step};
  };
}

/** `leader: db-0 → db-1, claims`, by what the log says was shown at the gate; '' where that is not there or the same. */
export async function changeSince(record: RunRecord, stepId: string, shown: string, now: Fields): Promise<string> {
  const entry = (await record.readLog()).findLast(
    ({kind, step, data}) => kind === 'gate-opened' && step === stepId && data?.evidenceDigest === shown,
  );
  const before = entry?.data?.facts;
  if (!isFields(before)) return '';
  return differing(before, now)
    .map(name => (isPlain(before[name]) && isPlain(now[name]) ? `${name}: ${String(before[name])} → ${String(now[name])}` : name))
    .join(', ');
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
