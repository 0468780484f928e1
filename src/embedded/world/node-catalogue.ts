/** Node groups and nodes of the demo cluster: at least one node in every state of an update. */
import type {Fields} from '../../domain/fields.ts';

/** Where a node stands in the update workflow of its group; spells out the annotations that make it so. */
export type NodeStage =
  | 'upToDate'
  | 'toBeUpdated'
  | 'waitingForApproval'
  | 'approved'
  | 'waitingForDisruption'
  | 'drainingForDisruption'
  | 'drainedForDisruption'
  | 'disruptionApproved'
  | 'drainingByUser'
  | 'drainedByUser'
  | 'noChecksum';

export type NodeRow = {
  readonly name: string;
  readonly group: string;
  readonly stage: NodeStage;
  readonly zone?: string;
  /** Kubelet silent since some minutes. */
  readonly isLost?: true;
  readonly ageDays: number;
};

export type GroupRow = {
  readonly name: string;
  readonly spec: Fields;
  readonly ageDays: number;
  /** Machines over all zones; only for CloudEphemeral. */
  readonly desired?: number;
  readonly standby?: number;
  readonly error?: string;
  readonly isOutOfSync?: true;
};

const cloud = (className: string, minPerZone: number, maxPerZone: number, zones: readonly string[], more: Fields = {}): Fields => ({
  nodeType: 'CloudEphemeral',
  cloudInstances: {classReference: {kind: 'YandexInstanceClass', name: className}, minPerZone, maxPerZone, zones, ...more},
});

export const everyZone: readonly string[] = ['zone-a', 'zone-b', 'zone-d'];

export const quotaFailure =
  'Cloud provider message - machine codes error: code = [ResourceExhausted] message = [The limit on maximum number of GPUs has exceeded]';

export function classMissing(name: string, kind: string): string {
  return `Instance class '${name}' of type '${kind}' not found. Please create the required instance class or update the NodeGroup to reference an existing one.`;
}

export const groupCatalogue: readonly GroupRow[] = [
  {
    name: 'master',
    spec: {
      nodeType: 'CloudPermanent',
      disruptions: {approvalMode: 'Manual'},
      nodeTemplate: {
        labels: {'node-role.kubernetes.io/control-plane': ''},
        taints: [{effect: 'NoSchedule', key: 'node-role.kubernetes.io/control-plane'}],
      },
    },
    ageDays: 214,
  },
  {
    name: 'worker',
    spec: {
      ...cloud('worker', 2, 4, everyZone),
      disruptions: {approvalMode: 'Automatic', automatic: {drainBeforeApproval: true}},
      update: {maxConcurrent: 6},
    },
    ageDays: 214,
    desired: 9,
  },
  {
    name: 'frontend',
    spec: {
      ...cloud('frontend', 1, 2, ['zone-a', 'zone-b']),
      disruptions: {approvalMode: 'Manual'},
      update: {maxConcurrent: 2},
      nodeTemplate: {taints: [{effect: 'NoExecute', key: 'dedicated.deckhouse.io', value: 'frontend'}]},
    },
    ageDays: 190,
    desired: 2,
  },
  {
    name: 'gpu',
    spec: {...cloud('gpu', 1, 1, ['zone-a', 'zone-d']), gpu: {sharing: 'TimeSlicing', timeSlicing: {partitionCount: 4}}},
    ageDays: 61,
    desired: 2,
  },
  {
    name: 'spot',
    spec: {
      ...cloud('spot', 1, 5, ['zone-b'], {standby: 1, priority: 10, maxSurgePerZone: 1}),
      disruptions: {approvalMode: 'RollingUpdate'},
    },
    ageDays: 88,
    desired: 2,
    standby: 1,
  },
  {
    name: 'burst',
    spec: cloud('burst-xl', 0, 3, ['zone-b']),
    ageDays: 2,
    desired: 0,
    error: classMissing('burst-xl', 'YandexInstanceClass'),
  },
  {
    name: 'system',
    spec: {
      nodeType: 'CloudStatic',
      disruptions: {
        approvalMode: 'Automatic',
        automatic: {drainBeforeApproval: true, windows: [{from: '01:00', to: '01:30', days: ['Sun']}]},
      },
    },
    ageDays: 160,
  },
  {
    name: 'bare-metal',
    spec: {
      nodeType: 'Static',
      staticInstances: {count: 4, labelSelector: {matchLabels: {role: 'bare-metal'}}},
      nodeDrainTimeoutSecond: 900,
    },
    ageDays: 120,
  },
  {name: 'edge', spec: {nodeType: 'Static', staticInstances: {count: 0}}, ageDays: 9, isOutOfSync: true},
];

export const nodeCatalogue: readonly NodeRow[] = [
  {name: 'prod-master-0', group: 'master', stage: 'upToDate', zone: 'zone-a', ageDays: 214},
  {name: 'prod-master-1', group: 'master', stage: 'upToDate', zone: 'zone-b', ageDays: 214},
  {name: 'prod-master-2', group: 'master', stage: 'waitingForApproval', zone: 'zone-d', ageDays: 214},
  {name: 'prod-worker-a-6dc8f-2kq7x', group: 'worker', stage: 'upToDate', zone: 'zone-a', ageDays: 34},
  {name: 'prod-worker-a-6dc8f-8vzl4', group: 'worker', stage: 'approved', zone: 'zone-a', ageDays: 34},
  {name: 'prod-worker-a-6dc8f-hm5wd', group: 'worker', stage: 'upToDate', zone: 'zone-a', ageDays: 12},
  {name: 'prod-worker-b-79b5c-4xj9n', group: 'worker', stage: 'drainingForDisruption', zone: 'zone-b', ageDays: 34},
  {name: 'prod-worker-b-79b5c-lp2ts', group: 'worker', stage: 'upToDate', zone: 'zone-b', ageDays: 20},
  {name: 'prod-worker-b-79b5c-qr8vb', group: 'worker', stage: 'toBeUpdated', zone: 'zone-b', ageDays: 20},
  {name: 'prod-worker-d-5f7dd-6cw9k', group: 'worker', stage: 'disruptionApproved', zone: 'zone-d', ageDays: 34},
  {name: 'prod-worker-d-5f7dd-zt3mh', group: 'worker', stage: 'drainedForDisruption', zone: 'zone-d', ageDays: 34},
  {name: 'prod-frontend-a-84d9b-7nfxs', group: 'frontend', stage: 'upToDate', zone: 'zone-a', ageDays: 90},
  {name: 'prod-frontend-b-84d9b-wv4kp', group: 'frontend', stage: 'waitingForDisruption', zone: 'zone-b', ageDays: 90},
  {name: 'prod-gpu-a-66c4f-d8ptr', group: 'gpu', stage: 'upToDate', zone: 'zone-a', ageDays: 61},
  {name: 'prod-spot-b-7c5f8-9hjm2', group: 'spot', stage: 'upToDate', zone: 'zone-b', ageDays: 1},
  {name: 'prod-spot-b-7c5f8-xk6ql', group: 'spot', stage: 'upToDate', zone: 'zone-b', ageDays: 0.4},
  {name: 'prod-system-0', group: 'system', stage: 'upToDate', zone: 'zone-a', ageDays: 160},
  {name: 'prod-system-1', group: 'system', stage: 'waitingForDisruption', zone: 'zone-b', ageDays: 160},
  {name: 'prod-system-2', group: 'system', stage: 'drainedByUser', zone: 'zone-d', ageDays: 160},
  {name: 'bm-rack1-01', group: 'bare-metal', stage: 'upToDate', ageDays: 120},
  {name: 'bm-rack1-02', group: 'bare-metal', stage: 'noChecksum', ageDays: 120},
  {name: 'bm-rack2-01', group: 'bare-metal', stage: 'drainingByUser', ageDays: 77},
  {name: 'bm-rack2-02', group: 'bare-metal', stage: 'upToDate', isLost: true, ageDays: 77},
];
