/** The transport over the embedded API server's HTTPS face, by the kubeconfig that it writes. */
import {afterAll, beforeAll, expect, test} from 'vitest';
import {systemClock} from '../../src/cli/system-clock.ts';
import {type ClusterConnection, connect} from '../../src/cluster/connect.ts';
import {loadConnections} from '../../src/cluster/kubeconfig.ts';
import {expectOk, readStatus, readStreamStatus} from '../../src/domain/read-status.ts';
import {type EmbeddedServer, startEmbeddedServer} from '../support/embedded-server.ts';

let server: EmbeddedServer;
let cluster: ClusterConnection;

beforeAll(async () => {
  server = await startEmbeddedServer();
  cluster = await open({});
});

afterAll(async () => {
  await cluster?.close();
  await server?.close();
});

test('the kubeconfig of the server is enough to ask it', async () => {
  const answer = expectOk(await cluster.port.request({method: 'GET', path: '/api/v1/namespaces'}));
  expect(JSON.parse(answer.body)).toMatchObject({kind: 'NamespaceList'});
  expect(cluster.serverUrl).toBe(server.url);
});

test('a list and the watch after it see an object that another client creates', async () => {
  const list = JSON.parse((await cluster.port.request({method: 'GET', path: '/api/v1/namespaces/default/configmaps'})).body);
  const path = `/api/v1/namespaces/default/configmaps?watch=true&resourceVersion=${list.metadata.resourceVersion}`;
  const stream = await cluster.port.stream({method: 'GET', path, timeoutMs: 10_000});
  expect(stream.status).toBe(200);
  const body = JSON.stringify({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'seen'}});
  expectOk(await server.port.request({method: 'POST', path: '/api/v1/namespaces/default/configmaps', body}));
  for await (const chunk of stream.body) {
    expect(JSON.parse(Buffer.from(chunk).toString())).toMatchObject({type: 'ADDED', object: {metadata: {name: 'seen'}}});
    break;
  }
});

test('a refusal of the server is a Status, of a request and of a stream', async () => {
  const missing = await cluster.port.request({method: 'GET', path: '/api/v1/namespaces/default/configmaps/absent'});
  expect(readStatus(missing)).toMatchObject({code: 404, reason: 'NotFound', message: expect.stringContaining('"absent" not found')});
  const expired = await cluster.port.stream({method: 'GET', path: '/apis/no.such.group/v1/things?watch=true'});
  expect(await readStreamStatus(expired)).toMatchObject({code: 404});
});

test('a wrong token is 401 with the Status of the server', async () => {
  const stranger = await open({token: 'wrong'});
  expect(readStatus(await stranger.port.request({method: 'GET', path: '/api/v1/namespaces'}))).toMatchObject({
    code: 401,
    reason: 'Unauthorized',
  });
  await stranger.close();
});

test('one may ask what one may do, and change nothing', async () => {
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const spec = {resourceAttributes: {verb: 'list', resource: 'pods'}};
  const body = JSON.stringify({apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec});
  const answer = expectOk(await cluster.port.request({method: 'POST', path, body}));
  expect(JSON.parse(answer.body)).toMatchObject({status: {allowed: true}});
  const write = cluster.port.request({method: 'DELETE', path: '/api/v1/namespaces/default'});
  await expect(write).rejects.toThrow('read-only: DELETE /api/v1/namespaces/default was not sent');
});

async function open(flags: {readonly token?: string}): Promise<ClusterConnection> {
  const settings = await loadConnections({env: {KUBECONFIG: server.kubeconfigPath}, home: '/nowhere', flags});
  return connect(settings, undefined, {clock: systemClock, env: {}, version: '0', isReadOnly: true, onCredentialNotice: () => undefined});
}
