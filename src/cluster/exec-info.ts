/** The KUBERNETES_EXEC_INFO that a credential plugin reads. */
import {readFileSync} from 'node:fs';
import type {Connection, ExecPlugin, PemSource} from './connection.ts';

export function execInfo(connection: Connection, plugin: ExecPlugin, isInteractive: boolean): string {
  const cluster = plugin.providesClusterInfo ? {cluster: clusterInfo(connection, plugin)} : {};
  return JSON.stringify({kind: 'ExecCredential', apiVersion: plugin.apiVersion, spec: {...cluster, interactive: isInteractive}});
}

function clusterInfo({server, tls, proxyUrl}: Connection, {clusterConfig}: ExecPlugin) {
  return {
    server,
    ...(tls.serverName === undefined ? {} : {'tls-server-name': tls.serverName}),
    ...(tls.isInsecure ? {'insecure-skip-tls-verify': true} : {}),
    ...(tls.authority === undefined ? {} : {'certificate-authority-data': Buffer.from(pemOf(tls.authority)).toString('base64')}),
    ...(proxyUrl === undefined ? {} : {'proxy-url': proxyUrl}),
    config: clusterConfig ?? null,
  };
}

/** An unreadable file is left to the TLS handshake, which names it; the plugin goes without. */
function pemOf(source: PemSource): string {
  if (source.kind === 'text') return source.pem;
  try {
    return readFileSync(source.path, 'utf8');
  } catch {
    return '';
  }
}
