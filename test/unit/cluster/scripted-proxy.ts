/** Small proxies on loopback: CONNECT over http or https, and SOCKS5. All of them lead to one target, whatever name is asked for. */
import {createServer as createHttpServer, type Server} from 'node:http';
import {createServer as createHttpsServer} from 'node:https';
import {type AddressInfo, connect, createServer as createTcpServer, type Socket} from 'node:net';
import {onTestFinished} from 'vitest';
import type {Identity} from './certificates.ts';

export type ScriptedProxy = {
  readonly port: number;
  /** `host:port` as it was asked for. */
  readonly asked: readonly string[];
  readonly logins: readonly (string | undefined)[];
};

export type ProxyScript = {readonly targetPort: number; readonly identity?: Identity; readonly answer?: string};

export async function serveHttpProxy({targetPort, identity, answer}: ProxyScript): Promise<ScriptedProxy> {
  const asked: string[] = [];
  const logins: (string | undefined)[] = [];
  const server: Server = identity === undefined ? createHttpServer() : createHttpsServer({cert: identity.certificate, key: identity.key});
  server.on('connect', (request, socket: Socket) => {
    asked.push(request.url ?? '');
    logins.push(request.headers['proxy-authorization']);
    socket.on('error', () => undefined);
    if (answer === undefined) join(socket, targetPort, () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    else socket.end(`HTTP/1.1 ${answer}\r\ncontent-length: 0\r\n\r\n`);
  });
  server.on('tlsClientError', () => undefined);
  return {port: await listen(server), asked, logins};
}

/** `answer` is the reply code; a login is demanded where `login` is given. */
export async function serveSocksProxy(
  targetPort: number,
  {answer = 0, login}: {answer?: number; login?: string} = {},
): Promise<ScriptedProxy> {
  const asked: string[] = [];
  const logins: (string | undefined)[] = [];
  const server = createTcpServer(socket => {
    socket.on('error', () => undefined);
    void converse(socket);
  });

  async function converse(socket: Socket) {
    const greeting = await nextChunk(socket);
    const method = login === undefined ? 0 : 2;
    const isOffered = greeting.subarray(2).includes(method);
    socket.write(Buffer.from([5, isOffered ? method : 0xff]));
    if (!isOffered) return;
    if (login !== undefined) {
      const chunk = await nextChunk(socket);
      const user = chunk.subarray(2, 2 + (chunk[1] ?? 0));
      const given = `${user}:${chunk.subarray(3 + user.length)}`;
      logins.push(given);
      socket.write(Buffer.from([1, given === login ? 0 : 1]));
      if (given !== login) return;
    }
    const request = await nextChunk(socket);
    asked.push(`${request.subarray(5, 5 + (request[4] ?? 0))}:${request.readUInt16BE(request.length - 2)}`);
    const reply = Buffer.from([5, answer, 0, 1, 127, 0, 0, 1, 0, 0]);
    // In two pieces, as the network may deliver it.
    const send = () => {
      socket.write(reply.subarray(0, 3));
      setImmediate(() => socket.write(reply.subarray(3)));
    };
    if (answer === 0) join(socket, targetPort, send);
    else send();
  }

  return {port: await listen(server), asked, logins};
}

function join(socket: Socket, targetPort: number, onOpen: () => void) {
  const target = connect(targetPort, '127.0.0.1', () => {
    onOpen();
    setImmediate(() => socket.pipe(target).pipe(socket));
  });
  target.on('error', () => socket.destroy());
  socket.on('close', () => target.destroy());
}

function nextChunk(socket: Socket): Promise<Buffer> {
  return new Promise(resolve => socket.once('data', resolve));
}

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}
