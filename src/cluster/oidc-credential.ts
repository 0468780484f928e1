/**
 * The legacy auth-provider `oidc`: its id-token as long as it is valid, then a new one by its refresh-token. The refresh is
 * the Kubernetes client library's, loaded only then: it costs most of a second. kubectl would write the new tokens into the
 * kubeconfig; we keep them in memory.
 */
import {TransportError} from '../domain/kube-port.ts';
import {phrase} from '../domain/messages/phrase.ts';
import type {OidcProvider} from './connection.ts';
import type {CredentialPorts, CredentialSource, Credentials} from './credential-source.ts';
import {errorCode} from './error-code.ts';

const expirySkewMs = 10_000;
/** A refresh that failed is not tried again sooner: every try costs the provider a discovery. */
const retryIntervalMs = 30_000;
/** Stands in for a token that must be replaced whatever its date says: the library refreshes what it cannot read. */
const unusableToken = 'refused';

export function createOidcCredentials(provider: OidcProvider, {clock}: CredentialPorts): CredentialSource {
  let config = provider.config;
  let held: Credentials = {authorization: `Bearer ${config['id-token'] ?? ''}`};
  let expiresAt = readExpiry(config['id-token'] ?? '');
  let refreshing: Promise<Credentials> | undefined;
  let failed: {readonly error: TransportError; readonly at: number} | undefined;

  async function refresh(): Promise<Credentials> {
    try {
      config = await refreshTokens(provider, config);
      expiresAt = readExpiry(config['id-token'] ?? '');
      held = {authorization: `Bearer ${config['id-token']}`};
      return held;
    } catch (error) {
      const known = error instanceof TransportError ? error : failure(provider, errorCode(error), error);
      failed = {error: known, at: clock.monotonic()};
      throw known;
    }
  }

  async function current(): Promise<Credentials> {
    if (clock.now() < expiresAt - expirySkewMs) return held;
    if (failed !== undefined && clock.monotonic() - failed.at < retryIntervalMs) throw failed.error;
    refreshing ??= refresh().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  return {
    current,
    async renew(refused) {
      if (refused === held) expiresAt = 0;
      return (await current()) !== refused;
    },
    close() {},
  };
}

async function refreshTokens(provider: OidcProvider, config: OidcProvider['config']): Promise<OidcProvider['config']> {
  for (const field of ['refresh-token', 'client-id', 'idp-issuer-url']) {
    if (!config[field]) throw new TransportError('auth', phrase('credentials.oidcIncomplete', provider.file, `${provider.field}.${field}`));
  }
  const {KubeConfig} = await import('@kubernetes/client-node');
  // The library writes the new tokens into the object that it is given.
  const working: Record<string, string> = {...config, 'id-token': unusableToken};
  const kubeconfig = new KubeConfig();
  const name = 'oidc';
  kubeconfig.loadFromOptions({
    clusters: [{name, server: 'https://localhost'}],
    users: [{name, authProvider: {name: 'oidc', config: working}}],
    contexts: [{name, cluster: name, user: name}],
    currentContext: name,
  });
  await kubeconfig.applyToHTTPSOptions({headers: {}});
  if (!working['id-token'] || working['id-token'] === unusableToken) throw failure(provider, 'no id_token in its answer');
  return working;
}

function failure(provider: OidcProvider, why: string, cause?: unknown): TransportError {
  return new TransportError('auth', phrase('credentials.oidcFailed', provider.config['idp-issuer-url'] ?? 'oidc', why), {cause});
}

/** Wall-clock milliseconds of the `exp` claim; 0 for what is no token, so that it is refreshed at once. */
function readExpiry(token: string): number {
  const [, payload] = token.split('.');
  if (payload === undefined) return 0;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && 'exp' in claims && typeof claims.exp === 'number' ? claims.exp * 1000 : 0;
  } catch {
    return 0;
  }
}
