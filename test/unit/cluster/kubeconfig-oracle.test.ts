/** Our reading of kubeconfigs against that of the Kubernetes client library, which nobody here wrote. */
import {type Cluster, KubeConfig, type User} from '@kubernetes/client-node';
import {describe, expect, test} from 'vitest';
import type {Connection, PemSource} from '../../../src/cluster/connection.ts';
import {loadConnections} from '../../../src/cluster/kubeconfig.ts';
import {resolveConnection} from '../../../src/cluster/resolve-connection.ts';
import {temporaryFolder} from './temporary-folder.ts';

const folder = temporaryFolder();
const certificate = Buffer.from('-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n').toString('base64');
const key = Buffer.from('-----BEGIN RSA PRIVATE KEY-----\nAA==\n-----END RSA PRIVATE KEY-----\n').toString('base64');

const users = {
  nothing: '{}',
  token: '{token: abc}',
  'quoted token': '{token: "0123"}',
  basic: '{username: ivan, password: "p:w"}',
  'certificate files': '{client-certificate: certs/me.crt, client-key: /abs/me.key}',
  'certificate data': `{client-certificate-data: ${certificate}, client-key-data: ${key}}`,
  impersonation: '{token: abc, as: eve}',
  plugin: `
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: kubelogin
      args: [get-token, --oidc-issuer-url=https://dex]
      env: [{name: A, value: "1"}, {name: B, value: "two words"}]`,
};

const clusters = {
  plain: '{server: "https://api.example:6443"}',
  path: '{server: "https://rancher.example/k8s/clusters/c-1"}',
  'authority file': '{server: "https://api", certificate-authority: ../ca.crt}',
  'authority data': `{server: "https://api:1", certificate-authority-data: ${certificate}}`,
  insecure: '{server: "https://10.0.0.1:6443", insecure-skip-tls-verify: true}',
  'server name and proxy': '{server: "https://10.0.0.1:6443", tls-server-name: kubernetes, proxy-url: "socks5://bastion:1080"}',
};

describe('a kubeconfig reads as the client library reads it', () => {
  test.each(Object.entries(users))('user with %s', async (name, user) => {
    await expectSame(`users/${name.replaceAll(' ', '-')}/config`, clusters.plain, user);
  });

  test.each(Object.entries(clusters))('cluster with %s', async (name, cluster) => {
    await expectSame(`clusters/${name.replaceAll(' ', '-')}/config`, cluster, users.token);
  });

  test('several files', async () => {
    const first = folder.write(
      'many/a/one',
      'current-context: dev\ncontexts: [{name: dev, context: {cluster: c, user: u, namespace: d8-system}}]',
    );
    const second = folder.write(
      'many/b/two',
      `clusters: [{name: c, cluster: ${clusters['authority file']}}]\nusers: [{name: u, user: {token: t}}]`,
    );
    const theirs = new KubeConfig();
    theirs.loadFromFile(first);
    const more = new KubeConfig();
    more.loadFromFile(second);
    theirs.mergeConfig(more);
    const settings = await loadConnections({env: {KUBECONFIG: `${first}:${second}`}, home: '/nowhere', flags: {}});
    expect(ours(resolveConnection(settings))).toEqual(reading(theirs));
    expect(settings.contexts.map(context => context.name)).toEqual(theirs.getContexts().map(context => context.name));
  });
});

async function expectSame(path: string, cluster: string, user: string) {
  const file = folder.write(
    path,
    `apiVersion: v1
kind: Config
current-context: x
clusters: [{name: c, cluster: ${cluster}}]
contexts: [{name: x, context: {cluster: c, user: u, namespace: d8-system}}]
users:
- name: u
  user: ${user}
`,
  );
  const theirs = new KubeConfig();
  theirs.loadFromFile(file);
  expect(ours(resolveConnection(await loadConnections({env: {KUBECONFIG: file}, home: '/nowhere', flags: {}})))).toEqual(reading(theirs));
}

function ours({contextName, namespace, server, tls, proxyUrl, auth, impersonation}: Connection) {
  const plugin = auth.kind === 'exec' ? auth.plugin : undefined;
  return {
    contextName,
    namespace,
    server,
    proxyUrl,
    isInsecure: tls.isInsecure,
    serverName: tls.serverName,
    authority: pem(tls.authority),
    certificate: pem(tls.clientCertificate?.certificate),
    key: pem(tls.clientCertificate?.key),
    token: auth.kind === 'token' ? auth.token : undefined,
    login: auth.kind === 'basic' ? `${auth.username}:${auth.password}` : undefined,
    impersonates: impersonation?.user,
    plugin: plugin && {command: plugin.command, args: plugin.args, env: plugin.env, apiVersion: plugin.apiVersion},
  };
}

function reading(theirs: KubeConfig) {
  const context = theirs.getContextObject(theirs.getCurrentContext());
  const cluster: Cluster | null = theirs.getCurrentCluster();
  const user: User | null = theirs.getCurrentUser();
  const exec = user?.exec;
  return {
    contextName: context?.name,
    namespace: context?.namespace,
    server: cluster?.server,
    proxyUrl: cluster?.proxyUrl,
    isInsecure: cluster?.skipTLSVerify ?? false,
    serverName: cluster?.tlsServerName,
    authority: cluster?.caFile ?? decoded(cluster?.caData),
    certificate: user?.certFile ?? decoded(user?.certData),
    key: user?.keyFile ?? decoded(user?.keyData),
    token: user?.token,
    login: user?.username === undefined ? undefined : `${user.username}:${user.password}`,
    impersonates: user?.impersonateUser,
    plugin: exec && {
      command: exec.command,
      args: exec.args,
      env: Object.fromEntries(exec.env.map(({name, value}: {name: string; value: string}) => [name, value])),
      apiVersion: exec.apiVersion,
    },
  };
}

function pem(source: PemSource | undefined): string | undefined {
  return source?.kind === 'file' ? source.path : source?.pem;
}

function decoded(base64: string | undefined): string | undefined {
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('utf8');
}
