/** Opens a WebSocket to an API server over a connection of the pools' own making; a refusal keeps its answer. */
import type {IncomingMessage} from 'node:http';
import type {Socket} from 'node:net';
import type {WebSocket} from 'ws';
import {type KubeRequest, TransportError} from '../domain/kube-port.ts';
import {phrase} from '../domain/messages/phrase.ts';
import type {Pools} from './pools.ts';
import {orAborted} from './request-limit.ts';
import {toTransportError} from './transport-failure.ts';

/** As long as any other answer may take. */
const handshakeTimeoutMs = 30_000;
/** Servers send pieces of some ten kilobytes; what is larger is no stream of a pod. */
const messageBytesMax = 32 * 1024 * 1024;

export type UpgradeRequest = KubeRequest & {
  readonly method: 'GET';
  /** The server chooses one. */
  readonly protocols: readonly string[];
};

type SocketTarget = {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly protocols: readonly string[];
};

export type SocketAnswer =
  | {readonly status: 101; readonly socket: WebSocket}
  | {readonly status: number; readonly headers: Record<string, string>; readonly body: IncomingMessage};

/** Throws TransportError. The socket is paused. */
export async function openWebSocket(pools: Pools, target: SocketTarget, signal: AbortSignal): Promise<SocketAnswer> {
  const {WebSocket} = await import('ws');
  const {url, headers, protocols} = target;
  const connection = await connectOrAbort(pools, url, signal);
  const socket = new WebSocket(new URL(url.href.replace(/^http/, 'ws')), [...protocols], {
    createConnection: () => connection,
    headers: {...headers},
    handshakeTimeout: handshakeTimeoutMs,
    maxPayload: messageBytesMax,
    perMessageDeflate: false,
  });
  return await new Promise((resolve, reject) => {
    const abort = () => socket.terminate();
    signal.addEventListener('abort', abort, {once: true});
    const forget = () => signal.removeEventListener('abort', abort);
    // Stays for ever: whatever goes wrong with an open socket shows as its end.
    socket.on('error', error => {
      forget();
      reject(signal.aborted ? signal.reason : failureOf(error, url.host));
    });
    socket.once('unexpected-response', (_request, answer) => {
      forget();
      answer.on('error', () => undefined);
      resolve({status: answer.statusCode ?? 0, headers: flatten(answer), body: answer});
    });
    socket.once('open', () => {
      forget();
      socket.pause();
      resolve({status: 101, socket});
    });
  });
}

export function discardSocket(answer: SocketAnswer): void {
  if ('socket' in answer) answer.socket.terminate();
  else answer.body.destroy();
}

async function connectOrAbort(pools: Pools, url: URL, signal: AbortSignal): Promise<Socket> {
  const connecting = pools.connect(url);
  try {
    return await orAborted(connecting, signal);
  } catch (error) {
    const tooLate = (connection: Socket) => connection.destroy();
    connecting.then(tooLate, () => undefined);
    throw error;
  }
}

/** What is wrong with the handshake itself has no code. */
function failureOf(error: Error, server: string): TransportError {
  if (error.message === 'Opening handshake has timed out') {
    return new TransportError('timeout', phrase('connect.timeout', server), {cause: error});
  }
  if ('code' in error) return toTransportError(error, server);
  return new TransportError('protocol', phrase('connect.noWebSocket', server, error.message), {cause: error});
}

function flatten({headers}: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
