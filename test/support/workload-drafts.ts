/** Workloads with their pods and earlier revisions, as drafts for a server. */
import type {Fields} from '../../src/domain/fields.ts';
import type {KubeObject} from '../../src/domain/kube-object.ts';
import type {Draft, Ref} from '../../src/embedded/world/world-client.ts';

const labels = {app: 'web'};
export const webRef: Ref = {apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'default'};
export const settled = {observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2};

export function template(image: string, more: Fields = {}): Fields {
  return {metadata: {labels}, spec: {containers: [{name: 'app', image}], ...more}};
}

export function deployment(image = 'web:1', more: Fields = {}, status: Fields = settled): Draft {
  return workload('Deployment', {replicas: 2, ...more}, image, status);
}

export function workload(kind: string, spec: Fields, image = 'web:1', status: Fields = {}): Draft {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: {name: 'web', namespace: 'default'},
    spec: {selector: {matchLabels: labels}, ...(kind === 'StatefulSet' ? {serviceName: 'web'} : {}), template: template(image), ...spec},
    status,
  };
}

export function ownedBy({apiVersion = '', kind = '', metadata}: KubeObject): readonly Fields[] {
  return [{apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true}];
}

export function replicaSet(revision: number, image: string, owner: KubeObject): Draft {
  const hash = {'pod-template-hash': `h${revision}`};
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `web-${revision}`,
      namespace: 'default',
      labels: {...labels, ...hash},
      annotations: {'deployment.kubernetes.io/revision': String(revision)},
      ownerReferences: ownedBy(owner),
    },
    spec: {
      replicas: 0,
      selector: {matchLabels: {...labels, ...hash}},
      template: {metadata: {labels: {...labels, ...hash}}, spec: {containers: [{name: 'app', image}]}},
    },
  };
}

export function pod(name: string, more: Fields = {}, status: Fields = {}, ownerReferences: readonly Fields[] = []): Draft {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name, namespace: 'default', labels, ownerReferences},
    spec: {containers: [{name: 'app', image: 'web:1'}], ...more},
    status,
  };
}

export const cronJobDraft: Draft = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: {name: 'backup', namespace: 'default'},
  spec: {
    schedule: '0 3 * * *',
    jobTemplate: {
      metadata: {labels: {app: 'backup'}},
      spec: {template: {spec: {restartPolicy: 'Never', containers: [{name: 'backup', image: 'backup:1'}]}}},
    },
  },
};
