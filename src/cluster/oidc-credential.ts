/**
 * The legacy auth-provider `oidc`: its id-token as long as it is valid, then a new one by its refresh token. kubectl would
 * write the new tokens into the kubeconfig; we keep them in memory.
 */
import {TransportError} from '../domain/kube-port.ts';
import {phrase} from '../domain/messages/phrase.ts';
import type {OidcProvider} from './connection.ts';
import type {CredentialPorts, CredentialSource, Credentials} from './credential-source.ts';
import {refreshOidcTokens} from './oidc-refresh.ts';

const expirySkewMs = 10_000;
/** A refresh that failed, or whose token is refused, is not tried again sooner. */
const retryIntervalMs = 30_000;

export function createOidcCredentials(provider: OidcProvider, ports: CredentialPorts): CredentialSource {
  const {clock} = ports;
  let {idToken, refreshToken} = provider;
  let held: Credentials = {authorization: `Bearer ${idToken}`};
  let expiresAt = readExpiry(idToken);
  let refreshing: Promise<Credentials> | undefined;
  let failed: {readonly error: unknown; readonly at: number} | undefined;
  let renewedAt = Number.NEGATIVE_INFINITY;

  async function refresh(): Promise<Credentials> {
    try {
      if (refreshToken === '') {
        throw new TransportError('auth', phrase('credentials.oidcIncomplete', provider.file, `${provider.field}.refresh-token`));
      }
      ({idToken, refreshToken} = await refreshOidcTokens(provider, refreshToken, ports));
      // A new token that is expired by our clock is used for a while all the same: else every request would ask for another.
      expiresAt = Math.max(readExpiry(idToken), clock.now() + expirySkewMs + retryIntervalMs);
      held = {authorization: `Bearer ${idToken}`};
      failed = undefined;
      return held;
    } catch (error) {
      failed = {error, at: clock.monotonic()};
      throw error;
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
      if (refused === held) {
        if (clock.monotonic() - renewedAt < retryIntervalMs) return false;
        renewedAt = clock.monotonic();
        expiresAt = 0;
      }
      return (await current()) !== refused;
    },
    close() {},
  };
}

/** Wall-clock milliseconds of the `exp` claim; 0 for what is no token, so that it is replaced at once. */
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
