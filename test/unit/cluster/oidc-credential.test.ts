import {beforeAll, describe, expect, test} from 'vitest';
import type {OidcProvider} from '../../../src/cluster/connection.ts';
import {createAuthority, createIdentity, type Identity} from './certificates.ts';
import {openTransport, pemText} from './open-transport.ts';
import {type ScriptedServer, servePlain, serveTls} from './scripted-server.ts';

const get = {method: 'GET', path: '/'} as const;
/** The fake clock begins here. */
const start = Date.UTC(2026, 0, 1) / 1000;

let authority: Identity;
let identity: Identity;

beforeAll(async () => {
  authority = await createAuthority();
  identity = await createIdentity({authority});
});

describe('auth-provider oidc', () => {
  test('sends the id-token while it is valid and asks nobody', async () => {
    const api = await servePlain((_request, response) => response.end());
    const token = jwt('i', start + 3600);
    await open(api, {issuer: 'https://127.0.0.1:1', idToken: token}).request(get);
    expect(api.requests[0]?.headers.authorization).toBe(`Bearer ${token}`);
  });

  test('gets a new one by the refresh token once it has expired, once for all who wait, and keeps the rotated refresh token', async () => {
    const api = await servePlain((_request, response) => response.end());
    const provider = await serveProvider();
    const transport = open(api, {...provider.config, idToken: jwt('old', start - 1), refreshToken: 'refresh-0'});
    await Promise.all([transport.request(get), transport.request(get), transport.request(get)]);
    expect(provider.grants).toEqual(['refresh-0']);
    await transport.clock.advance(3_600_000);
    await transport.request(get);
    expect(provider.grants).toEqual(['refresh-0', 'refresh-1']);
    expect(new Set(api.requests.map(request => subjectOf(request.headers.authorization)))).toEqual(new Set(['fresh-1', 'fresh-2']));
  });

  test.each([
    [undefined, '', [undefined, 'k', null]],
    [undefined, 'a:b', [`Basic ${Buffer.from('k:a%3Ab').toString('base64')}`, null, null]],
    [['client_secret_post'], 'a:b', [undefined, 'k', 'a:b']],
  ])('where the provider takes %s and the secret is %j, the client proves itself so', async (methods, clientSecret, proof) => {
    const api = await servePlain((_request, response) => response.end());
    const provider = await serveProvider({...(methods === undefined ? {} : {methods})});
    await open(api, {...provider.config, clientSecret, idToken: '', refreshToken: 'r'}).request(get);
    expect(provider.proofs).toEqual([proof]);
  });

  test('gets a new one when the old one is refused', async () => {
    const provider = await serveProvider();
    const api = await servePlain((request, response) => {
      response.writeHead(subjectOf(request.headers.authorization) === 'fresh-1' ? 200 : 401).end();
    });
    const transport = open(api, {...provider.config, idToken: jwt('revoked', start + 3600), refreshToken: 'refresh-0'});
    expect((await transport.request(get)).status).toBe(200);
  });

  test('without a refresh token says which field is missing', async () => {
    const transport = open(await servePlain(() => undefined), {issuer: 'https://dex', idToken: jwt('old', 0)});
    await expect(transport.request(get)).rejects.toMatchObject({
      kind: 'auth',
      message:
        '/k: the id-token has expired and users["u"].user.auth-provider.config.refresh-token is missing: log in again with your OIDC tool',
    });
  });

  test('whose provider cannot be reached says why', async () => {
    const transport = open(await servePlain(() => undefined), {issuer: 'https://127.0.0.1:1', idToken: '', refreshToken: 'r'});
    await expect(transport.request(get)).rejects.toThrow('https://127.0.0.1:1 gives no new id-token (127.0.0.1:1 refuses connections');
  });

  test('whose provider refuses says so, and asks again only after a while', async () => {
    const provider = await serveProvider({status: 400});
    const transport = open(await servePlain(() => undefined), {...provider.config, idToken: 'junk', refreshToken: 's3cret'});
    for (let round = 0; round < 3; round += 1) {
      const error: unknown = await transport.request(get).catch((reason: unknown) => reason);
      expect(error).toMatchObject({kind: 'auth', message: expect.stringContaining('gives no new id-token (invalid_grant: claimed ␛[0m)')});
      expect(String(error)).not.toContain('s3cret');
    }
    expect(provider.grants).toHaveLength(1);
    await transport.clock.advance(30_000);
    await expect(transport.request(get)).rejects.toThrow('gives no new id-token');
    expect(provider.grants).toHaveLength(2);
  });
});

function open(api: ScriptedServer, given: Partial<OidcProvider> & {issuer: string; idToken: string}) {
  const provider = {clientId: 'k', clientSecret: '', refreshToken: '', file: '/k', field: 'users["u"].user.auth-provider.config', ...given};
  return openTransport({server: api.url, auth: {kind: 'oidc', provider}});
}

async function serveProvider({status = 200, methods}: {status?: number; methods?: readonly string[]} = {}) {
  const grants: (string | null)[] = [];
  const proofs: unknown[] = [];
  const server = await serveTls(identity, (request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/dex/.well-known/openid-configuration') {
      response.end(JSON.stringify({token_endpoint: `${server.url}/dex/token`, token_endpoint_auth_methods_supported: methods}));
      return;
    }
    let body = '';
    request.on('data', chunk => {
      body += chunk;
    });
    request.on('end', () => {
      const form = new URLSearchParams(body);
      grants.push(form.get('refresh_token'));
      proofs.push([request.headers.authorization, form.get('client_id'), form.get('client_secret')]);
      const count = grants.length;
      const tokens = {id_token: jwt(`fresh-${count}`, start + count * 3600), refresh_token: `refresh-${count}`};
      response
        .writeHead(status)
        .end(JSON.stringify(status === 200 ? tokens : {error: 'invalid_grant', error_description: 'claimed \u001b[0m'}));
    });
  });
  return {grants, proofs, config: {issuer: `${server.url}/dex`, authority: pemText(authority.certificate)}};
}

function jwt(sub: string, exp: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({alg: 'RS256'})}.${part({sub, exp})}.c2ln`;
}

function subjectOf(authorization = ''): string {
  return JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString('utf8')).sub;
}
