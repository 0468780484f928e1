import {describe, expect, test} from 'vitest';
import type {Connection} from '../../../src/cluster/connection.ts';
import {type ConnectionFlags, loadConnections} from '../../../src/cluster/kubeconfig.ts';
import {resolveConnection} from '../../../src/cluster/resolve-connection.ts';
import {temporaryFolder} from './temporary-folder.ts';

const folder = temporaryFolder();
const pem = Buffer.from('-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n').toString('base64');
const keyPem = Buffer.from('-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n').toString('base64');

describe('finding kubeconfigs', () => {
  test('KUBECONFIG is a list: missing files are skipped and the first to name an entry wins as a whole', async () => {
    const one = folder.write('list/one', config({cluster: 'server: "https://one:6443"', user: 'token: "1"'}));
    const two = folder.write(
      'list/two',
      `${config({cluster: 'server: "https://two", insecure-skip-tls-verify: true', user: 'username: u'})}`,
    );
    const env = {KUBECONFIG: `${one}:${folder.path}/absent::${two}`};
    const connection = resolveConnection(await loadConnections({env, home: '/nowhere', flags: {}}));
    expect(connection).toMatchObject({server: 'https://one:6443', tls: {isInsecure: false}, auth: {kind: 'token', token: '1'}});
  });

  test('current-context comes from the first file that has one', async () => {
    const one = folder.write('current/one', 'contexts: [{name: a, context: {cluster: c}}]');
    const two = folder.write('current/two', 'current-context: b\ncontexts: [{name: b, context: {cluster: c, namespace: n}}]');
    const settings = await loadConnections({env: {KUBECONFIG: `${one}:${two}`}, home: '/nowhere', flags: {}});
    expect(settings.currentContext).toBe('b');
    expect(settings.contexts).toEqual([
      {name: 'a', cluster: 'c', user: '', namespace: 'default', isCurrent: false},
      {name: 'b', cluster: 'c', user: '', namespace: 'n', isCurrent: true},
    ]);
  });

  test('without KUBECONFIG it is ~/.kube/config', async () => {
    folder.write('home/.kube/config', config({}));
    const settings = await loadConnections({env: {KUBECONFIG: ''}, home: `${folder.path}/home`, flags: {}});
    expect(settings.files).toBe(`${folder.path}/home/.kube/config`);
  });

  test('a file named by --kubeconfig must exist', async () => {
    await expect(load(`${folder.path}/absent`, {})).rejects.toThrow(/absent does not exist: check --kubeconfig$/);
  });

  test('no kubeconfig at all says which files were looked for', async () => {
    await expect(loadConnections({env: {}, home: '/nowhere', flags: {}})).rejects.toThrow('/nowhere/.kube/config does not exist');
  });

  test('a folder in place of the file is one sentence', async () => {
    const settings = await load(folder.path, {});
    expect(() => resolveConnection(settings)).toThrow(/cannot be read \(EISDIR\)/);
  });

  test('one broken file of a list does not take the others away', async () => {
    const broken = folder.write('half/broken', 'clusters: [');
    const whole = folder.write('half/whole', config({}));
    const settings = await loadConnections({env: {KUBECONFIG: `${broken}:${whole}`}, home: '/nowhere', flags: {}});
    expect(resolveConnection(settings).server).toBe('https://api:6443');
    expect(() => resolveConnection(settings, 'elsewhere')).toThrow(/half\/broken is not valid YAML/);
  });

  test('in a pod without a kubeconfig the service account is the way in', async () => {
    folder.write('account/token', 'abc\n');
    folder.write('account/namespace', 'd8-system\n');
    const env = {KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443'};
    const options = {env, home: '/nowhere', flags: {}, serviceAccountFolder: `${folder.path}/account`};
    const settings = await loadConnections(options);
    expect(settings.contexts.map(context => context.name)).toEqual(['in-cluster']);
    expect(resolveConnection(settings)).toMatchObject({
      server: 'https://[fd00::1]:443',
      namespace: 'd8-system',
      auth: {kind: 'tokenFile', path: `${folder.path}/account/token`},
      tls: {authority: {kind: 'file', path: `${folder.path}/account/ca.crt`}},
    });
    const withFlags = (flags: ConnectionFlags) => loadConnections({...options, flags});
    expect(resolveConnection(await withFlags({token: 't'})).auth).toEqual({kind: 'token', token: 't'});
    expect(resolveConnection(await withFlags({server: 'api:6443/'})).server).toBe('https://api:6443');
    expect(resolveConnection(await withFlags({server: 'http://api'}))).toMatchObject({server: 'http://api', auth: {kind: 'none'}});
    const wrong = await withFlags({server: 'https://'});
    expect(() => resolveConnection(wrong)).toThrow('--server: https:// is not a URL of the form');
    await expect(withFlags({context: 'prod'})).rejects.toThrow('no cluster to show');
  });
});

describe('flags', () => {
  const two = () =>
    folder.write(
      'flags',
      `${config({cluster: 'server: "https://api:6443", tls-server-name: real', user: 'tokenFile: token'})}
- {name: other, context: {cluster: d, user: v, namespace: n}}`
        .replace('users:', '- {name: d, cluster: {server: "https://other"}}\nusers:')
        .replace('contexts:', '- {name: v, user: {token: own}}\ncontexts:'),
    );

  test('override the context, its cluster, its user and its namespace', async () => {
    const connection = resolveConnection(await load(two(), {context: 'other', cluster: 'c', user: 'u', namespace: 'x'}));
    expect(connection).toMatchObject({contextName: 'other', clusterName: 'c', userName: 'u', namespace: 'x', server: 'https://api:6443'});
  });

  test('--token replaces the token file, --server the name that the certificate must carry', async () => {
    const connection = resolveConnection(await load(two(), {token: 't', server: 'https://10.0.0.1'}));
    expect(connection).toMatchObject({server: 'https://10.0.0.1', auth: {kind: 'token', token: 't'}, tls: {isInsecure: false}});
    expect(connection.tls.serverName).toBeUndefined();
  });

  test('no flag but --as follows into another context: a token is not shown to a server it was not meant for', async () => {
    const flags = {token: 't', server: 'https://10.0.0.1', namespace: 'x', isInsecure: true, as: 'viewer', asGroups: ['g']};
    const connection = resolveConnection(await load(two(), flags), 'other');
    expect(connection).toEqual({
      contextName: 'other',
      clusterName: 'd',
      userName: 'v',
      namespace: 'n',
      server: 'https://other',
      tls: {isInsecure: false},
      auth: {kind: 'token', token: 'own'},
      impersonation: {user: 'viewer', groups: ['g'], extra: {}},
    });
  });

  test('--server is enough where there is no context', async () => {
    const connection = resolveConnection(
      await loadConnections({env: {}, home: '/nowhere', flags: {server: 'https://10.0.0.1:6443/', token: 't', isInsecure: true}}),
    );
    expect(connection).toMatchObject({contextName: '10.0.0.1:6443', server: 'https://10.0.0.1:6443', auth: {kind: 'token', token: 't'}});
  });

  test('--insecure-skip-tls-verify takes the place of the authority', async () => {
    const path = folder.write('insecure', config({cluster: `server: "https://a", certificate-authority-data: ${pem}`}));
    expect(resolveConnection(await load(path, {isInsecure: true})).tls).toEqual({isInsecure: true});
  });
});

describe('what a user entry means', () => {
  test('relative paths resolve beside the file that names them, and commands with a slash too', async () => {
    const exec = 'exec: {apiVersion: client.authentication.k8s.io/v1, command: bin/plugin, interactiveMode: Never}';
    expect(await authOf(exec)).toMatchObject({kind: 'exec', plugin: {command: `${folder.path}/user/bin/plugin`}});
    expect(await authOf('tokenFile: t')).toEqual({kind: 'tokenFile', path: `${folder.path}/user/t`, field: 'users["u"].user.tokenFile'});
  });

  test('a plugin is asked only where nothing else proves who the user is', async () => {
    const exec = 'exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: p}';
    expect(await authOf(exec)).toMatchObject({plugin: {interactiveMode: 'IfAvailable', args: [], env: {}}});
    expect(await authOf(`token: t, ${exec}`)).toEqual({kind: 'token', token: 't'});
    expect(await authOf(`client-certificate: c, client-key: k, ${exec}`)).toEqual({kind: 'none'});
  });

  test('nothing that proves who we are goes over plain http', async () => {
    const path = folder.write('plain', config({cluster: 'server: "http://localhost:8001"', user: 'token: t'}));
    expect(resolveConnection(await load(path, {}))).toMatchObject({server: 'http://localhost:8001', auth: {kind: 'none'}});
  });

  test('a server without a scheme is https where anything is said of TLS', async () => {
    const secure = folder.write('bare-s', config({cluster: 'server: "api:6443", insecure-skip-tls-verify: true'}));
    const plain = folder.write('bare-p', config({cluster: 'server: "api:8080/base/"'}));
    expect(resolveConnection(await load(secure, {})).server).toBe('https://api:6443');
    expect(resolveConnection(await load(plain, {})).server).toBe('http://api:8080/base');
  });

  test('as, as-uid, as-groups and as-user-extra are read, and --as replaces the user', async () => {
    const user = 'as: root, as-uid: "7", as-groups: [a, b], as-user-extra: {scopes: [x, y]}';
    const path = folder.write('as', config({user}));
    const extra = {scopes: ['x', 'y']};
    expect(resolveConnection(await load(path, {})).impersonation).toEqual({user: 'root', uid: '7', groups: ['a', 'b'], extra});
    expect(resolveConnection(await load(path, {as: 'eve'})).impersonation?.user).toBe('eve');
  });
});

describe('each malformed thing names file, field and fix', () => {
  const exec = (fields: string) => `exec: {${fields}}`;
  const v1 = 'apiVersion: client.authentication.k8s.io/v1';
  test.each([
    ['cluster', 'server: 5', 'clusters["c"].cluster.server must be a string (put it in quotes)'],
    ['cluster', 'proxy-url: "http://p"', 'clusters["c"].cluster.server is missing: add it'],
    ['cluster', 'server: "ftp://x"', 'clusters["c"].cluster.server is not a URL of the form https://host:port'],
    ['cluster', 'server: "https://a b"', 'clusters["c"].cluster.server is not a URL of the form https://host:port'],
    ['cluster', 'server: "https://a", proxy-url: "ftp://p"', 'proxy-url is not a URL of the form http://, https:// or socks5://host:port'],
    ['cluster', 'server: "https://a", certificate-authority-data: "!!"', 'certificate-authority-data is not base64'],
    ['cluster', 'server: "https://a", certificate-authority-data: aGVsbG8=', 'certificate-authority-data holds no PEM block'],
    ['cluster', `server: "https://a", certificate-authority: x, certificate-authority-data: ${pem}`, 'exclude each other: remove one'],
    ['cluster', 'server: "https://a", certificate-authority: x, insecure-skip-tls-verify: true', 'exclude each other: remove one'],
    ['cluster', 'server: "https://a", insecure-skip-tls-verify: "true"', 'insecure-skip-tls-verify must be true or false'],
    ['user', 'token: 12345', 'users["u"].user.token must be a string (put it in quotes)'],
    ['user', 'token: a, username: b', 'users["u"].user.token and users["u"].user.username exclude each other'],
    ['user', `client-certificate-data: ${pem}`, 'users["u"].user.client-key is missing: add it'],
    ['user', `client-certificate-data: ${keyPem}, client-key-data: ${keyPem}`, 'client-certificate-data holds no PEM block'],
    ['user', 'as-groups: [a]', 'users["u"].user.as-groups needs a user to act as: add as, or --as'],
    ['user', 'as: a, as-groups: [1]', 'users["u"].user.as-groups[0] must be a string'],
    [
      'user',
      'auth-provider: {name: gcp}',
      'users["u"].user.auth-provider.name is gcp, which kubectl no longer knows either: use an exec plugin',
    ],
    ['user', 'auth-provider: {name: oidc}, exec: {command: a}', 'exec.apiVersion is missing: add it'],
    ['user', 'auth-provider: {name: oidc, config: {client-id: a}}', 'auth-provider.config.idp-issuer-url is missing: add it'],
    ['user', exec(v1), 'users["u"].user.exec.command is missing: add it'],
    ['user', exec(`command: a, ${v1}`), 'users["u"].user.exec.interactiveMode is missing: add it'],
    ['user', exec(`command: a, ${v1}, interactiveMode: Maybe`), 'interactiveMode must be one of Never, IfAvailable, Always'],
    [
      'user',
      exec('command: a, apiVersion: client.authentication.k8s.io/v1alpha1'),
      'apiVersion must be one of client.authentication.k8s.io/v1,',
    ],
    ['user', exec(`command: a, ${v1}, interactiveMode: Never, env: [{value: x}]`), 'exec.env[0].name is missing: add it'],
    ['user', exec(`command: a, ${v1}, interactiveMode: Never, args: -v`), 'exec.args must be a list'],
  ])('%s {%s}', async (entry, fields, expected) => {
    const path = folder.write('bad', config({[entry]: fields}));
    const settings = await load(path, {});
    expect(() => resolveConnection(settings)).toThrow(`${path}: `);
    expect(() => resolveConnection(settings)).toThrow(expected);
  });

  test('a context, cluster or user that is not there', async () => {
    const path = folder.write(
      'gone',
      `${config({})}\n- {name: half, context: {cluster: gone, user: u}}\n- {name: nobody, context: {cluster: c, user: gone}}`,
    );
    const settings = await load(path, {});
    expect(() => resolveConnection(settings, 'dev')).toThrow(`no context dev in ${path}; there are: x, half, nobody`);
    expect(() => resolveConnection(settings, 'half')).toThrow('context half names the cluster gone, which is not there');
    expect(() => resolveConnection(settings, 'nobody')).toThrow('context nobody names the user gone, which is not there');
    expect(resolveConnection(settings, 'x').server).toBe('https://api:6443');
  });

  test('no current context lists the ones to choose from', async () => {
    const path = folder.write('none', config({}).replace('current-context: x', ''));
    const settings = await load(path, {});
    expect(() => resolveConnection(settings)).toThrow('has no current-context: choose one with --context: x');
  });

  test('a context that cannot be read says so in the list, beside the others', async () => {
    const path = folder.write('mixed', `${config({})}\n- {name: odd, context: 7}`);
    const [good, odd] = (await load(path, {})).contexts;
    expect(good?.problem).toBeUndefined();
    expect(odd?.problem?.args).toEqual([path, 'contexts["odd"].context', 'a mapping']);
  });
});

async function authOf(user: string): Promise<Connection['auth']> {
  return resolveConnection(await load(folder.write('user/config', config({user})), {})).auth;
}

function load(kubeconfig: string, flags: ConnectionFlags) {
  return loadConnections({env: {}, home: '/nowhere', flags: {...flags, kubeconfig}});
}

function config({cluster = 'server: "https://api:6443"', user = ''}: {cluster?: string; user?: string}): string {
  return `apiVersion: v1
kind: Config
current-context: x
clusters:
- {name: c, cluster: {${cluster}}}
users:
- {name: u, user: {${user}}}
contexts:
- {name: x, context: {cluster: c, user: u}}`;
}
