/** Who may speak to the control plane: static tokens, kubeconfig files and the key that signs service accounts' tokens. */
import {generateKeyPairSync, randomBytes} from 'node:crypto';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {stringify} from 'yaml';

export type UserSpec = {readonly name: string; readonly groups?: readonly string[]};

export type ClusterUser = {
  readonly name: string;
  readonly token: string;
  /** Path of a file with mode 0600, complete once the API server is ready. */
  readonly kubeconfig: string;
};

export const ADMIN = 'admin';

/** Writes the API server's token file; the administrator comes first, the others have no rights but those a test binds. */
export function writeUsers(folder: string, tokenFile: string, specs: readonly UserSpec[]): ClusterUser[] {
  const all: readonly UserSpec[] = [{name: ADMIN, groups: ['system:masters']}, ...specs];
  const lines: string[] = [];
  const users = all.map((spec, index) => {
    const token = randomBytes(16).toString('hex');
    lines.push(`${token},${spec.name},user-${index},"${(spec.groups ?? []).join(',')}"\n`);
    return {name: spec.name, token, kubeconfig: join(folder, `${encodeURIComponent(spec.name)}.kubeconfig`)};
  });
  writeFileSync(tokenFile, lines.join(''), {mode: 0o600});
  return users;
}

export function writeKubeconfig(user: ClusterUser, server: string, certificateAuthority: string): void {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'control-plane',
    clusters: [
      {name: 'control-plane', cluster: {server, 'certificate-authority-data': Buffer.from(certificateAuthority).toString('base64')}},
    ],
    users: [{name: user.name, user: {token: user.token}}],
    contexts: [{name: 'control-plane', context: {cluster: 'control-plane', user: user.name}}],
  };
  writeFileSync(user.kubeconfig, stringify(config), {mode: 0o600});
}

export function writeServiceAccountKey(path: string): void {
  const {privateKey} = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: {type: 'pkcs1', format: 'pem'},
    publicKeyEncoding: {type: 'pkcs1', format: 'pem'},
  });
  writeFileSync(path, privateKey, {mode: 0o600});
}
