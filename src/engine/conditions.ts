/** Sets conditions of a status as Kubernetes wants them: the transition time moves with the status only, others' stay untouched. */
import type {Fields} from '../domain/fields.ts';

export type WantedCondition = {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  /** CamelCase, never empty. */
  readonly reason: string;
  readonly message: string;
};

/** metav1.Condition takes no longer one. */
const messageMax = 32_768;
const reasonPattern = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/;

/** The very list that came in where nothing changes, so that nothing need be written. */
export function setConditions(
  conditions: readonly Fields[],
  wanted: readonly WantedCondition[],
  {now, observedGeneration}: {readonly now: number; readonly observedGeneration: number},
): readonly Fields[] {
  return wanted.reduce((list, each) => {
    const index = list.findIndex(condition => condition.type === each.type);
    const next = merge(list[index], each, now, observedGeneration);
    if (index < 0) return list.concat(next);
    return isSame(list[index], next) ? list : list.with(index, next);
  }, conditions);
}

function merge(
  before: Fields | undefined,
  {type, status, reason, message}: WantedCondition,
  now: number,
  observedGeneration: number,
): Fields {
  if (!reasonPattern.test(reason)) throw new Error(`the condition ${type} has no reason that a program can read: ${reason}`);
  const hasMoved = before === undefined || before.status !== status || typeof before.lastTransitionTime !== 'string';
  return {
    ...before,
    type,
    status,
    reason,
    message: clip(message),
    lastTransitionTime: hasMoved ? new Date(now).toISOString().replace(/\.\d+Z$/, 'Z') : before.lastTransitionTime,
    observedGeneration,
  };
}

function isSame(before: Fields | undefined, next: Fields): boolean {
  return before !== undefined && Object.entries(next).every(([field, value]) => before[field] === value);
}

/** The limit counts characters; UTF-16 units are never fewer. */
function clip(message: string): string {
  if (message.length <= messageMax) return message;
  return `${message.slice(0, messageMax - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
