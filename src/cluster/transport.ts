/**
 * The transport: KubePort over undici pools of our own, and WebSockets beside them. Every answer of any status is a value;
 * credentials are renewed once on a 401; writes are refused here while the program is read-only.
 */
import type {Readable} from 'node:stream';
import type {Dispatcher} from 'undici';
import type {WebSocket} from 'ws';
import type {Clock} from '../domain/clock.ts';
import type {KubePort, KubeRequest} from '../domain/kube-port.ts';
import {phrase} from '../domain/messages/phrase.ts';
import {readStreamStatus} from '../domain/read-status.ts';
import {StatusError} from '../domain/status-error.ts';
import type {Connection} from './connection.ts';
import type {CredentialNotice, Credentials} from './credential-source.ts';
import {createCredentialSource} from './credentials.ts';
import {environmentProxy} from './environment-proxy.ts';
import {impersonationHeaders} from './impersonation.ts';
import {createPoolGenerations, type PoolGenerations} from './pool-generations.ts';
import {createRequestLimits} from './request-limit.ts';
import {createSend, type Dispatch} from './request-sender.ts';
import {createRequestCounter, type RequestTally} from './request-tally.ts';
import {readChunks, readText} from './response-body.ts';
import {toTransportError} from './transport-failure.ts';
import {discardSocket, openWebSocket, type SocketAnswer, type UpgradeRequest} from './web-socket.ts';

export type TransportOptions = {
  readonly clock: Clock;
  /** Goes to credential plugins; names the proxy where the kubeconfig names none. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly isReadOnly: boolean;
  readonly onCredentialNotice: (notice: CredentialNotice) => void;
};

export type Transport = KubePort & {
  readonly requests: RequestTally;
  /** A WebSocket that speaks one of the protocols, paused. Throws StatusError where the server refuses, else TransportError. */
  upgrade(request: UpgradeRequest): Promise<WebSocket>;
  /** Only where the user's credential plugin may talk to a person; the terminal must be free for it. */
  login?(): Promise<void>;
  close(): Promise<void>;
};

type Answer = {readonly status: number; readonly headers: Record<string, string>; readonly body: Readable};

export function createTransport(connection: Connection, options: TransportOptions): Transport {
  const {clock, env, isReadOnly, onCredentialNotice} = options;
  const server = new URL(connection.server).host;
  const credentials = createCredentialSource(connection, {clock, env, onNotice: onCredentialNotice});
  const proxyUrl = connection.proxyUrl ?? environmentProxy(connection.server, env);
  const generations = createPoolGenerations(connection, proxyUrl, clock, (path, code) =>
    onCredentialNotice({kind: 'problem', phrase: phrase('credentials.fileStale', path, code)}),
  );
  const requests = createRequestCounter();
  const limits = createRequestLimits(clock, server);
  const dispatchers = createDispatchers(connection, options, generations, request => requests.count(request));
  const sendRequest = createSend(credentials, isReadOnly, dispatchers.request, answer => answer.body.destroy());
  const sendStream = createSend(credentials, isReadOnly, dispatchers.stream, answer => answer.body.destroy());
  const sendUpgrade = createSend(credentials, isReadOnly, dispatchers.upgrade, discardSocket);
  return {
    requests,
    async request(request) {
      const limit = limits.start(request);
      try {
        const {status, headers, body} = await sendRequest(request, limit.signal);
        return {status, headers, body: await readText(body, headers['content-encoding'], server)};
      } finally {
        limit.release();
      }
    },
    async stream(request) {
      const limit = limits.start(request);
      try {
        const {status, headers, body} = await sendStream(request, limit.signal);
        limit.stopTimeout();
        body.once('close', limit.release);
        return {status, headers, body: readChunks(body, headers['content-encoding'], server)};
      } catch (error) {
        limit.release();
        throw error;
      }
    },
    async upgrade(request) {
      const limit = limits.start(request);
      try {
        const answer = await sendUpgrade(request, limit.signal);
        if (!('socket' in answer))
          throw new StatusError(await readStreamStatus({...answer, body: readChunks(answer.body, undefined, server)}));
        const {socket} = answer;
        limit.stopTimeout();
        limit.signal.addEventListener('abort', () => socket.terminate(), {once: true});
        socket.once('close', limit.release);
        return socket;
      } catch (error) {
        limit.release();
        throw error;
      }
    },
    ...(credentials.login === undefined ? {} : {login: credentials.login}),
    async close() {
      limits.closeAll();
      credentials.close();
      await generations.close();
    },
  };
}

type Dispatchers = {
  readonly request: Dispatch<Answer>;
  readonly stream: Dispatch<Answer>;
  readonly upgrade: Dispatch<SocketAnswer, UpgradeRequest>;
};

function createDispatchers(
  connection: Connection,
  {version}: TransportOptions,
  generations: PoolGenerations,
  count: (request: KubeRequest) => void,
): Dispatchers {
  const {origin, host: server, pathname} = new URL(connection.server);
  const basePath = pathname === '/' ? '' : pathname;
  const commonHeaders = {
    'user-agent': `deckhand/${version}`,
    ...(connection.impersonation === undefined ? {} : impersonationHeaders(connection.impersonation)),
  };
  const dispatchTo =
    (pool: 'request' | 'stream'): Dispatch<Answer> =>
    async (request, proof, signal) => {
      count(request);
      try {
        const pools = await generations.current(proof);
        const {statusCode, headers, body} = await pools[pool].request({
          origin,
          path: `${basePath}${request.path}`,
          method: request.method,
          headers: {...headersOf(request, proof), ...commonHeaders},
          body: request.body ?? null,
          signal,
          ...(request.timeoutMs === Number.POSITIVE_INFINITY && {headersTimeout: 0}),
        });
        // An answer that nobody reads may still break; without a listener that would end the process.
        body.on('error', () => undefined);
        return {status: statusCode, headers: flatten(headers), body};
      } catch (error) {
        throw toTransportError(error, server);
      }
    };
  return {
    request: dispatchTo('request'),
    stream: dispatchTo('stream'),
    async upgrade(request, {authorization, ...proof}, signal) {
      count(request);
      try {
        const headers = {...(authorization === undefined ? {} : {authorization}), ...commonHeaders};
        const url = new URL(`${origin}${basePath}${request.path}`);
        return await openWebSocket(await generations.current(proof), {url, headers, protocols: request.protocols}, signal);
      } catch (error) {
        throw toTransportError(error, server);
      }
    },
  };
}

/** The API server packs only what is large; a watch is never packed. */
function headersOf({headers, body}: KubeRequest, {authorization}: Credentials): Record<string, string> {
  return {
    accept: 'application/json',
    'accept-encoding': 'gzip',
    ...(body === undefined ? {} : {'content-type': 'application/json'}),
    ...headers,
    ...(authorization === undefined ? {} : {authorization}),
  };
}

function flatten(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
