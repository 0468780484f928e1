import {describe, expect, test} from 'vitest';
import {type Fields, readList} from '../../../../src/domain/fields.ts';
import type {KubeObject} from '../../../../src/domain/kube-object.ts';
import {builtinTypes} from '../../../../src/embedded/apiserver/builtin-kinds.ts';
import type {ResourceType} from '../../../../src/embedded/apiserver/resource-type.ts';
import {toTable} from '../../../../src/embedded/apiserver/table.ts';

const nowMs = Date.UTC(2026, 0, 2);
const dayAgo = '2026-01-01T00:00:00Z';

function typeNamed(kind: string, group = ''): ResourceType {
  const type = builtinTypes.find(candidate => candidate.kind === kind && candidate.group === group);
  if (type === undefined) throw new Error(`no type ${kind}`);
  return type;
}

function object(fields: Fields): KubeObject {
  return {...fields, metadata: {name: 'a', uid: 'u', resourceVersion: '7', creationTimestamp: dayAgo, ...(fields.metadata as object)}};
}

/** The cells by column name. */
function print(type: ResourceType, fields: Fields): Record<string, unknown> {
  const table = toTable(type, [object(fields)], {includeObject: 'None', nowMs, metadata: {}, hasColumns: true});
  const columns = readList(table, 'columnDefinitions') as {name: string}[];
  const [row] = readList(table, 'rows') as {cells: unknown[]}[];
  expect(row?.cells).toHaveLength(columns.length);
  return Object.fromEntries(columns.map((column, index) => [column.name, row?.cells[index]]));
}

const running = (name: string, more: object = {}) => ({name, ready: true, restartCount: 0, state: {running: {startedAt: dayAgo}}, ...more});

describe('pods', () => {
  const pod = typeNamed('Pod');
  const spec = {containers: [{name: 'a'}, {name: 'b'}], nodeName: 'worker-1'};

  test('ready containers, status, address and node', () => {
    const cells = print(pod, {
      spec,
      status: {phase: 'Running', podIPs: [{ip: '10.0.0.1'}], containerStatuses: [running('a'), running('b')]},
    });
    expect(cells).toMatchObject({
      Ready: '2/2',
      Status: 'Running',
      Restarts: '0',
      Age: '24h',
      IP: '10.0.0.1',
      Node: 'worker-1',
      'Nominated Node': '<none>',
    });
  });

  test('a crash loop shows its reason and its last restart', () => {
    const broken = {
      name: 'b',
      ready: false,
      restartCount: 12,
      state: {waiting: {reason: 'CrashLoopBackOff'}},
      lastState: {terminated: {exitCode: 1, finishedAt: '2026-01-01T23:57:00Z'}},
    };
    const cells = print(pod, {spec, status: {phase: 'Running', containerStatuses: [running('a'), broken]}});
    expect(cells).toMatchObject({Ready: '1/2', Status: 'CrashLoopBackOff', Restarts: '12 (3m ago)'});
  });

  test('init containers hide the main ones until they are done', () => {
    const init = {name: 'i', restartCount: 0, state: {running: {}}};
    const cells = print(pod, {
      spec: {...spec, initContainers: [{name: 'i'}, {name: 'j'}]},
      status: {phase: 'Pending', initContainerStatuses: [init]},
    });
    expect(cells).toMatchObject({Ready: '0/2', Status: 'Init:0/2'});
  });

  test('completed, and being deleted', () => {
    const done = {name: 'a', ready: false, restartCount: 0, state: {terminated: {exitCode: 0, reason: 'Completed'}}};
    expect(print(pod, {spec, status: {phase: 'Succeeded', containerStatuses: [done]}})).toMatchObject({Status: 'Completed'});
    const leaving = {metadata: {deletionTimestamp: dayAgo}, spec, status: {phase: 'Running', containerStatuses: [running('a')]}};
    expect(print(pod, leaving)).toMatchObject({Status: 'Terminating'});
  });
});

test('nodes: roles, cordon and kubelet version', () => {
  const cells = print(typeNamed('Node'), {
    metadata: {labels: {'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/control-plane': ''}},
    spec: {unschedulable: true},
    status: {
      conditions: [{type: 'Ready', status: 'False'}],
      addresses: [{type: 'InternalIP', address: '10.1.0.5'}],
      nodeInfo: {kubeletVersion: 'v1.32.4', kernelVersion: '6.8.0', architecture: 'amd64'},
    },
  });
  expect(cells).toMatchObject({
    Status: 'NotReady,SchedulingDisabled',
    Roles: 'control-plane,worker',
    Version: 'v1.32.4',
    'Internal-IP': '10.1.0.5',
    'External-IP': '<none>',
    'Kernel-Version': '6.8.0 (amd64)',
    'OS-Image': '<unknown>',
  });
});

test('events: both faces print the same', () => {
  const about = {kind: 'Pod', name: 'web-0', fieldPath: 'spec.containers{a}'};
  const core = print(typeNamed('Event'), {
    involvedObject: about,
    reason: 'BackOff',
    message: ' Back-off ',
    type: 'Warning',
    count: 4,
    firstTimestamp: dayAgo,
    lastTimestamp: '2026-01-01T23:59:30Z',
    source: {component: 'kubelet', host: 'worker-1'},
  });
  expect(core).toMatchObject({
    'Last Seen': '30s',
    Object: 'pod/web-0',
    Message: 'Back-off',
    Count: 4,
    Source: 'kubelet, worker-1',
    'First Seen': '24h',
  });
  const renamed = print(typeNamed('Event', 'events.k8s.io'), {
    regarding: about,
    reason: 'BackOff',
    note: 'Back-off',
    type: 'Warning',
    deprecatedCount: 4,
    deprecatedFirstTimestamp: dayAgo,
    deprecatedLastTimestamp: '2026-01-01T23:59:30Z',
    deprecatedSource: {component: 'kubelet', host: 'worker-1'},
  });
  expect(renamed).toEqual(core);
});

test('services and deployments', () => {
  const service = print(typeNamed('Service'), {
    spec: {type: 'NodePort', clusterIPs: ['10.2.0.1'], ports: [{port: 80, nodePort: 30080, protocol: 'TCP'}], selector: {app: 'a'}},
  });
  expect(service).toMatchObject({
    Type: 'NodePort',
    'Cluster-IP': '10.2.0.1',
    'External-IP': '<none>',
    'Port(s)': '80:30080/TCP',
    Selector: 'app=a',
  });
  const deployment = print(typeNamed('Deployment', 'apps'), {
    spec: {replicas: 3, selector: {matchLabels: {app: 'a'}}},
    status: {readyReplicas: 2, updatedReplicas: 3},
  });
  expect(deployment).toMatchObject({Ready: '2/3', 'Up-to-date': 3, Available: 0, Selector: 'app=a'});
});

test('custom resources print their columns, dates as ages, and nothing where a path finds nothing', () => {
  const type: ResourceType = {
    ...typeNamed('ConfigMap'),
    kind: 'Gizmo',
    printerColumns: [
      {name: 'Ready', type: 'string', jsonPath: ".status.conditions[?(@.type=='Ready')].status"},
      {name: 'Count', type: 'integer', jsonPath: '.status.count', priority: 1},
      {name: 'Since', type: 'date', jsonPath: '.status.since'},
      {name: 'Missing', type: 'string', jsonPath: '.status.nowhere'},
    ],
  };
  expect(print(type, {status: {conditions: [{type: 'Ready', status: 'True'}], count: 4, since: '2026-01-01T23:59:00Z'}})).toEqual({
    Name: 'a',
    Ready: 'True',
    Count: 4,
    Since: '60s',
    Missing: null,
  });
});

test('rows carry what includeObject asks for, and kinds without a printer the time of creation', () => {
  const crds = typeNamed('CustomResourceDefinition', 'apiextensions.k8s.io');
  const crd = object({apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', spec: {}});
  const row = (includeObject: 'None' | 'Metadata' | 'Object') =>
    readList(toTable(crds, [crd], {includeObject, nowMs, metadata: {}, hasColumns: false}), 'rows')[0];
  expect(row('None')).toEqual({cells: ['a', dayAgo], object: null});
  expect(row('Metadata')).toMatchObject({object: {kind: 'PartialObjectMetadata', metadata: {name: 'a'}}});
  expect(row('Object')).toMatchObject({object: {kind: 'CustomResourceDefinition'}});
});
