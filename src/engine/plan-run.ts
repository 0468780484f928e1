/**
 * The plan of a run: what was asked, the object it is about, what the decision stands on, and the steps, as data. It is
 * made once, pinned by its digest, and from then on only interpreted; steps are made of it again by the same definition.
 */
import {canonicalJson} from '../domain/canonical-json.ts';
import {type Fields, isFields, readField, readFields, readNumber, readString} from '../domain/fields.ts';
import type {KindRef, ObjectRef} from '../domain/object-ref.ts';
import type {EffectClass, Risk, RunSpec} from '../domain/run.ts';
import type {Words} from '../domain/words.ts';
import {type CheckedParameters, checkChoices, checkParameters} from './check-parameters.ts';
import {type AnyInput, Refusal, type Runbook} from './define-runbook.ts';
import type {Invariant, Step, Target} from './define-step.ts';
import type {EnginePorts} from './ports.ts';
import type {Reader} from './reader.ts';
import {resolveTarget} from './resolve-target.ts';

/** Runs are nested above this, never lengthened. */
export const stepsMax = 100;

export type PlannedStep = {
  readonly id: string;
  readonly effect: EffectClass;
  readonly title: Words;
  readonly will: Words;
  readonly danger?: Words;
  readonly gate?: string;
  /** What is asked at the gate. */
  readonly ask?: Words;
  readonly isUndoable: boolean;
  /** Cannot be left out. */
  readonly isVital?: true;
  /** Nothing of it is to be undone. */
  readonly isHarmless?: true;
  /** What does the job of an undo once the run has reached its end. */
  readonly wayBack?: Words;
  readonly commands: readonly string[];
};

/** JSON throughout: this is what stands in the plan's ConfigMap. */
export type Plan = {
  readonly runbook: string;
  readonly version: number;
  readonly definitionDigest: string;
  readonly parameters: CheckedParameters;
  readonly target: Target;
  readonly facts: Fields;
  readonly risk: Risk;
  readonly notes: readonly Words[];
  readonly steps: readonly PlannedStep[];
};

/** The plan with the functions that carry it out. */
export type Script = {
  readonly runbook: Runbook;
  readonly plan: Plan;
  readonly digest: string;
  readonly steps: readonly Step[];
  readonly invariants: readonly Invariant[];
};

type Digest = EnginePorts['digest'];

/** Throws Refusal where the run makes no sense; looks, and changes nothing. */
export async function planRun(runbook: Runbook, spec: Pick<RunSpec, 'parameters'>, reader: Reader, digest: Digest): Promise<Script> {
  const parameters = checkParameters(runbook, spec.parameters);
  const target = await resolveTarget(runbook, parameters.target, reader);
  await checkChoices(runbook, reader, parameters);
  const facts = await runbook.gather(reader, {parameters, target});
  return writeScript(runbook, {parameters, target, facts}, digest);
}

/** What `gather` says now, to compare with what the plan stands on. */
export async function gatherAgain({runbook, plan}: Script, reader: Reader): Promise<Fields> {
  return runbook.gather(reader, {parameters: plan.parameters, target: plan.target});
}

export function writeScript(runbook: Runbook, input: AnyInput & {readonly parameters: CheckedParameters}, digest: Digest): Script {
  const steps = runbook.steps(input);
  if (steps.length > stepsMax)
    throw new Refusal('TooManySteps', {
      en: `the plan has ${steps.length} steps; at most ${stepsMax} fit a run: choose a smaller target`,
      ru: `в плане ${steps.length} шагов, а в запуск помещается не больше ${stepsMax}: выберите цель поменьше`,
    });
  const plan: Plan = {
    runbook: runbook.name,
    version: runbook.version,
    definitionDigest: definitionDigest(runbook, digest),
    parameters: input.parameters,
    target: input.target,
    facts: input.facts,
    risk: runbook.riskOf?.(input) ?? runbook.risk,
    notes: runbook.notes?.(input) ?? [],
    steps: steps.map(describeStep),
  };
  return {runbook, plan, digest: planDigest(plan, digest), steps, invariants: runbook.invariants?.(input) ?? []};
}

function describeStep(step: Step): PlannedStep {
  return {
    id: step.id,
    effect: step.effect,
    title: step.title,
    will: step.effect === 'HumanConfirmed' ? step.ask : step.will,
    ...(step.danger === undefined ? {} : {danger: step.danger}),
    ...(step.gate === undefined ? {} : {gate: step.gate.id, ask: step.gate.ask}),
    isUndoable: 'undo' in step && step.undo !== undefined,
    ...(step.isVital === true && {isVital: true}),
    ...(step.isHarmless === true && {isHarmless: true}),
    ...(step.wayBack === undefined ? {} : {wayBack: step.wayBack}),
    commands: step.commands,
  };
}

/** Steps made of a plan that was read back. Throws Refusal where this program's definition is another one. */
export function scriptOf(runbook: Runbook, plan: Plan, digest: Digest): Script {
  const script = writeScript(runbook, {parameters: plan.parameters, target: plan.target, facts: plan.facts}, digest);
  if (script.digest !== planDigest(plan, digest)) {
    throw new Refusal('DefinitionChanged', {
      en: `this deckhand makes other steps of ${plan.runbook}: carry the run on with the version of deckhand that planned it, or abort it`,
      ru: `этот deckhand делает из ${plan.runbook} другие шаги: продолжите той версией deckhand, которая составила план, или прервите запуск`,
    });
  }
  return script;
}

/** Words may be mended without making it another plan; what is done, to what, and why it is safe may not. */
export function planDigest({notes: _, steps, ...plan}: Plan, digest: Digest): string {
  return digest(canonicalJson({...plan, steps: steps.map(({id, effect, gate, isUndoable}) => ({id, effect, gate, isUndoable}))}));
}

/** What an engine must have in common with the one that planned a run in order to carry it on. */
export function definitionDigest({name, version, group, risk, target, permissions}: Runbook, digest: Digest): string {
  return digest(canonicalJson({name, version, group, risk, target, permissions}));
}

/** Throws UnreadableField. */
export function readPlan(document: Fields): Plan {
  const target = readFields(document, 'target');
  const parameters = readFields(document, 'parameters');
  const risk = readString(document, 'risk');
  return {
    runbook: readString(document, 'runbook') ?? '',
    version: readNumber(document, 'version') ?? 0,
    definitionDigest: readString(document, 'definitionDigest') ?? '',
    parameters: {...parameters, target: readString(parameters, 'target') ?? ''},
    target: {ref: readRef(readFields(target, 'ref')), uid: readString(target, 'uid') ?? ''},
    facts: readFields(document, 'facts'),
    risk: risk === 'harmless' || risk === 'change' ? risk : 'destructive',
    notes: [],
    steps: readSteps(document),
  };
}

function readSteps(document: Fields): readonly PlannedStep[] {
  const steps = readField(document, 'steps');
  return (Array.isArray(steps) ? steps : []).filter(isFields).map(step => {
    const effect = readString(step, 'effect');
    const gate = readString(step, 'gate');
    return {
      id: readString(step, 'id') ?? '',
      effect: effect === 'K8sCas' || effect === 'Keyed' || effect === 'Probed' ? effect : 'HumanConfirmed',
      title: readWords(step, 'title'),
      will: readWords(step, 'will'),
      ...(step.danger === undefined ? {} : {danger: readWords(step, 'danger')}),
      ...(gate === undefined ? {} : {gate}),
      ...(step.ask === undefined ? {} : {ask: readWords(step, 'ask')}),
      isUndoable: step.isUndoable === true,
      ...(step.isVital === true && {isVital: true}),
      ...(step.isHarmless === true && {isHarmless: true}),
      ...(step.wayBack === undefined ? {} : {wayBack: readWords(step, 'wayBack')}),
      commands: [],
    };
  });
}

function readWords(root: Fields, name: string): Words {
  return {en: readString(root, `${name}.en`) ?? '', ru: readString(root, `${name}.ru`) ?? ''};
}

export function readRef(ref: Fields): ObjectRef {
  const kind: KindRef = {
    group: readString(ref, 'kind.group') ?? '',
    version: readString(ref, 'kind.version') ?? '',
    plural: readString(ref, 'kind.plural') ?? '',
    kind: readString(ref, 'kind.kind') ?? '',
    isNamespaced: readField(ref, 'kind.isNamespaced') === true,
  };
  const namespace = readString(ref, 'namespace');
  return {kind, ...(namespace === undefined ? {} : {namespace}), name: readString(ref, 'name') ?? ''};
}
