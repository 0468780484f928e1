/**
 * One connection to a port of a pod, over the two channels of the older port-forward protocol: API servers and nodes of every
 * version pass it on, and it needs no SPDY inside the WebSocket. It cannot end one direction alone.
 */
import {TransportError} from '../domain/kube-port.ts';
import {phrase} from '../domain/messages/phrase.ts';
import type {PodConnection} from '../domain/pod-streams.ts';
import {visibleLine} from '../domain/visible-line.ts';
import type {ChannelSocket} from './channel-socket.ts';

export const portProtocols: readonly string[] = ['v4.channel.k8s.io'];

const channels = {data: 0, error: 1} as const;
/** Each channel begins with the number of its port, two bytes. */
const portBytes = 2;

export function createPodConnection(socket: ChannelSocket, port: number): PodConnection {
  return {
    data: readData(socket, port),
    async write(bytes) {
      if (bytes.length > 0) await socket.send(channels.data, bytes);
    },
    close: () => socket.leave(),
  };
}

async function* readData(socket: ChannelSocket, port: number): AsyncGenerator<Uint8Array> {
  const toSkip = new Map<number, number>([
    [channels.data, portBytes],
    [channels.error, portBytes],
  ]);
  for await (const {channel, bytes} of socket.messages) {
    const skipped = Math.min(toSkip.get(channel) ?? 0, bytes.length);
    toSkip.set(channel, (toSkip.get(channel) ?? 0) - skipped);
    const rest = bytes.subarray(skipped);
    if (rest.length === 0) continue;
    if (channel === channels.data) yield rest;
    if (channel !== channels.error) continue;
    socket.leave();
    throw new TransportError('refused', phrase('stream.portRefused', port, visibleLine(Buffer.from(rest).toString('utf8'))));
  }
}
