/** Reads how a user of a kubeconfig proves who they are. */
import {phrase} from '../domain/messages/phrase.ts';
import type {AuthMethod, TlsSettings} from './connection.ts';
import {readExecPlugin} from './exec-plugin.ts';
import type {ConnectionFlags} from './kubeconfig.ts';
import {KubeconfigError} from './kubeconfig-error.ts';
import {type KubeconfigFields, kubeconfigFields} from './kubeconfig-fields.ts';
import {resolveBeside} from './kubeconfig-file.ts';
import {excludeEachOther, readPemSource} from './pem-source.ts';

type ClientCertificate = NonNullable<TlsSettings['clientCertificate']>;

export type UserCredentials = {readonly auth: AuthMethod; readonly clientCertificate?: ClientCertificate};

export function readUser(user: KubeconfigFields, cluster: KubeconfigFields, flags: ConnectionFlags): UserCredentials {
  const clientCertificate = readClientCertificate(user);
  const auth = readAuth(user, cluster, flags, clientCertificate !== undefined);
  return {auth, ...(clientCertificate === undefined ? {} : {clientCertificate})};
}

/** kubectl asks a plugin only where nothing else proves who the user is. */
function readAuth(user: KubeconfigFields, cluster: KubeconfigFields, flags: ConnectionFlags, hasCertificate: boolean): AuthMethod {
  const username = user.text('username');
  const password = user.text('password');
  const isBasic = username !== undefined || password !== undefined;
  const token = flags.token ?? user.text('token');
  if (token !== undefined && isBasic) {
    throw excludeEachOther(user, flags.token === undefined ? user.at('token') : '--token', user.at('username'));
  }
  const plugin = readExecPlugin(user, cluster);
  const provider = user.child('auth-provider');
  if (plugin !== undefined && provider !== undefined) throw excludeEachOther(user, user.at('exec'), user.at('auth-provider'));
  const tokenFile = flags.token === undefined ? user.text('tokenFile') : undefined;
  if (tokenFile !== undefined) {
    const path = resolveBeside(user.file, tokenFile);
    return {kind: 'tokenFile', path, field: user.at('tokenFile'), ...(token === undefined ? {} : {fallbackToken: token})};
  }
  if (token !== undefined) return {kind: 'token', token};
  if (isBasic) return {kind: 'basic', username: username ?? '', password: password ?? ''};
  if (provider !== undefined) return readProvider(provider);
  if (plugin !== undefined && !hasCertificate) return {kind: 'exec', plugin};
  return {kind: 'none'};
}

function readProvider(provider: KubeconfigFields): AuthMethod {
  const name = provider.requiredText('name');
  if (name !== 'oidc') {
    const field = provider.at('name');
    throw new KubeconfigError(provider.file, field, phrase('kubeconfig.providerUnsupported', provider.file, field, name));
  }
  const config = provider.child('config') ?? kubeconfigFields(provider.file, provider.at('config'), {});
  const authority = readPemSource(config, 'idp-certificate-authority', 'CERTIFICATE');
  return {
    kind: 'oidc',
    provider: {
      issuer: readIssuer(config),
      clientId: config.requiredText('client-id'),
      clientSecret: config.text('client-secret') ?? '',
      idToken: config.text('id-token') ?? '',
      refreshToken: config.text('refresh-token') ?? '',
      file: provider.file,
      field: provider.at('config'),
      ...(authority === undefined ? {} : {authority}),
    },
  };
}

function readIssuer(config: KubeconfigFields): string {
  const issuer = config.requiredText('idp-issuer-url');
  if (URL.parse(issuer)?.protocol === 'https:') return issuer;
  const field = config.at('idp-issuer-url');
  throw new KubeconfigError(config.file, field, phrase('kubeconfig.badUrl', config.file, field, 'https://host'));
}

function readClientCertificate(user: KubeconfigFields): ClientCertificate | undefined {
  const certificate = readPemSource(user, 'client-certificate', 'CERTIFICATE');
  const key = readPemSource(user, 'client-key', 'KEY');
  if (certificate === undefined) return undefined;
  if (key === undefined) {
    const field = user.at('client-key');
    throw new KubeconfigError(user.file, field, phrase('kubeconfig.fieldMissing', user.file, field));
  }
  return {certificate, key};
}
