/** What a pod amounts to: by phase, by scheduling, by its containers, by readiness. */
import {describe, expect, test} from 'vitest';
import {readPod} from '../../../src/domain/pod.ts';
import {judgePod} from '../../../src/domain/pod-verdict.ts';
import {condition, createdAt, deleting, type Modifier, pod, set} from '../../support/objects.ts';
import {spoken} from '../../support/spoken-verdict.ts';

type Fields = Readonly<Record<string, unknown>>;

const now = Date.parse('2026-01-02T12:10:00Z');
const since = `since ${new Date(createdAt).toISOString()}`;
const justNow = {lastTransitionTime: '2026-01-02T12:09:00Z'};
const phase = (name: string): Modifier => set('status.phase', name);
const main = (...statuses: readonly Fields[]): Modifier => set('status.containerStatuses', statuses);
const up = (name: string): Fields => ({name, ready: true, state: {running: {}}});
const down = (name: string, state: Fields): Fields => ({name, ready: false, state});
const done = {terminated: {exitCode: 0, reason: 'Completed'}};
const two = set('spec.containers', [{name: 'a'}, {name: 'b'}]);
const crash = down('b', {waiting: {reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container'}});

type Case = readonly [situation: string, modifiers: readonly Modifier[], verdict: string];

const cases: readonly Case[] = [
  ['no phase', [], 'unknown · nothing reported yet'],
  ['the phase Unknown', [phase('Unknown')], 'unknown · nothing reported yet'],
  ['ready', [phase('Running'), main(up('a'), up('b')), condition('Ready', 'True')], 'ok'],
  ['completed', [phase('Succeeded'), main(down('a', done))], 'ok'],
  ['failed by a container', [phase('Failed'), main(down('a', {terminated: {exitCode: 137, reason: 'OOMKilled'}}))], 'broken · OOMKilled'],
  [
    'evicted',
    [phase('Failed'), set('status.reason', 'Evicted'), set('status.message', 'The node was low on resource: memory.')],
    'broken · Evicted: The node was low on resource: memory.',
  ],
  [
    'no node takes it',
    [phase('Pending'), condition('PodScheduled', 'False', {reason: 'Unschedulable', message: '0/3 nodes are available'})],
    `waiting · no node takes it: 0/3 nodes are available · ${since}`,
  ],
  [
    'gated',
    [phase('Pending'), condition('PodScheduled', 'False', {reason: 'SchedulingGated'})],
    `waiting · held back by its scheduling gates · ${since}`,
  ],
  ['being created', [phase('Pending'), main(down('a', {waiting: {reason: 'ContainerCreating'}}))], `busy · ContainerCreating · ${since}`],
  [
    'its image cannot be pulled',
    [phase('Pending'), main(down('a', {waiting: {reason: 'ImagePullBackOff', message: 'Back-off pulling image "x"'}}))],
    'broken · a: ImagePullBackOff: Back-off pulling image "x"',
  ],
  ['crashing', [phase('Running'), main(up('a'), crash)], 'broken · b: CrashLoopBackOff: back-off 40s restarting failed container'],
  ['a container that ended badly', [phase('Running'), main(up('a'), down('b', {terminated: {exitCode: 2}}))], 'broken · b: ExitCode:2'],
  [
    'an init container that crashes',
    [
      phase('Pending'),
      set('spec.initContainers', [{name: 'init'}]),
      set('status.initContainerStatuses', [down('init', {waiting: {reason: 'CrashLoopBackOff'}})]),
    ],
    'broken · init: CrashLoopBackOff',
  ],
  [
    'init containers at work',
    [phase('Pending'), set('spec.initContainers', [{name: 'init'}]), set('status.initContainerStatuses', [down('init', {running: {}})])],
    `busy · Init:0/1 · ${since}`,
  ],
  [
    'not ready for a moment',
    [phase('Running'), main(up('a'), down('b', {running: {}})), condition('Ready', 'False', justNow)],
    'busy · 1 of 2 containers ready · since 2026-01-02T12:09:00.000Z',
  ],
  [
    'not ready for long',
    [phase('Running'), main(up('a'), down('b', {running: {}})), condition('Ready', 'False')],
    `broken · 1 of 2 containers ready · ${since}`,
  ],
  [
    'held by a readiness gate',
    [phase('Running'), set('spec.readinessGates', [{conditionType: 'lb'}]), main(up('a'), up('b')), condition('Ready', 'False')],
    `broken · containers run, readiness gates 0/1 · ${since}`,
  ],
  [
    'a job of which one container is done',
    [phase('Running'), set('spec.restartPolicy', 'Never'), main(down('a', done), up('b')), condition('Ready', 'False')],
    'ok',
  ],
  [
    'a server of which one container is done',
    [phase('Running'), main(down('a', done), up('b')), condition('Ready', 'False')],
    `broken · 1 of 2 containers ready · ${since}`,
  ],
  [
    'on a lost node',
    [phase('Running'), set('status.reason', 'NodeLost'), set('spec.nodeName', 'worker-1')],
    'broken · its node worker-1 is lost',
  ],
  [
    'deleted on a lost node',
    [phase('Running'), set('status.reason', 'NodeLost'), set('spec.nodeName', 'worker-1'), deleting('2026-01-02T12:09:00Z')],
    'broken · its node worker-1 is lost · since 2026-01-02T12:09:00.000Z',
  ],
  [
    'deleted, with its grace period',
    [phase('Running'), deleting('2026-01-02T12:09:30Z'), set('metadata.deletionGracePeriodSeconds', 30)],
    'busy · deleting · since 2026-01-02T12:09:00.000Z',
  ],
  [
    'deleted and held',
    [phase('Running'), deleting('2026-01-02T12:09:30Z', 'example.com/hold')],
    'busy · deleting, held by example.com/hold · since 2026-01-02T12:09:30.000Z',
  ],
];

describe('a pod', () => {
  test.each(cases)('%s', (_, modifiers, verdict) => {
    expect(spoken(judgePod(readPod(pod('web-0', two, ...modifiers)), now))).toBe(verdict);
  });

  test('keeps the columns that are printed when wide', () => {
    const gates = set('spec.readinessGates', [{conditionType: 'lb'}, {conditionType: 'dns'}]);
    const facts = readPod(
      pod(
        'web-0',
        gates,
        condition('lb', 'True'),
        set('spec.nodeName', 'worker-1'),
        set('status.podIPs', [{ip: '10.0.0.7'}, {ip: 'fd00::7'}]),
      ),
    );
    expect(facts).toMatchObject({ip: '10.0.0.7', node: 'worker-1', nominatedNode: '<none>', readinessGates: '1/2'});
  });
});
