import type {RequestListener} from 'node:http';
import {expect, test} from 'vitest';
import {createPodStreams} from '../../../src/cluster/pod-streams.ts';
import {TransportError} from '../../../src/domain/kube-port.ts';
import type {PodStreams} from '../../../src/domain/pod-streams.ts';
import {StatusError} from '../../../src/domain/status-error.ts';
import {openTransport} from './open-transport.ts';
import {answerUpgrades} from './scripted-pod.ts';
import {servePlain} from './scripted-server.ts';

const pod = {namespace: 'shop', name: 'web-0'};

async function streamsTo(answer: RequestListener): Promise<PodStreams> {
  const {url} = await servePlain(answer);
  const transport = openTransport({server: url});
  return createPodStreams(transport, transport.clock, 'test');
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += Buffer.from(chunk).toString();
  return text;
}

test('a log is asked for with all that narrows it, and read to its end', async () => {
  let asked = '';
  const streams = await streamsTo((request, response) => {
    asked = request.url ?? '';
    response.write('one\n');
    response.end('two\n');
  });
  const request = {
    pod,
    container: 'c',
    isFollowed: true,
    isPrevious: true,
    hasTimestamps: true,
    tailLines: 10,
    sinceSeconds: 60,
    sinceTime: '2026-01-01T00:00:00Z',
    limitBytes: 4096,
  };
  expect(await textOf(streams.log(request))).toBe('one\ntwo\n');
  expect(asked).toBe(
    '/api/v1/namespaces/shop/pods/web-0/log?container=c&follow=true&previous=true&timestamps=true&tailLines=10&sinceSeconds=60&sinceTime=2026-01-01T00%3A00%3A00Z&limitBytes=4096',
  );
});

test('a refusal is a StatusError with the server’s own words', async () => {
  const message = 'container "c" in pod "web-0" is waiting to start: ContainerCreating';
  const streams = await streamsTo((_request, response) => {
    response.writeHead(400).end(JSON.stringify({kind: 'Status', status: 'Failure', reason: 'BadRequest', message, code: 400}));
  });
  const refused = textOf(streams.log({pod}));
  await expect(refused).rejects.toBeInstanceOf(StatusError);
  await expect(refused).rejects.toThrow(message);
});

test('a connection that breaks is a TransportError of the loop, and of nobody else', async () => {
  const streams = await streamsTo((_request, response) => {
    response.write('one\n', () => response.destroy());
  });
  const seen: string[] = [];
  const reading = (async () => {
    for await (const chunk of streams.log({pod, isFollowed: true})) seen.push(Buffer.from(chunk).toString());
  })();
  await expect(reading).rejects.toBeInstanceOf(TransportError);
  await expect(reading).rejects.toMatchObject({kind: 'reset'});
  expect(seen).toEqual(['one\n']);
});

test('the signal ends the wait for a container that says nothing', async () => {
  const controller = new AbortController();
  const streams = await streamsTo(() => controller.abort());
  await expect(textOf(streams.log({pod, isFollowed: true, signal: controller.signal}))).rejects.toMatchObject({kind: 'aborted'});
});

test('leaving the loop closes the connection', async () => {
  const {promise: closed, resolve} = Promise.withResolvers<void>();
  const streams = await streamsTo((_request, response) => {
    response.on('close', () => resolve());
    response.write('one\n');
  });
  for await (const _chunk of streams.log({pod, isFollowed: true})) break;
  await closed;
});

test('a port is reached over two channels that begin with its number', async () => {
  const server = await servePlain((_request, response) => response.end());
  answerUpgrades(server.server, ['v4.channel.k8s.io'], async ({request, say, next}) => {
    expect(request.url).toBe('/api/v1/namespaces/shop/pods/web-0/portforward?ports=8080');
    say(0, [0x90]);
    say(1, [0x90, 0x1f]);
    say(0, [0x1f]);
    say(0, await next().then(message => message.subarray(1)));
    say(1, 'connection refused');
  });
  const transport = openTransport({server: server.url}, {isReadOnly: false});
  const connection = await createPodStreams(transport, transport.clock, 'test').connectPort({pod, port: 8080});
  await connection.write(Buffer.from('echo'));
  const chunks: string[] = [];
  const reading = (async () => {
    for await (const chunk of connection.data) chunks.push(Buffer.from(chunk).toString());
  })();
  await expect(reading).rejects.toMatchObject({kind: 'refused', message: 'port 8080 of the pod is not reached: connection refused'});
  expect(chunks).toEqual(['echo']);
});
