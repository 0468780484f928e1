/** A small HTTPS or HTTP server on loopback that answers as a test says and remembers what it was asked. */
import {createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server} from 'node:http';
import {createServer as createHttpsServer, type ServerOptions} from 'node:https';
import type {AddressInfo, Socket} from 'node:net';
import {onTestFinished} from 'vitest';
import type {Identity} from './certificates.ts';

export type ScriptedServer = {
  readonly server: Server;
  readonly url: string;
  readonly port: number;
  readonly requests: readonly IncomingMessage[];
  /** Connections accepted so far. */
  readonly connections: () => number;
  readonly openConnections: () => number;
  close(): Promise<void>;
};

export function serveTls(identity: Identity, answer: RequestListener, options: ServerOptions = {}): Promise<ScriptedServer> {
  return listen(createHttpsServer({cert: identity.certificate, key: identity.key, ...options}), 'https', 'secureConnection', answer);
}

export function servePlain(answer: RequestListener): Promise<ScriptedServer> {
  return listen(createHttpServer(), 'http', 'connection', answer);
}

async function listen(server: Server, scheme: string, connectionEvent: string, answer: RequestListener): Promise<ScriptedServer> {
  const requests: IncomingMessage[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  server.keepAliveTimeout = 60_000;
  server.on(connectionEvent, (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  });
  server.on('request', (request, response) => {
    requests.push(request);
    answer(request, response);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
    });
  onTestFinished(close);
  return {
    server,
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    requests,
    connections: () => connections,
    openConnections: () => sockets.size,
    close,
  };
}
