/** What stands around a database before anybody made one: nodes, StorageClasses, modules, the operator's and Deckhouse's own pods. */
import type {Fields} from '../../src/domain/fields.ts';
import {folderProvisioner} from '../../src/embedded/world/postgres/volume-provisioner.ts';
import type {Draft} from '../../src/embedded/world/world-client.ts';
import {configDraft, moduleDraft} from './module-drafts.ts';
import {nodeDraft} from './node-drafts.ts';

export const oldClass = 'network-hdd';
export const newClass = 'network-ssd';
/** Nobody serves its provisioner. */
export const deadClass = 'nobody-serves';

export function classDraft(name: string, more: Fields = {}): Draft {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: {name},
    provisioner: folderProvisioner,
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: true,
    ...more,
  };
}

export function deploymentDraft(namespace: string, name: string, labels: Readonly<Record<string, string>> = {}): Draft {
  const all = {app: name, ...labels};
  const containers = [{name, image: `registry.example.com/${name}:v1.0.0`}];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {name, namespace, labels: {app: name}},
    spec: {replicas: 1, selector: {matchLabels: {app: name}}, template: {metadata: {labels: all}, spec: {containers}}},
  };
}

function namespaceDraft(name: string): Draft {
  return {apiVersion: 'v1', kind: 'Namespace', metadata: {name}};
}

const ready = {EnabledByModuleConfig: 'True', EnabledByModuleManager: 'True', IsReady: 'True', LastReleaseDeployed: 'True'};

export function surroundingsDrafts(): readonly Draft[] {
  return [
    ...['worker-a', 'worker-b', 'worker-c'].map(name => nodeDraft(name)),
    classDraft(oldClass),
    classDraft(newClass),
    classDraft(deadClass, {provisioner: 'absent.example.com'}),
    namespaceDraft('d8-system'),
    namespaceDraft('d8-operator-postgres'),
    namespaceDraft('shop'),
    moduleDraft('operator-postgres', {source: 'deckhouse', version: 'v1.0.13', releaseChannel: 'Stable'}, 'Ready', ready),
    deploymentDraft('d8-system', 'deckhouse', {leader: 'true'}),
    deploymentDraft('d8-operator-postgres', 'operator-postgres'),
  ];
}

export function commanderDrafts(isHighlyAvailable: boolean): readonly Draft[] {
  const postgres = {mode: 'Internal', internal: {storageClass: oldClass}};
  return [
    moduleDraft('commander', {source: 'deckhouse', version: 'v1.12.4', releaseChannel: 'Stable'}, 'Ready', ready),
    configDraft('commander', {enabled: true, version: 1, settings: {postgres, highAvailability: isHighlyAvailable}}),
  ];
}

/** Of a team of its own, without a module. */
export function foreignDraft(instances: number): Draft {
  return {
    apiVersion: 'acid.zalan.do/v1',
    kind: 'postgresql',
    metadata: {name: 'shop-postgres', namespace: 'shop'},
    spec: {
      teamId: 'shop',
      numberOfInstances: instances,
      postgresql: {version: '15'},
      volume: {size: '5Gi', storageClass: oldClass},
    },
  };
}
