/** The objects of a cluster as the operator makes them out of its custom resource. */
import {type Fields, readFields, readNumber, readString} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import {memberContainer} from '../../../domain/postgres/member-commands.ts';
import {digits} from '../seeding.ts';
import type {Draft} from '../world-client.ts';

/** What an installation of the operator decides for all its clusters. */
export type SpiloShape = {
  readonly image?: string;
  /** Patroni's state in ConfigMaps; else in Endpoints. */
  readonly usesConfigMaps?: boolean;
  /** Put into the container of every pod. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly terminationGracePeriodSeconds?: number;
};

const defaultImage = 'registry.example.com/acid/spilo-15:3.0-p1';
export const templateMark = 'acid.zalan.do/pod-template';
export const rollingUpdateMark = 'zalando-postgres-operator-rolling-update-required';

export function labelsOf(cluster: KubeObject): Record<string, string> {
  return {application: 'spilo', 'cluster-name': cluster.metadata.name, team: readString(cluster, 'spec.teamId') ?? 'acid'};
}

/** Without the team: what sets and services select by. */
function selectorOf(cluster: KubeObject): Record<string, string> {
  return {application: 'spilo', 'cluster-name': cluster.metadata.name};
}

export function instancesOf(cluster: KubeObject): number {
  return readNumber(cluster, 'spec.numberOfInstances') ?? 1;
}

export function setDraft(cluster: KubeObject, shape: SpiloShape): Draft {
  const {name, namespace = ''} = cluster.metadata;
  const template = templateOf(cluster, shape);
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: {name, namespace, labels: labelsOf(cluster), annotations: {[templateMark]: digits(JSON.stringify(template), 16)}},
    spec: {
      replicas: instancesOf(cluster),
      serviceName: name,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: {type: 'OnDelete'},
      persistentVolumeClaimRetentionPolicy: {whenDeleted: 'Retain', whenScaled: 'Retain'},
      selector: {matchLabels: selectorOf(cluster)},
      template,
      volumeClaimTemplates: [claimTemplate(cluster)],
    },
  };
}

function claimTemplate(cluster: KubeObject): Fields {
  const storageClass = readString(cluster, 'spec.volume.storageClass') ?? '';
  return {
    metadata: {name: 'pgdata', labels: labelsOf(cluster)},
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: {requests: {storage: readString(cluster, 'spec.volume.size') ?? '1Gi'}},
      volumeMode: 'Filesystem',
      ...(storageClass !== '' && {storageClassName: storageClass}),
    },
  };
}

function templateOf(cluster: KubeObject, shape: SpiloShape): Fields {
  const environment = {
    SCOPE: cluster.metadata.name,
    PGROOT: '/home/postgres/pgdata/pgroot',
    PGVERSION: readString(cluster, 'spec.postgresql.version') ?? '15',
    KUBERNETES_SCOPE_LABEL: 'cluster-name',
    KUBERNETES_ROLE_LABEL: 'spilo-role',
    KUBERNETES_LABELS: '{"application":"spilo"}',
    DCS_ENABLE_KUBERNETES_API: 'true',
    ...(shape.usesConfigMaps === true && {KUBERNETES_USE_CONFIGMAPS: 'true'}),
    ...shape.environment,
  };
  return {
    metadata: {labels: labelsOf(cluster)},
    spec: {
      terminationGracePeriodSeconds: shape.terminationGracePeriodSeconds ?? 300,
      ...(shape.nodeSelector !== undefined && {nodeSelector: shape.nodeSelector}),
      containers: [
        {
          name: memberContainer,
          image: readString(cluster, 'spec.dockerImage') ?? shape.image ?? defaultImage,
          ports: [
            {containerPort: 8008, name: 'patroni', protocol: 'TCP'},
            {containerPort: 5432, name: 'postgresql', protocol: 'TCP'},
            {containerPort: 8080, name: 'metrics', protocol: 'TCP'},
          ],
          env: Object.entries(environment).map(([name, value]) => ({name, value})),
          resources: readFields(cluster, 'spec.resources'),
          volumeMounts: [{name: 'pgdata', mountPath: '/home/postgres/pgdata'}],
        },
      ],
    },
  };
}

/** Services, the budget, credentials: all but the set. */
export function surroundingDrafts(cluster: KubeObject, shape: SpiloShape): readonly Draft[] {
  const {name, namespace = ''} = cluster.metadata;
  const labels = labelsOf(cluster);
  const meta = (own: string) => ({name: own, namespace, labels});
  const ports = [{name: 'postgresql', port: 5432, protocol: 'TCP', targetPort: 5432}];
  const master = {...selectorOf(cluster), 'spilo-role': 'master'};
  return [
    {apiVersion: 'v1', kind: 'Secret', metadata: meta(secretName('postgres', name)), type: 'Opaque', data: credentials('postgres', name)},
    {apiVersion: 'v1', kind: 'Secret', metadata: meta(secretName('standby', name)), type: 'Opaque', data: credentials('standby', name)},
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {...meta(name), labels: {...labels, 'spilo-role': 'master'}},
      spec: {type: 'ClusterIP', ports, ...(shape.usesConfigMaps === true && {selector: master})},
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {...meta(`${name}-repl`), labels: {...labels, 'spilo-role': 'replica'}},
      spec: {type: 'ClusterIP', ports, selector: {...selectorOf(cluster), 'spilo-role': 'replica'}},
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: meta(`postgres-${name}-pdb`),
      spec: {minAvailable: 1, selector: {matchLabels: master}},
    },
  ];
}

function secretName(user: string, cluster: string): string {
  return `${user}.${cluster}.credentials.postgresql.acid.zalan.do`;
}

function credentials(user: string, cluster: string): Fields {
  const encoded = (text: string) => Buffer.from(text).toString('base64');
  return {username: encoded(user), password: encoded(digits(`${user}/${cluster}/password`, 32))};
}
