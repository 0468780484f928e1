/** A large believable platform for a real API server: modules with their releases, node groups with machines, nodes and pods; always the same. */
import type {KubernetesObject} from './control-plane/kubernetes-object.ts';

export type PlatformSize = {readonly modules: number; readonly releases: number; readonly nodes: number; readonly pods: number};

type Fields = Readonly<Record<string, unknown>>;

const deckhouse = 'deckhouse.io/v1alpha1';
const machines = 'd8-cloud-instance-manager';
const namespaces = ['d8-monitoring', 'd8-ingress-nginx', 'shop', machines] as const;
const groups = ['master', 'worker', 'frontend', 'storage', 'gpu'] as const;

/** Everything at once, in an order in which it can be created. */
export function platformObjects(size: PlatformSize): KubernetesObject[] {
  return [
    ...namespaces.map(name => ({apiVersion: 'v1', kind: 'Namespace', metadata: {name}})),
    ...moduleSources(),
    ...updatePolicies(),
    ...each(size.modules, platformModule),
    ...moduleReleases(size),
    checksums(),
    ...groups.map((name, index) => nodeGroup(name, index, size.nodes)),
    ...each(8, oldInstance),
    ...each(size.nodes, platformNode),
    ...each(size.pods, index => platformPod(index, size.nodes)),
    ...each(20, platformEvent),
  ];
}

export function moduleName(index: number): string {
  const areas = ['csi', 'ingress', 'monitoring', 'log', 'cloud', 'security', 'backup', 'network', 'registry', 'sds'];
  const parts = ['operator', 'agent', 'proxy', 'exporter', 'controller'];
  const area = areas[index % areas.length];
  const part = parts[Math.floor(index / areas.length) % parts.length];
  return `${area}-${part}-${String(index).padStart(3, '0')}`;
}

/** Releases of one module have ascending patch numbers; one is deployed, those below are superseded, those above wait or were passed over. */
export function releaseName(moduleIndex: number, patch: number): string {
  return `${moduleName(moduleIndex)}-v1.4.${patch}`;
}

type Release = {readonly phase: string; readonly message: string; readonly policy: string};

const upper: readonly Release[] = [
  {phase: 'Pending', message: `Release is waiting for the 'modules.deckhouse.io/approved: "true"' annotation`, policy: 'by-hand'},
  {phase: 'Pending', message: 'Release is waiting for the update window until 05 Jan 26 22:00 UTC', policy: 'at-night'},
  {
    phase: 'Pending',
    message: 'requirements are not satisfied: current kubernetes version is not suitable: 1.32.4 is less than or equal to 1.33',
    policy: 'at-night',
  },
  {phase: 'Suspended', message: 'validation failed: .spec.replicas in body must be of type integer: "string"', policy: 'at-night'},
  {phase: 'Skipped', message: '', policy: 'at-night'},
  {phase: 'Pending', message: 'Update policy nightly not found', policy: 'nightly'},
];

function moduleReleases({modules, releases}: PlatformSize): KubernetesObject[] {
  const perModule = Math.ceil(releases / modules);
  return each(releases, index => {
    const moduleIndex = Math.floor(index / perModule);
    const patch = index % perModule;
    const deployed = perModule - 2;
    const above = upper[moduleIndex % upper.length] ?? {phase: '', message: '', policy: ''};
    const below = {phase: patch === deployed ? 'Deployed' : 'Superseded', message: '', policy: above.policy};
    return moduleRelease(moduleIndex, patch, patch > deployed ? above : below);
  });
}

function moduleRelease(moduleIndex: number, patch: number, {phase, message, policy}: Release): KubernetesObject {
  const module = moduleName(moduleIndex);
  return {
    apiVersion: deckhouse,
    kind: 'ModuleRelease',
    metadata: {
      name: releaseName(moduleIndex, patch),
      labels: {module, source: 'deckhouse', 'modules.deckhouse.io/update-policy': policy},
      annotations: {'modules.deckhouse.io/change-cause': 'check release (from deployed)'},
    },
    spec: {
      moduleName: module,
      version: `1.4.${patch}`,
      weight: 900 + moduleIndex,
      changelog: {fixes: [{summary: `What was mended in ${module} 1.4.${patch}`}]},
    },
    status: {phase, message, transitionTime: isoAgo(patch * 3_600_000 + moduleIndex * 60_000), approved: false, size: 4_000_000 + patch},
  };
}

type ModuleState = {
  readonly phase: string;
  readonly enabled: string;
  readonly ready: string;
  readonly reason: string;
  readonly message: string;
};

const moduleStates: readonly ModuleState[] = [
  {phase: 'Ready', enabled: 'True', ready: 'True', reason: '', message: ''},
  {phase: 'Ready', enabled: 'True', ready: 'True', reason: '', message: ''},
  {phase: 'Available', enabled: 'False', ready: 'False', reason: 'NotInstalled', message: 'not installed'},
  {phase: 'Reconciling', enabled: 'True', ready: 'False', reason: 'Reconciling', message: 'reconciling'},
  {phase: 'Installing', enabled: 'True', ready: 'False', reason: 'Installing', message: 'onStartup hooks done'},
  {phase: 'Error', enabled: 'True', ready: 'False', reason: 'HookError', message: 'hooks/certificates.py: token expired'},
  {phase: 'Conflict', enabled: 'False', ready: 'False', reason: 'Conflict', message: 'several available sources'},
  {phase: 'DownloadingError', enabled: 'False', ready: 'False', reason: 'Downloading', message: 'manifest unknown'},
  {phase: 'Unavailable', enabled: 'False', ready: 'False', reason: 'NotInstalled', message: 'unavailable in this edition'},
];

function platformModule(index: number): KubernetesObject {
  const state = moduleStates[index % moduleStates.length] ?? {phase: '', enabled: '', ready: '', reason: '', message: ''};
  const at = isoAgo(index * 60_000);
  return {
    apiVersion: deckhouse,
    kind: 'Module',
    metadata: {name: moduleName(index)},
    properties: {
      weight: 900 + index,
      stage: 'General Availability',
      releaseChannel: 'Stable',
      version: 'v1.4.48',
      ...(state.phase === 'Conflict'
        ? {availableSources: ['deckhouse', 'mirror']}
        : {source: 'deckhouse', availableSources: ['deckhouse']}),
    },
    status: {
      phase: state.phase,
      hooksState: '',
      conditions: [
        {type: 'EnabledByModuleManager', status: state.enabled, lastTransitionTime: at, lastProbeTime: at},
        {type: 'IsReady', status: state.ready, reason: state.reason, message: state.message, lastTransitionTime: at, lastProbeTime: at},
      ],
    },
  };
}

function moduleSources(): KubernetesObject[] {
  const source = (name: string, status: Fields): KubernetesObject => ({
    apiVersion: deckhouse,
    kind: 'ModuleSource',
    metadata: {name},
    spec: {registry: {repo: `registry.example.com/${name}/modules`}},
    status: {syncTime: isoAgo(60_000), ...status},
  });
  const isMissing = {name: moduleName(7), pullError: 'manifest unknown: stable'};
  return [
    source('deckhouse', {phase: 'Active', modulesCount: 2, message: '', modules: [{name: moduleName(0), version: 'v1.4.48'}]}),
    source('mirror', {phase: 'Active', modulesCount: 1, message: 'Some errors occurred. Inspect status for details', modules: [isMissing]}),
  ];
}

function updatePolicies(): KubernetesObject[] {
  const policy = (name: string, update: Fields): KubernetesObject => ({
    apiVersion: 'deckhouse.io/v1alpha2',
    kind: 'ModuleUpdatePolicy',
    metadata: {name},
    spec: {releaseChannel: 'Stable', update},
  });
  return [policy('by-hand', {mode: 'Manual'}), policy('at-night', {mode: 'Auto', windows: [{from: '22:00', to: '23:00', days: ['Mon']}]})];
}

function nodeGroup(name: string, index: number, nodes: number): KubernetesObject {
  const count = Math.floor(nodes / groups.length);
  const isCloud = index > 0 && index < 4;
  const message = name === 'gpu' ? 'quota exceeded in zone b' : '';
  return {
    apiVersion: 'deckhouse.io/v1',
    kind: 'NodeGroup',
    metadata: {name},
    spec: isCloud
      ? {
          nodeType: 'CloudEphemeral',
          cloudInstances: {minPerZone: 1, maxPerZone: count, classReference: {kind: 'YandexInstanceClass', name}},
        }
      : {nodeType: 'Static'},
    status: {
      ready: name === 'storage' ? count - 3 : count,
      nodes: count,
      upToDate: name === 'frontend' ? count - 1 : count,
      ...(isCloud && {instances: count, desired: count, min: 1, max: count}),
      conditionSummary: {statusMessage: message, ready: message === '' ? 'True' : 'False'},
      conditions: [
        {type: 'Ready', status: name === 'storage' ? 'False' : 'True', lastTransitionTime: isoAgo(600_000)},
        {type: 'Error', status: message === '' ? 'False' : 'True', message, lastTransitionTime: isoAgo(600_000)},
      ],
      deckhouse: {synced: 'True'},
    },
  };
}

function checksums(): KubernetesObject {
  const data = Object.fromEntries(groups.map(name => [name, Buffer.from(`checksum-of-${name}`).toString('base64')]));
  return {apiVersion: 'v1', kind: 'Secret', metadata: {name: 'configuration-checksums', namespace: machines}, type: 'Opaque', data};
}

function oldInstance(index: number): KubernetesObject {
  const phases = ['Running', 'Running', 'Pending', 'Failed'];
  return {
    apiVersion: deckhouse,
    kind: 'Instance',
    metadata: {name: `worker-machine-${index}`, labels: {'node.deckhouse.io/group': 'worker'}},
    status: {
      nodeRef: {name: nodeName(index)},
      classReference: {kind: 'YandexInstanceClass', name: 'worker'},
      currentStatus: {phase: phases[index % phases.length], lastUpdateTime: isoAgo(90_000)},
      lastOperation: {state: 'Successful', type: 'Create', lastUpdateTime: isoAgo(90_000)},
    },
  };
}

export function nodeName(index: number): string {
  return `${groups[index % groups.length]}-${String(index).padStart(3, '0')}`;
}

/** Made Ready by kwok. Every twentieth is cordoned, every thirtieth waits for its turn to be updated. */
function platformNode(index: number): KubernetesObject {
  const group = groups[index % groups.length] ?? '';
  const isWaiting = index % 30 === 7;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: nodeName(index),
      labels: {'node.deckhouse.io/group': group, [`node-role.kubernetes.io/${group}`]: '', 'kubernetes.io/os': 'linux'},
      annotations: isWaiting
        ? {'update.node.deckhouse.io/waiting-for-approval': ''}
        : {'node.deckhouse.io/configuration-checksum': `checksum-of-${group}`},
    },
    spec: {...(index % 20 === 3 && {unschedulable: true})},
  };
}

/** Most run on a node; every tenth finds none, every tenth crashes (without a node: kwok would mend it). */
function platformPod(index: number, nodes: number): KubernetesObject {
  const namespace = namespaces[index % 3] ?? 'shop';
  const metadata = {name: `web-${String(index).padStart(2, '0')}`, namespace, labels: {app: 'web', tier: index % 2 === 0 ? 'even' : 'odd'}};
  const image = 'registry.example.com/web:1.2';
  const spec = {
    containers: [
      {name: 'web', image},
      {name: 'sidecar', image},
    ],
    tolerations: [{operator: 'Exists'}],
  };
  const pod = {apiVersion: 'v1', kind: 'Pod', metadata, spec};
  if (index % 10 === 4) {
    const message = `0/${nodes} nodes are available: insufficient cpu.`;
    return {...pod, status: {conditions: [{type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message}]}};
  }
  if (index % 10 === 8) {
    const restarts = {image, imageID: '', ready: false, restartCount: 7};
    return {
      ...pod,
      status: {
        phase: 'Running',
        containerStatuses: [
          {name: 'web', ...restarts, state: {waiting: {reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container'}}},
          {name: 'sidecar', ...restarts, restartCount: 0, ready: true, state: {running: {startedAt: isoAgo(300_000)}}},
        ],
      },
    };
  }
  return {...pod, spec: {...spec, nodeName: nodeName(index % nodes)}};
}

function platformEvent(index: number): KubernetesObject {
  const at = isoAgo(index * 20_000);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {name: `web-04.${index}`, namespace: index < 15 ? 'shop' : 'default'},
    involvedObject: {apiVersion: 'v1', kind: 'Pod', name: 'web-08', namespace: index < 15 ? 'shop' : 'default'},
    type: index % 3 === 0 ? 'Warning' : 'Normal',
    reason: index % 3 === 0 ? 'BackOff' : 'Pulled',
    message: `event number ${index}`,
    source: {component: 'kubelet'},
    firstTimestamp: at,
    lastTimestamp: at,
    count: index + 1,
  };
}

function each<Item>(count: number, make: (index: number) => Item): Item[] {
  return Array.from({length: count}, (_, index) => make(index));
}

/** Relative to now, so that ages look alike whenever the tests run. */
function isoAgo(agoMs: number): string {
  return new Date(Date.now() - agoMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
