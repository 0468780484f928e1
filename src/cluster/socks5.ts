/** The client's side of SOCKS5 with CONNECT, by name so that the proxy resolves it (RFC 1928, RFC 1929). */
import type {Socket} from 'node:net';
import {proxyLogin, proxyRefusal} from './proxy-failure.ts';

const version = 5;
const method = {none: 0, password: 2, refused: 0xff} as const;
const portLength = 2;
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

/** Takes a socket that may still be connecting; leaves it paused, with what came after the handshake still to be read. */
export async function socks5Handshake(socket: Socket, proxy: URL, target: {readonly host: string; readonly port: number}): Promise<void> {
  const replies = readReplies(socket);
  try {
    await greet(socket, replies, proxy);
    const host = Buffer.from(target.host);
    const port = Buffer.from([target.port >> 8, target.port & 0xff]);
    socket.write(Buffer.concat([Buffer.from([version, 1, 0, addressKind.name, host.length]), host, port]));
    const [, answer = 1, , kind] = await replies.next(4);
    if (answer !== 0) throw proxyRefusal(proxy, `${target.host}:${target.port}`, answers[answer] ?? `answer ${answer}`);
    const addressLength = kind === addressKind.ipv4 ? 4 : kind === addressKind.ipv6 ? 16 : ((await replies.next(1))[0] ?? 0);
    await replies.next(addressLength + portLength);
  } finally {
    replies.stop();
  }
}

async function greet(socket: Socket, replies: Replies, proxy: URL): Promise<void> {
  const user = Buffer.from(decodeURIComponent(proxy.username));
  const password = Buffer.from(decodeURIComponent(proxy.password));
  const methods = user.length > 0 ? [method.none, method.password] : [method.none];
  socket.write(Buffer.from([version, methods.length, ...methods]));
  const [, chosen] = await replies.next(2);
  if (chosen === method.refused) throw proxyLogin(proxy);
  if (chosen !== method.password) return;
  socket.write(Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([password.length]), password]));
  const [, isDenied] = await replies.next(2);
  if (isDenied !== 0) throw proxyLogin(proxy);
}

type Replies = {next(count: number): Promise<Buffer>; stop(): void};

/** Bytes may come in any pieces; one reader at a time asks for so many of them. */
function readReplies(socket: Socket): Replies {
  let held: Buffer = Buffer.alloc(0);
  let failure: Error | undefined;
  let wake = () => {};
  const onData = (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    wake();
  };
  const onEnd = (error?: Error | boolean) => {
    failure ??= error instanceof Error ? error : Object.assign(new Error('the proxy closed the connection'), {code: 'ECONNRESET'});
    wake();
  };
  socket.on('data', onData).on('error', onEnd).on('end', onEnd).on('close', onEnd);
  return {
    async next(count) {
      while (held.length < count) {
        if (failure !== undefined) throw failure;
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
      const bytes = held.subarray(0, count);
      held = held.subarray(count);
      return bytes;
    },
    stop() {
      socket.pause().off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onEnd);
      if (held.length > 0) socket.unshift(held);
    },
  };
}
