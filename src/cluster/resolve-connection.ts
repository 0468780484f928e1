/** Makes one Connection of a context, its cluster, its user and the flags: every rule of kubectl about what may stand together. */
import {phrase} from '../domain/messages/phrase.ts';
import type {AuthMethod, Connection, TlsSettings} from './connection.ts';
import {readImpersonation} from './impersonation.ts';
import type {ConnectionFlags, ConnectionSettings} from './kubeconfig.ts';
import {KubeconfigError} from './kubeconfig-error.ts';
import {type KubeconfigFields, kubeconfigFields} from './kubeconfig-fields.ts';
import {excludeEachOther, readPemSource} from './pem-source.ts';
import {isProxyUrl, proxyUrlForms} from './proxy-url.ts';
import {readUser} from './user-entry.ts';

/** Names of an error sentence; more would push what matters off the line. */
const namesShownMax = 10;

/** Throws KubeconfigError. `contextName` is the current context where absent. */
export function resolveConnection(settings: ConnectionSettings, contextName = settings.currentContext): Connection {
  const flags = flagsFor(settings, contextName);
  if (settings.inCluster !== undefined) return withFlags(settings.inCluster, flags);
  const context = readContext(settings, contextName);
  const clusterName = flags.cluster ?? context.text('cluster') ?? '';
  const userName = flags.user ?? context.text('user') ?? '';
  const cluster = readEntry(settings, 'clusters', contextName, clusterName);
  const user = readEntry(settings, 'users', contextName, userName);
  const tls = readTls(cluster, flags);
  const server = readServer(cluster, flags, tls);
  const isSecure = server.startsWith('https:');
  const {auth, clientCertificate} = readUser(user, cluster, flags);
  const impersonation = readImpersonation(user, flags);
  const proxyUrl = readProxy(cluster);
  return {
    contextName: contextName === '' ? new URL(server).host : contextName,
    clusterName: clusterName === '' ? new URL(server).host : clusterName,
    userName,
    namespace: flags.namespace ?? context.text('namespace') ?? 'default',
    server,
    tls: isSecure && clientCertificate !== undefined ? {...tls, clientCertificate} : tls,
    // As kubectl: nothing that proves who we are goes over plain http.
    auth: isSecure ? auth : {kind: 'none'},
    ...(proxyUrl === undefined ? {} : {proxyUrl}),
    ...(impersonation === undefined ? {} : {impersonation}),
  };
}

/**
 * Flags speak of the context that deckhand was started with. In another one only `--as` holds, so that a switch neither
 * shows a token to a server it was not meant for nor raises the rights.
 */
function flagsFor({flags, currentContext}: ConnectionSettings, contextName: string): ConnectionFlags {
  if (contextName === currentContext) return flags;
  return {
    ...(flags.as === undefined ? {} : {as: flags.as}),
    ...(flags.asGroups === undefined ? {} : {asGroups: flags.asGroups}),
  };
}

function withFlags(connection: Connection, flags: ConnectionFlags): Connection {
  const none = kubeconfigFields('', '', {});
  const impersonation = readImpersonation(none, flags);
  const tls = flags.isInsecure === true ? {isInsecure: true} : connection.tls;
  const server = flags.server === undefined ? connection.server : readServer(none, flags, tls);
  const auth: AuthMethod = flags.token === undefined ? connection.auth : {kind: 'token', token: flags.token};
  return {
    ...connection,
    namespace: flags.namespace ?? connection.namespace,
    server,
    tls,
    auth: server.startsWith('https:') ? auth : {kind: 'none'},
    ...(impersonation === undefined ? {} : {impersonation}),
  };
}

function readContext(settings: ConnectionSettings, name: string): KubeconfigFields {
  const entry = settings.entries.contexts.get(name);
  if (entry !== undefined) return entry.read();
  const [problem] = settings.problems;
  if (problem !== undefined) throw problem;
  const {flags, files} = settings;
  if (name === '' && (flags.server !== undefined || flags.cluster !== undefined)) return kubeconfigFields(files, '', {});
  const known = [...settings.entries.contexts.keys()].slice(0, namesShownMax).join(', ');
  if (name === '') throw new KubeconfigError(files, 'current-context', phrase('kubeconfig.noCurrentContext', files, known));
  throw new KubeconfigError(files, 'contexts', phrase('kubeconfig.contextUnknown', name, files, known));
}

function readEntry(settings: ConnectionSettings, list: 'clusters' | 'users', contextName: string, name: string): KubeconfigFields {
  const entry = settings.entries[list].get(name);
  if (entry !== undefined) return entry.read();
  const file = settings.entries.contexts.get(contextName)?.file ?? settings.files;
  if (name === '') return kubeconfigFields(file, `${list}[""]`, {});
  const [problem] = settings.problems;
  if (problem !== undefined) throw problem;
  const unknown = list === 'clusters' ? 'kubeconfig.clusterUnknown' : 'kubeconfig.userUnknown';
  throw new KubeconfigError(file, list, phrase(unknown, file, contextName, name));
}

/** `--server` also takes away the name that the certificate of the other server had to carry. */
function readTls(cluster: KubeconfigFields, flags: ConnectionFlags): TlsSettings {
  if (flags.isInsecure === true) return {isInsecure: true};
  const authority = readPemSource(cluster, 'certificate-authority', 'CERTIFICATE');
  const isInsecure = cluster.flag('insecure-skip-tls-verify');
  if (isInsecure && authority !== undefined) {
    throw excludeEachOther(cluster, authority.field, cluster.at('insecure-skip-tls-verify'));
  }
  const serverName = flags.server === undefined ? cluster.text('tls-server-name') : undefined;
  return {isInsecure, ...(authority === undefined ? {} : {authority}), ...(serverName === undefined ? {} : {serverName})};
}

/** Without a scheme it is https where the cluster says anything of TLS, else http: as kubectl decides. */
function readServer(cluster: KubeconfigFields, flags: ConnectionFlags, tls: TlsSettings): string {
  const given = flags.server ?? cluster.requiredText('server');
  const scheme = tls.authority !== undefined || tls.isInsecure ? 'https://' : 'http://';
  const url = given.includes('://') ? given : `${scheme}${given}`;
  const parsed = URL.parse(url);
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) {
    const [file, field] = flags.server === undefined ? [cluster.file, cluster.at('server')] : ['--server', given];
    throw new KubeconfigError(file, field, phrase('kubeconfig.badUrl', file, field, 'https://host:port'));
  }
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`;
}

function readProxy(cluster: KubeconfigFields): string | undefined {
  const given = cluster.text('proxy-url');
  if (given === undefined || isProxyUrl(given)) return given;
  const field = cluster.at('proxy-url');
  throw new KubeconfigError(cluster.file, field, phrase('kubeconfig.badUrl', cluster.file, field, proxyUrlForms));
}
