/** Shows a plan before anybody agrees to it: what each step would change, as the API server itself says in a dry run. */
import {type Fields, isFields} from '../domain/fields.ts';
import {TransportError} from '../domain/kube-port.ts';
import type {KubeWrite} from '../domain/kube-write.ts';
import {diffObjects} from '../domain/page/object-diff.ts';
import type {PlannedChange, PlannedStepView, StepPreview} from '../domain/run-desk.ts';
import {StatusError} from '../domain/status-error.ts';
import type {Words} from '../domain/words.ts';
import {Refusal} from './define-runbook.ts';
import {previewKey, type Step} from './define-step.ts';
import {commandOf, describeEffect, isKubeWrite} from './describe-effect.ts';
import {hidePlaces} from './known-secrets.ts';
import {dryRunWrite} from './perform-effect.ts';
import type {Script} from './plan-run.ts';
import type {EnginePorts} from './ports.ts';
import type {Reader} from './reader.ts';

const byHand: Words = {en: 'a person does it', ru: 'это делает человек'};
type Parts = {readonly ports: EnginePorts; readonly reader: Reader};

/** The world of now says nothing about a step before which others act: only one that declares it is looked at ahead of them. */
export async function previewSteps(parts: Parts, script: Script): Promise<readonly PlannedStepView[]> {
  const views: PlannedStepView[] = [];
  for (const [index, planned] of script.plan.steps.entries()) {
    const step = script.steps[index];
    const isAhead = views.some(({preview}) => preview.kind !== 'no-op');
    const preview: StepPreview = step === undefined ? {kind: 'no-op'} : await previewStep(parts, step, isAhead);
    views.push({...planned, preview});
  }
  return views;
}

async function previewStep(parts: Parts, step: Step, isAhead: boolean): Promise<StepPreview> {
  if (step.effect === 'HumanConfirmed') return {kind: 'not-previewable', why: byHand.en, words: byHand};
  if (isAhead && step.isForeseeable !== true) return {kind: 'later'};
  try {
    const effects = await step.act(parts.reader, previewKey);
    if (effects.length === 0) return {kind: 'no-op'};
    const changes: PlannedChange[] = [];
    for (const effect of effects) {
      const diff = isKubeWrite(effect) ? await previewWrite(parts, effect) : [];
      changes.push({what: describeEffect(effect), command: commandOf(effect), diff});
    }
    return {kind: 'previewed', changes};
  } catch (error) {
    if (error instanceof Refusal && isAhead) return {kind: 'later'};
    return {kind: 'not-previewable', ...whyNot(error)};
  }
}

async function previewWrite({ports, reader}: Parts, write: KubeWrite): Promise<PlannedChange['diff']> {
  const before: Fields = write.kind === 'create' ? {} : ((await reader.get(write.ref)) ?? {});
  const {outcome, after} = await dryRunWrite(ports, write);
  if (outcome.kind !== 'applied') throw new Refusal('DryRunRefused', outcome.message);
  if (write.kind === 'delete' || write.kind === 'evict') return diffObjects(before, {});
  return diffObjects(withoutPlaces(before, write), after ?? {});
}

/** What stands where a secret will stand is one as well. */
function withoutPlaces(before: Fields, write: KubeWrite): Fields {
  const written = write.kind === 'patch' ? write.patch : 'object' in write ? write.object : {};
  const hidden = hidePlaces(before, written);
  return isFields(hidden) ? hidden : {};
}

/** An operating failure means that the preview is not to be had, not that the step would fail. */
function whyNot(error: unknown): {readonly why: string; readonly words?: Words} {
  if (error instanceof Refusal && error.words !== undefined) return {why: error.message, words: error.words};
  if (error instanceof Refusal || error instanceof StatusError || error instanceof TransportError) return {why: error.message};
  throw error;
}
