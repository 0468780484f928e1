/** READY, STATUS and RESTARTS of a pod by the rules of the API server's own printer (Kubernetes 1.36). */
import {type Condition, conditionOf, readConditions} from './conditions.ts';
import {type ContainerStatus, readContainerStatuses, terminationWord} from './container-status.ts';
import {readItems, readString} from './fields.ts';
import type {KubeObject} from './kube-object.ts';

export type PodStatus = {
  readonly status: string;
  readonly readyContainers: number;
  readonly totalContainers: number;
  readonly restarts: number;
  /** When a container last ended before it was started anew. */
  readonly lastRestartAt: number | undefined;
};

type Restarts = Pick<PodStatus, 'restarts' | 'lastRestartAt'>;

type InitOutcome = Restarts & {
  readonly readyContainers: number;
  /** Restarts of the sidecars alone, which count on after the start. */
  readonly sidecars: Restarts;
  /** The word for the init container that is not through; undefined when all are. */
  readonly status: string | undefined;
};

export function podStatus(pod: KubeObject): PodStatus {
  const conditions = readConditions(pod);
  const initSpecs = readItems(pod, 'spec.initContainers', item => ({
    name: readString(item, 'name') ?? '',
    isSidecar: readString(item, 'restartPolicy') === 'Always',
  }));
  const sidecars = new Set(initSpecs.filter(({isSidecar}) => isSidecar).map(({name}) => name));
  const totalContainers = readItems(pod, 'spec.containers', () => undefined).length + sidecars.size;
  const init = initOutcome(readContainerStatuses(pod, 'status.initContainerStatuses'), sidecars, initSpecs.length);
  const start = init.status ?? startStatus(pod, conditions);

  let outcome: Omit<PodStatus, 'totalContainers'>;
  if (init.status === undefined || conditionOf(conditions, 'Initialized')?.status === 'True') {
    outcome = mainOutcome(readContainerStatuses(pod, 'status.containerStatuses'), init, start, conditions);
  } else {
    outcome = {status: start, readyContainers: init.readyContainers, restarts: init.restarts, lastRestartAt: init.lastRestartAt};
  }
  return {...outcome, totalContainers, status: endStatus(pod) ?? outcome.status};
}

function startStatus(pod: KubeObject, conditions: readonly Condition[]): string {
  if (conditions.some(({type, reason}) => type === 'PodScheduled' && reason === 'SchedulingGated')) return 'SchedulingGated';
  return readString(pod, 'status.reason') || (readString(pod, 'status.phase') ?? '');
}

/** A deletion outshines what the containers do, unless the pod had ended before. */
function endStatus(pod: KubeObject): string | undefined {
  if (pod.metadata.deletionTimestamp === undefined) return undefined;
  if (readString(pod, 'status.reason') === 'NodeLost') return 'Unknown';
  const phase = readString(pod, 'status.phase');
  return phase === 'Failed' || phase === 'Succeeded' ? undefined : 'Terminating';
}

/** Counts restarts up to and with the first container that is not through: the rest has not begun. */
function initOutcome(statuses: readonly ContainerStatus[], sidecars: ReadonlySet<string>, total: number): InitOutcome {
  let readyContainers = 0;
  let all: Restarts = {restarts: 0, lastRestartAt: undefined};
  let ofSidecars = all;
  for (const [index, container] of statuses.entries()) {
    const isSidecar = sidecars.has(container.name);
    all = withRestarts(all, container);
    if (isSidecar) ofSidecars = withRestarts(ofSidecars, container);
    if (container.state?.kind === 'terminated' && container.state.exitCode === 0) continue;
    if (isSidecar && container.isStarted) {
      if (container.isReady) readyContainers += 1;
      continue;
    }
    return {readyContainers, ...all, sidecars: ofSidecars, status: `Init:${initWord(container, `${index}/${total}`)}`};
  }
  return {readyContainers, ...all, sidecars: ofSidecars, status: undefined};
}

function initWord({state}: ContainerStatus, progress: string): string {
  if (state?.kind === 'terminated') return terminationWord(state);
  const isHeld = state?.kind === 'waiting' && state.reason !== '' && state.reason !== 'PodInitializing';
  return isHeld ? state.reason : progress;
}

function mainOutcome(
  statuses: readonly ContainerStatus[],
  init: InitOutcome,
  start: string,
  conditions: readonly Condition[],
): Omit<PodStatus, 'totalContainers'> {
  let status = start;
  let readyContainers = init.readyContainers;
  let restarts = init.sidecars;
  let hasRunning = false;
  let errorStatus = '';
  // From the last to the first, so that the first container's word wins.
  for (const container of statuses.toReversed()) {
    restarts = withRestarts(restarts, container);
    const {state} = container;
    if (state?.kind === 'waiting' && state.reason !== '') {
      status = state.reason;
    } else if (state?.kind === 'terminated') {
      status = terminationWord(state);
      if (state.exitCode !== 0) errorStatus = status;
    } else if (container.isReady && state?.kind === 'running') {
      hasRunning = true;
      readyContainers += 1;
    }
  }
  if (status === 'Completed') {
    if (hasRunning && conditionOf(conditions, 'Ready')?.status === 'True') status = 'Running';
    else if (errorStatus !== '') status = errorStatus;
    else if (hasRunning) status = 'NotReady';
  }
  return {status, readyContainers, ...restarts};
}

function withRestarts(counted: Restarts, {restarts, lastTermination}: ContainerStatus): Restarts {
  const finishedAt = lastTermination?.finishedAt;
  const isLater = finishedAt !== undefined && (counted.lastRestartAt === undefined || finishedAt > counted.lastRestartAt);
  return {restarts: counted.restarts + restarts, lastRestartAt: isLater ? finishedAt : counted.lastRestartAt};
}
