/** POST pods/NAME/eviction: a pod is asked to go, and goes unless its disruption budget forbids it. */
import {type Fields, isFields} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import {type ApiAnswer, type ApiCall, jsonAnswer} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import {keyOf} from './api-object.ts';
import {checkPreconditions, deleteStored} from './delete.ts';
import {type DeleteOptions, deleteOptionsOf} from './delete-options.ts';
import {
  allowedCondition,
  type BudgetStatus,
  budgetCollection,
  isCovered,
  isReady,
  readBudgetStatus,
  withAllowedCondition,
  writeBudgetStatus,
} from './disruption-budget.ts';
import {stateForWrite} from './dry-run.ts';
import {readBody} from './request-body.ts';
import type {Target} from './request-target.ts';
import {type ServerState, toTimestamp} from './server-state.ts';
import {currentObject} from './update-handlers.ts';
import {readWriteOptions} from './write-options.ts';

const refusal = "Cannot evict pod as it would violate the pod's disruption budget.";
const tooManyBudgets = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
const disruptedPodsMax = 2000;

export function evictPod(state: ServerState, target: Target, name: string, call: ApiCall): ApiAnswer {
  const options = readEviction(name, call);
  const at = stateForWrite(state, options.isDryRun === true);
  const pod = currentObject(state, target, name);
  if (!isBeyondBudgets(pod)) {
    const budgets = [...state.storage.scan(budgetCollection, `${pod.metadata.namespace}/`)].filter(budget => isCovered(budget, pod));
    const [budget, ...others] = budgets;
    if (others.length > 0) throw new ApiFault(500, undefined, tooManyBudgets);
    if (budget !== undefined && !goesFreely(budget, pod)) spend(at, budget, pod);
  }
  checkPreconditions(target.served, pod, options);
  const marked = options.isDryRun === true ? pod : at.storage.put('pods', keyOf(pod), withDisruptionCondition(state, pod));
  deleteStored(at, target.served, marked, {...options, resourceVersion: undefined});
  return jsonAnswer(201, {kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201});
}

function readEviction(name: string, call: ApiCall): DeleteOptions {
  const body = readBody(call, 'Eviction');
  const eviction = isFields(body) ? body : {};
  const metadata = isFields(eviction.metadata) ? eviction.metadata : {};
  if (metadata.name !== name) throw ApiFault.badRequest('name in URL does not match name in Eviction object');
  const options = deleteOptionsOf(isFields(eviction.deleteOptions) ? eviction.deleteOptions : {});
  return {...options, isDryRun: options.isDryRun === true || readWriteOptions(call, 'CreateOptions').isDryRun};
}

/** One that has ended, has not begun or is leaving already disturbs nobody. */
function isBeyondBudgets({metadata, status}: KubeObject): boolean {
  const phase = isFields(status) ? status.phase : undefined;
  return metadata.deletionTimestamp !== undefined || phase === 'Succeeded' || phase === 'Failed' || phase === 'Pending';
}

/** A pod that is not ready does not count among the healthy ones. */
function goesFreely(budget: KubeObject, pod: KubeObject): boolean {
  if (isReady(pod)) return false;
  const {currentHealthy, desiredHealthy} = readBudgetStatus(budget);
  const policy = isFields(budget.spec) ? budget.spec.unhealthyPodEvictionPolicy : undefined;
  return policy === 'AlwaysAllow' || (currentHealthy >= desiredHealthy && desiredHealthy > 0);
}

/** Takes one of the disruptions that the budget allows, or refuses. */
function spend(state: ServerState, budget: KubeObject, pod: KubeObject): void {
  const {name, generation = 0} = budget.metadata;
  const status = readBudgetStatus(budget);
  if (status.observedGeneration < generation) {
    throw refuse(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  const forbid = (why: string) => ApiFault.forbidden({group: 'policy', plural: 'poddisruptionbudget'}, name, why);
  if (status.disruptionsAllowed < 0) throw forbid('pdb disruptions allowed is negative');
  if (Object.keys(status.disruptedPods).length > disruptedPodsMax) {
    throw forbid('DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  if (status.disruptionsAllowed === 0) throw refuse(reasonOf(name, status));
  const nowMs = state.clock.now();
  const left = {
    ...status,
    disruptionsAllowed: status.disruptionsAllowed - 1,
    disruptedPods: {...status.disruptedPods, [pod.metadata.name]: toTimestamp(nowMs)},
  };
  const spent = left.disruptionsAllowed === 0 ? withAllowedCondition(left, nowMs) : left;
  state.storage.put(budgetCollection, keyOf(budget), writeBudgetStatus(budget, spent));
}

function reasonOf(name: string, status: BudgetStatus): string {
  const {status: value, reason, message} = allowedCondition(status) ?? {};
  const isExplained = value === 'False' && typeof message === 'string' && message !== '';
  if (isExplained && reason === 'SyncFailed') {
    return `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${message}`;
  }
  if (status.currentHealthy <= status.desiredHealthy) {
    return `The disruption budget ${name} needs ${status.desiredHealthy} healthy pods and has ${status.currentHealthy} currently`;
  }
  const why = isExplained ? ` (${String(reason)}): ${message}` : '';
  return `The disruption budget ${name} does not allow evicting pods currently${why}`;
}

function refuse(message: string, retryAfterSeconds?: number): ApiFault {
  const causes = [{reason: 'DisruptionBudget', message}];
  return new ApiFault(429, 'TooManyRequests', refusal, {causes, ...(retryAfterSeconds !== undefined && {retryAfterSeconds})});
}

function withDisruptionCondition(state: ServerState, pod: KubeObject): KubeObject {
  const status = isFields(pod.status) ? pod.status : {};
  const before = Array.isArray(status.conditions) ? status.conditions.filter(isFields) : [];
  const condition: Fields = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastProbeTime: null,
    lastTransitionTime: toTimestamp(state.clock.now()),
  };
  return {...pod, status: {...status, conditions: [...before.filter(({type}) => type !== condition.type), condition]}};
}
