/** What of a finished run another run may take back: one rule for who offers it and who does it. */
import type {Run, StepStatus} from './run.ts';
import type {RecordedStep} from './run-desk.ts';
import type {Words} from './words.ts';

export type TakeBack =
  /** The last first. */
  | {readonly kind: 'steps'; readonly steps: readonly StepStatus[]}
  | {readonly kind: 'nothing'}
  | {readonly kind: 'over'; readonly words: Words};

/**
 * Steps that acted, were not taken back already and know how to be. Of a run that reached its end nothing is, where a step says what
 * does the job instead, or where commands were run: they are taken back where a run was left half way.
 */
export function takeBackOf({meta, status}: Run, planned: readonly Pick<RecordedStep, 'id' | 'isUndoable' | 'wayBack'>[]): TakeBack {
  const undoable = new Set(planned.filter(({isUndoable}) => isUndoable).map(({id}) => id));
  const steps = status.steps.filter(({id, intent, state}) => intent !== undefined && state !== 'Undone' && undoable.has(id)).toReversed();
  if (steps.length === 0) return {kind: 'nothing'};
  if (status.phase !== 'Succeeded') return {kind: 'steps', steps};
  const wayBack = planned.flatMap(step => step.wayBack ?? [])[0];
  if (wayBack === undefined && steps.every(({effect}) => effect === 'K8sCas')) return {kind: 'steps', steps};
  const why = wayBack ?? {en: 'others may rely on what has come of it', ru: 'на сделанное им уже могли положиться другие'};
  return {
    kind: 'over',
    words: {
      en: `the run ${meta.name} reached its end and is not taken back: ${why.en}`,
      ru: `запуск ${meta.name} дошёл до конца, и отмены нет: ${why.ru}`,
    },
  };
}
