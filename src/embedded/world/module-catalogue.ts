/** The modules of the demo cluster: what each is, where it comes from and which state it shows. */

/** How a module stands; each state has its phase and conditions in `module-status.ts`. */
export type ModuleState =
  | 'ready'
  | 'overridden'
  | 'oldRelease'
  | 'available'
  | 'conflict'
  | 'downloading'
  | 'downloadingError'
  | 'installing'
  | 'reconciling'
  | 'hookError'
  | 'moduleError'
  | 'hooksDisabled'
  | 'waitSyncTasks'
  | 'unavailable'
  | 'offByConfig'
  | 'offByBundle'
  | 'offByScript'
  | 'offByGlobalHook'
  | 'offByVersion'
  | 'offByDependency';

export type ModuleRow = {
  readonly name: string;
  readonly weight: number;
  /** 'Embedded', a source, or '' where none is chosen. */
  readonly source: string;
  readonly state: ModuleState;
  /** Of the deployed release, with the leading v. */
  readonly version?: string;
  readonly stage?: 'Experimental' | 'Preview' | 'General Availability' | 'Deprecated';
  readonly availableSources?: readonly string[];
  /** What is wrong, where the state has a text of its own. */
  readonly text?: string;
};

const embedded = (name: string, weight: number, state: ModuleState = 'ready', text?: string): ModuleRow => ({
  name,
  weight,
  source: 'Embedded',
  state,
  ...(text !== undefined && {text}),
});

const embeddedModules: readonly ModuleRow[] = [
  embedded('deckhouse', 2),
  embedded('priority-class', 10),
  embedded('admission-policy-engine', 15),
  embedded('cni-cilium', 21),
  embedded('kube-proxy', 21, 'offByScript', 'cilium replaces kube-proxy'),
  embedded('cloud-provider-yandex', 30),
  embedded('local-path-provisioner', 31, 'offByConfig'),
  embedded('static-routing-manager', 36, 'offByBundle'),
  embedded('registry-packages-proxy', 39),
  embedded('control-plane-manager', 40),
  embedded('node-manager', 40),
  embedded('terraform-manager', 40),
  embedded('kube-dns', 42),
  embedded('snapshot-controller', 45),
  embedded('cert-manager', 101),
  embedded('istio', 110, 'offByConfig'),
  embedded('user-authz', 140),
  embedded('user-authn', 150),
  embedded('multitenancy-manager', 160, 'unavailable'),
  embedded('operator-prometheus', 200),
  embedded(
    'prometheus',
    300,
    'hookError',
    "hook 300-prometheus/hooks/grafana_dashboards.go: 2 errors occurred: dashboard 'Склад' has no uid; dashboard 'orders' has no uid",
  ),
  embedded('prometheus-metrics-adapter', 301),
  embedded('vertical-pod-autoscaler', 302),
  embedded('extended-monitoring', 340),
  embedded('monitoring-deckhouse', 340),
  embedded('monitoring-kubernetes', 340),
  embedded('node-local-dns', 350),
  embedded('metallb', 380, 'offByBundle'),
  embedded('descheduler', 400, 'waitSyncTasks'),
  embedded('ingress-nginx', 402),
  embedded('log-shipper', 460),
  embedded('loki', 462, 'reconciling'),
  embedded('pod-reloader', 465),
  embedded('chrony', 470),
  embedded('dashboard', 500),
  embedded('openvpn', 500, 'offByConfig'),
  embedded('upmeter', 500),
  embedded('okmeter', 500, 'hooksDisabled'),
  embedded('secret-copier', 600),
  embedded('documentation', 810, 'offByGlobalHook'),
];

const fromSources: readonly ModuleRow[] = [
  {name: 'console', weight: 340, source: 'deckhouse', state: 'ready', version: 'v1.34.2'},
  {name: 'commander-agent', weight: 350, source: 'deckhouse', state: 'ready', version: 'v1.4.1'},
  {name: 'observability', weight: 360, source: 'deckhouse', state: 'ready', version: 'v1.7.3'},
  {name: 'prompp', weight: 299, source: 'deckhouse', state: 'overridden', version: 'main'},
  {name: 'sds-node-configurator', weight: 900, source: 'deckhouse', state: 'ready', version: 'v0.5.6'},
  {name: 'sds-local-volume', weight: 910, source: 'deckhouse', state: 'ready', version: 'v0.4.0'},
  {name: 'sds-replicated-volume', weight: 915, source: 'deckhouse', state: 'oldRelease', version: 'v0.9.2'},
  {name: 'csi-ceph', weight: 910, source: 'deckhouse', state: 'downloading'},
  {name: 'csi-nfs', weight: 910, source: 'deckhouse', state: 'ready', version: 'v0.5.1'},
  {name: 'csi-s3', weight: 910, source: 'deckhouse', state: 'available', stage: 'Experimental'},
  {name: 'managed-postgres', weight: 910, source: 'deckhouse', state: 'ready', version: 'v0.2.8', stage: 'Preview'},
  {name: 'virtualization', weight: 900, source: 'deckhouse', state: 'installing', version: 'v1.1.2'},
  {
    name: 'neuvector',
    weight: 910,
    source: 'deckhouse',
    state: 'offByDependency',
    version: 'v0.3.1',
    text: 'the "neuvector" module dependency "istio" is disabled',
  },
  {name: 'commander', weight: 960, source: 'deckhouse', state: 'ready', version: 'v1.12.4'},
  {name: 'operator-postgres', weight: 905, source: 'deckhouse', state: 'ready', version: 'v1.0.13'},
  {name: 'secrets-store-integration', weight: 930, source: 'deckhouse', state: 'available'},
  {name: 'runtime-audit-engine', weight: 650, source: 'deckhouse', state: 'ready', version: 'v1.2.0'},
  {name: 'service-with-healthchecks', weight: 403, source: 'deckhouse', state: 'ready', version: 'v0.1.9'},
  {
    name: 'stronghold',
    weight: 950,
    source: 'extra',
    state: 'moduleError',
    version: 'v1.15.4',
    text: 'hook certs.py: token expired: renew the token in Secret d8-stronghold/registration',
  },
  {name: 'payload-registry', weight: 920, source: 'extra', state: 'ready', version: 'v0.8.3'},
  {name: 'code', weight: 940, source: 'extra', state: 'downloadingError', stage: 'Preview'},
  {name: 'delivery', weight: 502, source: 'partners', state: 'ready', version: 'v2.3.0'},
  {
    name: 'gpu-operator',
    weight: 900,
    source: 'partners',
    state: 'offByVersion',
    version: 'v0.6.0',
    text: '1.71.3 is less than or equal to v1.72.0',
  },
  {name: 'observability-platform', weight: 960, source: '', state: 'conflict', availableSources: ['deckhouse', 'extra']},
  {name: 'pod-benchmark', weight: 970, source: 'edge-mirror', state: 'available', stage: 'Experimental'},
  {name: 'flow-exporter', weight: 970, source: 'legacy', state: 'offByConfig', version: 'v0.2.0', stage: 'Deprecated'},
];

/** Installed long ago and well ever since. */
const quietModules: readonly ModuleRow[] = [
  ['csi-hpe', 'v0.3.6'],
  ['csi-huawei', 'v0.4.1'],
  ['csi-netapp', 'v0.2.4'],
  ['csi-scsi-generic', 'v0.3.1'],
  ['csi-yadro-tatlin-unified', 'v0.3.5'],
  ['managed-memcached', 'v0.1.7'],
  ['managed-valkey', 'v0.2.3'],
  ['operator-argo', 'v1.2.6'],
  ['operator-ceph', 'v1.0.4'],
  ['sdn', 'v0.7.3'],
  ['sds-elastic', 'v0.1.6'],
  ['state-snapshotter', 'v0.2.5'],
  ['volume-data-manager', 'v0.1.8'],
].map(([name = '', version = '']) => ({name, weight: 900, source: 'deckhouse', state: 'ready', version}));

export const moduleCatalogue: readonly ModuleRow[] = [...embeddedModules, ...fromSources, ...quietModules];
