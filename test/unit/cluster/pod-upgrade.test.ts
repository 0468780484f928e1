import {writeFileSync} from 'node:fs';
import type {Duplex} from 'node:stream';
import {expect, test} from 'vitest';
import {createPodStreams} from '../../../src/cluster/pod-streams.ts';
import {openTransport} from './open-transport.ts';
import {answerUpgrades, pod, readAll, success, v5} from './scripted-pod.ts';
import {servePlain} from './scripted-server.ts';
import {temporaryFolder} from './temporary-folder.ts';

const folder = temporaryFolder();
const command = ['true'];

async function upgradesAnsweredBy(answer: (socket: Duplex, authorization: string | undefined) => void) {
  const server = await servePlain((_request, response) => response.end());
  server.server.on('upgrade', (request, socket) => {
    socket.on('error', () => undefined);
    answer(socket, request.headers.authorization);
  });
  return server;
}

test('a token that has expired is read again once, and the upgrade asked for again', async () => {
  const path = folder.write('token', 'one');
  const asked: unknown[] = [];
  const server = await servePlain((_request, response) => response.end());
  server.server.prependListener('upgrade', (request, socket: Duplex) => {
    asked.push(request.headers.authorization);
    if (request.headers.authorization === 'Bearer two') return;
    writeFileSync(path, 'two');
    server.server.removeAllListeners('upgrade');
    answerUpgrades(server.server, [v5], ({request: next, say}) => {
      asked.push(next.headers.authorization);
      say(3, success);
    });
    socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n');
  });
  const transport = openTransport({server: server.url, auth: {kind: 'tokenFile', path, field: 'tokenFile'}}, {isReadOnly: false});
  const process = await createPodStreams(transport, transport.clock, 'test').exec({pod, command});
  await readAll(process);
  expect(await process.outcome).toEqual({kind: 'exited', code: 0});
  expect(asked).toEqual(['Bearer one', 'Bearer two']);
});

test('a connection that breaks before the answer is not tried again: the command may have begun', async () => {
  let upgrades = 0;
  const {url} = await upgradesAnsweredBy(socket => {
    upgrades += 1;
    socket.destroy();
  });
  const transport = openTransport({server: url}, {isReadOnly: false});
  const refused = createPodStreams(transport, transport.clock, 'test').exec({pod, command});
  await expect(refused).rejects.toMatchObject({name: 'TransportError', kind: 'reset'});
  expect(upgrades).toBe(1);
});

test('a server that never answers is given up by the time-out, by the signal and by the end of the transport', async () => {
  const {promise: reached, resolve} = Promise.withResolvers<void>();
  let upgrades = 0;
  const {url} = await upgradesAnsweredBy(() => {
    upgrades += 1;
    if (upgrades === 3) resolve();
  });
  const transport = openTransport({server: url}, {isReadOnly: false});
  const streams = createPodStreams(transport, transport.clock, 'test');
  const controller = new AbortController();
  const waiting = [
    streams.exec({pod, command, timeoutMs: 2000}),
    streams.exec({pod, command, signal: controller.signal}),
    streams.exec({pod, command}),
  ];
  const ends = Promise.all(waiting.map(work => work.then(undefined, error => error.kind)));
  await reached;
  await transport.clock.advance(2000);
  controller.abort();
  await transport.close();
  expect(await ends).toEqual(['timeout', 'aborted', 'aborted']);
});

test('an answer that is no WebSocket says so', async () => {
  const {url} = await upgradesAnsweredBy(socket => {
    socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: no\r\n\r\n');
  });
  const transport = openTransport({server: url}, {isReadOnly: false});
  await expect(createPodStreams(transport, transport.clock, 'test').exec({pod, command})).rejects.toMatchObject({
    kind: 'protocol',
    message: expect.stringContaining('does not speak WebSocket as an API server does: Invalid Sec-WebSocket-Accept header'),
  });
});
