/** Events of the last hour about what is in trouble, and a few about what went well. */
import type {KubeObject} from '../../domain/kube-object.ts';
import {type EventRow, eventDraft} from './event-shape.ts';
import {quotaFailure} from './node-catalogue.ts';
import {minute, type Seeding, spread} from './seeding.ts';
import type {Ref} from './world-client.ts';

const group = (name: string): Ref => ({apiVersion: 'deckhouse.io/v1', kind: 'NodeGroup', name});
const node = (name: string): Ref => ({apiVersion: 'v1', kind: 'Node', name});

/** Said again from time to time while the demo runs. */
export const fixedEvents: readonly EventRow[] = [
  {about: group('gpu'), type: 'Warning', reason: 'MachineFailed', message: quotaFailure, source: 'node-controller'},
  {
    about: group('worker'),
    type: 'Normal',
    reason: 'DisruptionApproved',
    message: 'Node prod-worker-d-5f7dd-6cw9k disruption approved',
    source: 'node-controller',
  },
  {
    about: group('worker'),
    type: 'Normal',
    reason: 'NodeApproved',
    message: 'Node prod-worker-a-6dc8f-8vzl4 approved for update',
    source: 'node-controller',
  },
  {
    about: group('frontend'),
    type: 'Normal',
    reason: 'NodeApproved',
    message: 'Node prod-frontend-b-84d9b-wv4kp approved for update',
    source: 'node-controller',
  },
  {
    about: node('prod-worker-b-79b5c-4xj9n'),
    type: 'Warning',
    reason: 'DrainFailed',
    message: 'drain: error when evicting pods/"postgres-0": Cannot evict pod as it would violate the pod\'s disruption budget.',
    source: 'node-controller',
  },
  {
    about: node('bm-rack2-02'),
    type: 'Normal',
    reason: 'NodeNotReady',
    message: 'Node bm-rack2-02 status is now: NodeNotReady',
    source: 'node-controller',
  },
  {
    about: node('prod-worker-a-6dc8f-hm5wd'),
    type: 'Warning',
    reason: 'SystemOOM',
    message: 'System OOM encountered, victim process: orders, pid: 31337',
    source: 'kubelet',
    host: 'prod-worker-a-6dc8f-hm5wd',
  },
  {
    about: {apiVersion: 'deckhouse.io/v1alpha2', kind: 'StaticInstance', name: 'bm-rack4-01'},
    type: 'Warning',
    reason: 'StaticInstanceSshFailed',
    message: 'Failed to connect via ssh to StaticInstance address 192.168.50.31: handshake failed',
    source: 'caps-controller-manager',
  },
];

export async function seedEvents(seeding: Seeding): Promise<void> {
  const pods = await seeding.client.list('v1', 'Pod');
  const rows = [...fixedEvents, ...pods.flatMap(eventsOfPod)];
  for (const row of rows) {
    // The scheduler tries again and again.
    const withinMs = (row.reason === 'FailedScheduling' ? 2 : 12) * minute;
    const lastAgoMs = spread(`${row.about.name}${row.reason}`) * withinMs;
    const count = row.type === 'Warning' ? 1 + Math.floor(spread(row.message) * 180) : 1;
    const firstAgoMs = lastAgoMs + (count - 1) * 0.3 * minute;
    await seeding.create(eventDraft(row, {first: seeding.ago(firstAgoMs), last: seeding.ago(lastAgoMs), count}), lastAgoMs);
  }
}

/** What the kubelet and the scheduler say of a pod in trouble. */
function eventsOfPod(pod: KubeObject): readonly EventRow[] {
  const {name, namespace = ''} = pod.metadata;
  const about: Ref = {apiVersion: 'v1', kind: 'Pod', name, namespace};
  const text = JSON.stringify(pod.status);
  const kubelet = {about, source: 'kubelet', host: nodeOf(pod)};
  if (text.includes('Unschedulable')) {
    const message =
      '0/23 nodes are available: 8 Insufficient memory. preemption: 0/23 nodes are available: 23 No preemption victims found for incoming pod.';
    return [{about, type: 'Warning', reason: 'FailedScheduling', message, source: 'default-scheduler'}];
  }
  if (text.includes('ImagePullBackOff')) {
    return [
      {...kubelet, type: 'Warning', reason: 'Failed', message: 'Error: ImagePullBackOff'},
      {...kubelet, type: 'Normal', reason: 'BackOff', message: 'Back-off pulling image'},
    ];
  }
  if (text.includes('CrashLoopBackOff'))
    return [{...kubelet, type: 'Warning', reason: 'BackOff', message: `Back-off restarting failed container in pod ${name}`}];
  if (text.includes('Evicted'))
    return [{...kubelet, type: 'Warning', reason: 'Evicted', message: 'The node was low on resource: ephemeral-storage.'}];
  return spread(`${namespace}/${name}`) < 0.12
    ? [{...kubelet, type: 'Normal', reason: 'Pulled', message: 'Container image already present on machine'}]
    : [];
}

function nodeOf(pod: KubeObject): string {
  const spec: unknown = pod.spec;
  return typeof spec === 'object' && spec !== null && 'nodeName' in spec && typeof spec.nodeName === 'string' ? spec.nodeName : '';
}
