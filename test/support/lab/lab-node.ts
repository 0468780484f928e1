/** A node of the lab as objects: ready, with room for everything, and alive as long as its lease is renewed. */
import {systemClock} from '../../../src/cli/system-clock.ts';
import type {Fields} from '../../../src/domain/fields.ts';
import type {LabRequests} from './lab-requests.ts';

const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
const leaseSeconds = 40;
const room = {cpu: '16', memory: '64Gi', pods: '110', 'ephemeral-storage': '100Gi'};

export function nodeDraft(name: string): Fields {
  const labels = {'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64'};
  return {apiVersion: 'v1', kind: 'Node', metadata: {name, labels}};
}

/** With the port of a kubelet that speaks WebSocket, where the API server needs one. */
export function nodeStatus(kubeletPort: number | undefined): Fields {
  const at = new Date(systemClock.now()).toISOString();
  const condition = (type: string, status: string, reason: string): Fields => ({
    type,
    status,
    reason,
    message: '',
    lastHeartbeatTime: at,
    lastTransitionTime: at,
  });
  return {
    status: {
      capacity: room,
      allocatable: room,
      addresses: [{type: 'InternalIP', address: '127.0.0.1'}],
      conditions: [condition('Ready', 'True', 'KubeletReady'), condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory')],
      ...(kubeletPort !== undefined && {
        daemonEndpoints: {kubeletEndpoint: {Port: kubeletPort}},
        declaredFeatures: ['ExtendWebSocketsToKubelet'],
      }),
    },
  };
}

export async function renewLease(requests: LabRequests, node: string): Promise<void> {
  const renewTime = new Date(systemClock.now()).toISOString().replace('Z', '000Z');
  const spec = {holderIdentity: node, leaseDurationSeconds: leaseSeconds, renewTime};
  const patched = await requests.write('PATCH', `${leases}/${node}`, {spec}, 'application/merge-patch+json');
  if (patched !== 404) return;
  await requests.write('POST', leases, {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {name: node, namespace: 'kube-node-lease'},
    spec,
  });
}
