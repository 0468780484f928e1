/**
 * A new id-token for a refresh token, as OpenID Connect says: the provider's configuration names the endpoint, the client
 * proves itself with its secret where it has one. The Kubernetes client library cannot stand in here: 2.0.1 passes the issuer
 * to its OIDC client in a form that this refuses, and leaves the client's secret out.
 */
import {type Fields, isFields} from '../domain/fields.ts';
import {TransportError} from '../domain/kube-port.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import {visibleLine} from '../domain/visible-line.ts';
import type {OidcProvider} from './connection.ts';
import type {CredentialPorts} from './credential-source.ts';
import {environmentProxy} from './environment-proxy.ts';
import {createPoolGenerations, type PoolGenerations} from './pool-generations.ts';
import {toTransportError} from './transport-failure.ts';

export type OidcTokens = {readonly idToken: string; readonly refreshToken: string};

/** Throws TransportError 'auth'. */
export async function refreshOidcTokens(provider: OidcProvider, refreshToken: string, ports: CredentialPorts): Promise<OidcTokens> {
  const {issuer, clientId, clientSecret, authority} = provider;
  const tls = {isInsecure: false, ...(authority === undefined ? {} : {authority})};
  const pools = createPoolGenerations({tls}, environmentProxy(issuer, ports.env), ports.clock, () => undefined);
  try {
    const configuration = await ask(pools, provider, `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const endpoint = configuration.token_endpoint;
    if (typeof endpoint !== 'string' || URL.parse(endpoint) === null) throw refused(provider, phrase('credentials.oidcNoEndpoint'));
    const methods = configuration.token_endpoint_auth_methods_supported;
    const takesBasic = !Array.isArray(methods) || methods.includes('client_secret_basic');
    const form = new URLSearchParams({grant_type: 'refresh_token', refresh_token: refreshToken});
    if (clientSecret === '' || !takesBasic) form.set('client_id', clientId);
    if (clientSecret !== '' && !takesBasic) form.set('client_secret', clientSecret);
    const login = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
    const answer = await ask(pools, provider, endpoint, {
      body: form.toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(clientSecret !== '' && takesBasic ? {authorization: `Basic ${Buffer.from(login).toString('base64')}`} : {}),
      },
    });
    if (typeof answer.id_token !== 'string' || answer.id_token === '') throw refused(provider, phrase('credentials.oidcNoToken'));
    return {idToken: answer.id_token, refreshToken: typeof answer.refresh_token === 'string' ? answer.refresh_token : refreshToken};
  } finally {
    await pools.close();
  }
}

/** GET without a form, POST with one. */
async function ask(
  pools: PoolGenerations,
  provider: OidcProvider,
  url: string,
  form?: {readonly body: string; readonly headers: Record<string, string>},
): Promise<Fields> {
  const {origin, host, pathname, search} = new URL(url);
  try {
    const {request} = await pools.current({});
    const {statusCode, body} = await request.request({
      origin,
      path: `${pathname}${search}`,
      method: form === undefined ? 'GET' : 'POST',
      headers: {accept: 'application/json', ...form?.headers},
      body: form?.body ?? null,
    });
    const answer = parseJson(await body.text());
    if (isFields(answer) && statusCode === 200) return answer;
    const reason = isFields(answer) ? [answer.error, answer.error_description].filter(text => typeof text === 'string').join(': ') : '';
    throw refused(provider, reason === '' ? phrase('credentials.oidcAnswered', statusCode) : phrase('text', visibleLine(reason)));
  } catch (error) {
    if (error instanceof TransportError && error.kind === 'auth') throw error;
    throw refused(provider, toTransportError(error, host).phrase, error);
  }
}

function refused({issuer}: OidcProvider, why: Phrase, cause?: unknown): TransportError {
  const sentence: Phrase = phrase('credentials.oidcFailed', issuer, why);
  return new TransportError('auth', sentence, {cause});
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
