/**
 * The transport: KubePort over undici pools of our own. Every answer of any status is a value; credentials are renewed once
 * on a 401; writes are refused here while the program is read-only.
 */
import type {Readable} from 'node:stream';
import type {Dispatcher} from 'undici';
import type {Clock} from '../domain/clock.ts';
import {type KubePort, type KubeRequest, TransportError} from '../domain/kube-port.ts';
import {phrase} from '../domain/messages/phrase.ts';
import type {Connection} from './connection.ts';
import type {CredentialNotice, CredentialSource, Credentials} from './credential-source.ts';
import {createCredentialSource} from './credentials.ts';
import {environmentProxy} from './environment-proxy.ts';
import {impersonationHeaders} from './impersonation.ts';
import {createPoolGenerations, type PoolGenerations} from './pool-generations.ts';
import {isReadRequest, ReadOnlyRefusal} from './read-only.ts';
import {createRequestLimits, orAborted} from './request-limit.ts';
import {createRequestCounter, type RequestCounter, type RequestTally} from './request-tally.ts';
import {readChunks, readText} from './response-body.ts';
import {toTransportError} from './transport-failure.ts';

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
  /** Only where the user's credential plugin may talk to a person; the terminal must be free for it. */
  login?(): Promise<void>;
  close(): Promise<void>;
};

type PoolName = 'request' | 'stream';
type Answer = {readonly status: number; readonly headers: Record<string, string>; readonly body: Readable};
type Send = (pool: PoolName, request: KubeRequest, signal: AbortSignal) => Promise<Answer>;
type Dispatch = (pool: PoolName, request: KubeRequest, proof: Credentials, signal: AbortSignal) => Promise<Answer>;

export function createTransport(connection: Connection, options: TransportOptions): Transport {
  const {clock, env, onCredentialNotice} = options;
  const server = new URL(connection.server).host;
  const credentials = createCredentialSource(connection, {clock, env, onNotice: onCredentialNotice});
  const proxyUrl = connection.proxyUrl ?? environmentProxy(connection.server, env);
  const generations = createPoolGenerations(connection, proxyUrl, clock, (path, code) =>
    onCredentialNotice({kind: 'problem', phrase: phrase('credentials.fileStale', path, code)}),
  );
  const requests = createRequestCounter();
  const limits = createRequestLimits(clock, server);
  const send = createSend(credentials, createDispatch(connection, options, generations, requests), options);
  return {
    requests,
    async request(request) {
      const limit = limits.start(request);
      try {
        const {status, headers, body} = await send('request', request, limit.signal);
        return {status, headers, body: await readText(body, headers['content-encoding'], server)};
      } finally {
        limit.release();
      }
    },
    async stream(request) {
      const limit = limits.start(request);
      try {
        const {status, headers, body} = await send('stream', request, limit.signal);
        limit.stopTimeout();
        body.once('close', limit.release);
        return {status, headers, body: readChunks(body, headers['content-encoding'], server)};
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

function createSend(credentials: CredentialSource, dispatch: Dispatch, {isReadOnly}: TransportOptions): Send {
  /** An idle connection may be closed by the server in the moment of its use: a read is simply asked again, once. */
  const dispatchTwice: Dispatch = async (pool, request, proof, signal) => {
    try {
      return await dispatch(pool, request, proof, signal);
    } catch (error) {
      if (request.method !== 'GET' || !(error instanceof TransportError) || error.kind !== 'reset') throw error;
      return dispatch(pool, request, proof, signal);
    }
  };
  return async (pool, request, signal) => {
    if (isReadOnly && !isReadRequest(request)) throw new ReadOnlyRefusal(request);
    const proof = await orAborted(credentials.current(), signal);
    const answer = await dispatchTwice(pool, request, proof, signal);
    if (answer.status !== 401 || !(await orAborted(renewQuietly(credentials, proof), signal))) return answer;
    answer.body.destroy();
    return dispatch(pool, request, await credentials.current(), signal);
  };
}

function createDispatch(
  connection: Connection,
  {version}: TransportOptions,
  generations: PoolGenerations,
  requests: RequestCounter,
): Dispatch {
  const {origin, host: server, pathname} = new URL(connection.server);
  const basePath = pathname === '/' ? '' : pathname;
  const commonHeaders = {
    'user-agent': `deckhand/${version}`,
    ...(connection.impersonation === undefined ? {} : impersonationHeaders(connection.impersonation)),
  };
  return async (pool, request, proof, signal) => {
    requests.count(request);
    try {
      const pools = await generations.current(proof);
      const {statusCode, headers, body} = await pools[pool].request({
        origin,
        path: `${basePath}${request.path}`,
        method: request.method,
        headers: {...headersOf(request, proof), ...commonHeaders},
        body: request.body ?? null,
        signal,
      });
      // An answer that nobody reads may still break; without a listener that would end the process.
      body.on('error', () => undefined);
      return {status: statusCode, headers: flatten(headers), body};
    } catch (error) {
      throw toTransportError(error, server);
    }
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

/** A renewal that fails leaves the 401 as the answer: its Status says what the server thinks. */
async function renewQuietly(credentials: CredentialSource, refused: Credentials): Promise<boolean> {
  try {
    return await credentials.renew(refused);
  } catch (error) {
    if (error instanceof TransportError) return false;
    throw error;
  }
}

function flatten(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
