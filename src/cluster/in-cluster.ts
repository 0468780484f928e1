/** The connection of a program that runs in a pod: the service account's files and the address in the environment. */
import {readFile} from 'node:fs/promises';
import {isIPv6} from 'node:net';
import {join} from 'node:path';
import type {Connection} from './connection.ts';

const defaultFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** undefined outside of a pod. */
export async function readInClusterConnection(
  env: Readonly<Record<string, string | undefined>>,
  folder = defaultFolder,
): Promise<Connection | undefined> {
  const host = env.KUBERNETES_SERVICE_HOST ?? '';
  const port = env.KUBERNETES_SERVICE_PORT ?? '';
  const tokenPath = join(folder, 'token');
  if (host === '' || port === '' || (await readIfThere(tokenPath)) === undefined) return undefined;
  const namespace = env.POD_NAMESPACE ?? (await readIfThere(join(folder, 'namespace')))?.trim() ?? '';
  return {
    contextName: 'in-cluster',
    clusterName: 'in-cluster',
    userName: 'service account',
    namespace: namespace === '' ? 'default' : namespace,
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    tls: {
      authority: {kind: 'file', path: join(folder, 'ca.crt'), file: folder, field: 'ca.crt'},
      isInsecure: false,
    },
    auth: {kind: 'tokenFile', path: tokenPath, field: tokenPath},
  };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
