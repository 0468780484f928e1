import {describe, expect, test} from 'vitest';
import type {PodStreams} from '../../../src/domain/pod-streams.ts';
import {runCommand} from '../../../src/domain/run-command.ts';
import {createApiServer} from '../../../src/embedded/apiserver/api-server.ts';
import {createNodeRuntime} from '../../../src/embedded/world/node-runtime.ts';
import {FakeClock} from '../../support/fake-clock.ts';

const minutes = 60_000;

/** A server whose only pod has run for an hour. */
async function worldWithPod(namespace = 'default'): Promise<{streams: PodStreams; clock: FakeClock; remove(): Promise<unknown>}> {
  const clock = new FakeClock();
  const server = createApiServer({clock, random: () => 0.5, runtime: createNodeRuntime(clock)});
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const send = (method: 'POST' | 'PATCH' | 'DELETE', at: string, body: object) =>
    server.port.request({
      method,
      path: at,
      headers: method === 'PATCH' ? {'content-type': 'application/merge-patch+json'} : {},
      body: JSON.stringify(body),
    });
  await send('POST', '/api/v1/namespaces', {metadata: {name: namespace}});
  await send('POST', path, {
    metadata: {name: 'p'},
    spec: {nodeName: 'n', containers: [{name: 'c', image: 'i', env: [{name: 'COLOUR', value: 'red'}]}]},
  });
  const startedAt = new Date(clock.now() - 60 * minutes).toISOString();
  await send('PATCH', `${path}/p/status`, {
    status: {containerStatuses: [{name: 'c', ready: true, state: {running: {startedAt}}, lastState: {}}]},
  });
  return {streams: server.streams, clock, remove: () => send('DELETE', `${path}/p`, {gracePeriodSeconds: 0})};
}

describe('a shell of the demo', () => {
  test.for([
    ['echo a; echo "b  c"', 'a\nb  c\n', 0],
    ['false || echo rescued && echo on', 'rescued\non\n', 0],
    ['true && false; echo $?', '1\n', 0],
    ['echo \'$COLOUR\' $COLOUR "$COLOUR"s', '$COLOUR red reds\n', 0],
    ['exit 300', '', 44],
    ['nope', '', 127],
    ['echo a | cat', '', 2],
    ['cat /etc/hostname', 'p\n', 0],
    ['cat /none', '', 1],
    ['ls /etc', 'hostname\nhosts\nos-release\nresolv.conf\n', 0],
  ] as const)('%s', async ([script, stdout, code]) => {
    const {streams} = await worldWithPod();
    const result = await runCommand(streams, {pod: {namespace: 'default', name: 'p'}, command: ['sh', '-c', script], outputBytesMax: 1000});
    expect(result).toMatchObject({stdout, outcome: {kind: 'exited', code}});
  });

  test('runs lines of input, as many as there are', async () => {
    const {streams} = await worldWithPod();
    const input = Buffer.from('echo one\nexit 4\necho never');
    const result = await runCommand(streams, {pod: {namespace: 'default', name: 'p'}, command: ['sh'], input, outputBytesMax: 1000});
    expect(result).toMatchObject({stdout: 'one\n', outcome: {code: 4}});
  });

  test('ends with its pod', async () => {
    const {streams, remove} = await worldWithPod();
    const sleeping = runCommand(streams, {pod: {namespace: 'default', name: 'p'}, command: ['sleep', '1000'], outputBytesMax: 0});
    await remove();
    expect(await sleeping).toMatchObject({outcome: {kind: 'exited', code: 137}});
  });
});

test('deckhouse-controller tells of its queues where Deckhouse runs', async () => {
  const {streams} = await worldWithPod('d8-system');
  const ask = (...command: string[]) => runCommand(streams, {pod: {namespace: 'd8-system', name: 'p'}, command, outputBytesMax: 10_000});
  expect(JSON.parse((await ask('deckhouse-controller', 'queue', 'main', '-o', 'json')).stdout)).toMatchObject({
    name: 'main',
    tasksCount: 0,
  });
  expect((await ask('deckhouse-controller', 'queue', 'main')).stdout).toMatch(/^Queue 'main': length 0, status: '.*'\n$/);
  expect((await ask('deckhouse-controller', 'queue', 'list')).stdout).toContain('- no tasks to handle.');
  expect((await ask('deckhouse-controller', 'module', 'values', 'node-manager')).stdout).toMatch(/^nodeManager:\n/);
  expect((await ask('deckhouse-controller', 'queue', 'dance')).outcome).toMatchObject({code: 1});
});

test('a log is the same for every reader, and grows with the clock', async () => {
  const {streams, clock} = await worldWithPod();
  const pod = {namespace: 'default', name: 'p'};
  const read = async (tailLines: number) => {
    let text = '';
    for await (const chunk of streams.log({pod, tailLines, hasTimestamps: true})) text += Buffer.from(chunk).toString();
    return text.trimEnd().split('\n');
  };
  const before = await read(1000);
  expect(before.length).toBeGreaterThan(100);
  expect(await read(5)).toEqual(before.slice(-5));
  const controller = new AbortController();
  const followed: string[] = [];
  const following = (async () => {
    for await (const chunk of streams.log({pod, tailLines: 0, isFollowed: true, hasTimestamps: true, signal: controller.signal})) {
      followed.push(Buffer.from(chunk).toString().trimEnd());
    }
  })();
  await clock.advance(minutes);
  controller.abort();
  await expect(following).rejects.toMatchObject({kind: 'aborted'});
  const after = await read(1000);
  expect(after.length).toBeGreaterThan(before.length);
  expect(followed).toEqual(after.slice(before.length));
});
