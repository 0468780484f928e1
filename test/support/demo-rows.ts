/** For each runbook a target of the demo that fits it, and what the demo's platform makes of the run. */
import type {Fields} from '../../src/domain/fields.ts';

export type DemoRow = {
  readonly runbook: string;
  readonly parameters: Fields & {readonly target: string};
  /** Runs before it, for it to have something to do. */
  readonly after?: readonly (readonly [runbook: string, parameters: Fields])[];
  /** A step of it fails, as it should. */
  readonly fails?: true;
  /** How the world is some time after the end: an object, a path in it, and what stands there. */
  readonly leaves?: readonly [apiVersion: string, kind: string, name: string, path: string, value: unknown];
  readonly isUndone?: true;
  /** And some time after it was undone. */
  readonly back?: unknown;
};

const api = 'deckhouse.io/v1alpha1';

const releases: readonly DemoRow[] = [
  {
    runbook: 'module-release-approve',
    parameters: {target: 'managed-postgres-v0.3.0'},
    leaves: [api, 'ModuleRelease', 'managed-postgres-v0.3.0', 'status.phase', 'Deployed'],
  },
  {
    runbook: 'module-release-unapprove',
    after: [['module-release-approve', {target: 'stronghold-v1.16.0'}]],
    parameters: {target: 'stronghold-v1.16.0'},
    isUndone: true,
    leaves: [api, 'ModuleRelease', 'stronghold-v1.16.0', 'status.phase', 'Pending'],
  },
  {
    runbook: 'module-release-apply-now',
    parameters: {target: 'console-v1.35.0'},
    leaves: [api, 'Module', 'console', 'properties.version', 'v1.35.0'],
  },
  {
    runbook: 'module-release-reinstall',
    parameters: {target: 'operator-postgres-v1.0.13'},
    leaves: [api, 'ModuleRelease', 'operator-postgres-v1.0.13', 'metadata.annotations.modules.deckhouse.io/reinstall', undefined],
  },
  {runbook: 'deckhouse-release-approve', parameters: {target: 'v1.71.5'}, isUndone: true},
  {runbook: 'deckhouse-release-disruption-approve', parameters: {target: 'v1.72.1'}, isUndone: true},
  {
    runbook: 'deckhouse-release-apply-now',
    parameters: {target: 'v1.71.5'},
    leaves: [api, 'DeckhouseRelease', 'v1.71.3', 'status.phase', 'Superseded'],
  },
];

const modules: readonly DemoRow[] = [
  {
    runbook: 'module-install',
    parameters: {target: 'csi-s3'},
    leaves: [api, 'Module', 'csi-s3', 'status.phase', 'Ready'],
    isUndone: true,
    back: 'Downloaded',
  },
  {
    runbook: 'module-enable',
    parameters: {target: 'istio'},
    leaves: [api, 'Module', 'istio', 'status.phase', 'Ready'],
    isUndone: true,
    back: 'Downloaded',
  },
  {
    runbook: 'module-disable',
    parameters: {target: 'csi-nfs'},
    leaves: [api, 'Module', 'csi-nfs', 'status.phase', 'Downloaded'],
    isUndone: true,
    back: 'Ready',
  },
  {
    runbook: 'module-source-switch',
    parameters: {target: 'observability-platform', source: 'extra'},
    leaves: [api, 'Module', 'observability-platform', 'status.phase', 'Ready'],
    isUndone: true,
  },
  {
    runbook: 'module-update-policy',
    parameters: {target: 'observability', policy: 'by-hand'},
    leaves: [api, 'Module', 'observability', 'properties.updatePolicy', 'by-hand'],
    isUndone: true,
    back: 'weekly',
  },
  {
    runbook: 'module-release-channel',
    parameters: {target: 'csi-huawei', channel: 'EarlyAccess'},
    leaves: [api, 'ModuleRelease', 'csi-huawei-v0.5.0', 'status.phase', 'Pending'],
    isUndone: true,
  },
  {
    runbook: 'module-release-channel',
    parameters: {target: 'managed-postgres', channel: 'Beta'},
    leaves: [api, 'Module', 'managed-postgres', 'properties.releaseChannel', 'Beta'],
    isUndone: true,
    back: 'RockSolid',
  },
  {runbook: 'module-maintenance', parameters: {target: 'csi-netapp', on: true}, isUndone: true},
  {
    runbook: 'module-settings',
    parameters: {target: 'prometheus', settings: {retentionDays: 30}},
    leaves: [api, 'Module', 'prometheus', 'status.phase', 'Ready'],
    isUndone: true,
  },
  {
    runbook: 'module-pin',
    parameters: {target: 'operator-ceph', imageTag: 'main'},
    leaves: [api, 'Module', 'operator-ceph', 'properties.version', 'main'],
    isUndone: true,
    back: 'v1.0.4',
  },
  {runbook: 'module-pin', parameters: {target: 'sdn', imageTag: 'missing'}, fails: true},
  {
    runbook: 'module-unpin',
    parameters: {target: 'prompp'},
    isUndone: true,
    leaves: [api, 'Module', 'prompp', 'status.phase', 'Ready'],
  },
  {
    runbook: 'module-source-add',
    parameters: {target: 'mirror', repo: 'registry.example.com/mirror/modules'},
    leaves: [api, 'Module', 'managed-redis', 'status.phase', 'Available'],
    isUndone: true,
    back: undefined,
  },
  {runbook: 'module-source-add', parameters: {target: 'elsewhere', repo: 'registry.example.org/modules'}, fails: true},
  {
    runbook: 'module-source-force-delete',
    parameters: {target: 'legacy'},
    leaves: [api, 'ModuleRelease', 'flow-exporter-v0.2.0', 'status.phase', undefined],
  },
];

const nodes: readonly DemoRow[] = [
  {runbook: 'node-cordon', parameters: {target: 'prod-worker-a-6dc8f-8vzl4'}, isUndone: true},
  {
    runbook: 'node-uncordon',
    parameters: {target: 'prod-system-2'},
    leaves: ['v1', 'Node', 'prod-system-2', 'metadata.annotations.update.node.deckhouse.io/drained', undefined],
    isUndone: true,
  },
  {
    runbook: 'node-drain',
    parameters: {target: 'prod-worker-b-79b5c-qr8vb'},
    leaves: ['v1', 'Node', 'prod-worker-b-79b5c-qr8vb', 'spec.unschedulable', true],
    isUndone: true,
    back: undefined,
  },
  {runbook: 'node-disruption-approve', parameters: {target: 'prod-frontend-b-84d9b-wv4kp'}},
  {runbook: 'node-update-approve', parameters: {target: 'prod-master-2'}},
  {runbook: 'node-reboot', parameters: {target: 'prod-worker-b-79b5c-qr8vb'}},
  {runbook: 'node-reboot', parameters: {target: 'prod-frontend-a-84d9b-7nfxs'}},
  {
    runbook: 'instance-replace',
    parameters: {target: 'prod-worker-a-6dc8f-8vzl4'},
    leaves: ['v1', 'Node', 'prod-worker-a-6dc8f-8vzl4', 'spec.podCIDR', undefined],
  },
  {runbook: 'nodegroup-recreate', parameters: {target: 'spot'}},
  {
    runbook: 'nodegroup-create',
    parameters: {target: 'build', type: 'CloudEphemeral', class: 'YandexInstanceClass/unused', min: 1, max: 2, zones: ['zone-a']},
    leaves: ['deckhouse.io/v1', 'NodeGroup', 'build', 'status.ready', 1],
    isUndone: true,
    back: undefined,
  },
  {
    runbook: 'nodegroup-create',
    parameters: {target: 'racks', type: 'Static', count: 1, selector: {role: 'edge'}},
    leaves: ['v1', 'Node', 'bm-rack3-01', 'metadata.labels.node.deckhouse.io/group', 'racks'],
    isUndone: true,
    back: undefined,
  },
  {
    runbook: 'nodegroup-edit',
    parameters: {target: 'frontend', patch: {spec: {cloudInstances: {minPerZone: 2}}}},
    leaves: ['deckhouse.io/v1', 'NodeGroup', 'frontend', 'status.ready', 4],
    isUndone: true,
  },
  {
    runbook: 'nodegroup-edit',
    parameters: {target: 'worker', patch: {spec: {cloudInstances: {minPerZone: 1, maxPerZone: 2}}}},
    leaves: ['deckhouse.io/v1', 'NodeGroup', 'worker', 'status.nodes', 6],
    isUndone: true,
  },
  {
    runbook: 'instanceclass-edit',
    parameters: {target: 'yandexinstanceclasses.deckhouse.io/frontend', patch: {spec: {cores: 8}}},
    leaves: ['v1', 'Node', 'prod-frontend-a-84d9b-7nfxs', 'spec.podCIDR', undefined],
    isUndone: true,
  },
];

const hosts: readonly DemoRow[] = [
  {
    runbook: 'static-node-add-ssh',
    parameters: {target: 'bm-rack5-01', group: 'bare-metal', address: '192.168.50.51', credentials: 'rack-admin'},
    leaves: ['v1', 'Node', 'bm-rack5-01', 'metadata.labels.node.deckhouse.io/group', 'bare-metal'],
  },
  {
    runbook: 'static-node-remove',
    parameters: {target: 'bm-rack1-02'},
    leaves: ['v1', 'Node', 'bm-rack1-02', 'spec.podCIDR', undefined],
  },
  {
    runbook: 'node-move',
    after: [['nodegroup-create', {target: 'racks', type: 'Static', count: 0, selector: {role: 'racks'}}]],
    parameters: {target: 'bm-rack1-01', group: 'racks'},
    leaves: ['v1', 'Node', 'bm-rack1-01', 'metadata.labels.node.deckhouse.io/group', 'racks'],
  },
  {
    runbook: 'node-move',
    after: [['nodegroup-create', {target: 'helpers', type: 'CloudStatic'}]],
    parameters: {target: 'prod-system-0', group: 'helpers'},
  },
];

const generic: readonly DemoRow[] = [
  {
    runbook: 'workload-scale',
    parameters: {target: 'deployments.apps/shop/cart', replicas: 4},
    isUndone: true,
  },
  {runbook: 'workload-scale', parameters: {target: 'statefulsets.apps/shop/postgres', replicas: 4}, isUndone: true},
  {runbook: 'workload-restart', parameters: {target: 'deployments.apps/shop/orders'}},
  {runbook: 'workload-restart', parameters: {target: 'statefulsets.apps/shop/postgres'}},
  {runbook: 'workload-restart', parameters: {target: 'daemonsets.apps/d8-ingress-nginx/controller-nginx'}},
  {runbook: 'workload-rollback', parameters: {target: 'deployments.apps/shop/search'}, isUndone: true},
  {
    runbook: 'workload-image',
    parameters: {target: 'deployments.apps/shop/web', image: 'registry.example.com/shop/web:4.13.0'},
    isUndone: true,
  },
  {
    runbook: 'workload-image',
    parameters: {target: 'deployments.apps/shop/cart', image: 'registry.example.com/shop/cart:broken'},
    fails: true,
  },
  {runbook: 'cronjob-trigger', parameters: {target: 'shop/backup'}, isUndone: true},
  {runbook: 'cronjob-suspend', parameters: {target: 'shop/backup', on: true}, isUndone: true},
  {runbook: 'object-delete', parameters: {target: 'pods/default/old-report'}},
];

export const demoRows: Readonly<Record<string, readonly DemoRow[]>> = {releases, modules, nodes, hosts, generic};
