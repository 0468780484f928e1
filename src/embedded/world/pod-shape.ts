/** How a pod of the demo looks in health and in each kind of trouble. */
import type {Fields} from '../../domain/fields.ts';
import {digits, hour, minute, spread} from './seeding.ts';
import type {PodTrouble, WorkloadRow} from './workload-catalogue.ts';
import type {Draft} from './world-client.ts';

const registry = 'registry.example.com';

export type PodPlace = {
  readonly name: string;
  readonly nodeName: string | undefined;
  readonly owner: Fields | undefined;
  readonly trouble: PodTrouble;
};

/** `ago` gives timestamps before the start of the demo. */
export function podDraft(row: WorkloadRow, place: PodPlace, ago: (ageMs: number) => string): Draft {
  const {name, nodeName, owner, trouble} = place;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: row.namespace,
      labels: {
        app: row.name,
        ...(row.namespace.startsWith('d8-') && {heritage: 'deckhouse'}),
        ...(row.name === 'deckhouse' && {leader: 'true'}),
        ...(row.name === 'standby-holder-spot' && {app: 'standby-holder', ng: 'spot'}),
      },
      ...(owner !== undefined && {ownerReferences: [owner]}),
      ...(trouble === 'terminating' && {finalizers: ['storage.example.com/detach']}),
    },
    spec: {...podSpec(row), ...(nodeName !== undefined && {nodeName})},
    status: podStatus(row, place, ago),
  };
}

/** The same for a pod and for the template of its workload. */
export function podSpec(row: WorkloadRow): Fields {
  return {
    containers: row.containers.map(text => containerOf(row, text)),
    ...(row.initContainers !== undefined && {initContainers: row.initContainers.map(text => containerOf(row, text))}),
    restartPolicy: row.kind === 'Job' ? 'Never' : 'Always',
    serviceAccountName: 'default',
  };
}

function containerOf(row: WorkloadRow, text: string): Fields {
  const [name = '', tag = ''] = text.split(':');
  return {
    name,
    image: `${registry}/${row.namespace}/${name}:${tag}`,
    resources: {requests: {cpu: `${25 * (1 + Math.floor(spread(name) * 12))}m`, memory: `${32 * (1 + Math.floor(spread(text) * 16))}Mi`}},
    ...(name !== 'kube-rbac-proxy' && {ports: [{containerPort: 8080, name: 'http'}]}),
  };
}

function podStatus(row: WorkloadRow, {name, nodeName, trouble}: PodPlace, ago: (ageMs: number) => string): Fields {
  const startTime = ago((row.ageDays ?? 20) * 24 * hour);
  const place = nodeName === undefined ? {} : {hostIP: '10.42.0.10', podIP: ipOf(name), podIPs: [{ip: ipOf(name)}], startTime};
  const status = (phase: string, more: Fields = {}) => ({phase, ...place, ...more, ...statuses(row, trouble, startTime, ago)});
  switch (trouble) {
    case 'unschedulable':
      return {
        phase: 'Pending',
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message:
              "0/23 nodes are available: 8 Insufficient memory, 3 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 12 node(s) didn't match Pod's node affinity/selector.",
            lastTransitionTime: ago(6 * minute),
          },
        ],
      };
    case 'evicted':
      return {
        phase: 'Failed',
        reason: 'Evicted',
        message: 'The node was low on resource: ephemeral-storage. Threshold quantity: 6Gi, available: 1180Mi.',
        startTime,
      };
    case 'creating':
    case 'initWaiting':
    case 'initCrash':
      return status('Pending', {conditions: podConditions(false, startTime)});
    case 'imagePull':
      return status('Pending', {conditions: podConditions(false, startTime, true)});
    case 'completed':
      return status('Succeeded', {conditions: podConditions(false, startTime, true)});
    case 'failed':
      return status('Failed', {conditions: podConditions(false, startTime, true)});
    case 'none':
    case 'terminating':
      return status('Running', {conditions: podConditions(true, startTime, true)});
    case 'crashLoop':
    case 'oomKilled':
    case 'notReady':
      return status('Running', {conditions: podConditions(false, startTime, true)});
  }
}

function ipOf(name: string): string {
  return `10.111.${Math.floor(spread(name) * 200)}.${2 + Math.floor(spread(`${name}/ip`) * 250)}`;
}

export function podConditions(isReady: boolean, sinceIso: string, isInitialized = isReady): readonly Fields[] {
  const condition = (type: string, holds: boolean) => ({
    type,
    status: holds ? 'True' : 'False',
    lastTransitionTime: sinceIso,
    ...(!holds && type.endsWith('Ready') && {reason: 'ContainersNotReady', message: 'containers with unready status'}),
  });
  return [
    condition('Initialized', isInitialized),
    condition('Ready', isReady),
    condition('ContainersReady', isReady),
    condition('PodScheduled', true),
  ];
}

function statuses(row: WorkloadRow, trouble: PodTrouble, startedAt: string, ago: (ageMs: number) => string): Fields {
  const isInInit = trouble === 'initWaiting' || trouble === 'initCrash';
  const main = row.containers.map((text, index) => {
    if (isInInit) return containerStatus(row, text, {waiting: {reason: 'PodInitializing'}});
    return index === 0 ? troubledStatus(row, text, trouble, startedAt, ago) : containerStatus(row, text, sidecarState(trouble, startedAt));
  });
  const init = (row.initContainers ?? []).map((text, index) => {
    if (isInInit && index > 0) return initStatus(row, text, trouble, startedAt, ago);
    return containerStatus(row, text, {terminated: {exitCode: 0, reason: 'Completed', startedAt, finishedAt: startedAt}});
  });
  return {containerStatuses: main, ...(init.length > 0 && {initContainerStatuses: init})};
}

function sidecarState(trouble: PodTrouble, startedAt: string): Fields {
  return trouble === 'creating' ? {waiting: {reason: 'ContainerCreating'}} : {running: {startedAt}};
}

function initStatus(row: WorkloadRow, text: string, trouble: PodTrouble, startedAt: string, ago: (ageMs: number) => string): Fields {
  if (trouble === 'initWaiting') return containerStatus(row, text, {running: {startedAt}});
  return crashedStatus(row, text, {exitCode: 1, reason: 'Error'}, 17, ago);
}

function troubledStatus(row: WorkloadRow, text: string, trouble: PodTrouble, startedAt: string, ago: (ageMs: number) => string): Fields {
  switch (trouble) {
    case 'crashLoop':
      return crashedStatus(
        row,
        text,
        {exitCode: 2, reason: 'Error', message: 'panic: runtime error: invalid memory address or nil pointer dereference'},
        431,
        ago,
      );
    case 'oomKilled':
      return crashedStatus(row, text, {exitCode: 137, reason: 'OOMKilled'}, 9, ago);
    case 'imagePull':
      return containerStatus(row, text, {
        waiting: {
          reason: 'ImagePullBackOff',
          message: `Back-off pulling image "${registry}/${row.namespace}/${text}": ErrImagePull: not found`,
        },
      });
    case 'creating':
      return containerStatus(row, text, {waiting: {reason: 'ContainerCreating'}});
    case 'completed':
      return containerStatus(row, text, {terminated: {exitCode: 0, reason: 'Completed', startedAt, finishedAt: startedAt}});
    case 'failed':
      return containerStatus(row, text, {
        terminated: {exitCode: 1, reason: 'Error', startedAt, finishedAt: startedAt, message: 'upload failed: 503 Slow Down'},
      });
    case 'notReady':
      return {...containerStatus(row, text, {running: {startedAt}}), ready: false};
    default:
      return containerStatus(row, text, {running: {startedAt}});
  }
}

export function crashedStatus(row: WorkloadRow, text: string, end: Fields, restartCount: number, ago: (ageMs: number) => string): Fields {
  const [name = ''] = text.split(':');
  const message = `back-off 5m0s restarting failed container=${name} pod=${row.name}`;
  return {
    ...containerStatus(row, text, {waiting: {reason: 'CrashLoopBackOff', message}}),
    restartCount,
    lastState: {terminated: {...end, startedAt: ago(3 * minute), finishedAt: ago(2 * minute)}},
  };
}

export function containerStatus(row: WorkloadRow, text: string, state: Fields): Fields {
  const [name = '', tag = ''] = text.split(':');
  const image = `${registry}/${row.namespace}/${name}:${tag}`;
  const isRunning = state.running !== undefined;
  return {
    name,
    image,
    imageID: isRunning ? `${registry}/${row.namespace}/${name}@sha256:${digits(text, 64)}` : '',
    containerID: isRunning ? `containerd://${digits(`${row.name}${text}`, 64)}` : '',
    ready: isRunning,
    started: isRunning,
    restartCount: 0,
    state,
    lastState: {},
  };
}
