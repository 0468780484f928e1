import {createServer} from 'node:net';
import {beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import {TransportError} from '../../../src/domain/kube-port.ts';
import {createAuthority, createIdentity, type Identity} from './certificates.ts';
import {asClient, type OpenTransport, openTransport, trusting} from './open-transport.ts';
import {servePlain, serveTls} from './scripted-server.ts';

let authority: Identity;
let good: Identity;

beforeAll(async () => {
  authority = await createAuthority();
  good = await createIdentity({authority});
});

describe('what keeps a connection from being made is one kind and one sentence', () => {
  test('an expired certificate', async () => {
    const identity = await createIdentity({authority, validUntil: new Date(Date.now() - 3_600_000)});
    const {url, port} = await serveTls(identity, ok);
    await expectFailure(openTransport({server: url, tls: trusting(authority)}), 'tls', `the certificate of 127.0.0.1:${port} has expired`);
  });

  test('a certificate of the future', async () => {
    const identity = await createIdentity({authority, validFrom: new Date(Date.now() + 3_600_000)});
    const {url} = await serveTls(identity, ok);
    await expectFailure(openTransport({server: url, tls: trusting(authority)}), 'tls', 'is not valid yet: compare the clocks');
  });

  test('a self-signed certificate', async () => {
    const {url} = await serveTls(await createIdentity(), ok);
    await expectFailure(openTransport({server: url, tls: trusting(authority)}), 'tls', 'is self-signed and not trusted');
    await expectFailure(openTransport({server: url}), 'tls', 'is self-signed and not trusted');
  });

  test('a certificate of an authority that is not trusted', async () => {
    const {url} = await serveTls(await createIdentity({authority: await createAuthority('other')}), ok);
    await expectFailure(
      openTransport({server: url, tls: trusting(authority)}),
      'tls',
      'is not signed by an authority that this kubeconfig trusts',
    );
  });

  test('a certificate for another host names the hosts it is for, unless tls-server-name asks for one of them', async () => {
    const {url} = await serveTls(await createIdentity({authority, dnsNames: ['api.example'], addresses: []}), ok);
    await expectFailure(
      openTransport({server: url, tls: trusting(authority)}),
      'tls',
      'is for DNS:api.example: check server, or set tls-server-name',
    );
    await expectOk(openTransport({server: url, tls: trusting(authority, {serverName: 'api.example'})}));
  });

  test('insecure-skip-tls-verify takes any certificate', async () => {
    const {url} = await serveTls(await createIdentity({dnsNames: ['elsewhere'], addresses: []}), ok);
    await expectOk(openTransport({server: url, tls: {isInsecure: true}}));
  });

  test('a server that speaks plain http', async () => {
    const {port} = await servePlain(ok);
    await expectFailure(openTransport({server: `https://127.0.0.1:${port}`, tls: trusting(authority)}), 'tls', 'does not speak TLS');
  });

  test('a server that wants a client certificate gets the one of the user', async () => {
    const {url} = await serveTls(good, ok, {requestCert: true, rejectUnauthorized: true, ca: authority.certificate, maxVersion: 'TLSv1.2'});
    await expectFailure(
      openTransport({server: url, tls: trusting(authority)}),
      'tls',
      'refuses the client certificate of this user, or wants one',
    );
    const me = await createIdentity({authority, name: 'ivan'});
    await expectOk(openTransport({server: url, tls: trusting(authority, {clientCertificate: asClient(me)})}));
  });

  test('a key that does not belong to its certificate', async () => {
    const {url} = await serveTls(good, ok);
    const mixed = {certificate: good.certificate, key: authority.key};
    const transport = openTransport({server: url, tls: trusting(authority, {clientCertificate: asClient(mixed)})});
    await expectFailure(transport, 'tls', 'do they belong together?');
  });

  test('nobody listens', async () => {
    const server = await servePlain(ok);
    await server.close();
    await expectFailure(openTransport({server: server.url}), 'refused', `127.0.0.1:${server.port} refuses connections`);
    await expectFailure(openTransport({server: `http://localhost:${server.port}`}), 'refused', 'refuses connections');
  });

  test('a name that does not exist', async () => {
    await expectFailure(openTransport({server: 'https://api.invalid:6443'}), 'dns', 'the name api.invalid cannot be resolved');
  });

  test('something that speaks no HTTP at all', async () => {
    const server = createServer(socket => socket.on('error', () => undefined).end('220 mail ready\r\n'));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    await expectFailure(
      openTransport({server: `http://127.0.0.1:${address.port}`}),
      'protocol',
      'does not speak HTTP as an API server does',
    );
  });

  test('a wrapped connection failure fails every waiting request instead of trying for ever', async () => {
    const {url} = await serveTls(await createIdentity({authority, dnsNames: ['api.example'], addresses: []}), ok);
    const transport = openTransport({server: url, tls: trusting(authority)});
    const kinds = await Promise.all(Array.from({length: 40}, () => failureOf(transport)));
    expect(new Set(kinds.map(error => error.kind))).toEqual(new Set(['tls']));
  });
});

const ok: Parameters<typeof servePlain>[0] = (_request, response) => response.end('{}');

async function expectOk(transport: OpenTransport) {
  expect(await transport.request({method: 'GET', path: '/api'})).toMatchObject({status: 200, body: '{}'});
}

async function expectFailure(transport: OpenTransport, kind: string, sentence: string) {
  const error = await failureOf(transport);
  expect(error.message).toContain(sentence);
  expect(error.kind).toBe(kind);
}

async function failureOf(transport: OpenTransport): Promise<TransportError> {
  const error: unknown = await transport.request({method: 'GET', path: '/api'}).catch((reason: unknown) => reason);
  if (error instanceof TransportError) return error;
  throw new Error('no TransportError came', {cause: error});
}
