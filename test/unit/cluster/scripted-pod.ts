/** Plays the API server's side of one WebSocket to a pod: what it was sent, and what it says, channel by channel. */
import type {IncomingMessage, Server} from 'node:http';
import {onTestFinished} from 'vitest';
import {type WebSocket, WebSocketServer} from 'ws';
import type {Connection} from '../../../src/cluster/connection.ts';
import {createPodStreams} from '../../../src/cluster/pod-streams.ts';
import type {TransportOptions} from '../../../src/cluster/transport.ts';
import type {PodProcess, PodStreams} from '../../../src/domain/pod-streams.ts';
import type {FakeClock} from '../../support/fake-clock.ts';
import {openTransport} from './open-transport.ts';
import {servePlain} from './scripted-server.ts';

export const v5 = 'v5.channel.k8s.io';
export const pod = {namespace: 'shop', name: 'web-0'};
export const success = JSON.stringify({metadata: {}, status: 'Success'});

export type ScriptedPod = {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  say(channel: number, bytes: string | Uint8Array | readonly number[]): void;
  /** The next message, its channel first. */
  next(): Promise<Buffer>;
};

export type PodScript = (pod: ScriptedPod) => void | Promise<void>;

/** Answers every upgrade on the server; the newest of the protocols that it knows is taken. */
export function answerUpgrades(server: Server, protocols: readonly string[], script: PodScript): void {
  const sockets = new WebSocketServer({noServer: true, handleProtocols: offered => protocols.find(known => offered.has(known)) ?? false});
  server.on('upgrade', (request, raw, head) => {
    sockets.handleUpgrade(request, raw, head, socket => {
      socket.on('error', () => undefined);
      void script(podOf(socket, request));
    });
  });
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
  });
}

function podOf(socket: WebSocket, request: IncomingMessage): ScriptedPod {
  const messages: Buffer[] = [];
  let wake = () => {};
  socket.on('message', (data: Buffer) => {
    messages.push(data);
    wake();
  });
  return {
    socket,
    request,
    say: (channel, bytes) =>
      socket.send(Buffer.concat([Buffer.from([channel]), typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes)])),
    async next() {
      while (messages.length === 0) {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
      return messages.shift() ?? Buffer.alloc(0);
    },
  };
}

/** Streams over a transport whose server plays the script. */

export async function podBench(
  script: PodScript,
  {
    connection = {},
    options = {},
    protocols = [v5],
  }: {connection?: Partial<Connection>; options?: Partial<TransportOptions>; protocols?: string[]} = {},
): Promise<{readonly streams: PodStreams; readonly clock: FakeClock}> {
  const server = await servePlain((_request, response) => response.writeHead(500).end());
  answerUpgrades(server.server, protocols, script);
  const transport = openTransport({server: server.url, ...connection}, {isReadOnly: false, ...options});
  return {streams: createPodStreams(transport, transport.clock, 'test'), clock: transport.clock};
}

export async function readAll({output}: PodProcess): Promise<Record<'stdout' | 'stderr', string>> {
  const texts = {stdout: '', stderr: ''};
  for await (const {stream, bytes} of output) texts[stream] += Buffer.from(bytes).toString();
  return texts;
}
