/** The row of a pod: ready containers, the status word that sums up all containers, restarts. */
import type {Fields} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import {ageOf} from './cell-age.ts';
import {at, columnsOf, countAt, fieldsAt, listAt, nameColumn, or, type Printer, textAt} from './printer.ts';

type Tally = {ready: number; restarts: number; lastRestart: string};

export const podPrinter: Printer = {
  columns: [
    nameColumn,
    ...columnsOf('Ready', 'Status', 'Restarts', 'Age', 'IP/wide', 'Node/wide', 'Nominated Node/wide', 'Readiness Gates/wide'),
  ],
  cells(pod, nowMs) {
    const {reason, tally} = summary(pod);
    const total = listAt(pod, 'spec', 'containers').length + sidecarNames(pod).size;
    const restarts =
      tally.restarts !== 0 && tally.lastRestart !== ''
        ? `${tally.restarts} (${ageOf(tally.lastRestart, nowMs)} ago)`
        : String(tally.restarts);
    return [
      pod.metadata.name,
      `${tally.ready}/${total}`,
      reason,
      restarts,
      ageOf(pod.metadata.creationTimestamp, nowMs),
      or(textAt(listAt(pod, 'status', 'podIPs')[0], 'ip'), '<none>'),
      or(textAt(pod, 'spec', 'nodeName'), '<none>'),
      or(textAt(pod, 'status', 'nominatedNodeName'), '<none>'),
      readinessGates(pod),
    ];
  },
  conditions(pod) {
    const phase = textAt(pod, 'status', 'phase');
    if (phase === 'Succeeded')
      return [{type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.'}];
    return phase === 'Failed' ? [{type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.'}] : undefined;
  },
};

/** Init containers that keep running beside the main ones. */
function sidecarNames(pod: KubeObject): ReadonlySet<string> {
  const sidecars = listAt(pod, 'spec', 'initContainers').filter(container => container.restartPolicy === 'Always');
  return new Set(sidecars.map(container => textAt(container, 'name')));
}

function summary(pod: KubeObject): {reason: string; tally: Tally} {
  const phase = textAt(pod, 'status', 'phase');
  const isGated = listAt(pod, 'status', 'conditions').some(item => item.type === 'PodScheduled' && item.reason === 'SchedulingGated');
  const start = isGated ? 'SchedulingGated' : or(textAt(pod, 'status', 'reason'), phase);
  const init = initSummary(pod);
  const isInitialized = init.reason === undefined || hasCondition(pod, 'Initialized');
  const main = isInitialized ? mainSummary(pod, init.reason ?? start, init.sidecars) : {reason: init.reason ?? start, tally: init.tally};
  if (pod.metadata.deletionTimestamp === undefined) return main;
  if (pod.status !== undefined && textAt(pod, 'status', 'reason') === 'NodeLost') return {...main, reason: 'Unknown'};
  return phase === 'Succeeded' || phase === 'Failed' ? main : {...main, reason: 'Terminating'};
}

function initSummary(pod: KubeObject): {reason: string | undefined; tally: Tally; sidecars: Tally} {
  const names = sidecarNames(pod);
  const count = listAt(pod, 'spec', 'initContainers').length;
  const tally: Tally = {ready: 0, restarts: 0, lastRestart: ''};
  const sidecars: Tally = {ready: 0, restarts: 0, lastRestart: ''};
  for (const [index, status] of listAt(pod, 'status', 'initContainerStatuses').entries()) {
    const isSidecar = names.has(textAt(status, 'name'));
    addRestarts(tally, status);
    if (isSidecar) addRestarts(sidecars, status);
    const terminated = at(status, 'state', 'terminated');
    if (terminated !== undefined && countAt(terminated, 'exitCode') === 0) continue;
    if (isSidecar && status.started === true) {
      if (status.ready === true) {
        tally.ready += 1;
        sidecars.ready += 1;
      }
      continue;
    }
    return {reason: initReason(status, index, count), tally, sidecars};
  }
  return {reason: undefined, tally, sidecars};
}

function initReason(status: Fields, index: number, count: number): string {
  const terminated = at(status, 'state', 'terminated');
  if (terminated !== undefined) return `Init:${or(textAt(terminated, 'reason'), exitText(terminated))}`;
  const waiting = textAt(status, 'state', 'waiting', 'reason');
  return waiting !== '' && waiting !== 'PodInitializing' ? `Init:${waiting}` : `Init:${index}/${count}`;
}

function mainSummary(pod: KubeObject, start: string, sidecars: Tally): {reason: string; tally: Tally} {
  const tally = {...sidecars};
  let reason = start;
  let failure = '';
  let hasRunning = false;
  for (const status of listAt(pod, 'status', 'containerStatuses').toReversed()) {
    addRestarts(tally, status);
    const waiting = textAt(status, 'state', 'waiting', 'reason');
    const terminated = at(status, 'state', 'terminated');
    if (waiting !== '') reason = waiting;
    else if (terminated !== undefined) {
      reason = or(textAt(terminated, 'reason'), exitText(terminated));
      if (countAt(terminated, 'exitCode') !== 0) failure = reason;
    } else if (status.ready === true && at(status, 'state', 'running') !== undefined) {
      hasRunning = true;
      tally.ready += 1;
    }
  }
  if (reason !== 'Completed') return {reason, tally};
  if (hasRunning && hasCondition(pod, 'Ready')) return {reason: 'Running', tally};
  return {reason: or(failure, hasRunning ? 'NotReady' : reason), tally};
}

function addRestarts(tally: Tally, status: Fields): void {
  tally.restarts += countAt(status, 'restartCount');
  const finishedAt = textAt(fieldsAt(status, 'lastState', 'terminated'), 'finishedAt');
  if (finishedAt > tally.lastRestart) tally.lastRestart = finishedAt;
}

function exitText(terminated: unknown): string {
  const signal = countAt(terminated, 'signal');
  return signal === 0 ? `ExitCode:${countAt(terminated, 'exitCode')}` : `Signal:${signal}`;
}

function hasCondition(pod: KubeObject, type: string): boolean {
  return listAt(pod, 'status', 'conditions').some(item => item.type === type && item.status === 'True');
}

function readinessGates(pod: KubeObject): string {
  const gates = listAt(pod, 'spec', 'readinessGates');
  const open = gates.filter(gate => hasCondition(pod, textAt(gate, 'conditionType')));
  return gates.length === 0 ? '<none>' : `${open.length}/${gates.length}`;
}
