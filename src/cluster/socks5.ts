/** The client's side of SOCKS5 with CONNECT, by name so that the proxy resolves it (RFC 1928, RFC 1929). */
import {once} from 'node:events';
import type {Socket} from 'node:net';
import {proxyLogin, proxyRefusal} from './proxy-failure.ts';

const version = 5;
const method = {none: 0, password: 2, refused: 0xff} as const;
const addressKind = {ipv4: 1, name: 3, ipv6: 4} as const;

const answers = [
  'granted',
  'failure',
  'forbidden by its rules',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'expired',
  'command not supported',
  'address not supported',
];

/** Takes a socket that may still be connecting; leaves it paused, ready for what follows. */
export async function socks5Handshake(socket: Socket, proxy: URL, target: {readonly host: string; readonly port: number}): Promise<void> {
  if (socket.connecting) await once(socket, 'connect');
  const user = Buffer.from(decodeURIComponent(proxy.username));
  const password = Buffer.from(decodeURIComponent(proxy.password));
  const methods = user.length > 0 ? [method.none, method.password] : [method.none];
  socket.write(Buffer.from([version, methods.length, ...methods]));
  const [, chosen] = await readBytes(socket, 2);
  if (chosen === method.refused) throw proxyLogin(proxy);
  if (chosen === method.password) {
    socket.write(Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([password.length]), password]));
    const [, isDenied] = await readBytes(socket, 2);
    if (isDenied !== 0) throw proxyLogin(proxy);
  }
  const host = Buffer.from(target.host);
  const port = Buffer.from([target.port >> 8, target.port & 0xff]);
  socket.write(Buffer.concat([Buffer.from([version, 1, 0, addressKind.name, host.length]), host, port]));
  const [, answer = 1, , kind] = await readBytes(socket, 4);
  if (answer !== 0) throw proxyRefusal(proxy, `${target.host}:${target.port}`, answers[answer] ?? `answer ${answer}`);
  await readBytes(socket, (await addressLength(socket, kind)) + 2);
}

async function addressLength(socket: Socket, kind: number | undefined): Promise<number> {
  if (kind === addressKind.ipv4) return 4;
  if (kind === addressKind.ipv6) return 16;
  const [length = 0] = await readBytes(socket, 1);
  return length;
}

async function readBytes(socket: Socket, count: number): Promise<Buffer> {
  for (;;) {
    const bytes: Buffer | null = socket.read(count);
    if (bytes !== null && bytes.length === count) return bytes;
    if (socket.readableEnded || socket.destroyed) throw new Error('the proxy closed the connection');
    await Promise.race([once(socket, 'readable'), once(socket, 'end'), once(socket, 'close')]);
  }
}
