/** What runs in the demo cluster: workloads with their pods, some of them in trouble. */
import {applicationWorkloads} from './application-workloads.ts';

/** What is the matter with a pod; each has its statuses in `pod-shape.ts`. */
export type PodTrouble =
  | 'none'
  | 'crashLoop'
  | 'oomKilled'
  | 'imagePull'
  | 'unschedulable'
  | 'creating'
  | 'initWaiting'
  | 'initCrash'
  | 'notReady'
  | 'terminating'
  | 'completed'
  | 'failed'
  | 'evicted';

export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Job' | 'Pod';

export type WorkloadRow = {
  readonly namespace: string;
  readonly name: string;
  readonly kind: WorkloadKind;
  /** For a DaemonSet: the groups whose nodes run it; otherwise where its pods may stand. */
  readonly groups: readonly string[];
  readonly replicas?: number;
  /** Name and image tag of each container, the main one first. */
  readonly containers: readonly string[];
  readonly initContainers?: readonly string[];
  /** What the main container ran before, and what a rollback brings back. */
  readonly imageBefore?: string;
  /** Of the first pods in order; the rest are well. */
  readonly troubles?: readonly PodTrouble[];
  readonly ageDays?: number;
};

const system = ['system', 'master'];
const workers = ['worker'];
const everywhere = ['master', 'worker', 'frontend', 'gpu', 'spot', 'system', 'bare-metal'];

const platform: readonly WorkloadRow[] = [
  {
    namespace: 'd8-system',
    name: 'deckhouse',
    kind: 'Deployment',
    groups: ['master'],
    containers: ['deckhouse:v1.71.3', 'kube-rbac-proxy:v0.19'],
    initContainers: ['init-downloaded-modules:v1.71.3'],
  },
  {namespace: 'd8-system', name: 'webhook-handler', kind: 'Deployment', groups: ['master'], replicas: 2, containers: ['handler:v1.71.3']},
  {
    namespace: 'd8-system',
    name: 'registry-packages-proxy',
    kind: 'Deployment',
    groups: ['master'],
    replicas: 2,
    containers: ['registry-packages-proxy:v1.71.3', 'kube-rbac-proxy:v0.19'],
  },
  {namespace: 'd8-system', name: 'documentation', kind: 'Deployment', groups: system, containers: ['web:v1.71.3', 'builder:v1.71.3']},
  {
    namespace: 'd8-cloud-instance-manager',
    name: 'machine-controller-manager',
    kind: 'Deployment',
    groups: ['master'],
    containers: ['controller:v0.36.0', 'kube-rbac-proxy:v0.19'],
  },
  {
    namespace: 'd8-cloud-instance-manager',
    name: 'bashible-apiserver',
    kind: 'Deployment',
    groups: ['master'],
    replicas: 2,
    containers: ['apiserver:v1.71.3'],
  },
  {
    namespace: 'd8-cloud-instance-manager',
    name: 'cluster-autoscaler',
    kind: 'Deployment',
    groups: ['master'],
    containers: ['cluster-autoscaler:1.32.1'],
  },
  {
    namespace: 'd8-cloud-instance-manager',
    name: 'caps-controller-manager',
    kind: 'Deployment',
    groups: ['master'],
    containers: ['manager:v1.71.3'],
  },
  {
    namespace: 'd8-cloud-instance-manager',
    name: 'standby-holder-spot',
    kind: 'Deployment',
    groups: ['spot'],
    containers: ['reserve-resources:v1.71.3'],
  },
  {
    namespace: 'd8-cni-cilium',
    name: 'agent',
    kind: 'DaemonSet',
    groups: everywhere,
    containers: ['cilium-agent:v1.14.14', 'kube-rbac-proxy:v0.19'],
    initContainers: ['mount-cgroup:v1.14.14'],
  },
  {namespace: 'd8-cni-cilium', name: 'operator', kind: 'Deployment', groups: ['master'], replicas: 2, containers: ['operator:v1.14.14']},
  {
    namespace: 'd8-monitoring',
    name: 'node-exporter',
    kind: 'DaemonSet',
    groups: everywhere,
    containers: ['node-exporter:v1.9.0', 'kubelet-eviction-thresholds-exporter:v1.71.3'],
  },
  {
    namespace: 'd8-monitoring',
    name: 'prometheus-main',
    kind: 'StatefulSet',
    groups: system,
    replicas: 2,
    containers: ['prometheus:v2.55.1', 'config-reloader:v0.79.2', 'kube-rbac-proxy:v0.19'],
    initContainers: ['init-config-reloader:v0.79.2'],
  },
  {
    namespace: 'd8-monitoring',
    name: 'grafana-v10',
    kind: 'Deployment',
    groups: system,
    replicas: 2,
    containers: ['grafana:10.4.15', 'dashboard-provisioner:v1.71.3'],
    troubles: ['notReady'],
  },
  {
    namespace: 'd8-monitoring',
    name: 'kube-state-metrics',
    kind: 'Deployment',
    groups: system,
    replicas: 2,
    containers: ['kube-state-metrics:v2.15.0'],
  },
  {
    namespace: 'd8-monitoring',
    name: 'trickster',
    kind: 'Deployment',
    groups: system,
    containers: ['trickster:1.1.5', 'kube-rbac-proxy:v0.19'],
    troubles: ['crashLoop'],
    ageDays: 3,
  },
  {
    namespace: 'd8-monitoring',
    name: 'loki',
    kind: 'StatefulSet',
    groups: system,
    replicas: 1,
    containers: ['loki:2.9.13'],
    troubles: ['creating'],
    ageDays: 0.002,
  },
  {
    namespace: 'd8-ingress-nginx',
    name: 'controller-nginx',
    kind: 'DaemonSet',
    groups: ['frontend'],
    containers: ['controller:1.10.6', 'protobuf-exporter:v1.71.3', 'kube-rbac-proxy:v0.19'],
  },
  {namespace: 'd8-cert-manager', name: 'cert-manager', kind: 'Deployment', groups: system, containers: ['cert-manager:v1.17.1']},
  {namespace: 'd8-cert-manager', name: 'webhook', kind: 'Deployment', groups: system, replicas: 2, containers: ['webhook:v1.17.1']},
  {
    namespace: 'd8-user-authn',
    name: 'dex',
    kind: 'Deployment',
    groups: system,
    replicas: 2,
    containers: ['dex:v2.42.0', 'kube-rbac-proxy:v0.19'],
  },
  ...['backend', 'frontend', 'cluster-manager', 'renderer', 'connector'].map(
    (name): WorkloadRow => ({
      namespace: 'd8-commander',
      name,
      kind: 'Deployment',
      groups: ['system'],
      replicas: 2,
      containers: [`${name}:v1.12.4`],
      ageDays: 61,
    }),
  ),
  {namespace: 'd8-operator-postgres', name: 'operator-postgres', kind: 'Deployment', groups: system, containers: ['operator:v1.0.13']},
  {namespace: 'd8-console', name: 'backend', kind: 'Deployment', groups: system, containers: ['backend:v1.34.2']},
  {namespace: 'd8-console', name: 'frontend', kind: 'Deployment', groups: system, replicas: 2, containers: ['frontend:v1.34.2']},
  {
    namespace: 'd8-stronghold',
    name: 'stronghold',
    kind: 'StatefulSet',
    groups: workers,
    replicas: 3,
    containers: ['stronghold:v1.15.4'],
    initContainers: ['copy-certs:v1.15.4', 'check-token:v1.15.4'],
    troubles: ['none', 'initCrash', 'initCrash'],
    ageDays: 1,
  },
  {
    namespace: 'd8-virtualization',
    name: 'virtualization-controller',
    kind: 'Deployment',
    groups: workers,
    containers: ['virtualization-controller:v1.1.2'],
    initContainers: ['pre-install:v1.1.2', 'wait-for-api:v1.1.2'],
    troubles: ['initWaiting'],
    ageDays: 0.01,
  },
  {
    namespace: 'd8-neuvector',
    name: 'controller',
    kind: 'Deployment',
    groups: workers,
    containers: ['controller:5.4.2'],
    troubles: ['imagePull'],
    ageDays: 0.4,
  },
];

const controlPlane: readonly WorkloadRow[] = [
  'etcd:3.6.4',
  'kube-apiserver:v1.32.4',
  'kube-controller-manager:v1.32.4',
  'kube-scheduler:v1.32.4',
].map(image => ({
  namespace: 'kube-system',
  name: image.split(':')[0] ?? '',
  kind: 'DaemonSet',
  groups: ['master'],
  containers: [image],
}));

export const workloadCatalogue: readonly WorkloadRow[] = [...controlPlane, ...platform, ...applicationWorkloads];
