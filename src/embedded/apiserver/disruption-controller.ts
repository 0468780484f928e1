/** Keeps the status of PodDisruptionBudgets: how many pods are expected, healthy and wanted, and how many may be let go. */
import {isDeepStrictEqual} from 'node:util';
import type {Timer} from '../../domain/clock.ts';
import {isFields} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import {keyOf} from './api-object.ts';
import {
  allowedCondition,
  type BudgetStatus,
  budgetCollection,
  deletionTimeoutMs,
  isCovered,
  isReady,
  readBudgetStatus,
  withAllowedCondition,
  writeBudgetStatus,
} from './disruption-budget.ts';
import {expectedScale, UnknownScale} from './expected-scale.ts';
import type {ServerState} from './server-state.ts';
import type {StorageEvent} from './storage.ts';

export class DisruptionController {
  readonly #state: ServerState;
  readonly #stale = new Set<string>();
  /** Budgets that wait for pods to be deleted look again when these should have gone. */
  readonly #rechecks = new Map<string, Timer>();

  constructor(state: ServerState) {
    this.#state = state;
  }

  hear({collection, key, object, previous, type}: StorageEvent): void {
    if (collection === budgetCollection) {
      if (type === 'DELETED') this.#cancelRecheck(key);
      else this.#stale.add(key);
      return;
    }
    const {namespace} = object.metadata;
    if (namespace === undefined || collection === 'events') return;
    const isPod = collection === 'pods';
    if (!isPod && !hasNewScale(object, previous)) return;
    for (const budget of this.#state.storage.scan(budgetCollection, `${namespace}/`)) {
      const isTouched = !isPod || isCovered(budget, object) || (previous !== undefined && isCovered(budget, previous));
      if (isTouched) this.#stale.add(keyOf(budget));
    }
  }

  /** Returns false when there was nothing to do. */
  work(): boolean {
    const keys = [...this.#stale];
    this.#stale.clear();
    for (const key of keys) this.#count(key);
    return keys.length > 0;
  }

  stop(): void {
    for (const key of [...this.#rechecks.keys()]) this.#cancelRecheck(key);
  }

  #count(key: string): void {
    const {storage, clock} = this.#state;
    const budget = storage.get(budgetCollection, key);
    if (budget === undefined) return;
    const before = readBudgetStatus(budget);
    const next = this.#statusOf(budget, before, clock.now());
    const isSame = isDeepStrictEqual({...next, conditions: []}, {...before, conditions: []}) && !hasNewCondition(before, next);
    if (!isSame) storage.put(budgetCollection, key, writeBudgetStatus(budget, next));
    this.#scheduleRecheck(key, next.disruptedPods);
  }

  #statusOf(budget: KubeObject, before: BudgetStatus, nowMs: number): BudgetStatus {
    const prefix = `${budget.metadata.namespace}/`;
    const pods = [...this.#state.storage.scan('pods', prefix)].filter(pod => isCovered(budget, pod));
    try {
      const {expectedPods, desiredHealthy} = this.#wanted(budget, pods);
      const disruptedPods = stillLeaving(pods, before.disruptedPods, nowMs);
      const healthy = pods.filter(
        pod => pod.metadata.deletionTimestamp === undefined && !(pod.metadata.name in disruptedPods) && isReady(pod),
      );
      const spare = expectedPods > 0 ? Math.max(0, healthy.length - desiredHealthy) : 0;
      const counted = {expectedPods, desiredHealthy, currentHealthy: healthy.length, disruptionsAllowed: spare, disruptedPods};
      return withAllowedCondition({...before, ...counted, observedGeneration: budget.metadata.generation ?? 0}, nowMs);
    } catch (error) {
      if (!(error instanceof UnknownScale)) throw error;
      return withAllowedCondition({...before, disruptionsAllowed: 0}, nowMs, error.message);
    }
  }

  #wanted({spec}: KubeObject, pods: readonly KubeObject[]): {expectedPods: number; desiredHealthy: number} {
    const {minAvailable, maxUnavailable} = isFields(spec) ? spec : {};
    if (maxUnavailable !== undefined) {
      const expectedPods = expectedScale(this.#state, pods);
      return {expectedPods, desiredHealthy: Math.max(0, expectedPods - scaled(maxUnavailable, expectedPods))};
    }
    if (typeof minAvailable === 'number') return {expectedPods: pods.length, desiredHealthy: minAvailable};
    const expectedPods = minAvailable === undefined ? 0 : expectedScale(this.#state, pods);
    return {expectedPods, desiredHealthy: scaled(minAvailable, expectedPods)};
  }

  #scheduleRecheck(key: string, disruptedPods: Readonly<Record<string, string>>): void {
    this.#cancelRecheck(key);
    const ends = Object.values(disruptedPods).map(at => Date.parse(at) + deletionTimeoutMs);
    if (ends.length === 0) return;
    // Times on the wire have whole seconds: a second more, and the time-out is over for certain.
    const delayMs = Math.max(0, Math.min(...ends) - this.#state.clock.now()) + 1000;
    const look = () => {
      this.#rechecks.delete(key);
      this.#stale.add(key);
      this.work();
    };
    this.#rechecks.set(key, this.#state.clock.setTimer(delayMs, look));
  }

  #cancelRecheck(key: string): void {
    this.#rechecks.get(key)?.cancel();
    this.#rechecks.delete(key);
  }
}

function hasNewScale({spec}: KubeObject, previous: KubeObject | undefined): boolean {
  const replicas = (of: unknown) => (isFields(of) ? of.replicas : undefined);
  return replicas(spec) !== replicas(previous?.spec);
}

function hasNewCondition(before: BudgetStatus, next: BudgetStatus): boolean {
  return !isDeepStrictEqual(allowedCondition(before), allowedCondition(next));
}

function stillLeaving(
  pods: readonly KubeObject[],
  disruptedPods: Readonly<Record<string, string>>,
  nowMs: number,
): Readonly<Record<string, string>> {
  const leaving = pods.filter(({metadata: {name, deletionTimestamp}}) => {
    const at = disruptedPods[name];
    return deletionTimestamp === undefined && at !== undefined && Date.parse(at) + deletionTimeoutMs >= nowMs;
  });
  return Object.fromEntries(leaving.map(({metadata: {name}}): [string, string] => [name, disruptedPods[name] ?? '']));
}

/** A percentage is rounded up. */
function scaled(value: unknown, whole: number): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(String(value))?.[1];
  return percent === undefined ? 0 : Math.ceil((Number(percent) * whole) / 100);
}
