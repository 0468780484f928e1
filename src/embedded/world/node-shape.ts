/** How a node of the demo looks: labels, the annotations of its update, conditions, addresses and sizes. */
import type {Fields} from '../../domain/fields.ts';
import type {NodeRow, NodeStage} from './node-catalogue.ts';
import {digits, minute, spread} from './seeding.ts';
import type {Draft, Ref} from './world-client.ts';

export const machineNamespace = 'd8-cloud-instance-manager';
export const checksumAnnotation = 'node.deckhouse.io/configuration-checksum';
export const updatePrefix = 'update.node.deckhouse.io/';

const kubeletVersion = 'v1.32.4';

export function nodeRef(name: string): Ref {
  return {apiVersion: 'v1', kind: 'Node', name};
}

/** What the Secret `configuration-checksums` holds for a group. */
export function desiredChecksum(group: string): string {
  return digits(`checksum/${group}`, 64);
}

/** Annotations of a stage; the checksum is only there while the node's configuration is complete. */
export function stageAnnotations(stage: NodeStage, group: string): Record<string, string> {
  const marks = (...names: readonly string[]) =>
    Object.fromEntries(names.map(name => [`${updatePrefix}${name.split('=')[0]}`, name.split('=')[1] ?? '']));
  const current = {[checksumAnnotation]: desiredChecksum(group)};
  switch (stage) {
    case 'upToDate':
      return current;
    case 'toBeUpdated':
      return {[checksumAnnotation]: digits(`old/${group}`, 64)};
    case 'waitingForApproval':
      return marks('waiting-for-approval');
    case 'approved':
      return marks('approved');
    case 'waitingForDisruption':
      return marks('approved', 'disruption-required');
    case 'drainingForDisruption':
      return marks('approved', 'disruption-required', 'draining=bashible');
    case 'drainedForDisruption':
      return marks('approved', 'disruption-required', 'drained=bashible');
    case 'disruptionApproved':
      return marks('approved', 'disruption-approved');
    case 'drainingByUser':
      return {...current, ...marks('draining=user')};
    case 'drainedByUser':
      return {...current, ...marks('drained=user')};
    case 'noChecksum':
      return {};
  }
}

export function isCordoned(stage: NodeStage): boolean {
  return stage.startsWith('drain') || stage === 'disruptionApproved';
}

export function nodeDraft(row: NodeRow, nodeType: string, nowIso: (agoMs: number) => string): Draft {
  const ip = `10.${1 + Math.floor(spread(row.group) * 200)}.${Math.floor(spread(`${row.name}/net`) * 4)}.${10 + Math.floor(spread(row.name) * 240)}`;
  const isControlPlane = row.group === 'master';
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: row.name,
      labels: {
        'kubernetes.io/hostname': row.name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'node.deckhouse.io/group': row.group,
        'node.deckhouse.io/type': nodeType,
        [`node-role.kubernetes.io/${row.group}`]: '',
        ...(isControlPlane && {'node-role.kubernetes.io/control-plane': ''}),
        ...(row.zone !== undefined && {'topology.kubernetes.io/zone': row.zone, 'topology.kubernetes.io/region': 'region-1'}),
      },
      annotations: {
        ...stageAnnotations(row.stage, row.group),
        ...(nodeType !== 'CloudEphemeral' && {'cluster-autoscaler.kubernetes.io/scale-down-disabled': 'true'}),
      },
    },
    spec: {
      podCIDR: `10.111.${Math.floor(spread(row.name) * 250)}.0/24`,
      providerID: nodeType === 'Static' ? `static:///${digits(row.name, 16)}` : `yandex://${digits(row.name, 20)}`,
      ...(isCordoned(row.stage) && {unschedulable: true}),
      ...taintsOf(row, isControlPlane),
    },
    status: {
      capacity: sizeOf(row.group, 1),
      allocatable: sizeOf(row.group, 0.92),
      addresses: [
        {type: 'InternalIP', address: ip},
        {type: 'Hostname', address: row.name},
      ],
      conditions: nodeConditions(row.isLost === true ? 'lost' : 'ready', nowIso),
      nodeInfo: {
        kubeletVersion,
        kubeProxyVersion: kubeletVersion,
        osImage: row.group === 'bare-metal' ? 'Debian GNU/Linux 12 (bookworm)' : 'Ubuntu 24.04.2 LTS',
        kernelVersion: row.group === 'bare-metal' ? '6.1.0-31-amd64' : '6.8.0-55-generic',
        containerRuntimeVersion: 'containerd://1.7.27',
        operatingSystem: 'linux',
        architecture: 'amd64',
        machineID: digits(`${row.name}/machine`, 32),
        systemUUID: digits(`${row.name}/system`, 32),
        bootID: digits(`${row.name}/boot`, 32),
      },
    },
  };
}

function taintsOf(row: NodeRow, isControlPlane: boolean): Fields {
  const taints = [
    ...(isControlPlane ? [{key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule'}] : []),
    ...(row.group === 'frontend' ? [{key: 'dedicated.deckhouse.io', value: 'frontend', effect: 'NoExecute'}] : []),
    ...(isCordoned(row.stage) ? [{key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule'}] : []),
    ...(row.isLost === true ? [{key: 'node.kubernetes.io/unreachable', effect: 'NoExecute'}] : []),
  ];
  return taints.length === 0 ? {} : {taints};
}

function sizeOf(group: string, share: number): Fields {
  const cores = group === 'bare-metal' ? 32 : group === 'gpu' ? 16 : group === 'master' ? 4 : 8;
  return {
    cpu: `${Math.floor(cores * share * 1000)}m`,
    memory: `${Math.floor(cores * 4 * share * 1024)}Mi`,
    'ephemeral-storage': `${Math.floor(60 * share)}Gi`,
    pods: '120',
    ...(group === 'gpu' && {'nvidia.com/gpu': '4'}),
  };
}

export type Kubelet = 'ready' | 'starting' | 'lost';

export function nodeConditions(kubelet: Kubelet, nowIso: (agoMs: number) => string): readonly Fields[] {
  const times = {lastHeartbeatTime: nowIso(0), lastTransitionTime: nowIso(40 * minute)};
  const pressure = (type: string, reason: string, message: string) =>
    kubelet === 'lost'
      ? {type, status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.', ...times}
      : {type, status: 'False', reason, message, ...times};
  return [
    pressure('MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    pressure('DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    pressure('PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    {type: 'Ready', ...readyCondition(kubelet), ...times, ...(kubelet === 'starting' && {lastTransitionTime: nowIso(0)})},
  ];
}

function readyCondition(kubelet: Kubelet): Fields {
  switch (kubelet) {
    case 'ready':
      return {status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status'};
    case 'starting':
      return {
        status: 'False',
        reason: 'KubeletNotReady',
        message:
          'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
      };
    case 'lost':
      return {status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.'};
  }
}
