/** Instances in both shapes: every phase, machine status and bashible status of the instance lifecycle. */
import {describe, expect, test} from 'vitest';
import {readInstance} from '../../../src/domain/instance.ts';
import {judgeInstance} from '../../../src/domain/instance-verdict.ts';
import {condition, createdAt, deleting, type Modifier, newInstance, oldInstance, set} from '../../support/objects.ts';
import {spoken} from '../../support/spoken-verdict.ts';

const since = `since ${new Date(createdAt).toISOString()}`;
const changedAt = '2026-01-02T12:03:00Z';
const changed = 'since 2026-01-02T12:03:00.000Z';
const oldPhase = (phase: string): Modifier => set('status.currentStatus', {phase, lastUpdateTime: changedAt});
const operation = (state: string, description: string): Modifier =>
  set('status.lastOperation', {state, description, type: 'Create', lastUpdateTime: changedAt});
const bootstrap = (fields: Record<string, string>): Modifier => set('status.bootstrapStatus', fields);
const status = (fields: Record<string, unknown>): Modifier => set('status', fields);

type Case = readonly [situation: string, modifiers: readonly Modifier[], verdict: string];

const olderShape: readonly Case[] = [
  ['no phase yet', [], 'unknown · nothing reported yet'],
  ['Pending', [oldPhase('Pending')], `busy · Pending · ${since}`],
  [
    'Pending with the operation’s words',
    [oldPhase('Pending'), operation('Processing', 'Started Machine creation process')],
    `busy · Started Machine creation process · ${since}`,
  ],
  ['Creating', [oldPhase('Creating')], `busy · Creating · ${since}`],
  ['Available', [oldPhase('Available')], `busy · Available · ${since}`],
  ['Provisioning', [oldPhase('Provisioning')], `busy · Provisioning · ${since}`],
  ['Provisioned', [oldPhase('Provisioned')], `busy · Provisioned · ${since}`],
  [
    'bootstrapping with a raw endpoint',
    [
      oldPhase('Pending'),
      bootstrap({logsEndpoint: '192.168.199.178:8000', description: "Use 'nc 192.168.199.178 8000' to get bootstrap logs."}),
    ],
    `busy · bootstrapping, log: nc 192.168.199.178 8000 · ${since}`,
  ],
  [
    'bootstrapping with an HTTP endpoint',
    [oldPhase('Pending'), bootstrap({logsEndpoint: 'http://10.0.0.5:8000'})],
    `busy · bootstrapping, log: curl -N http://10.0.0.5:8000 · ${since}`,
  ],
  [
    'bootstrapping with words alone',
    [oldPhase('Pending'), bootstrap({description: 'Use the console.'})],
    `busy · bootstrapping, log: Use the console. · ${since}`,
  ],
  ['Running', [oldPhase('Running'), operation('Successful', 'machine is healthy')], 'ok'],
  [
    'Running, its last operation failed',
    [oldPhase('Running'), operation('Failed', 'health check failed')],
    `broken · health check failed · ${changed}`,
  ],
  ['Terminating', [oldPhase('Terminating')], `busy · deleting · ${changed}`],
  [
    'Terminating, its drain blocked by a budget',
    [
      oldPhase('Terminating'),
      operation('Processing', "cannot evict pod as it would violate the pod's disruption budget"),
      deleting('2026-01-02T12:04:00Z'),
    ],
    "waiting · cannot be drained: cannot evict pod as it would violate the pod's disruption budget · since 2026-01-02T12:04:00.000Z",
  ],
  ['Deleting', [oldPhase('Deleting')], `busy · deleting · ${changed}`],
  ['Deleted', [oldPhase('Deleted')], `busy · deleting · ${changed}`],
  ['Failed', [oldPhase('Failed'), operation('Failed', 'quota exceeded')], `broken · quota exceeded · ${changed}`],
  ['Failed without words', [oldPhase('Failed')], `broken · its machine failed without a message · ${changed}`],
  ['CrashLoopBackOff', [oldPhase('CrashLoopBackOff'), operation('Processing', 'cloud says no')], `broken · cloud says no · ${changed}`],
  ['Unknown', [oldPhase('Unknown')], 'unknown · the state of its machine cannot be told'],
  ['a phase of the future', [oldPhase('Dreaming')], 'unknown · phase Dreaming is not known here'],
  [
    'deleted',
    [oldPhase('Running'), deleting('2026-01-02T12:04:00Z', 'node-manager.hooks.deckhouse.io/instance-controller')],
    'busy · deleting, held by node-manager.hooks.deckhouse.io/instance-controller · since 2026-01-02T12:04:00.000Z',
  ],
];

const newerShape: readonly Case[] = [
  ['no phase yet', [], 'unknown · nothing reported yet'],
  ['Pending', [status({phase: 'Pending', machineStatus: 'Progressing', bashibleStatus: 'Unknown'})], `busy · Pending · ${since}`],
  [
    'Provisioning, waiting for infrastructure',
    [status({phase: 'Provisioning', machineStatus: 'Progressing', message: 'machine: Waiting for infrastructure'})],
    `busy · machine: Waiting for infrastructure · ${since}`,
  ],
  [
    'Provisioned, bootstrapping',
    [status({phase: 'Provisioned', bootstrapStatus: {logsEndpoint: '[fd00::5]:8000'}})],
    `busy · bootstrapping, log: nc [fd00::5] 8000 · ${since}`,
  ],
  [
    'Running',
    [status({phase: 'Running', machineStatus: 'Ready', bashibleStatus: 'Ready', message: 'bashible: Configuration is in sync'})],
    'ok',
  ],
  ['Running without a machine, as static nodes are', [status({phase: 'Running', bashibleStatus: 'Ready'})], 'ok'],
  [
    'Running, no heartbeat',
    [status({phase: 'Running', bashibleStatus: 'Unknown', message: 'bashible: No Bashible reconciliation for 5m'})],
    'unknown · bashible: No Bashible reconciliation for 5m',
  ],
  ['Running, no word of bashible', [status({phase: 'Running', bashibleStatus: 'Unknown'})], 'unknown · bashible was not heard of'],
  [
    'a failed step',
    [status({phase: 'Running', bashibleStatus: 'Error', message: 'bashible: step 064 failed'})],
    'broken · bashible: step 064 failed',
  ],
  ['a failed step without words', [status({phase: 'Running', bashibleStatus: 'Error'})], 'broken · bashible failed without a message'],
  [
    'a failed machine',
    [status({phase: 'Pending', machineStatus: 'Error', message: 'machine: quota exceeded'})],
    'broken · machine: quota exceeded',
  ],
  ['a failed machine without words', [status({phase: 'Pending', machineStatus: 'Error'})], 'broken · its machine failed without a message'],
  [
    'an approval that does not come',
    [
      status({phase: 'Running', bashibleStatus: 'WaitingApproval'}),
      condition('WaitingApproval', 'True', {reason: 'UpdateApprovalTimeout'}),
    ],
    'waiting · an update waits for approval for too long',
  ],
  [
    'a disruption to approve',
    [status({phase: 'Running', bashibleStatus: 'WaitingApproval'}), condition('WaitingDisruptionApproval', 'True')],
    `waiting · a disruption waits for approval · ${since}`,
  ],
  [
    'a drain that a budget blocks',
    [status({phase: 'Terminating', machineStatus: 'Blocked', message: 'machine: cannot evict pod a/b'}), deleting('2026-01-02T12:04:00Z')],
    'waiting · cannot be drained: machine: cannot evict pod a/b · since 2026-01-02T12:04:00.000Z',
  ],
  ['Terminating', [status({phase: 'Terminating', machineStatus: 'Progressing'})], 'busy · deleting'],
  ['Unknown', [status({phase: 'Unknown', message: 'machine: lost'})], 'unknown · machine: lost'],
];

describe('an instance', () => {
  test.each(olderShape)('of v1alpha1: %s', (_, modifiers, verdict) => {
    expect(spoken(judgeInstance(readInstance(oldInstance('worker-1', ...modifiers))))).toBe(verdict);
  });

  test.each(newerShape)('of v1alpha2: %s', (_, modifiers, verdict) => {
    expect(spoken(judgeInstance(readInstance(newInstance('worker-1', ...modifiers))))).toBe(verdict);
  });

  test('names its node and machine in either shape', () => {
    const references = {nodeRef: {name: 'worker-1'}, machineRef: {name: 'machine-1'}};
    const names = {nodeName: 'worker-1', machineName: 'machine-1'};
    expect(readInstance(oldInstance('worker-1', set('status', references)))).toMatchObject(names);
    expect(readInstance(newInstance('worker-1', set('spec', references)))).toMatchObject(names);
  });

  test.each([
    ['status.phase', 1],
    ['status.currentStatus', 'Running'],
    ['status.lastOperation.state', {}],
  ])('with a wrong %s is unreadable there', (path, value) => {
    expect(() => readInstance(oldInstance('worker-1', set(path, value)))).toThrow(expect.objectContaining({path}));
  });
});
