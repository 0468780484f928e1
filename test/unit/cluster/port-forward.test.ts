/** A forwarded port: bytes both ways over a real socket, many connections, failures told and survived. */
import {once} from 'node:events';
import {connect, createServer, type Socket} from 'node:net';
import {afterEach, expect, test, vi} from 'vitest';
import {forwardPort} from '../../../src/cluster/port-forward.ts';
import {TransportError} from '../../../src/domain/kube-port.ts';
import {phrase, sayInEnglish} from '../../../src/domain/messages/phrase.ts';
import type {PodStreams} from '../../../src/domain/pod-streams.ts';
import type {PortForward} from '../../../src/domain/port-forward.ts';
import {echoConnection, scriptedStreams} from '../../support/scripted-streams.ts';

const pod = {namespace: 'default', name: 'web'};
const open: PortForward[] = [];

afterEach(() => {
  for (const forward of open.splice(0)) forward.close();
});

async function forwarded(streams: PodStreams, port = 0): Promise<PortForward> {
  const forward = await forwardPort(streams, {pod, port}, () => {});
  open.push(forward);
  return forward;
}

async function client(forward: PortForward): Promise<Socket> {
  const socket = connect({host: '127.0.0.1', port: forward.localPort});
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

test('what is sent comes to the pod, and its answer back, in order and whole', async () => {
  const forward = await forwarded(scriptedStreams({connectPort: () => Promise.resolve(echoConnection())}));
  const socket = await client(forward);
  const sent = Buffer.alloc(300_000, 'deckhand ');
  const received: Buffer[] = [];
  socket.on('data', bytes => received.push(bytes));
  socket.write(sent);
  await vi.waitFor(() => expect(Buffer.concat(received).equals(sent)).toBe(true));
  expect(forward.connectionCount()).toBe(1);
  socket.destroy();
  await vi.waitFor(() => expect(forward.connectionCount()).toBe(0));
});

test('a client that hangs up closes the connection to the pod, and is no failure', async () => {
  const connection = echoConnection();
  const forward = await forwarded(
    scriptedStreams({
      connectPort: ({signal}) => {
        signal?.addEventListener('abort', () => connection.close());
        return Promise.resolve(connection);
      },
    }),
  );
  (await client(forward)).destroy();
  await vi.waitFor(() => expect(connection.isClosed).toBe(true));
  expect(forward.failure()).toBeUndefined();
});

test('a port that is not reached is told, the client is cut off, and the next connection may succeed', async () => {
  let attempts = 0;
  const forward = await forwarded(
    scriptedStreams({
      connectPort: () =>
        ++attempts === 1
          ? Promise.reject(new TransportError('refused', phrase('stream.portRefused', 8080, 'connection refused')))
          : Promise.resolve(echoConnection()),
    }),
  );
  const first = await client(forward);
  await once(first, 'close');
  const failure = forward.failure();
  expect(failure && sayInEnglish(failure)).toBe('port 8080 of the pod is not reached: connection refused');
  const second = await client(forward);
  second.write('hello');
  expect(String((await once(second, 'data'))[0])).toBe('hello');
  expect(attempts).toBe(2);
});

test('a port that is taken here gives way to another', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const forward = await forwarded(scriptedStreams({}), port);
  expect(forward.localPort).not.toBe(port);
  expect(forward.localPort).toBeGreaterThan(0);
  taken.close();
});

test('closing cuts every connection and frees the port', async () => {
  const forward = await forwarded(scriptedStreams({connectPort: () => Promise.resolve(echoConnection())}));
  const socket = await client(forward);
  forward.close();
  await once(socket, 'close');
  await vi.waitFor(async () => {
    const again = createServer().listen(forward.localPort, '127.0.0.1');
    await once(again, 'listening');
    again.close();
  });
});
