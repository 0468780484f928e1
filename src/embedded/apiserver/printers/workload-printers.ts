/** Rows of the kinds that run pods. */

import {humanDuration} from '../../../domain/age.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import {ageOf} from './cell-age.ts';
import {
  at,
  columnsOf,
  containerCells,
  countAt,
  fieldsAt,
  formatLabels,
  formatSelector,
  listAt,
  nameColumn,
  or,
  type Printer,
  textAt,
} from './printer.ts';

const wideColumns = columnsOf('Containers/wide', 'Images/wide', 'Selector/wide');

const wideCells = (object: KubeObject) => [
  ...containerCells(at(object, 'spec', 'template', 'spec')),
  formatSelector(fieldsAt(object, 'spec', 'selector')),
];

const age = (object: KubeObject, nowMs: number) => ageOf(object.metadata.creationTimestamp, nowMs);

const deployment: Printer = {
  columns: [nameColumn, ...columnsOf('Ready', 'Up-to-date', 'Available', 'Age'), ...wideColumns],
  cells: (object, nowMs) => [
    object.metadata.name,
    `${countAt(object, 'status', 'readyReplicas')}/${countAt(object, 'spec', 'replicas')}`,
    countAt(object, 'status', 'updatedReplicas'),
    countAt(object, 'status', 'availableReplicas'),
    age(object, nowMs),
    ...wideCells(object),
  ],
};

const statefulSet: Printer = {
  columns: [nameColumn, ...columnsOf('Ready', 'Age', 'Containers/wide', 'Images/wide')],
  cells: (object, nowMs) => [
    object.metadata.name,
    `${countAt(object, 'status', 'readyReplicas')}/${countAt(object, 'spec', 'replicas')}`,
    age(object, nowMs),
    ...containerCells(at(object, 'spec', 'template', 'spec')),
  ],
};

const replicaSet: Printer = {
  columns: [nameColumn, ...columnsOf('Desired:integer', 'Current:integer', 'Ready:integer', 'Age'), ...wideColumns],
  cells: (object, nowMs) => [
    object.metadata.name,
    countAt(object, 'spec', 'replicas'),
    countAt(object, 'status', 'replicas'),
    countAt(object, 'status', 'readyReplicas'),
    age(object, nowMs),
    ...wideCells(object),
  ],
};

const replicationController: Printer = {
  columns: replicaSet.columns,
  cells: (object, nowMs) => [...replicaSet.cells(object, nowMs).slice(0, -1), formatLabels(fieldsAt(object, 'spec', 'selector'))],
};

const daemonSet: Printer = {
  columns: [
    nameColumn,
    ...columnsOf('Desired:integer', 'Current:integer', 'Ready:integer', 'Up-to-date:integer', 'Available:integer', 'Node Selector', 'Age'),
    ...wideColumns,
  ],
  cells: (object, nowMs) => [
    object.metadata.name,
    countAt(object, 'status', 'desiredNumberScheduled'),
    countAt(object, 'status', 'currentNumberScheduled'),
    countAt(object, 'status', 'numberReady'),
    countAt(object, 'status', 'updatedNumberScheduled'),
    countAt(object, 'status', 'numberAvailable'),
    formatLabels(fieldsAt(object, 'spec', 'template', 'spec', 'nodeSelector')),
    age(object, nowMs),
    ...wideCells(object),
  ],
};

const job: Printer = {
  columns: [nameColumn, ...columnsOf('Status', 'Completions', 'Duration', 'Age'), ...wideColumns],
  cells: (object, nowMs) => [
    object.metadata.name,
    jobStatus(object),
    jobCompletions(object),
    jobDuration(object, nowMs),
    age(object, nowMs),
    ...wideCells(object),
  ],
};

function jobStatus(object: KubeObject): string {
  const held = (type: string) => listAt(object, 'status', 'conditions').some(item => item.type === type && item.status === 'True');
  if (held('Complete')) return 'Complete';
  if (held('Failed')) return 'Failed';
  if (object.metadata.deletionTimestamp !== undefined) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(held) ?? 'Running';
}

function jobCompletions(object: KubeObject): string {
  const succeeded = countAt(object, 'status', 'succeeded');
  const wanted = at(object, 'spec', 'completions');
  if (typeof wanted === 'number') return `${succeeded}/${wanted}`;
  const parallelism = countAt(object, 'spec', 'parallelism');
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration(object: KubeObject, nowMs: number): string {
  const startMs = Date.parse(textAt(object, 'status', 'startTime'));
  if (Number.isNaN(startMs)) return '';
  const endMs = Date.parse(textAt(object, 'status', 'completionTime'));
  return humanDuration((Number.isNaN(endMs) ? nowMs : endMs) - startMs);
}

const cronJob: Printer = {
  columns: [nameColumn, ...columnsOf('Schedule', 'Timezone', 'Suspend:boolean', 'Active:integer', 'Last Schedule', 'Age'), ...wideColumns],
  cells(object, nowMs) {
    const lastSchedule = textAt(object, 'status', 'lastScheduleTime');
    const suspend = at(object, 'spec', 'suspend');
    return [
      object.metadata.name,
      textAt(object, 'spec', 'schedule'),
      or(textAt(object, 'spec', 'timeZone'), '<none>'),
      suspend === undefined ? '<unset>' : suspend === true ? 'True' : 'False',
      listAt(object, 'status', 'active').length,
      lastSchedule === '' ? '<none>' : ageOf(lastSchedule, nowMs),
      age(object, nowMs),
      ...containerCells(at(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec')),
      formatSelector(fieldsAt(object, 'spec', 'jobTemplate', 'spec', 'selector')),
    ];
  },
};

const podTemplate: Printer = {
  columns: [nameColumn, ...columnsOf('Containers', 'Images', 'Pod Labels')],
  cells: object => [
    object.metadata.name,
    ...containerCells(at(object, 'template', 'spec')),
    formatLabels(fieldsAt(object, 'template', 'metadata', 'labels')),
  ],
};

const podDisruptionBudget: Printer = {
  columns: [nameColumn, ...columnsOf('Min Available', 'Max Unavailable', 'Allowed Disruptions:integer', 'Age')],
  cells: (object, nowMs) => [
    object.metadata.name,
    String(at(object, 'spec', 'minAvailable') ?? 'N/A'),
    String(at(object, 'spec', 'maxUnavailable') ?? 'N/A'),
    countAt(object, 'status', 'disruptionsAllowed'),
    age(object, nowMs),
  ],
};

const controllerRevision: Printer = {
  columns: [nameColumn, ...columnsOf('Controller', 'Revision', 'Age')],
  cells(object, nowMs) {
    const owner = object.metadata.ownerReferences?.find(reference => reference.controller === true);
    const [group = ''] = (owner?.apiVersion ?? '').split('/');
    const kind = `${owner?.kind.toLowerCase() ?? ''}${owner?.apiVersion.includes('/') === true ? `.${group}` : ''}`;
    return [
      object.metadata.name,
      owner === undefined ? '<none>' : `${kind}/${owner.name}`,
      countAt(object, 'revision'),
      age(object, nowMs),
    ];
  },
};

const autoscaler: Printer = {
  columns: [nameColumn, ...columnsOf('Reference', 'Targets', 'MinPods', 'MaxPods', 'Replicas', 'Age')],
  cells: (object, nowMs) => [
    object.metadata.name,
    `${textAt(object, 'spec', 'scaleTargetRef', 'kind')}/${textAt(object, 'spec', 'scaleTargetRef', 'name')}`,
    or(listAt(object, 'spec', 'metrics').map(metricTarget).join(', '), '<none>'),
    String(at(object, 'spec', 'minReplicas') ?? '<unset>'),
    countAt(object, 'spec', 'maxReplicas'),
    countAt(object, 'status', 'currentReplicas'),
    age(object, nowMs),
  ],
};

function metricTarget(metric: unknown): string {
  const name = textAt(metric, 'resource', 'name');
  const utilization = at(metric, 'resource', 'target', 'averageUtilization');
  const average = textAt(metric, 'resource', 'target', 'averageValue');
  return `${name === '' ? '' : `${name}: `}<unknown>/${typeof utilization === 'number' ? `${utilization}%` : or(average, '<auto>')}`;
}

export const workloadPrinters: Readonly<Record<string, Printer>> = {
  'deployments.apps': deployment,
  'statefulsets.apps': statefulSet,
  'replicasets.apps': replicaSet,
  'daemonsets.apps': daemonSet,
  'controllerrevisions.apps': controllerRevision,
  'jobs.batch': job,
  'cronjobs.batch': cronJob,
  'horizontalpodautoscalers.autoscaling': autoscaler,
  'poddisruptionbudgets.policy': podDisruptionBudget,
  replicationcontrollers: replicationController,
  podtemplates: podTemplate,
};
