/** Writes the kubeconfig that leads to an embedded server, readable by its owner alone. */
import {Buffer} from 'node:buffer';
import {writeFile} from 'node:fs/promises';
import {stringify} from 'yaml';
import type {KnownUser} from './rbac/users.ts';

/** Name of the owner's context, of the cluster, and of the owner. */
const NAME = 'demo';

/** Others get a context each, named after them. */
export async function writeKubeconfig(
  path: string,
  {url, caPem, token}: {url: string; caPem: string; token: string},
  others: readonly KnownUser[] = [],
): Promise<void> {
  const users = [{name: NAME, token}, ...others.map(other => ({name: other.user.username, token: other.token}))];
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': NAME,
    clusters: [{name: NAME, cluster: {server: url, 'certificate-authority-data': Buffer.from(caPem).toString('base64')}}],
    users: users.map(({name, token: own}) => ({name, user: {token: own}})),
    contexts: users.map(({name}) => ({name, context: {cluster: NAME, user: name, namespace: 'default'}})),
  };
  await writeFile(path, stringify(config), {mode: 0o600});
}
