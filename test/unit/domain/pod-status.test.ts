/** READY, STATUS and RESTARTS as the API server's printer of Kubernetes 1.36 makes them. */
import {describe, expect, test} from 'vitest';
import {podStatus} from '../../../src/domain/pod-status.ts';
import {condition, deleting, type Modifier, pod, set} from '../../support/objects.ts';

type Fields = Readonly<Record<string, unknown>>;

const running = {running: {startedAt: '2026-01-02T12:00:00Z'}};
const waiting = (reason: string): Fields => ({waiting: {reason}});
const ended = (exitCode: number, rest: Fields = {}): Fields => ({terminated: {exitCode, ...rest}});
const status = (name: string, state: Fields, rest: Fields = {}): Fields => ({name, ready: false, restartCount: 0, state, ...rest});
const up = (name: string, rest: Fields = {}): Fields => status(name, running, {ready: true, started: true, ...rest});
const restarted = (restartCount: number, finishedAt: string): Fields => ({
  restartCount,
  lastState: {terminated: {exitCode: 1, finishedAt}},
});

const phase = (name: string): Modifier => set('status.phase', name);
const containers = (...names: readonly string[]): Modifier =>
  set(
    'spec.containers',
    names.map(name => ({name})),
  );
const inits = (...specs: readonly Fields[]): Modifier => set('spec.initContainers', specs);
const main = (...statuses: readonly Fields[]): Modifier => set('status.containerStatuses', statuses);
const init = (...statuses: readonly Fields[]): Modifier => set('status.initContainerStatuses', statuses);
const sidecar = {name: 'sidecar', restartPolicy: 'Always'};
const first = {name: 'first'};
const second = {name: 'second'};
const initialized = condition('Initialized', 'True');

type Case = readonly [situation: string, modifiers: readonly Modifier[], ready: string, status: string, restarts: number];

const plain: readonly Case[] = [
  ['pending', [phase('Pending'), containers('a')], '0/1', 'Pending', 0],
  ['being created', [phase('Pending'), containers('a'), main(status('a', waiting('ContainerCreating')))], '0/1', 'ContainerCreating', 0],
  ['running', [phase('Running'), containers('a', 'b'), main(up('a'), up('b'))], '2/2', 'Running', 0],
  ['not ready', [phase('Running'), containers('a'), main(status('a', running))], '0/1', 'Running', 0],
  [
    'crashing',
    [phase('Running'), containers('a'), main(status('a', waiting('CrashLoopBackOff'), {restartCount: 3}))],
    '0/1',
    'CrashLoopBackOff',
    3,
  ],
  [
    'the first of two words counts',
    [phase('Running'), containers('a', 'b'), main(status('a', waiting('ImagePullBackOff')), status('b', ended(1, {reason: 'Error'})))],
    '0/2',
    'ImagePullBackOff',
    0,
  ],
  ['waiting without a reason', [phase('Pending'), containers('a'), main(status('a', {waiting: {}}))], '0/1', 'Pending', 0],
  ['ended by a signal', [phase('Failed'), containers('a'), main(status('a', ended(0, {signal: 9})))], '0/1', 'Signal:9', 0],
  ['ended by a code', [phase('Failed'), containers('a'), main(status('a', ended(137)))], '0/1', 'ExitCode:137', 0],
  ['completed', [phase('Succeeded'), containers('a'), main(status('a', ended(0, {reason: 'Completed'})))], '0/1', 'Completed', 0],
  [
    'one completed, one ready',
    [phase('Running'), containers('a', 'b'), main(status('a', ended(0, {reason: 'Completed'})), up('b')), condition('Ready', 'True')],
    '1/2',
    'Running',
    0,
  ],
  [
    'one completed, one running, the pod not ready',
    [phase('Running'), containers('a', 'b'), main(status('a', ended(0, {reason: 'Completed'})), up('b'))],
    '1/2',
    'NotReady',
    0,
  ],
  [
    'one completed, one failed',
    [phase('Failed'), containers('a', 'b'), main(status('a', ended(0, {reason: 'Completed'})), status('b', ended(1, {reason: 'Error'})))],
    '0/2',
    'Error',
    0,
  ],
  ['evicted', [phase('Failed'), set('status.reason', 'Evicted'), containers('a')], '0/1', 'Evicted', 0],
  [
    'gated',
    [phase('Pending'), containers('a'), condition('PodScheduled', 'False', {reason: 'SchedulingGated'})],
    '0/1',
    'SchedulingGated',
    0,
  ],
  ['terminating', [phase('Running'), containers('a'), main(up('a')), deleting('2026-01-02T12:00:00Z')], '1/1', 'Terminating', 0],
  [
    'terminating after its end',
    [phase('Succeeded'), containers('a'), main(status('a', ended(0, {reason: 'Completed'}))), deleting('2026-01-02T12:00:00Z')],
    '0/1',
    'Completed',
    0,
  ],
  ['on a lost node', [phase('Running'), set('status.reason', 'NodeLost'), containers('a'), main(up('a'))], '1/1', 'NodeLost', 0],
  [
    'deleted on a lost node',
    [phase('Running'), set('status.reason', 'NodeLost'), containers('a'), main(up('a')), deleting('2026-01-02T12:00:00Z')],
    '1/1',
    'Unknown',
    0,
  ],
];

const withInits: readonly Case[] = [
  [
    'the second of two runs',
    [phase('Pending'), inits(first, second), containers('a'), init(status('first', ended(0)), status('second', running))],
    '0/1',
    'Init:1/2',
    0,
  ],
  [
    'one waits for its turn',
    [phase('Pending'), inits(first), containers('a'), init(status('first', waiting('PodInitializing')))],
    '0/1',
    'Init:0/1',
    0,
  ],
  [
    'one crashes',
    [phase('Pending'), inits(first), containers('a'), init(status('first', waiting('CrashLoopBackOff'), {restartCount: 2}))],
    '0/1',
    'Init:CrashLoopBackOff',
    2,
  ],
  [
    'one failed with a reason',
    [phase('Pending'), inits(first), containers('a'), init(status('first', ended(1, {reason: 'Error'})))],
    '0/1',
    'Init:Error',
    0,
  ],
  [
    'one failed by a signal',
    [phase('Pending'), inits(first), containers('a'), init(status('first', ended(1, {signal: 9})))],
    '0/1',
    'Init:Signal:9',
    0,
  ],
  ['one failed by a code', [phase('Pending'), inits(first), containers('a'), init(status('first', ended(2)))], '0/1', 'Init:ExitCode:2', 0],
  [
    'restarts before the start do not count after it',
    [phase('Running'), inits(first), containers('a'), init(status('first', ended(0), {restartCount: 5})), main(up('a', {restartCount: 1}))],
    '1/1',
    'Running',
    1,
  ],
  [
    'a sidecar counts as a container',
    [phase('Running'), inits(sidecar), containers('a'), init(up('sidecar', {restartCount: 2})), main(up('a', {restartCount: 1}))],
    '2/2',
    'Running',
    3,
  ],
  [
    'a sidecar that started is through',
    [phase('Pending'), inits(sidecar, second), containers('a'), init(up('sidecar'), status('second', running))],
    '1/2',
    'Init:1/2',
    0,
  ],
  [
    'a sidecar that has not started is not',
    [phase('Pending'), inits(sidecar), containers('a'), init(status('sidecar', running, {started: false}))],
    '0/2',
    'Init:0/1',
    0,
  ],
  [
    'a sidecar that fails later',
    [
      phase('Running'),
      inits(sidecar),
      containers('a'),
      init(status('sidecar', waiting('CrashLoopBackOff'), {started: false})),
      main(up('a')),
      initialized,
    ],
    '1/2',
    'Init:CrashLoopBackOff',
    0,
  ],
];

describe('a pod is printed as the API server prints it', () => {
  test.each([...plain, ...withInits])('%s', (_, modifiers, ready, word, restarts) => {
    const seen = podStatus(pod('web-0', ...modifiers));
    expect([`${seen.readyContainers}/${seen.totalContainers}`, seen.status, seen.restarts]).toEqual([ready, word, restarts]);
  });

  test('the latest end of any container is when it last restarted', () => {
    const modifiers = [
      containers('a', 'b'),
      main(up('a', restarted(1, '2026-01-02T12:03:00Z')), up('b', restarted(2, '2026-01-02T12:01:00Z'))),
    ];
    expect(podStatus(pod('web-0', ...modifiers))).toMatchObject({restarts: 3, lastRestartAt: Date.parse('2026-01-02T12:03:00Z')});
  });

  test('a restart of which no end is known has no time', () => {
    expect(podStatus(pod('web-0', containers('a'), main(up('a', {restartCount: 2}))))).toMatchObject({
      restarts: 2,
      lastRestartAt: undefined,
    });
  });

  test('a wrong field is named with its place', () => {
    const broken = pod('web-0', main({name: 'a', state: {waiting: 'soon'}}));
    expect(() => podStatus(broken)).toThrow(expect.objectContaining({path: 'status.containerStatuses[0].state.waiting'}));
  });
});
