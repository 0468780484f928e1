/** PodDisruptionBudgets as the eviction of a pod and the controller that counts for it read and write them. */
import {type Fields, isFields} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import {readSelector, selects} from '../../domain/label-selector.ts';
import {toTimestamp} from './server-state.ts';

export const budgetCollection = 'poddisruptionbudgets.policy';
/** A pod that was to be deleted and is still there after this long counts again. */
export const deletionTimeoutMs = 2 * 60_000;

export type BudgetStatus = {
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly disruptionsAllowed: number;
  readonly expectedPods: number;
  readonly observedGeneration: number;
  /** When each was let go, by the name of the pod. */
  readonly disruptedPods: Readonly<Record<string, string>>;
  readonly conditions: readonly Fields[];
};

export function readBudgetStatus({status}: KubeObject): BudgetStatus {
  const given = isFields(status) ? status : {};
  const count = (field: string) => (typeof given[field] === 'number' ? given[field] : 0);
  return {
    currentHealthy: count('currentHealthy'),
    desiredHealthy: count('desiredHealthy'),
    disruptionsAllowed: count('disruptionsAllowed'),
    expectedPods: count('expectedPods'),
    observedGeneration: count('observedGeneration'),
    disruptedPods: isFields(given.disruptedPods)
      ? Object.fromEntries(Object.entries(given.disruptedPods).map(([name, at]): [string, string] => [name, String(at)]))
      : {},
    conditions: Array.isArray(given.conditions) ? given.conditions.filter(isFields) : [],
  };
}

export function writeBudgetStatus(budget: KubeObject, {disruptedPods, ...status}: BudgetStatus): KubeObject {
  return {...budget, status: {...status, ...(Object.keys(disruptedPods).length > 0 && {disruptedPods})}};
}

/** The condition that goes with the number of disruptions allowed, or with what kept it from being counted. */
export function withAllowedCondition(status: BudgetStatus, nowMs: number, failure?: string): BudgetStatus {
  const isAllowed = failure === undefined && status.disruptionsAllowed > 0;
  const before = allowedCondition(status);
  const value = isAllowed ? 'True' : 'False';
  const since = before?.status === value ? before.lastTransitionTime : toTimestamp(nowMs);
  const condition = {
    type: 'DisruptionAllowed',
    status: value,
    reason: failure !== undefined ? 'SyncFailed' : isAllowed ? 'SufficientPods' : 'InsufficientPods',
    message: failure ?? '',
    observedGeneration: status.observedGeneration,
    lastTransitionTime: since,
  };
  return {...status, conditions: [...status.conditions.filter(other => other !== before), condition]};
}

export function allowedCondition({conditions}: BudgetStatus): Fields | undefined {
  return conditions.find(({type}) => type === 'DisruptionAllowed');
}

/** An empty selector covers every pod of the namespace, a missing one none. */
export function isCovered(budget: KubeObject, {metadata}: KubeObject): boolean {
  const selector = readSelector(budget, 'spec.selector');
  return selector !== undefined && budget.metadata.namespace === metadata.namespace && selects(selector, metadata.labels ?? {});
}

export function isReady({status}: KubeObject): boolean {
  const conditions = isFields(status) && Array.isArray(status.conditions) ? status.conditions.filter(isFields) : [];
  return conditions.some(condition => condition.type === 'Ready' && condition.status === 'True');
}
