/** Sets conditions of a run as Kubernetes wants them: the transition time moves with the status only, the others stay untouched. */
import type {RunCondition} from '../domain/run.ts';
import type {Words} from '../domain/words.ts';
import {fitMessage} from './fit-status.ts';

/** `reason` may be a server's word; what metav1.Condition would not take of it is left out. */
export type WantedCondition = Pick<RunCondition, 'type' | 'status' | 'reason'> & {readonly message: string | Words};

const reasonPattern = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/;

/** The very list that came in where nothing changes, so that nothing need be written. */
export function setConditions(
  conditions: readonly RunCondition[],
  wanted: readonly WantedCondition[],
  {now, observedGeneration}: {readonly now: string; readonly observedGeneration: number},
): readonly RunCondition[] {
  return wanted.reduce((list, each) => {
    const index = list.findIndex(condition => condition.type === each.type);
    const next = merge(list[index], each, now, observedGeneration);
    if (index < 0) return list.concat(next);
    return isSame(list[index], next) ? list : list.with(index, next);
  }, conditions);
}

function merge(
  before: RunCondition | undefined,
  {type, status, reason, message}: WantedCondition,
  now: string,
  observedGeneration: number,
): RunCondition {
  return {
    type,
    status,
    reason: readable(reason),
    ...fitMessage(message),
    lastTransitionTime: before?.status === status ? before.lastTransitionTime : now,
    observedGeneration,
  };
}

function readable(reason: string): string {
  if (reasonPattern.test(reason)) return reason;
  const letters = reason.replaceAll(/[^A-Za-z0-9_]/g, '').replace(/^[^A-Za-z]+/, '');
  return letters === '' ? 'Unspecified' : letters;
}

function isSame(before: RunCondition | undefined, next: RunCondition): boolean {
  return (
    before !== undefined &&
    before.status === next.status &&
    before.reason === next.reason &&
    before.message === next.message &&
    before.messageRu === next.messageRu &&
    before.lastTransitionTime === next.lastTransitionTime &&
    before.observedGeneration === next.observedGeneration
  );
}
