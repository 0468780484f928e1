/** What runs inside pods, reached through the transport: the same connection, credentials and read-only gate as everything else. */
import type {Clock} from '../domain/clock.ts';
import {attachPath, execPath, logPath, portPath} from '../domain/pod-paths.ts';
import type {LogRequest, PodStreams} from '../domain/pod-streams.ts';
import {readStreamStatus} from '../domain/read-status.ts';
import {StatusError} from '../domain/status-error.ts';
import {type ChannelSocket, createChannelSocket} from './channel-socket.ts';
import {createPodConnection, portProtocols} from './pod-port.ts';
import {createPodProcess, protocolsFor} from './pod-process.ts';
import type {Transport} from './transport.ts';

/** `server` is what the user knows it by: host and port. */
export function createPodStreams(transport: Transport, clock: Clock, server: string): PodStreams {
  const open = async (
    path: string,
    protocols: readonly string[],
    {signal, timeoutMs}: {readonly signal?: AbortSignal; readonly timeoutMs?: number},
  ): Promise<ChannelSocket> => {
    const request = {method: 'GET', path, protocols, ...(signal && {signal}), ...(timeoutMs && {timeoutMs})} as const;
    const socket = createChannelSocket(await transport.upgrade(request), clock, server);
    const leave = () => socket.leave();
    signal?.addEventListener('abort', leave, {once: true});
    void socket.ended.then(() => signal?.removeEventListener('abort', leave));
    return socket;
  };
  return {
    exec: async request => createPodProcess(await open(execPath(request), protocolsFor(request.hasInput === true), request)),
    attach: async request => createPodProcess(await open(attachPath(request), protocolsFor(request.hasInput === true), request)),
    log: request => readLog(transport, request),
    connectPort: async request =>
      createPodConnection(await open(portPath(request.pod, request.port), portProtocols, request), request.port),
  };
}

/** A container that says nothing does not even begin its answer: only the signal ends the wait for it. */
async function* readLog(transport: Transport, request: LogRequest): AsyncGenerator<Uint8Array> {
  const {signal, isFollowed} = request;
  const stream = await transport.stream({
    method: 'GET',
    path: logPath(request),
    headers: {accept: '*/*'},
    ...(signal && {signal}),
    ...(isFollowed === true && {timeoutMs: Number.POSITIVE_INFINITY}),
  });
  if (stream.status >= 300) throw new StatusError(await readStreamStatus(stream));
  yield* stream.body;
}
