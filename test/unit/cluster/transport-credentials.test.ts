import {rmSync, writeFileSync} from 'node:fs';
import type {TLSSocket} from 'node:tls';
import {beforeAll, describe, expect, test, vi} from 'vitest';
import {createAuthority, createIdentity, type Identity} from './certificates.ts';
import {asClient, openTransport, trusting} from './open-transport.ts';
import {servePlain, serveTls} from './scripted-server.ts';
import {temporaryFolder} from './temporary-folder.ts';

const folder = temporaryFolder();
const get = {method: 'GET', path: '/'} as const;
const rotationMs = 60_000;

let authority: Identity;
let server: Identity;

beforeAll(async () => {
  authority = await createAuthority();
  server = await createIdentity({authority});
});

describe('a token file', () => {
  test('is read again once a minute', async () => {
    const {url, requests} = await servePlain((_request, response) => response.end());
    const path = folder.write('token', 'one\n');
    const transport = openTransport({server: url, auth: {kind: 'tokenFile', path, field: 'tokenFile'}});
    await transport.request(get);
    writeFileSync(path, 'two\n');
    await transport.clock.advance(rotationMs - 1);
    await transport.request(get);
    await transport.clock.advance(1);
    await transport.request(get);
    expect(requests.map(request => request.headers.authorization)).toEqual(['Bearer one', 'Bearer one', 'Bearer two']);
  });

  test('is read again at once when its token is refused, and the request goes out once more', async () => {
    const {url, requests} = await servePlain((request, response) => {
      response.writeHead(request.headers.authorization === 'Bearer two' ? 200 : 401).end();
    });
    const path = folder.write('rotated', 'one');
    const transport = openTransport({server: url, auth: {kind: 'tokenFile', path, field: 'tokenFile'}});
    expect((await transport.request(get)).status).toBe(401);
    expect(requests).toHaveLength(1);
    writeFileSync(path, 'two');
    expect((await transport.request(get)).status).toBe(200);
    expect(requests).toHaveLength(3);
  });

  test('that was never there is named; one that vanished later is held on to, and said', async () => {
    const {url, requests} = await servePlain((_request, response) => response.end());
    const path = `${folder.path}/vanishing`;
    const transport = openTransport({server: url, auth: {kind: 'tokenFile', path, field: 'users["u"].user.tokenFile'}});
    await expect(transport.request(get)).rejects.toMatchObject({
      kind: 'auth',
      message: `${path}, named by users["u"].user.tokenFile, cannot be read (ENOENT)`,
    });
    folder.write('vanishing', 'one');
    await transport.request(get);
    rmSync(path);
    await transport.clock.advance(rotationMs);
    await transport.request(get);
    expect(requests.map(request => request.headers.authorization)).toEqual(['Bearer one', 'Bearer one']);
    expect(transport.notices).toEqual([{kind: 'problem', phrase: {key: 'credentials.fileStale', args: [path, 'ENOENT']}}]);
  });

  test('falls back on the token beside it', async () => {
    const {url, requests} = await servePlain((_request, response) => response.end());
    await openTransport({server: url, auth: {kind: 'tokenFile', path: '/absent', field: 'tokenFile', fallbackToken: 'spare'}}).request(get);
    expect(requests[0]?.headers.authorization).toBe('Bearer spare');
  });
});

test('a login name and password go out as basic authorization', async () => {
  const {url, requests} = await servePlain((_request, response) => response.end());
  await openTransport({server: url, auth: {kind: 'basic', username: 'ivan', password: 'p:w'}}).request(get);
  expect(requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('ivan:p:w').toString('base64')}`);
});

test('a token that is refused stays refused: the 401 is the answer', async () => {
  const {url, requests} = await servePlain((_request, response) => response.writeHead(401).end('{"kind":"Status"}'));
  expect(await openTransport({server: url, auth: {kind: 'token', token: 't'}}).request(get)).toMatchObject({
    status: 401,
    body: '{"kind":"Status"}',
  });
  expect(requests).toHaveLength(1);
});

describe('a client certificate in files', () => {
  test('that is rotated makes new connections; the stream on the old one goes on', async () => {
    const names: (string | undefined)[] = [];
    const {url, openConnections} = await serveTls(
      server,
      (request, response) => {
        const {subject} = (request.socket as TLSSocket).getPeerCertificate();
        names.push(Array.isArray(subject?.CN) ? subject.CN[0] : subject?.CN);
        if (request.url === '/watch') response.write('1');
        else response.end(`${names.length}`);
      },
      {requestCert: true, rejectUnauthorized: false, ca: authority.certificate},
    );
    const [first, second] = [await createIdentity({authority, name: 'first'}), await createIdentity({authority, name: 'second'})];
    const certificate = folder.write('client.crt', first.certificate);
    const key = folder.write('client.key', first.key);
    const file = (path: string) => ({kind: 'file', path, file: '/k', field: 'client'}) as const;
    const clientCertificate = {certificate: file(certificate), key: file(key)};
    const transport = openTransport({server: url, tls: trusting(authority, {clientCertificate})});
    const stream = await transport.stream({method: 'GET', path: '/watch'});
    const chunks = stream.body[Symbol.asyncIterator]();
    await chunks.next();
    await transport.request(get);
    writeFileSync(certificate, second.certificate);
    writeFileSync(key, second.key);
    await transport.request(get);
    await transport.clock.advance(rotationMs);
    await transport.request(get);
    expect(names).toEqual(['first', 'first', 'first', 'second']);
    // The idle connection of the old certificate is closed, its stream is not.
    await vi.waitUntil(() => openConnections() === 2);
    await chunks.return?.();
    await vi.waitUntil(() => openConnections() === 1);
  });

  test('an authority file that is missing is named with the field that names it', async () => {
    const tls = {
      isInsecure: false,
      authority: {kind: 'file', path: '/absent/ca.crt', file: '/k', field: 'clusters["c"].cluster.certificate-authority'},
    } as const;
    await expect(openTransport({server: 'https://127.0.0.1:1', tls}).request(get)).rejects.toMatchObject({
      kind: 'tls',
      message: '/absent/ca.crt, named by /k: clusters["c"].cluster.certificate-authority, cannot be read (ENOENT)',
    });
  });

  test('a file that holds no PEM is named', async () => {
    const path = folder.write('junk.crt', 'hello');
    const tls = {isInsecure: false, authority: {kind: 'file', path, file: '/k', field: 'ca'}} as const;
    await expect(openTransport({server: 'https://127.0.0.1:1', tls}).request(get)).rejects.toThrow(`${path}: /k: ca holds no PEM block`);
  });

  test('inside the kubeconfig goes out as well', async () => {
    const {url} = await serveTls(server, (_request, response) => response.end('in'), {
      requestCert: true,
      rejectUnauthorized: true,
      ca: authority.certificate,
    });
    const clientCertificate = asClient(await createIdentity({authority, name: 'ivan'}));
    expect((await openTransport({server: url, tls: trusting(authority, {clientCertificate})}).request(get)).body).toBe('in');
  });
});
