/** Writes the kubeconfig that leads to an embedded server, readable by its owner alone. */
import {Buffer} from 'node:buffer';
import {writeFile} from 'node:fs/promises';
import {stringify} from 'yaml';

/** Name of context, cluster and user. */
const NAME = 'demo';

export async function writeKubeconfig(path: string, {url, caPem, token}: {url: string; caPem: string; token: string}): Promise<void> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': NAME,
    clusters: [{name: NAME, cluster: {server: url, 'certificate-authority-data': Buffer.from(caPem).toString('base64')}}],
    users: [{name: NAME, user: {token}}],
    contexts: [{name: NAME, context: {cluster: NAME, user: NAME, namespace: 'default'}}],
  };
  await writeFile(path, stringify(config), {mode: 0o600});
}
