/** Nodes: kubectl's columns, every state of the update workflow in the order of Deckhouse's metric, and the verdict. */
import {describe, expect, test} from 'vitest';
import {readChecksums, readNode, updateStateOf} from '../../../src/domain/node.ts';
import {type GroupRules, readGroupRules} from '../../../src/domain/node-group.ts';
import {judgeNode} from '../../../src/domain/node-verdict.ts';
import {
  annotate,
  condition,
  created,
  createdAt,
  deleting,
  label,
  type Modifier,
  node,
  nodeGroup,
  secret,
  set,
} from '../../support/objects.ts';
import {spoken} from '../../support/spoken-verdict.ts';

/** Friday, one in the afternoon, UTC: no node of these tests is new. */
const now = Date.parse('2026-01-02T13:00:00Z');
const since = `since ${new Date(createdAt).toISOString()}`;

const group = (name: string, approvalMode: string, rest: Record<string, unknown> = {}): GroupRules =>
  readGroupRules(nodeGroup(name, set('spec.disruptions', {approvalMode, ...rest})));
const groups: readonly GroupRules[] = [
  readGroupRules(nodeGroup('plain')),
  group('automatic', 'Automatic'),
  group('manual', 'Manual'),
  group('rolling', 'RollingUpdate'),
  group('nightly', 'Automatic', {automatic: {windows: [{from: '22:00', to: '23:00'}]}}),
];
const names = groups.map(({name}) => name);
const checksums = [
  readChecksums(secret('configuration-checksums', set('data', Object.fromEntries(names.map(name => [name, btoa('desired')]))))),
];

const update = (name: string, value = ''): Modifier => annotate(`update.node.deckhouse.io/${name}`, value);
const checksum = (value: string): Modifier => annotate('node.deckhouse.io/configuration-checksum', value);
const inGroup = (name: string): Modifier => label('node.deckhouse.io/group', name);
const ready = condition('Ready', 'True');

function verdictOfNode(...modifiers: readonly Modifier[]): string {
  return spoken(judgeNode(readNode(node('worker-0', ready, ...modifiers)), {now, groups, checksums}));
}

type Case = readonly [modifiers: readonly Modifier[], state: string, verdict: string];

const approved = update('approved');
const required = update('disruption-required');

/** In the order of the metric's rules, with what a later rule would say set as well. */
const states: readonly Case[] = [
  [
    [inGroup('automatic'), update('waiting-for-approval'), approved, required, update('draining', 'bashible'), checksum('desired')],
    'WaitingForApproval',
    'waiting · has a new configuration, waits for its turn in the group',
  ],
  [
    [inGroup('automatic'), approved, required, update('draining', 'bashible'), update('drained', 'bashible')],
    'DrainingForDisruption',
    'busy · draining',
  ],
  [[inGroup('automatic'), update('draining', 'user'), update('drained', 'user'), checksum('desired')], 'Draining', 'busy · draining'],
  [[inGroup('automatic'), approved, required, update('drained', 'bashible')], 'Drained', 'busy · drained, goes on by itself'],
  [
    [inGroup('automatic'), update('drained', 'user'), checksum('desired')],
    'Drained',
    'waiting · drained by a person: uncordon it when the work is done',
  ],
  [
    [inGroup('automatic'), approved, required, update('disruption-approved')],
    'WaitingForDisruptionApproval',
    'busy · a disruption is about to be approved',
  ],
  [[inGroup('plain'), approved, required], 'WaitingForDisruptionApproval', 'busy · a disruption is about to be approved'],
  [
    [inGroup('nightly'), approved, required],
    'WaitingForDisruptionApproval',
    'waiting · a disruption waits for the window, opens Fri 22:00 UTC',
  ],
  [[inGroup('manual'), approved, required], 'WaitingForManualDisruptionApproval', 'waiting · a disruption waits for approval by a person'],
  [[inGroup('rolling'), approved, required], 'Approved', 'busy · applying its new configuration'],
  [
    [inGroup('rolling'), approved, required, update('disruption-approved')],
    'DisruptionApproved',
    'busy · disruption approved, being carried out',
  ],
  [
    [inGroup('manual'), approved, update('disruption-approved'), checksum('desired')],
    'DisruptionApproved',
    'busy · disruption approved, being carried out',
  ],
  [[inGroup('automatic'), approved, checksum('desired')], 'Approved', 'busy · applying its new configuration'],
  [
    [inGroup('automatic')],
    'UpdateFailedNoConfigChecksum',
    'broken · its configuration was never applied to the end: see bashible on the node',
  ],
  [
    [inGroup('automatic'), checksum('')],
    'UpdateFailedNoConfigChecksum',
    'broken · its configuration was never applied to the end: see bashible on the node',
  ],
  [[inGroup('automatic'), checksum('old')], 'ToBeUpdated', 'busy · has not picked up its new configuration yet'],
  [[inGroup('automatic'), checksum('desired')], 'UpToDate', 'ok'],
  [[inGroup('unpublished'), checksum('desired')], 'Unknown', 'unknown · ready; what is up to date is not published for its group'],
];

const upToDate: readonly Modifier[] = [inGroup('automatic'), checksum('desired')];

const health: readonly (readonly [situation: string, modifiers: readonly Modifier[], verdict: string])[] = [
  ['outside every group', [], 'ok'],
  ['without the condition Ready', [set('status.conditions', [])], 'unknown · the kubelet has not reported'],
  [
    'not ready',
    [condition('Ready', 'False', {reason: 'KubeletNotReady', message: 'container runtime is down'})],
    `broken · not ready: container runtime is down · ${since}`,
  ],
  [
    'silent',
    [condition('Ready', 'Unknown', {reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.'})],
    `broken · not heard of: Kubelet stopped posting node status. · ${since}`,
  ],
  [
    'not ready yet',
    [created('2026-01-02T12:57:00Z'), condition('Ready', 'False')],
    'busy · joining the cluster · since 2026-01-02T12:57:00.000Z',
  ],
  [
    'new and not configured yet',
    [created('2026-01-02T12:57:00Z'), inGroup('automatic')],
    'busy · joining the cluster · since 2026-01-02T12:57:00.000Z',
  ],
  [
    'short of memory',
    [condition('MemoryPressure', 'True', {message: 'kubelet has insufficient memory'})],
    `broken · MemoryPressure: kubelet has insufficient memory · ${since}`,
  ],
  ['short of disk', [condition('DiskPressure', 'True')], `broken · DiskPressure · ${since}`],
  ['short of process ids', [condition('PIDPressure', 'True')], `broken · PIDPressure · ${since}`],
  ['without network', [condition('NetworkUnavailable', 'True')], `broken · NetworkUnavailable · ${since}`],
  ['with every pressure False', [condition('MemoryPressure', 'False'), condition('NetworkUnavailable', 'False')], 'ok'],
  [
    'not drained',
    [...upToDate, update('draining', 'bashible'), update('drain-failed', 'pod a/b: budget')],
    'broken · drain failed: pod a/b: budget',
  ],
  ['cordoned', [...upToDate, set('spec.unschedulable', true)], 'waiting · cordoned: takes no new pods until it is uncordoned'],
  [
    'cordoned for its update',
    [inGroup('automatic'), approved, required, update('draining', 'bashible'), set('spec.unschedulable', true)],
    'busy · draining',
  ],
  [
    'picked by the autoscaler',
    [...upToDate, set('spec.taints', [{key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule'}])],
    'busy · being removed by the autoscaler',
  ],
  ['asked to reboot', [...upToDate, update('reboot')], 'busy · a reboot is asked for'],
  ['deleted', [deleting('2026-01-02T12:59:00Z')], 'busy · deleting · since 2026-01-02T12:59:00.000Z'],
];

describe('a node', () => {
  test.each(states)('%# has the state of the first rule that holds', (modifiers, state, verdict) => {
    expect(updateStateOf(readNode(node('worker-0', ready, ...modifiers)), groups, checksums)).toBe(state);
    expect(verdictOfNode(...modifiers)).toBe(verdict);
  });

  test('outside every group has no state', () => {
    expect(updateStateOf(readNode(node('worker-0', checksum('old'))), groups, checksums)).toBeUndefined();
  });

  test.each(states)('%# without the right to the checksums is unknown only where the state depends on them', (modifiers, state) => {
    const seen = updateStateOf(readNode(node('worker-0', ready, ...modifiers)), groups, undefined);
    expect(seen).toBe(['ToBeUpdated', 'UpToDate', 'Unknown'].includes(state) ? 'Unknown' : state);
  });

  test('without the right to node groups is unknown where the state depends on the mode', () => {
    expect(updateStateOf(readNode(node('worker-0', inGroup('manual'), approved, required)), undefined, checksums)).toBe('Unknown');
    expect(updateStateOf(readNode(node('worker-0', inGroup('manual'), approved)), undefined, checksums)).toBe('Approved');
  });

  test('says that it may not be told whether it is up to date', () => {
    const facts = readNode(node('worker-0', ready, ...upToDate));
    expect(spoken(judgeNode(facts, {now, groups, checksums: undefined}))).toBe('unknown · ready; whether it is up to date may not be read');
  });

  test.each(health)('%s', (_, modifiers, verdict) => {
    expect(verdictOfNode(...modifiers)).toBe(verdict);
  });

  test('prints what kubectl prints', () => {
    const facts = readNode(
      node(
        'master-0',
        condition('Ready', 'Unknown'),
        set('spec.unschedulable', true),
        label('node-role.kubernetes.io/master', ''),
        label('node-role.kubernetes.io/control-plane', ''),
        label('node-role.kubernetes.io/', 'ignored'),
        label('kubernetes.io/role', 'old'),
        set('status.addresses', [
          {type: 'Hostname', address: 'master-0'},
          {type: 'InternalIP', address: '10.0.0.1'},
          {type: 'InternalIP', address: 'fd00::1'},
        ]),
        set('status.nodeInfo', {kubeletVersion: 'v1.32.4', kernelVersion: '6.1.0', architecture: 'amd64', osImage: ''}),
      ),
    );
    expect(facts).toMatchObject({
      status: 'NotReady,SchedulingDisabled',
      roles: 'control-plane,master,old',
      version: 'v1.32.4',
      internalIp: '10.0.0.1',
      externalIp: '<none>',
      osImage: '<unknown>',
      kernelVersion: '6.1.0 (amd64)',
      containerRuntime: '<unknown>',
    });
  });

  test('prints placeholders where nothing is known', () => {
    expect(readNode(node('new'))).toMatchObject({
      status: 'Unknown',
      roles: '<none>',
      version: undefined,
      internalIp: '<none>',
      kernelVersion: '<unknown>',
    });
  });

  test.each([
    ['spec.unschedulable', 'yes'],
    ['status.nodeInfo', []],
    ['spec.taints', 'none'],
  ])('with a wrong %s is unreadable there', (path, value) => {
    expect(() => readNode(node('worker-0', set(path, value)))).toThrow(expect.objectContaining({path}));
  });

  test.each([['%%%'], [7]])('checksums that are no base64 (%s) are unreadable', value => {
    expect(() => readChecksums(secret('configuration-checksums', set('data', {worker: value})))).toThrow(
      expect.objectContaining({path: 'data.worker'}),
    );
  });
});
