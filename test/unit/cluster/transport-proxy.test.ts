import {createServer, type Socket} from 'node:net';
import {beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import {createAuthority, createIdentity, type Identity} from './certificates.ts';
import {openTransport, trusting} from './open-transport.ts';
import {serveHttpProxy, serveSocksProxy} from './scripted-proxy.ts';
import {servePlain, serveTls} from './scripted-server.ts';

const get = {method: 'GET', path: '/'} as const;
const unreachableServer = 'https://api.cluster.invalid:6443';

let authority: Identity;
let identity: Identity;

beforeAll(async () => {
  authority = await createAuthority();
  identity = await createIdentity({authority, dnsNames: ['api.cluster.invalid', 'localhost']});
});

describe('proxy-url leads to a server whose name only the proxy knows', () => {
  test('http, with a login', async () => {
    const {port: targetPort, requests} = await serveTls(identity, (_request, response) => response.end('through'));
    const proxy = await serveHttpProxy({targetPort});
    const proxyUrl = `http://ivan:p%40ss@127.0.0.1:${proxy.port}`;
    const transport = openTransport({server: unreachableServer, proxyUrl, tls: trusting(authority), auth: {kind: 'token', token: 't'}});
    expect((await transport.request(get)).body).toBe('through');
    expect(proxy.asked).toEqual(['api.cluster.invalid:6443']);
    expect(proxy.logins).toEqual([`Basic ${Buffer.from('ivan:p@ss').toString('base64')}`]);
    expect(requests[0]?.headers).toMatchObject({authorization: 'Bearer t', host: 'api.cluster.invalid:6443'});
    expect(requests[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  test('https', async () => {
    const {port: targetPort} = await serveTls(identity, (_request, response) => response.end('through'));
    const proxy = await serveHttpProxy({targetPort, identity});
    const proxyUrl = `https://localhost:${proxy.port}`;
    expect((await openTransport({server: unreachableServer, proxyUrl, tls: trusting(authority)}).request(get)).body).toBe('through');
    expect(proxy.asked).toEqual(['api.cluster.invalid:6443']);
  });

  test('socks5, with and without a login', async () => {
    const {port: targetPort} = await serveTls(identity, (_request, response) => response.end('through'));
    const open = await serveSocksProxy(targetPort);
    const closed = await serveSocksProxy(targetPort, {login: 'ivan:secret'});
    for (const address of [`127.0.0.1:${open.port}`, `ivan:secret@127.0.0.1:${closed.port}`]) {
      const transport = openTransport({server: unreachableServer, proxyUrl: `socks5://${address}`, tls: trusting(authority)});
      expect((await transport.request(get)).body).toBe('through');
    }
    expect(open.asked).toEqual(['api.cluster.invalid:6443']);
    expect(closed.logins).toEqual(['ivan:secret']);
  });

  test('a plain http server too, streams as well', async () => {
    const {port: targetPort} = await servePlain((_request, response) => response.end('plain'));
    const proxy = await serveHttpProxy({targetPort});
    const transport = openTransport({server: 'http://api.cluster.invalid', proxyUrl: `http://127.0.0.1:${proxy.port}`});
    const {body} = await transport.stream(get);
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('plain');
    expect(proxy.asked).toEqual(['api.cluster.invalid:80']);
  });
});

describe('the environment names a proxy where the kubeconfig does not', () => {
  test('HTTPS_PROXY leads there, NO_PROXY keeps away', async () => {
    const {port: targetPort} = await serveTls(identity, (_request, response) => response.end('through'));
    const proxy = await serveHttpProxy({targetPort});
    const env = {HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`};
    expect((await openTransport({server: unreachableServer, tls: trusting(authority)}, {env}).request(get)).body).toBe('through');
    const away = openTransport({server: unreachableServer, tls: trusting(authority)}, {env: {...env, NO_PROXY: '.cluster.invalid'}});
    await expect(away.request(get)).rejects.toMatchObject({kind: 'dns'});
  });
});

describe('a proxy that fails is named, the server is not blamed', () => {
  test('nobody listens there', async () => {
    const gone = await servePlain(() => undefined);
    await gone.close();
    await expectFailure(
      `http://127.0.0.1:${gone.port}`,
      'unreachable',
      `the proxy 127.0.0.1:${gone.port}, on the way to api.cluster.invalid:6443, refuses connections`,
    );
    await expectFailure(`socks5://127.0.0.1:${gone.port}`, 'unreachable', 'refuses connections');
  });

  test('its name does not exist', async () => {
    await expectFailure('http://proxy.invalid:3128', 'unreachable', 'cannot be reached (ENOTFOUND)');
  });

  test('it wants a login', async () => {
    const http = await serveHttpProxy({targetPort: 1, answer: '407 Proxy Authentication Required'});
    await expectFailure(`http://127.0.0.1:${http.port}`, 'unreachable', 'wants a login: put user:password into proxy-url');
    const socks = await serveSocksProxy(1, {login: 'a:b'});
    await expectFailure(`socks5://127.0.0.1:${socks.port}`, 'unreachable', 'wants a login');
    await expectFailure(`socks5://a:wrong@127.0.0.1:${socks.port}`, 'unreachable', 'wants a login');
  });

  test('it does not let us through', async () => {
    const http = await serveHttpProxy({targetPort: 1, answer: '403 Forbidden \u001b[31mby policy'});
    await expectFailure(
      `http://127.0.0.1:${http.port}`,
      'unreachable',
      /does not let us through to api.cluster.invalid:6443: 403 Forbidden|cannot be reached/,
    );
    const socks = await serveSocksProxy(1, {answer: 5});
    await expectFailure(
      `socks5://127.0.0.1:${socks.port}`,
      'unreachable',
      'does not let us through to api.cluster.invalid:6443: connection refused',
    );
  });

  test('it hangs up', async () => {
    const port = await serveRaw(socket => socket.end());
    await expectFailure(`http://127.0.0.1:${port}`, 'unreachable', 'cannot be reached');
    await expectFailure(`socks5://127.0.0.1:${port}`, 'unreachable', 'cannot be reached');
  });

  test('the certificate of an https proxy is not trusted', async () => {
    const proxy = await serveHttpProxy({targetPort: 1, identity: await createIdentity()});
    await expectFailure(`https://localhost:${proxy.port}`, 'unreachable', 'cannot be reached (DEPTH_ZERO_SELF_SIGNED_CERT)');
  });

  test('its password is in no sentence', async () => {
    const error: unknown = await openTransport({server: unreachableServer, proxyUrl: 'http://ivan:s3cret@127.0.0.1:1'})
      .request(get)
      .catch((reason: unknown) => reason);
    expect(String(error)).toContain('127.0.0.1:1');
    expect(String(error)).not.toContain('s3cret');
  });
});

async function expectFailure(proxyUrl: string, kind: string, message: string | RegExp) {
  const matcher = typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message);
  await expect(openTransport({server: unreachableServer, proxyUrl, tls: trusting(authority)}).request(get)).rejects.toMatchObject({
    kind,
    message: matcher,
  });
}

async function serveRaw(answer: (socket: Socket) => void): Promise<number> {
  const server = createServer(socket => answer(socket.on('error', () => undefined)));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
