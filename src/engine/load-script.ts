/** The script of a run that was planned before, by this engine or another one: read back, and held against what planned it. */
import type {Run} from '../domain/run.ts';
import type {Words} from '../domain/words.ts';
import {Refusal} from './define-runbook.ts';
import type {DriveParts} from './drive-parts.ts';
import {readPlan, type Script} from './plan-run.ts';
import type {RunRecord} from './run-record.ts';
import {scriptOfPlan} from './undo-plan.ts';

/** undefined: this program does not have the definition that planned the run, and leaves it to one that has. */
export async function loadScript(parts: DriveParts, record: RunRecord): Promise<Script | undefined> {
  const {plan} = record.run.status;
  const document = plan === undefined ? undefined : await parts.store.readPlan(record.run, plan.ref);
  if (plan === undefined || document === undefined)
    throw new Refusal('NoPlan', {
      en: `the plan of the run is gone (ConfigMap ${plan?.ref ?? ''})`,
      ru: `плана запуска больше нет (ConfigMap ${plan?.ref ?? ''})`,
    });
  const runbook = parts.findRunbook(record.run.spec.runbook.name);
  const read = readPlan(document);
  try {
    if (runbook === undefined)
      throw new Refusal('DefinitionChanged', {
        en: `this deckhand has no runbook ${record.run.spec.runbook.name}`,
        ru: `в этом deckhand нет ранбука ${record.run.spec.runbook.name}`,
      });
    const script = scriptOfPlan(runbook, read, parts.ports.digest);
    if (script.digest !== plan.digest)
      throw new Refusal('DefinitionChanged', {
        en: 'the recorded plan is not the one that the status names',
        ru: 'записанный план не тот, что назван в статусе',
      });
    checkSteps(record.run, script);
    return script;
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== 'DefinitionChanged') throw error;
    await holdBack(record, error.said);
    return undefined;
  }
}

/** A status that was written by hand may name other steps than the plan. */
function checkSteps({meta, status}: Run, {plan}: Script): void {
  const [recorded, planned] = [status.steps.map(({id}) => id).join(', '), plan.steps.map(({id}) => id).join(', ')];
  if (recorded === planned) return;
  throw new Refusal('StatusForeign', {
    en: `the status of ${meta.name} has the steps ${recorded}, its plan ${planned}: somebody wrote into it; start a new run`,
    ru: `в статусе ${meta.name} шаги ${recorded}, а в плане ${planned}: статус правили руками; начните новый запуск`,
  });
}

async function holdBack(record: RunRecord, message: string | Words): Promise<void> {
  const known = record.run.status.conditions.find(({type}) => type === 'DefinitionMatched');
  if (known?.status === 'False') return;
  record.takeOver();
  await record.write({}, [{type: 'DefinitionMatched', status: 'False', reason: 'DefinitionChanged', message}]);
}
