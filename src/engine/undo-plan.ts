/** The plan of a run that undoes a finished one: the recorded writes, the last first, against the world as it is. */
import {canonicalJson} from '../domain/canonical-json.ts';
import {type Fields, isFields, readFields, readList, readString} from '../domain/fields.ts';
import {describeRef} from '../domain/object-ref.ts';
import {isFinished, type Risk, type Run} from '../domain/run.ts';
import {takeBackOf} from '../domain/take-back.ts';
import type {Words} from '../domain/words.ts';
import {type AnyInput, type Permission, Refusal, type Runbook} from './define-runbook.ts';
import type {CasStep, KeyedStep, ProbedStep, Step} from './define-step.ts';
import type {DriveParts} from './drive-parts.ts';
import {inverseWrites, readRecorded} from './inverse-writes.ts';
import {type Plan, readPlan, type Script, scriptOf, writeScript} from './plan-run.ts';
import {recordedBy} from './undo-step.ts';

/** What is undone, and as which runbook the new run says it does so. */
export type UndoRequest = {
  readonly namespace: string;
  readonly runbook: string;
  readonly undoOf: {readonly name: string; readonly uid: string};
};

export async function planUndo(
  parts: Pick<DriveParts, 'ports' | 'reader' | 'store'>,
  runbook: Runbook,
  request: UndoRequest,
): Promise<Script> {
  const {name, uid} = request.undoOf;
  const original = await parts.store.load({namespace: request.namespace, name});
  if (original === undefined)
    throw new Refusal('NoRun', {
      en: `spec.undoOf names the run ${name}, which does not exist`,
      ru: `spec.undoOf называет запуск ${name}, которого нет`,
    });
  if (original.meta.uid !== uid)
    throw new Refusal('NoRun', {
      en: `the run ${name} is another one than spec.undoOf.uid says`,
      ru: `запуск ${name} не тот, что указан в spec.undoOf.uid`,
    });
  if (!isFinished(original))
    throw new Refusal('RunNotFinished', {
      en: `the run ${name} is not finished: abort it with abortMode Undo instead`,
      ru: `запуск ${name} не завершён: вместо этого прервите его с abortMode Undo`,
    });
  if (original.spec.runbook.name !== request.runbook) {
    throw new Refusal('OtherRunbook', {
      en: `spec.runbook.name must be ${original.spec.runbook.name}, as in the run that is undone`,
      ru: `spec.runbook.name должен быть ${original.spec.runbook.name}, как в отменяемом запуске`,
    });
  }
  if (original.status.plan === undefined)
    throw new Refusal('NothingToUndo', {
      en: `the run ${name} was refused before it did anything: there is nothing to undo`,
      ru: `запуску ${name} отказали до первого действия: отменять нечего`,
    });
  const document = await parts.store.readPlan(original, original.status.plan.ref);
  if (document === undefined)
    throw new Refusal('NoPlan', {
      en: `the run ${name} was never planned: there is nothing to undo`,
      ru: `план запуска ${name} так и не был составлен: отменять нечего`,
    });
  const plan = readPlan(document);
  const facts = await recordOf(parts, original, plan);
  const live = await parts.reader.get(plan.target.ref);
  if (plan.target.uid !== '' && live?.metadata.uid !== plan.target.uid) {
    throw new Refusal('TargetReplaced', {
      en: `${describeRef(plan.target.ref)} is gone or was made anew: there is nothing to put back`,
      ru: `${describeRef(plan.target.ref)} больше нет или создан заново: возвращать нечего`,
    });
  }
  const script = writeScript(undoRunbook(runbook, facts), {parameters: plan.parameters, target: plan.target, facts}, parts.ports.digest);
  const lost = readList(facts, 'steps')
    .map(entry => readString(entry, 'id') ?? '')
    .filter(id => !script.steps.some(step => step.id === undoIdOf(id)));
  if (lost.length > 0)
    throw new Refusal('OtherVersion', {
      en: `the runbook ${runbook.name} of this version does not know how to take back ${lost.join(', ')}`,
      ru: `эта версия ранбука ${runbook.name} не умеет отменять ${lost.join(', ')}`,
    });
  return script;
}

function undoIdOf(id: string): string {
  return `undo-${id}`;
}

async function recordOf(parts: Pick<DriveParts, 'store'>, original: Run, plan: Plan): Promise<Fields> {
  const log = await parts.store.readLog(original);
  const takeBack = takeBackOf(original, plan.steps);
  if (takeBack.kind === 'over') throw new Refusal('CannotBeUndone', takeBack.words);
  if (takeBack.kind === 'nothing')
    throw new Refusal('NothingToUndo', {
      en: `nothing that the run ${original.meta.name} did can be taken back`,
      ru: `ничего из сделанного запуском ${original.meta.name} нельзя взять назад`,
    });
  const steps = takeBack.steps.map(({id}) => ({id, recorded: recordedBy(log, id)}));
  // JSON values only, as everything that a plan stands on.
  const facts: unknown = JSON.parse(canonicalJson({undoOf: original.meta.uid, originalFacts: plan.facts, steps}));
  return isFields(facts) ? facts : {};
}

/** The definition of which the plan of an undo is made: steps that put back what the record says. */
export function undoRunbook(runbook: Runbook, facts: Fields): Runbook {
  const asPlanned = (input: AnyInput): AnyInput => ({...input, facts: readFields(facts, 'originalFacts')});
  const {riskOf, invariants, notes: _, ...definition} = runbook;
  return {
    ...definition,
    riskOf: input => undoRisk(runbook, facts, riskOf?.(asPlanned(input)) ?? runbook.risk),
    ...(invariants === undefined ? {} : {invariants: input => invariants(asPlanned(input))}),
    permissions: [...runbook.permissions, ...(runbook.undoPermissions ?? []), ...reversals(facts)],
    gather: async () => facts,
    steps: input => {
      const originalSteps = runbook.steps(asPlanned(input));
      return readList(facts, 'steps').flatMap(entry => undoStepOf(entry, originalSteps, readString(facts, 'undoOf') ?? ''));
    },
  };
}

/** What was made is deleted again, and that is destructive whatever making it was. */
function undoRisk({undoRisk: declared}: Runbook, facts: Fields, original: Risk): Risk {
  const deletes = reversals(facts).some(({verbs}) => verbs.includes('delete'));
  return deletes ? 'destructive' : (declared ?? original);
}

function undoStepOf(entry: unknown, originalSteps: readonly Step[], undoneUid: string): readonly (CasStep | KeyedStep)[] {
  const id = readString(entry, 'id') ?? '';
  const original = originalSteps.find(step => step.id === id);
  const recorded = readList(entry, 'recorded').flatMap(effect => readRecorded(effect) ?? []);
  if (original === undefined || original.effect === 'HumanConfirmed' || original.undo === undefined) return [];
  const title = {en: `Take back: ${original.title.en}`, ru: `Отменить: ${original.title.ru}`};
  if (original.effect !== 'K8sCas') return [keyedUndo(original, title, `${undoneUid}/${id}/undo`)];
  const {undo} = original;
  return [
    {
      id: undoIdOf(id),
      effect: 'K8sCas',
      title,
      will: {
        en: 'Puts back what stood there before, where nobody has changed it since.',
        ru: 'Вернёт прежние значения, если с тех пор их никто не менял.',
      },
      ...(original.undoCheck === undefined ? {} : {precheck: original.undoCheck}),
      act: reader => (undo === 'inverse' ? inverseWrites(reader, recorded, `${undoneUid}/${id}`) : undo(reader, `${undoneUid}/${id}/undo`)),
      ...(undo === 'inverse' ? {isForeseeable: true as const} : {}),
      undo: 'inverse',
      commands: [],
    },
  ];
}

/** Under the key that the abort of the run itself would have used: what it made is found by that. */
function keyedUndo({id, undo, timeouts}: KeyedStep | ProbedStep, title: Words, key: string): KeyedStep {
  return {
    id: undoIdOf(id),
    effect: 'Keyed',
    title,
    will: {
      en: 'Does what taking this step back would have done when the run was aborted.',
      ru: 'Сделает то же, что сделала бы отмена этого шага при прерывании запуска.',
    },
    act: async reader => (undo === undefined ? [] : undo(reader, key)),
    ...(timeouts?.act === undefined ? {} : {timeouts: {act: timeouts.act}}),
    commands: [],
  };
}

/** What was made is deleted, what was deleted is made: the runbook itself needs neither. */
function reversals(facts: Fields): readonly Permission[] {
  const effects = readList(facts, 'steps')
    .flatMap(entry => readList(entry, 'recorded'))
    .flatMap(effect => readRecorded(effect) ?? []);
  return effects.flatMap(({kind, ref: {kind: made}}): readonly Permission[] => {
    if (kind !== 'create' && kind !== 'delete') return [];
    return [{verbs: ['get', kind === 'create' ? 'delete' : 'create'], group: made.group, resource: made.plural}];
  });
}

/** The steps of a plan that was read back, be it of an undo or not. */
export function scriptOfPlan(runbook: Runbook, plan: Plan, digest: DriveParts['ports']['digest']): Script {
  return scriptOf('undoOf' in plan.facts ? undoRunbook(runbook, plan.facts) : runbook, plan, digest);
}
