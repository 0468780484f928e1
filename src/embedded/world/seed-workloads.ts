/** Namespaces, workloads with their controllers' objects, and pods placed on the nodes. */
import type {Fields} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import {nodeCatalogue} from './node-catalogue.ts';
import {podDraft, podSpec} from './pod-shape.ts';
import {revisionDraft} from './reactions/workloads/revisions.ts';
import {day, digits, type Seeding} from './seeding.ts';
import {type PodTrouble, type WorkloadRow, workloadCatalogue} from './workload-catalogue.ts';
import {type Draft, refOf} from './world-client.ts';

const existingNamespaces = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);

/** Letters that Kubernetes uses in generated names. */
const nameLetters = 'bcdfghjklmnpqrstvwxz2456789';

export function generatedSuffix(seed: string, length = 5): string {
  return [...digits(seed, length * 2)].reduce(
    (name, digit, index) => (index % 2 === 0 ? name : name + nameLetters[(Number.parseInt(digit, 16) + index * 7) % nameLetters.length]),
    '',
  );
}

export async function seedNamespaces(seeding: Seeding): Promise<void> {
  const names = new Set(workloadCatalogue.map(({namespace}) => namespace));
  for (const name of names) {
    if (existingNamespaces.has(name)) continue;
    const labels = name.startsWith('d8-')
      ? {heritage: 'deckhouse', 'security.deckhouse.io/pod-policy': 'privileged'}
      : {'extended-monitoring.deckhouse.io/enabled': ''};
    await seeding.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name, labels}}, (name.startsWith('d8-') ? 214 : 70) * day);
  }
}

const backup = {name: 'backup', namespace: 'shop'};

/** Once a night; somebody looks whether the last one failed. */
export async function seedCronJobs(seeding: Seeding): Promise<void> {
  const row: WorkloadRow = {...backup, kind: 'Job', groups: ['worker'], containers: ['backup:1.3']};
  await seeding.create(
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: backup,
      spec: {
        schedule: '0 2 * * *',
        concurrencyPolicy: 'Forbid',
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 1,
        suspend: false,
        jobTemplate: {spec: {backoffLimit: 0, template: {metadata: {labels: {app: 'backup'}}, spec: podSpec(row)}}},
      },
      status: {lastScheduleTime: seeding.ago(0.2 * day), lastSuccessfulTime: seeding.ago(day)},
    },
    40 * day,
  );
}

export async function seedWorkloads(seeding: Seeding): Promise<void> {
  for (const row of workloadCatalogue) {
    const ageMs = (row.ageDays ?? 20) * day;
    const places = placesOf(row);
    const owner = await seedOwner(
      seeding,
      row,
      places.map(({trouble}) => trouble),
      ageMs,
    );
    for (const place of places) {
      const draft = podDraft(row, {...place, owner}, age => seeding.ago(age));
      await seeding.create(draft, ageMs);
      if (place.trouble === 'terminating') await seeding.client.remove(refOf(draft), {gracePeriodSeconds: 0});
    }
  }
}

type Place = {readonly name: string; readonly nodeName: string | undefined; readonly trouble: PodTrouble};

function placesOf(row: WorkloadRow): readonly Place[] {
  const nodes = nodeCatalogue.filter(({group}) => row.groups.includes(group));
  const open = row.kind === 'DaemonSet' ? nodes : nodes.filter(({stage, isLost}) => !stage.startsWith('drain') && isLost !== true);
  const count = row.kind === 'DaemonSet' ? nodes.length : (row.replicas ?? 1);
  return Array.from({length: count}, (_, index) => {
    const trouble = row.troubles?.[index] ?? 'none';
    const nodeName = trouble === 'unschedulable' ? undefined : open[(index + row.name.length) % open.length]?.name;
    return {name: podName(row, index, nodeName), nodeName, trouble};
  });
}

function podName(row: WorkloadRow, index: number, nodeName: string | undefined): string {
  switch (row.kind) {
    case 'StatefulSet':
      return `${row.name}-${index}`;
    case 'Pod':
      return row.name;
    case 'Deployment':
      return `${row.name}-${templateHash(row)}-${generatedSuffix(`${row.namespace}${row.name}${index}`)}`;
    case 'DaemonSet':
      return row.namespace === 'kube-system'
        ? `${row.name}-${nodeName ?? ''}`
        : `${row.name}-${generatedSuffix(`${row.namespace}${row.name}${index}`)}`;
    case 'Job':
      return `${row.name}-${generatedSuffix(`${row.namespace}${row.name}${index}`)}`;
  }
}

function templateHash(row: WorkloadRow): string {
  return digits(`${row.namespace}/${row.name}/${row.containers.join()}`, 9);
}

/** The object that owns the pods: of a Deployment its ReplicaSet. Pods of the control plane and single ones have none. */
async function seedOwner(seeding: Seeding, row: WorkloadRow, troubles: readonly PodTrouble[], ageMs: number): Promise<Fields | undefined> {
  if (row.kind === 'Pod' || row.namespace === 'kube-system') return undefined;
  const well = troubles.filter(trouble => trouble === 'none' || trouble === 'terminating').length;
  const main = await seeding.create(workloadDraft(row, troubles, well, seeding), ageMs);
  if (row.kind === 'StatefulSet' || row.kind === 'DaemonSet') await seeding.create(revisionDraft(main, 1), ageMs);
  if (row.kind !== 'Deployment') return ownerReference(main);
  if (row.imageBefore !== undefined) {
    const before = {...row, containers: [row.imageBefore, ...row.containers.slice(1)]};
    await seeding.create(replicaSetDraft(before, main, {revision: 1, replicas: 0, ready: 0}), ageMs * 3);
  }
  const revision = revisionOf(row);
  return ownerReference(await seeding.create(replicaSetDraft(row, main, {revision, replicas: troubles.length, ready: well}), ageMs));
}

const revisionAnnotation = 'deployment.kubernetes.io/revision';

function revisionOf({imageBefore}: WorkloadRow): number {
  return imageBefore === undefined ? 1 : 2;
}

function replicaSetDraft(
  row: WorkloadRow,
  owner: KubeObject,
  {revision, replicas, ready}: {readonly revision: number; readonly replicas: number; readonly ready: number},
): Draft {
  const labels = {app: row.name, 'pod-template-hash': templateHash(row)};
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${row.name}-${templateHash(row)}`,
      namespace: row.namespace,
      labels,
      annotations: {[revisionAnnotation]: String(revision)},
      ownerReferences: [ownerReference(owner)],
    },
    spec: {replicas, selector: {matchLabels: labels}, template: {metadata: {labels}, spec: podSpec(row)}},
    status: {replicas, readyReplicas: ready, availableReplicas: ready, observedGeneration: 1},
  };
}

function ownerReference(owner: KubeObject): Fields {
  const {apiVersion, kind, metadata} = owner;
  return {apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true};
}

function workloadDraft(row: WorkloadRow, troubles: readonly PodTrouble[], well: number, seeding: Seeding): Draft {
  const labels = {app: row.name};
  const template = {metadata: {labels}, spec: podSpec(row)};
  const selector = {matchLabels: labels};
  const count = troubles.length;
  const annotations = {
    ...(row.kind === 'Deployment' && {[revisionAnnotation]: String(revisionOf(row))}),
    ...(row.name === 'deckhouse' && deckhouseAnnotations),
  };
  const metadata = {name: row.name, namespace: row.namespace, labels, annotations};
  switch (row.kind) {
    case 'DaemonSet':
      return {
        apiVersion: 'apps/v1',
        kind: 'DaemonSet',
        metadata,
        spec: {selector, template},
        status: {
          desiredNumberScheduled: count,
          currentNumberScheduled: count,
          numberReady: well,
          updatedNumberScheduled: count,
          numberAvailable: well,
          numberMisscheduled: 0,
        },
      };
    case 'StatefulSet':
      return {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata,
        spec: {replicas: count, serviceName: row.name, selector, template},
        status: {replicas: count, readyReplicas: well, currentReplicas: count, updatedReplicas: count, availableReplicas: well},
      };
    case 'Job':
      return {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata,
        spec: {completions: 1, parallelism: 1, backoffLimit: 0, template},
        status: jobStatus(row, troubles[0], seeding),
      };
    default:
      return {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: {replicas: count, selector, template},
        status: {
          replicas: count,
          readyReplicas: well,
          updatedReplicas: count,
          availableReplicas: well,
          unavailableReplicas: count - well,
          observedGeneration: 1,
        },
      };
  }
}

const deckhouseAnnotations = {'core.deckhouse.io/version': 'v1.71.3', 'core.deckhouse.io/edition': 'EE'};

function jobStatus(row: WorkloadRow, trouble: PodTrouble | undefined, seeding: Seeding): Fields {
  const startTime = seeding.ago((row.ageDays ?? 0) * day);
  const endTime = seeding.ago((row.ageDays ?? 0) * day - 95_000);
  const conditions = (types: readonly string[], reason: string, message: string) =>
    types.map(type => ({type, status: 'True', reason, message, lastProbeTime: endTime, lastTransitionTime: endTime}));
  const counted = {uncountedTerminatedPods: {}, ready: 0, terminating: 0};
  if (trouble === 'completed') {
    const done = conditions(['SuccessCriteriaMet', 'Complete'], 'CompletionsReached', 'Reached expected number of succeeded pods');
    return {startTime, completionTime: endTime, succeeded: 1, conditions: done, ...counted};
  }
  if (trouble === 'failed') {
    const failed = conditions(['FailureTarget', 'Failed'], 'BackoffLimitExceeded', 'Job has reached the specified backoff limit');
    return {startTime, failed: 1, conditions: failed, ...counted};
  }
  return {startTime, active: 1};
}
