/**
 * Connections to one API server: a bounded pool for requests and an unbounded one for streams, HTTP/1.1 only, so that one
 * dead connection freezes one stream. Certificates are part of a connection: new ones mean new pools, and the old are drained.
 */
import type {Socket} from 'node:net';
import type {Agent, buildConnector} from 'undici';
import type {TlsSettings} from './connection.ts';
import {openTunnel} from './proxy-tunnel.ts';
import type {TlsMaterial} from './tls-material.ts';
import {ConnectFailure} from './transport-failure.ts';

const requestConnectionsMax = 16;
const connectTimeoutMs = 10_000;
const headersTimeoutMs = 30_000;
const requestBodyTimeoutMs = 60_000;
/** A dead link shows within a few probes of the operating system. */
const tcpKeepAliveDelayMs = 4000;
/** Below the 90 s after which an API server closes an idle connection: `/readyz` every 5 s must not cost a handshake each. */
const idleConnectionMs = 60_000;

export type PoolTarget = {readonly tls: TlsSettings};

export type Pools = {
  readonly request: Agent;
  readonly stream: Agent;
  /** One connection outside the pools, for a WebSocket. Throws what the connector throws. */
  connect(url: URL): Promise<Socket>;
  /** Lets what is under way end by itself. */
  drain(): void;
  /** Breaks what is under way. */
  destroy(): Promise<void>;
};

/** What we use of undici; scripts/bundle.ts puts no more of it into the program. */
type Undici = Pick<typeof import('undici'), 'Agent' | 'buildConnector'>;

/** Loaded with the first request: the first frame does not wait for it. */
export async function loadUndici(): Promise<Undici> {
  return await import('undici');
}

export function createPools(undici: Undici, target: PoolTarget, proxyUrl: string | undefined, material: TlsMaterial): Pools {
  const connect = createConnect(undici, target, proxyUrl, material);
  const common = {
    connect,
    allowH2: false,
    pipelining: 1,
    headersTimeout: headersTimeoutMs,
    keepAliveTimeout: idleConnectionMs,
    keepAliveMaxTimeout: idleConnectionMs,
  };
  const request = new undici.Agent({...common, connections: requestConnectionsMax, bodyTimeout: requestBodyTimeoutMs});
  const stream = new undici.Agent({...common, bodyTimeout: 0});
  return {
    request,
    stream,
    connect: ({protocol, hostname, host, port}) =>
      new Promise((resolve, reject) =>
        connect({protocol, hostname, host, port}, (...[error, socket]) => (error === null ? resolve(socket) : reject(error))),
      ),
    drain() {
      void request.close();
      void stream.close();
    },
    async destroy() {
      await Promise.all([request.destroy(), stream.destroy()]);
    },
  };
}

function createConnect(
  undici: Undici,
  {tls}: PoolTarget,
  proxyUrl: string | undefined,
  {secureContext, authorities}: TlsMaterial,
): buildConnector.connector {
  const direct = undici.buildConnector({
    secureContext,
    rejectUnauthorized: !tls.isInsecure,
    timeout: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelay: tcpKeepAliveDelayMs,
    allowH2: false,
    ...(tls.serverName === undefined ? {} : {servername: tls.serverName}),
  });
  const proxy = proxyUrl === undefined ? undefined : new URL(proxyUrl);
  return (options, callback) => {
    const report: buildConnector.Callback = (...[error, socket]) =>
      error === null ? callback(null, socket) : callback(new ConnectFailure(error), null);
    if (proxy === undefined) {
      direct(options, report);
      return;
    }
    openTunnel(proxy, targetOf(options), authorities).then(
      socket => {
        socket.setKeepAlive(true, tcpKeepAliveDelayMs);
        if (options.protocol === 'https:') direct({...options, httpSocket: socket}, report);
        else callback(null, socket);
      },
      (error: Error) => callback(new ConnectFailure(error), null),
    );
  };
}

function targetOf({protocol, hostname, port}: buildConnector.Options) {
  return {host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (protocol === 'https:' ? 443 : 80))};
}
