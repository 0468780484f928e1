/** Rows of nodes, namespaces, events, configuration and the small kinds around them. */
import type {KubeObject} from '../../../domain/kube-object.ts';
import {ageOf} from './cell-age.ts';
import {at, columnsOf, countAt, fieldsAt, listAt, nameColumn, or, type Printer, textAt} from './printer.ts';

const age = (object: KubeObject, nowMs: number) => ageOf(object.metadata.creationTimestamp, nowMs);

const nodeRolePrefix = 'node-role.kubernetes.io/';

const node: Printer = {
  columns: [
    nameColumn,
    ...columnsOf(
      'Status',
      'Roles',
      'Age',
      'Version',
      'Internal-IP/wide',
      'External-IP/wide',
      'OS-Image/wide',
      'Kernel-Version/wide',
      'Container-Runtime/wide',
    ),
  ],
  cells(object, nowMs) {
    const info = fieldsAt(object, 'status', 'nodeInfo');
    const architecture = textAt(info, 'architecture');
    const address = (type: string) =>
      textAt(
        listAt(object, 'status', 'addresses').find(item => item.type === type),
        'address',
      );
    return [
      object.metadata.name,
      nodeStatus(object),
      or(nodeRoles(object).join(','), '<none>'),
      age(object, nowMs),
      textAt(info, 'kubeletVersion'),
      or(address('InternalIP'), '<none>'),
      or(address('ExternalIP'), '<none>'),
      or(textAt(info, 'osImage'), '<unknown>'),
      `${or(textAt(info, 'kernelVersion'), '<unknown>')}${architecture === '' ? '' : ` (${architecture})`}`,
      or(textAt(info, 'containerRuntimeVersion'), '<unknown>'),
    ];
  },
};

function nodeStatus(object: KubeObject): string {
  const ready = listAt(object, 'status', 'conditions').findLast(item => item.type === 'Ready');
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return at(object, 'spec', 'unschedulable') === true ? `${word},SchedulingDisabled` : word;
}

function nodeRoles(object: KubeObject): readonly string[] {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(object.metadata.labels ?? {})) {
    if (key.startsWith(nodeRolePrefix) && key.length > nodeRolePrefix.length) roles.add(key.slice(nodeRolePrefix.length));
    if (key === 'kubernetes.io/role' && value !== '') roles.add(value);
  }
  return [...roles].sort();
}

const namespace: Printer = {
  columns: [nameColumn, ...columnsOf('Status', 'Age')],
  cells: (object, nowMs) => [object.metadata.name, textAt(object, 'status', 'phase'), age(object, nowMs)],
};

const eventColumns = columnsOf(
  'Last Seen',
  'Type',
  'Reason',
  'Object',
  'Subobject/wide',
  'Source/wide',
  'Message',
  'First Seen/wide',
  'Count/wide',
).concat({...nameColumn, priority: 1});

const coreEvent: Printer = {columns: eventColumns, cells: (object, nowMs) => eventCells(object, nowMs, coreEventNames)};

const newEvent: Printer = {columns: eventColumns, cells: (object, nowMs) => eventCells(object, nowMs, newEventNames)};

type EventNames = Readonly<Record<'about' | 'text' | 'first' | 'last' | 'count' | 'source' | 'controller', string>>;

const coreEventNames: EventNames = {
  about: 'involvedObject',
  text: 'message',
  first: 'firstTimestamp',
  last: 'lastTimestamp',
  count: 'count',
  source: 'source',
  controller: 'reportingComponent',
};

const newEventNames: EventNames = {
  about: 'regarding',
  text: 'note',
  first: 'deprecatedFirstTimestamp',
  last: 'deprecatedLastTimestamp',
  count: 'deprecatedCount',
  source: 'deprecatedSource',
  controller: 'reportingController',
};

function eventCells(object: KubeObject, nowMs: number, names: EventNames): readonly unknown[] {
  const first = ageOf(or(textAt(object, names.first), textAt(object, 'eventTime')), nowMs);
  const last = textAt(object, names.last);
  const series = at(object, 'series');
  const kind = textAt(object, names.about, 'kind').toLowerCase();
  const name = textAt(object, names.about, 'name');
  const component = or(textAt(object, names.source, 'component'), textAt(object, names.controller));
  const host = or(textAt(object, names.source, 'host'), textAt(object, 'reportingInstance'));
  return [
    series === undefined || series === null ? (last === '' ? first : ageOf(last, nowMs)) : ageOf(textAt(series, 'lastObservedTime'), nowMs),
    textAt(object, 'type'),
    textAt(object, 'reason'),
    name === '' ? kind : `${kind}/${name}`,
    textAt(object, names.about, 'fieldPath'),
    host === '' ? component : `${component}, ${host}`,
    textAt(object, names.text).trim(),
    first,
    series === undefined || series === null ? countAt(object, names.count) || 1 : countAt(series, 'count'),
    object.metadata.name,
  ];
}

const secret: Printer = {
  columns: [nameColumn, ...columnsOf('Type', 'Data', 'Age')],
  cells: (object, nowMs) => [
    object.metadata.name,
    textAt(object, 'type'),
    Object.keys(fieldsAt(object, 'data')).length,
    age(object, nowMs),
  ],
};

const configMap: Printer = {
  columns: [nameColumn, ...columnsOf('Data', 'Age')],
  cells: (object, nowMs) => [
    object.metadata.name,
    Object.keys(fieldsAt(object, 'data')).length + Object.keys(fieldsAt(object, 'binaryData')).length,
    age(object, nowMs),
  ],
};

const nameAndAge: Printer = {
  columns: [nameColumn, ...columnsOf('Age')],
  cells: (object, nowMs) => [object.metadata.name, age(object, nowMs)],
};

const lease: Printer = {
  columns: [nameColumn, ...columnsOf('Holder', 'Age')],
  cells: (object, nowMs) => [object.metadata.name, textAt(object, 'spec', 'holderIdentity'), age(object, nowMs)],
};

const priorityClass: Printer = {
  columns: [nameColumn, ...columnsOf('Value:integer', 'Global-Default:boolean', 'Age', 'PreemptionPolicy')],
  cells: (object, nowMs) => [
    object.metadata.name,
    countAt(object, 'value'),
    at(object, 'globalDefault') === true,
    age(object, nowMs),
    textAt(object, 'preemptionPolicy'),
  ],
};

const runtimeClass: Printer = {
  columns: [nameColumn, ...columnsOf('Handler', 'Age')],
  cells: (object, nowMs) => [object.metadata.name, textAt(object, 'handler'), age(object, nowMs)],
};

const roleBinding: Printer = {
  columns: [nameColumn, ...columnsOf('Role', 'Age', 'Users/wide', 'Groups/wide', 'ServiceAccounts/wide')],
  cells(object, nowMs) {
    const subjects = (kind: string) => listAt(object, 'subjects').filter(subject => subject.kind === kind);
    const names = (kind: string) =>
      subjects(kind)
        .map(subject => textAt(subject, 'name'))
        .join(', ');
    const accounts = subjects('ServiceAccount').map(subject => `${textAt(subject, 'namespace')}/${textAt(subject, 'name')}`);
    const role = `${textAt(object, 'roleRef', 'kind')}/${textAt(object, 'roleRef', 'name')}`;
    return [object.metadata.name, role, age(object, nowMs), names('User'), names('Group'), accounts.join(', ')];
  },
};

const resourceQuota: Printer = {
  columns: [nameColumn, ...columnsOf('Request', 'Limit', 'Age')],
  cells(object, nowMs) {
    const hard = Object.entries(fieldsAt(object, 'status', 'hard')).sort(([a], [b]) => (a < b ? -1 : 1));
    const text = (isLimit: boolean) =>
      hard
        .filter(([name]) => name.startsWith('limits.') === isLimit)
        .map(([name, value]) => `${name}: ${or(textAt(object, 'status', 'used', name), '0')}/${String(value)}`)
        .join(', ');
    return [object.metadata.name, text(false), text(true), age(object, nowMs)];
  },
};

const resourceSlice: Printer = {
  columns: [nameColumn, ...columnsOf('Node', 'Driver', 'Pool', 'Age')],
  cells: (object, nowMs) => [
    object.metadata.name,
    or(textAt(object, 'spec', 'nodeName'), '<unset>'),
    textAt(object, 'spec', 'driver'),
    textAt(object, 'spec', 'pool', 'name'),
    age(object, nowMs),
  ],
};

const resourceClaim: Printer = {
  columns: [nameColumn, ...columnsOf('State', 'Age')],
  cells(object, nowMs) {
    const states = [
      ...(object.metadata.deletionTimestamp === undefined ? [] : ['deleted']),
      at(object, 'status', 'allocation') === undefined ? 'pending' : 'allocated',
      ...(listAt(object, 'status', 'reservedFor').length > 0 ? ['reserved'] : []),
    ];
    return [object.metadata.name, states.join(','), age(object, nowMs)];
  },
};

export const clusterPrinters: Readonly<Record<string, Printer>> = {
  nodes: node,
  namespaces: namespace,
  events: coreEvent,
  'events.events.k8s.io': newEvent,
  secrets: secret,
  configmaps: configMap,
  serviceaccounts: nameAndAge,
  'leases.coordination.k8s.io': lease,
  'priorityclasses.scheduling.k8s.io': priorityClass,
  'runtimeclasses.node.k8s.io': runtimeClass,
  'rolebindings.rbac.authorization.k8s.io': roleBinding,
  'clusterrolebindings.rbac.authorization.k8s.io': roleBinding,
  resourcequotas: resourceQuota,
  'resourceslices.resource.k8s.io': resourceSlice,
  'deviceclasses.resource.k8s.io': nameAndAge,
  'resourceclaims.resource.k8s.io': resourceClaim,
  'resourceclaimtemplates.resource.k8s.io': nameAndAge,
};
