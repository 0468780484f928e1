/** Opens a way to the API server through a proxy: CONNECT over http or https, or SOCKS5. */
import {request as httpRequest} from 'node:http';
import {request as httpsRequest} from 'node:https';
import {connect as connectTcp, type Socket} from 'node:net';
import {visibleLine} from '../domain/visible-line.ts';
import {proxyLogin, proxyRefusal, proxyTimeout, proxyUnreachable} from './proxy-failure.ts';
import {socks5Handshake} from './socks5.ts';

const tunnelTimeoutMs = 10_000;

export type TunnelTarget = {readonly host: string; readonly port: number};

/** `authorities` are trusted for the TLS of an https proxy. Rejects with TransportError. */
export function openTunnel(proxy: URL, target: TunnelTarget, authorities: readonly string[]): Promise<Socket> {
  return proxy.protocol === 'socks5:' ? openSocksTunnel(proxy, target) : openHttpTunnel(proxy, target, authorities);
}

function openHttpTunnel(proxy: URL, target: TunnelTarget, authorities: readonly string[]): Promise<Socket> {
  const name = addressOf(target);
  const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return new Promise((resolve, reject) => {
    const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
      method: 'CONNECT',
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      path: name,
      agent: false,
      headers: {
        host: name,
        ...(proxy.username === '' ? {} : {'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}`}),
      },
      ...(proxy.protocol === 'https:' ? {ca: [...authorities], ALPNProtocols: ['http/1.1']} : {}),
    });
    request.setTimeout(tunnelTimeoutMs, () => request.destroy(proxyTimeout(proxy, name)));
    request.once('connect', (response, socket: Socket, head) => {
      socket.setTimeout(0);
      if (response.statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
        return;
      }
      socket.destroy();
      const answer = visibleLine(`${response.statusCode} ${response.statusMessage ?? ''}`.trim());
      reject(response.statusCode === 407 ? proxyLogin(proxy) : proxyRefusal(proxy, name, answer));
    });
    request.once('response', response => {
      response.destroy();
      reject(proxyRefusal(proxy, name, visibleLine(`${response.statusCode}`)));
    });
    request.once('error', error => reject('phrase' in error ? error : proxyUnreachable(error, proxy, name)));
    request.end();
  });
}

async function openSocksTunnel(proxy: URL, target: TunnelTarget): Promise<Socket> {
  const name = addressOf(target);
  const socket = connectTcp({host: proxy.hostname.replace(/^\[|\]$/g, ''), port: Number(proxy.port || 1080)});
  socket.setTimeout(tunnelTimeoutMs, () => socket.destroy(proxyTimeout(proxy, name)));
  try {
    await socks5Handshake(socket, proxy, target);
    socket.setTimeout(0);
    return socket;
  } catch (error) {
    socket.destroy();
    if (error instanceof Error && 'phrase' in error) throw error;
    throw proxyUnreachable(error, proxy, name);
  }
}

function addressOf({host, port}: TunnelTarget): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
