/** What proves to the API server who we are, kept fresh: a token, a token file, a login name, a plugin or an OIDC provider. */
import {TransportError} from '../domain/kube-port.ts';
import {phrase} from '../domain/messages/phrase.ts';
import type {AuthMethod, Connection} from './connection.ts';
import type {CredentialPorts, CredentialSource, Credentials} from './credential-source.ts';
import {errorCode} from './error-code.ts';
import {createExecCredentials} from './exec-credential.ts';
import {createOidcCredentials} from './oidc-credential.ts';
import {rereadFile} from './reread-file.ts';

export function createCredentialSource(connection: Connection, ports: CredentialPorts): CredentialSource {
  const {auth} = connection;
  switch (auth.kind) {
    case 'none':
      return fixed({});
    case 'token':
      return fixed({authorization: `Bearer ${auth.token}`});
    case 'basic':
      return fixed({authorization: `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`});
    case 'tokenFile':
      return createTokenFileSource(auth, ports);
    case 'exec':
      return createExecCredentials(connection, auth.plugin, ports);
    case 'oidc':
      return createOidcCredentials(auth.provider, ports);
  }
}

function fixed(credentials: Credentials): CredentialSource {
  return {current: async () => credentials, renew: async () => false, close() {}};
}

function createTokenFileSource(auth: Extract<AuthMethod, {kind: 'tokenFile'}>, {clock, onNotice}: CredentialPorts): CredentialSource {
  const file = rereadFile(auth.path, clock, (path, code) =>
    onNotice({kind: 'problem', phrase: phrase('credentials.fileStale', path, code)}),
  );
  let held: Credentials = {};

  async function current(): Promise<Credentials> {
    const authorization = `Bearer ${await readToken()}`;
    if (held.authorization !== authorization) held = {authorization};
    return held;
  }

  async function readToken(): Promise<string> {
    try {
      return (await file.read()).trim();
    } catch (error) {
      if (auth.fallbackToken !== undefined) return auth.fallbackToken;
      const sentence = phrase('credentials.fileUnreadable', auth.path, auth.field, errorCode(error));
      throw new TransportError('auth', sentence, {cause: error});
    }
  }

  return {
    current,
    async renew(refused) {
      file.expire();
      return (await current()) !== refused;
    },
    close() {},
  };
}
