/** The containers of a pod: their kinds, states and verdicts. */
import {describe, expect, test} from 'vitest';
import {type ContainerFacts, judgeContainer, readContainers, stateText} from '../../../src/domain/pod-container.ts';
import {pod, set} from '../../support/objects.ts';
import {spoken} from '../../support/spoken-verdict.ts';

const now = Date.parse('2026-01-02T12:10:00Z');
const startedAt = '2026-01-02T12:09:00Z';
const longAgo = '2026-01-02T12:00:00Z';

function onlyContainer(type: ContainerFacts['type'], status: Record<string, unknown> | undefined): ContainerFacts {
  const specs = {init: 'initContainers', sidecar: 'initContainers', container: 'containers', ephemeral: 'ephemeralContainers'}[type];
  const statuses = specs.replace(/s$/, 'Statuses');
  const spec = {name: 'a', image: 'registry/a:1', ...(type === 'sidecar' ? {restartPolicy: 'Always'} : {})};
  const reported = status === undefined ? [] : [{name: 'a', ...status}];
  const [container] = readContainers(pod('web-0', set(`spec.${specs}`, [spec]), set(`status.${statuses}`, reported)));
  if (container === undefined) throw new Error('no container was read');
  return container;
}

type Case = readonly [type: ContainerFacts['type'], status: Record<string, unknown> | undefined, state: string, verdict: string];

const cases: readonly Case[] = [
  ['container', undefined, '', 'busy · not started'],
  ['container', {ready: true, state: {running: {startedAt}}}, 'Running', 'ok'],
  ['container', {ready: false, state: {running: {startedAt}}}, 'Running', 'busy · running, not ready · since 2026-01-02T12:09:00.000Z'],
  [
    'container',
    {ready: false, state: {running: {startedAt: longAgo}}},
    'Running',
    'broken · running, not ready · since 2026-01-02T12:00:00.000Z',
  ],
  ['container', {ready: false, state: {waiting: {reason: 'ContainerCreating'}}}, 'Waiting: ContainerCreating', 'busy · ContainerCreating'],
  ['container', {ready: false, state: {waiting: {}}}, 'Waiting', 'busy · Waiting'],
  [
    'container',
    {ready: false, state: {waiting: {reason: 'ErrImagePull', message: 'not found'}}},
    'Waiting: ErrImagePull',
    'broken · ErrImagePull: not found',
  ],
  [
    'container',
    {ready: false, state: {terminated: {exitCode: 1, reason: 'Error', message: 'panic'}}},
    'Terminated: Error',
    'broken · Error: panic',
  ],
  ['container', {ready: false, state: {terminated: {exitCode: 0, signal: 15}}}, 'Terminated: Signal:15', 'ok · Signal:15'],
  [
    'init',
    {ready: false, state: {running: {startedAt}}},
    'Running',
    'busy · runs before the others start · since 2026-01-02T12:09:00.000Z',
  ],
  ['init', {ready: true, state: {terminated: {exitCode: 0, reason: 'Completed'}}}, 'Terminated: Completed', 'ok · Completed'],
  ['sidecar', {ready: true, started: true, state: {running: {startedAt: longAgo}}}, 'Running', 'ok'],
  ['ephemeral', {ready: false, state: {running: {startedAt: longAgo}}}, 'Running', 'ok'],
];

describe('a container', () => {
  test.each(cases)('of type %s with status %o is %s', (type, status, state, verdict) => {
    const container = onlyContainer(type, status);
    expect([container.type, stateText(container.status?.state), spoken(judgeContainer(container, now))]).toEqual([type, state, verdict]);
  });

  test('stands in the order of starting', () => {
    const object = pod(
      'web-0',
      set('spec', {
        containers: [{name: 'app'}],
        initContainers: [{name: 'init'}, {name: 'proxy', restartPolicy: 'Always'}],
        ephemeralContainers: [{name: 'debug'}],
      }),
    );
    expect(readContainers(object).map(({name, type}) => `${name} ${type}`)).toEqual([
      'init init',
      'proxy sidecar',
      'app container',
      'debug ephemeral',
    ]);
  });
});
