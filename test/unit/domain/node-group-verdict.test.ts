/** What a node group amounts to, after the numbers, conditions and errors that Deckhouse's node manager computes. */
import {describe, expect, test} from 'vitest';
import {readNodeGroup} from '../../../src/domain/node-group.ts';
import {judgeNodeGroup} from '../../../src/domain/node-group-verdict.ts';
import {condition, createdAt, deleting, type Modifier, nodeGroup, set} from '../../support/objects.ts';
import {spoken} from '../../support/spoken-verdict.ts';

/** Friday, five past noon, UTC. */
const now = Date.parse('2026-01-02T12:05:00Z');
const since = `since ${new Date(createdAt).toISOString()}`;

const healthy: readonly Modifier[] = [
  set('spec', {nodeType: 'CloudEphemeral', disruptions: {approvalMode: 'Automatic'}}),
  set('status', {
    ready: 3,
    nodes: 3,
    upToDate: 3,
    instances: 3,
    desired: 3,
    min: 1,
    max: 6,
    conditionSummary: {ready: 'True', statusMessage: ''},
  }),
  condition('Ready', 'True'),
  condition('Updating', 'False'),
  condition('WaitingForDisruptiveApproval', 'False'),
  condition('Error', 'False'),
  condition('Scaling', 'False'),
];

const status = (field: string, value: unknown): Modifier => set(`status.${field}`, value);
const mode = (approvalMode: string, rest: Record<string, unknown> = {}): Modifier => set('spec.disruptions', {approvalMode, ...rest});
const failure = (name: string, description: string, lastUpdateTime: string) => ({
  name,
  lastOperation: {description, lastUpdateTime, state: 'Failed', type: 'Create'},
});
const summaryBroken: Modifier = status('conditionSummary', {
  ready: 'False',
  statusMessage: 'Machine creation failed. Check events for details.',
});
const wrongClass =
  "Invalid classReference.kind 'X'. Expected 'YandexInstanceClass'. Please update the NodeGroup to use the correct instance class kind.";

type Case = readonly [situation: string, modifiers: readonly Modifier[], verdict: string];

const cases: readonly Case[] = [
  ['healthy', [], 'ok'],
  ['healthy with the words of the status left out', [status('conditionSummary', {}), set('status.conditions', [])], 'ok'],
  ['without a status', [set('status', {})], 'unknown · nothing reported yet'],
  ['an error of its configuration', [status('error', wrongClass), summaryBroken], `broken · ${wrongClass}`],
  [
    'a machine that failed, the latest of two',
    [
      status('lastMachineFailures', [
        failure('worker-b', 'quota exceeded', '2026-01-02T12:04:00Z'),
        failure('worker-a', 'no image', '2026-01-02T12:01:00Z'),
      ]),
      summaryBroken,
    ],
    'broken · machine worker-b: quota exceeded · since 2026-01-02T12:04:00.000Z',
  ],
  [
    'the condition Error alone',
    [condition('Error', 'True', {message: 'machine class is gone'})],
    `broken · machine class is gone · ${since}`,
  ],
  [
    'machine creation reported as an error',
    [condition('Error', 'True', {message: 'Started Machine creation process'})],
    `busy · creating machines · ${since}`,
  ],
  [
    'machine creation reported as a failure',
    [status('lastMachineFailures', [failure('worker-a', 'Started Machine creation process', '2026-01-02T12:04:00Z')]), summaryBroken],
    'busy · creating machines · since 2026-01-02T12:04:00.000Z',
  ],
  ['the summary alone', [summaryBroken], 'broken · Machine creation failed. Check events for details.'],
  [
    'not Ready though the summary says True',
    [status('ready', 0), condition('Ready', 'False')],
    `broken · too few nodes are ready: 0 of 3 · ${since}`,
  ],
  [
    'not Ready while it scales',
    [status('ready', 1), status('nodes', 1), status('desired', 3), condition('Ready', 'False'), condition('Scaling', 'True')],
    `busy · too few nodes are ready: 1 of 3 · ${since}`,
  ],
  [
    'not Ready because the update cordons',
    [condition('Ready', 'False'), condition('Updating', 'True')],
    `busy · too few nodes take pods: cordoned ones do not count · ${since}`,
  ],
  [
    'not Ready because a person cordoned',
    [condition('Ready', 'False')],
    `waiting · too few nodes take pods: cordoned ones do not count · ${since}`,
  ],
  [
    'not ready in the middle of an update',
    [status('ready', 2), condition('Ready', 'False'), condition('Updating', 'True')],
    `broken · too few nodes are ready: 2 of 3 · ${since}`,
  ],
  ['a readiness that cannot be told', [condition('Ready', 'Unknown')], 'unknown · its readiness cannot be told'],
  ['always Ready, but a node is not', [set('spec.nodeType', 'CloudPermanent'), status('ready', 2)], 'broken · 1 of 3 nodes not ready'],
  [
    'a node that is away while it is updated',
    [status('ready', 2), status('upToDate', 2), condition('Updating', 'True')],
    `busy · updating: 2 of 3 nodes up to date · ${since}`,
  ],
  ['updating', [status('upToDate', 1), condition('Updating', 'True')], `busy · updating: 1 of 3 nodes up to date · ${since}`],
  ['scaling up', [status('desired', 5), condition('Scaling', 'True')], `busy · scaling from 3 to 5 nodes · ${since}`],
  ['scaling down', [status('desired', 1), condition('Scaling', 'True')], `busy · scaling from 3 to 1 node · ${since}`],
  ['nodes that have not picked their configuration up', [status('upToDate', 0)], 'busy · updating: 0 of 3 nodes up to date'],
  ['an empty static group', [set('spec', {nodeType: 'Static'}), status('nodes', 0), status('ready', 0), status('upToDate', 0)], 'ok'],
  ['a change that is not applied', [status('deckhouse', {synced: 'False'})], 'busy · the last change is not applied yet'],
  [
    'a disruption under Manual',
    [mode('Manual'), condition('WaitingForDisruptiveApproval', 'True'), condition('Updating', 'True')],
    `waiting · a disruption waits for approval by a person · ${since}`,
  ],
  [
    'a disruption at any time',
    [condition('WaitingForDisruptiveApproval', 'True')],
    `busy · a disruption is about to be approved · ${since}`,
  ],
  [
    'a disruption without a mode',
    [set('spec.disruptions', undefined), condition('WaitingForDisruptiveApproval', 'True')],
    `busy · a disruption is about to be approved · ${since}`,
  ],
  [
    'a disruption outside the windows',
    [mode('Automatic', {automatic: {windows: [{from: '22:00', to: '02:00'}]}}), condition('WaitingForDisruptiveApproval', 'True')],
    `waiting · a disruption waits for the window, opens Fri 22:00 UTC · ${since}`,
  ],
  [
    'a rolling update outside its windows',
    [
      mode('RollingUpdate', {rollingUpdate: {windows: [{from: '6:00', to: '8:00', days: ['Sun']}]}}),
      condition('WaitingForDisruptiveApproval', 'True'),
    ],
    `waiting · a disruption waits for the window, opens Sun 06:00 UTC · ${since}`,
  ],
  [
    'a disruption with a window that cannot be read',
    [mode('Automatic', {automatic: {windows: [{from: 'dusk', to: 'dawn'}]}}), condition('WaitingForDisruptiveApproval', 'True')],
    `broken · a disruption waits for a window that never opens · ${since}`,
  ],
  [
    'deleted',
    [deleting('2026-01-02T12:04:00Z', 'node-manager.deckhouse.io/capi-md-cleanup')],
    'busy · deleting, held by node-manager.deckhouse.io/capi-md-cleanup · since 2026-01-02T12:04:00.000Z',
  ],
];

describe('a node group', () => {
  test.each(cases)('%s', (_, modifiers, verdict) => {
    expect(spoken(judgeNodeGroup(readNodeGroup(nodeGroup('worker', ...healthy, ...modifiers)), now))).toBe(verdict);
  });

  test.each([
    ['status.ready', '3'],
    ['status.conditionSummary', 'fine'],
    ['spec.nodeType', 5],
  ])('with a wrong %s is unreadable there', (path, value) => {
    expect(() => readNodeGroup(nodeGroup('worker', set(path, value)))).toThrow(expect.objectContaining({path}));
  });
});
