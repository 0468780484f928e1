/** Nodes, groups and pods for the tests of runbooks, as a platform has them. */
import type {Fields} from '../../src/domain/fields.ts';
import type {Draft, Ref} from '../../src/embedded/world/world-client.ts';

const updatePrefix = 'update.node.deckhouse.io/';

type NodeOptions = {
  readonly group?: string;
  /** `approved`, `draining=user`: annotations of the update. */
  readonly marks?: readonly string[];
  readonly isReady?: boolean;
  readonly isCordoned?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly address?: string;
};

export function nodeDraft(
  name: string,
  {group = 'worker', marks = [], isReady = true, isCordoned = false, labels = {}, address}: NodeOptions = {},
): Draft {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {...(group === '' ? {} : {'node.deckhouse.io/group': group, [`node-role.kubernetes.io/${group}`]: ''}), ...labels},
      annotations: {'node.deckhouse.io/configuration-checksum': 'old', ...marksOf(marks)},
    },
    spec: {...(isCordoned && {unschedulable: true})},
    status: {
      conditions: [{type: 'Ready', status: isReady ? 'True' : 'False', reason: 'Kubelet', message: ''}],
      nodeInfo: {
        bootID: `boot-1-${name}`,
        machineID: '',
        systemUUID: '',
        kernelVersion: '',
        osImage: '',
        containerRuntimeVersion: '',
        kubeletVersion: '',
        kubeProxyVersion: '',
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
      ...(address !== undefined && {addresses: [{type: 'InternalIP', address}]}),
    },
  };
}

export function masterDraft(name: string, options: NodeOptions = {}): Draft {
  return nodeDraft(name, {group: 'master', labels: {'node-role.kubernetes.io/control-plane': ''}, ...options});
}

export function groupDraft(name: string, spec: Fields = {nodeType: 'Static'}, status: Fields = {}): Draft {
  return {apiVersion: 'deckhouse.io/v1', kind: 'NodeGroup', metadata: {name}, spec, status};
}

export function cloudSpec(minPerZone: number, maxPerZone: number, more: Fields = {}): Fields {
  return {
    nodeType: 'CloudEphemeral',
    cloudInstances: {classReference: {kind: 'YandexInstanceClass', name: 'worker'}, minPerZone, maxPerZone},
    ...more,
  };
}

/** A group that takes the hosts labelled `role`. */
export function hostGroupDraft(name: string, role: string, count: number, nodeType = 'Static'): Draft {
  return groupDraft(name, {nodeType, staticInstances: {count, labelSelector: {matchLabels: {role}}}});
}

export function hostDraft(name: string, role: string, phase: string, status: Fields = {}): Draft {
  return {
    apiVersion: 'deckhouse.io/v1alpha2',
    kind: 'StaticInstance',
    metadata: {name, labels: {role}},
    spec: {address: `10.0.0.${name.length}`, credentialsRef: {apiVersion: 'deckhouse.io/v1alpha2', kind: 'SSHCredentials', name: 'ops'}},
    status: {currentStatus: {phase}, ...status},
  };
}

/** Runs as node `<name>-node` in `group`. */
export function takenHostDraft(name: string, role: string, group: string): Draft {
  return hostDraft(name, role, 'Running', {machineRef: {name: `${group}-${name}`}, nodeRef: {name: `${name}-node`}});
}

export const credentialsDraft: Draft = {
  apiVersion: 'deckhouse.io/v1alpha2',
  kind: 'SSHCredentials',
  metadata: {name: 'ops'},
  spec: {user: 'ops', privateSSHKey: 'a2V5'},
};

export function classDraft(name: string): Draft {
  return {apiVersion: 'deckhouse.io/v1', kind: 'YandexInstanceClass', metadata: {name}, spec: {cores: 4, memory: 8192}};
}

export function instanceDraft(name: string, phase = 'Running', group = 'worker'): Draft {
  return {
    apiVersion: 'deckhouse.io/v1alpha1',
    kind: 'Instance',
    metadata: {name, labels: {'node.deckhouse.io/group': group}, finalizers: ['node-manager.hooks.deckhouse.io/instance-controller']},
    status: {currentStatus: {phase}, nodeRef: {name}},
  };
}

/** Deployment d8-system/deckhouse, by which a cluster is known to have the platform. */
export const platformDrafts: readonly Draft[] = [
  {apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'd8-system'}},
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {name: 'deckhouse', namespace: 'd8-system'},
    spec: {
      selector: {matchLabels: {app: 'deckhouse'}},
      template: {metadata: {labels: {app: 'deckhouse'}}, spec: {containers: [{name: 'deckhouse', image: 'deckhouse:1'}]}},
    },
  },
];

type Owner = {readonly kind: string; readonly name: string; readonly uid?: string};

export function podDraft(
  name: string,
  node: string,
  owner?: Owner,
  more: {readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>>} = {},
): Draft {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      ...more,
      ...(owner && {
        // Of a kind that nobody serves, so that no garbage collector misses the owner.
        ownerReferences: [
          {apiVersion: owner.uid === undefined ? 'example.com/v1' : 'apps/v1', uid: `uid-${owner.name}`, controller: true, ...owner},
        ],
      }),
    },
    spec: {nodeName: node, containers: [{name: 'main', image: 'main:1'}]},
    status: {phase: 'Running', conditions: [{type: 'Ready', status: 'True'}]},
  };
}

export function refTo({apiVersion, kind, metadata}: Draft): Ref {
  const {name, namespace} = metadata;
  return {apiVersion, kind, name, ...(namespace !== undefined && {namespace})};
}

export function nodeRef(name: string): Ref {
  return {apiVersion: 'v1', kind: 'Node', name};
}

/** A change of annotations: `approved`, `drained=user`, and `-approved` to take one away. */
export function marksPatch(...marks: readonly string[]): Fields {
  return {metadata: {annotations: marksOf(marks)}};
}

function marksOf(marks: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(
    marks.map(mark => {
      const [name = '', value = ''] = mark.split('=');
      return name.startsWith('-') ? [`${updatePrefix}${name.slice(1)}`, null] : [`${updatePrefix}${name}`, value];
    }),
  );
}
