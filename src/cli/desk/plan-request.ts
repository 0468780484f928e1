/** Plans a request without carrying anything out: checks, previews, and what earlier runs took. */
import {UnreadableField} from '../../domain/fields.ts';
import {objectKey} from '../../domain/object-ref.ts';
import type {Run} from '../../domain/run.ts';
import type {PlanAnswer, PreflightCheck, Refused, RunRequest} from '../../domain/run-desk.ts';
import {usualTime} from '../../domain/run-need.ts';
import {StatusError} from '../../domain/status-error.ts';
import {waitText} from '../../domain/wait-text.ts';
import {inEnglish, type Words} from '../../domain/words.ts';
import {Refusal, type Runbook} from '../../engine/define-runbook.ts';
import type {Check, Step} from '../../engine/define-step.ts';
import type {Gatekeeper} from '../../engine/gatekeeper.ts';
import {planRun, type Script} from '../../engine/plan-run.ts';
import {previewSteps} from '../../engine/preview-run.ts';
import {planUndo} from '../../engine/undo-plan.ts';
import type {EngineParts} from './engine-parts.ts';

export type PlanningParts = EngineParts & {
  readonly gatekeeper: Gatekeeper;
  readonly namespace: string;
  findRunbook(name: string): Runbook | undefined;
  history(): readonly Run[];
};

export async function planRequest(parts: PlanningParts, request: RunRequest): Promise<PlanAnswer> {
  try {
    const script = await scriptFor(parts, request);
    const [steps, checks] = await Promise.all([previewSteps(parts, script), preflight(parts, script)]);
    const {plan, digest} = script;
    const usual = usualTime(parts.history(), plan.runbook);
    return {
      kind: 'planned',
      plan: {
        runbook: plan.runbook,
        target: objectKey(plan.target.ref),
        digest,
        risk: plan.risk,
        parameters: plan.parameters,
        facts: plan.facts,
        notes: plan.notes,
        steps,
        checks,
        ...(usual === undefined ? {} : {usualSeconds: usual.seconds, usualOf: usual.runs}),
      },
    };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return {kind: 'refused', ...refusal};
  }
}

export async function scriptFor(parts: PlanningParts, {runbook: name, parameters, undoOf}: RunRequest): Promise<Script> {
  const runbook = parts.findRunbook(name);
  if (runbook === undefined)
    throw new Refusal('NoRunbook', {
      en: `there is no runbook ${name}: deckhand runbook list shows them`,
      ru: `нет runbook ${name}: список покажет deckhand runbook list`,
    });
  if (undoOf === undefined) return planRun(runbook, {parameters}, parts.reader, parts.ports.digest);
  return planUndo(parts, runbook, {namespace: parts.namespace, runbook: name, undoOf});
}

/** What an answer of the cluster or the definition says against it; undefined for faults of our own. */
export function refusalOf(error: unknown): Omit<Refused, 'kind'> | undefined {
  if (error instanceof Refusal)
    return {
      reason: error.reason,
      message: error.message,
      ...(error.words === undefined ? {} : {words: error.words}),
      ...(error.parameter === undefined ? {} : {parameter: error.parameter}),
    };
  if (error instanceof UnreadableField) return {reason: 'Unreadable', message: error.message};
  if (error instanceof StatusError) return {reason: error.status.reason || `Answer${error.status.code}`, message: error.status.message};
  return undefined;
}

async function preflight(parts: PlanningParts, script: Script): Promise<readonly PreflightCheck[]> {
  const {reader, gatekeeper} = parts;
  const checks: PreflightCheck[] = await gatekeeper.reviewRights(script);
  for (const {id, words, holds} of script.invariants) {
    const check = await holds(reader);
    checks.push(checkOf(id, check.kind === 'pass' ? 'pass' : 'fail', check.kind === 'refuse' ? check.message : words));
  }
  const first = script.steps[0];
  const check = await first?.precheck?.(reader);
  if (first !== undefined && check !== undefined) {
    checks.push(checkOf(first.id, check.kind === 'refuse' ? 'fail' : 'pass', wordsOfCheck(first, check)));
  }
  return checks;
}

function wordsOfCheck({title}: Step, check: Check): string | Words {
  switch (check.kind) {
    case 'pass':
      return title;
    case 'refuse':
      return check.message;
    case 'wait':
      return waitText(check.wanted, check.seen);
  }
}

function checkOf(id: string, state: PreflightCheck['state'], said: string | Words): PreflightCheck {
  return {id, state, text: inEnglish(said), ...(typeof said === 'string' ? {} : {words: said})};
}
