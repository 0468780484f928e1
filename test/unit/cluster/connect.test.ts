import {readFileSync} from 'node:fs';
import {expect, onTestFinished, test} from 'vitest';
import {connect} from '../../../src/cluster/connect.ts';
import {loadConnections} from '../../../src/cluster/kubeconfig.ts';
import {FakeClock} from '../../support/fake-clock.ts';
import {createAuthority, createIdentity} from './certificates.ts';
import {serveTls} from './scripted-server.ts';
import {temporaryFolder} from './temporary-folder.ts';

const folder = temporaryFolder();
const options = {clock: new FakeClock(), env: {}, version: '0', isReadOnly: true, onCredentialNotice: () => undefined};

test('a context of a kubeconfig becomes a cluster that can be asked, and the file stays as it was', async () => {
  const authority = await createAuthority();
  const server = await serveTls(await createIdentity({authority}), (request, response) => response.end(request.headers.authorization));
  const text = `
current-context: prod
clusters: [{name: prod-eu, cluster: {server: "${server.url}/", certificate-authority: ca.crt}}]
users: [{name: ivan, user: {tokenFile: token}}]
contexts: [{name: prod, context: {cluster: prod-eu, user: ivan, namespace: d8-system}}]
`;
  folder.write('ca.crt', authority.certificate);
  folder.write('token', 'abc\n');
  const file = folder.write('config', text);
  const settings = await loadConnections({env: {KUBECONFIG: file}, home: '/nowhere', flags: {}});
  const connection = connect(settings, undefined, options);
  onTestFinished(() => connection.close());
  expect(connection).toMatchObject({
    context: 'prod',
    clusterName: 'prod-eu',
    userName: 'ivan',
    namespace: 'd8-system',
    serverUrl: server.url,
  });
  expect(connection.login).toBeUndefined();
  expect((await connection.port.request({method: 'GET', path: '/version'})).body).toBe('Bearer abc');
  expect(connection.requests.total).toBe(1);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('a context that is not there is refused before anything is sent', async () => {
  const file = folder.write('empty', 'contexts: []');
  const settings = await loadConnections({env: {KUBECONFIG: file}, home: '/nowhere', flags: {}});
  expect(() => connect(settings, 'dev', options)).toThrow(`no context dev: ${file} has none`);
  expect(() => connect(settings, undefined, options)).toThrow(`${file} has no contexts`);
});
