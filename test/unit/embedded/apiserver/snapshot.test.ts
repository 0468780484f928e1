import {expect, test} from 'vitest';
import type {KubeObject} from '../../../../src/domain/kube-object.ts';
import type {KubePort} from '../../../../src/domain/kube-port.ts';
import {type ApiServer, createApiServer, createServerOf} from '../../../../src/embedded/apiserver/api-server.ts';
import {createNodeRuntime} from '../../../../src/embedded/world/node-runtime.ts';
import {gizmoCrd} from '../../../support/contract/gizmo-crd.ts';
import {FakeClock} from '../../../support/fake-clock.ts';

const crd = gizmoCrd('sprocket');
const configMaps = '/api/v1/namespaces/shop/configmaps';

function ports() {
  return {clock: new FakeClock(), random: Math.random};
}

async function ask(port: KubePort, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) {
  const headers: Record<string, string> = method === 'PATCH' ? {'content-type': 'application/merge-patch+json'} : {};
  const answer = await port.request({method, path, headers, ...(body && {body: JSON.stringify(body)})});
  return JSON.parse(answer.body);
}

function configMap(name: string, resourceVersion: string, more: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {name, namespace: 'shop', uid: `uid-${name}`, resourceVersion, creationTimestamp: '2025-01-01T00:00:00Z', ...more},
    data: {name},
  };
}

/** As a server gives them: the CRD and one of its objects. */
async function customObjects(): Promise<{readonly crd: KubeObject; readonly gizmo: KubeObject}> {
  const {port, stop} = createApiServer(ports());
  await ask(port, 'POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd.body);
  const path = `${crd.root}/namespaces/default/${crd.plural}`;
  await ask(port, 'POST', path, {apiVersion: crd.root.slice(6), kind: crd.kind, metadata: {name: 'g'}, spec: {size: 2}});
  await ask(port, 'PATCH', `${path}/g/status`, {status: {phase: 'Ready'}});
  const gizmo = await ask(port, 'GET', `${path}/g`);
  const definition = await ask(port, 'GET', `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crd.name}`);
  stop();
  return {crd: definition, gizmo};
}

test('a server made of objects holds them as they were, in the order of their versions', async () => {
  const {crd: definition, gizmo} = await customObjects();
  const late = configMap('late', '900719925');
  const early = configMap('early', '17');
  const {server, leftOut} = createServerOf([late, gizmo, early, definition], ports());
  expect(leftOut).toEqual([]);
  expect(await ask(server.port, 'GET', `${configMaps}/early`)).toEqual(early);
  expect(await ask(server.port, 'GET', `${configMaps}/late`)).toEqual(late);
  expect(await ask(server.port, 'GET', `${crd.root}/namespaces/default/${crd.plural}/g`)).toEqual(gizmo);
  expect(await ask(server.port, 'GET', `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crd.name}`)).toEqual(definition);
  expect(await ask(server.port, 'GET', '/api/v1/namespaces/shop')).toMatchObject({status: {phase: 'Active'}});
  const next = await ask(server.port, 'PATCH', `${configMaps}/early`, {
    data: {a: 'b'},
    metadata: {resourceVersion: '17', uid: 'uid-early'},
  });
  expect(Number(next.metadata.resourceVersion)).toBeGreaterThan(900719925);
  server.stop();
});

test('objects of kinds that nobody brings are handed back; what is missing of an object is made', async () => {
  const stranger: KubeObject = {apiVersion: 'x.example.com/v1', kind: 'Stranger', metadata: {name: 's', uid: 'u', resourceVersion: '4'}};
  const bare = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'bare', namespace: 'shop'}} as KubeObject;
  const {server, leftOut} = createServerOf([stranger, bare], ports());
  expect(leftOut).toEqual([stranger]);
  expect(await ask(server.port, 'GET', `${configMaps}/bare`)).toMatchObject({
    metadata: {uid: expect.any(String), resourceVersion: expect.any(String)},
  });
  server.stop();
});

test('what an absent owner owns stays; what an owner in the copy owns goes with it', async () => {
  const owned = (name: string, version: string, uid: string) =>
    configMap(name, version, {ownerReferences: [{apiVersion: 'v1', kind: 'ConfigMap', name: uid.slice(4), uid}]});
  const objects = [configMap('owner', '5'), owned('child', '6', 'uid-owner'), owned('orphan', '7', 'uid-elsewhere')];
  const {server} = createServerOf(objects, ports());
  await ask(server.port, 'PATCH', `${configMaps}/orphan`, {data: {touched: 'yes'}});
  expect(await ask(server.port, 'GET', `${configMaps}/orphan`)).toMatchObject({data: {touched: 'yes'}});
  await ask(server.port, 'DELETE', `${configMaps}/owner`);
  expect(await ask(server.port, 'GET', `${configMaps}/child`)).toMatchObject({code: 404});
  const fork = server.fork();
  await ask(fork.port, 'PATCH', `${configMaps}/orphan`, {data: {touched: 'again'}});
  expect(await ask(fork.port, 'GET', `${configMaps}/orphan`)).toMatchObject({data: {touched: 'again'}});
  fork.stop();
  server.stop();
});

test('a fork begins where the server stands, and each goes its own way', async () => {
  const server = createApiServer({...ports(), runtime: createNodeRuntime(new FakeClock())});
  await ask(server.port, 'POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd.body);
  await ask(server.port, 'POST', '/api/v1/namespaces', {metadata: {name: 'shop'}});
  await ask(server.port, 'POST', configMaps, {metadata: {name: 'a'}});
  const before = await ask(server.port, 'GET', configMaps);
  const fork = server.fork();
  expect(await ask(fork.port, 'GET', configMaps)).toEqual(before);
  expect((await ask(fork.port, 'GET', `${crd.root}/${crd.plural}`)).kind).toBe(`${crd.kind}List`);
  await ask(fork.port, 'DELETE', `${configMaps}/a`);
  await ask(server.port, 'POST', configMaps, {metadata: {name: 'b'}});
  expect(names(await ask(server.port, 'GET', configMaps))).toEqual(['a', 'b']);
  expect(names(await ask(fork.port, 'GET', configMaps))).toEqual([]);
  await watchesFrom(fork, before.metadata.resourceVersion);
  fork.stop();
  server.stop();
});

test('a thousand objects are copied within a tenth of a second, and forked', async () => {
  const objects = Array.from({length: 1000}, (_, index) => configMap(`c${index}`, String(index + 1)));
  const startMs = performance.now();
  const {server} = createServerOf(objects, ports());
  const fork = server.fork();
  expect(performance.now() - startMs).toBeLessThan(100);
  expect((await ask(fork.port, 'GET', configMaps)).items).toHaveLength(1000);
  fork.stop();
  server.stop();
});

/** A copy remembers nothing from before, and everything from then on. */
async function watchesFrom(server: ApiServer, version: string): Promise<void> {
  const stream = await server.port.stream({method: 'GET', path: `${configMaps}?watch=true&resourceVersion=${version}`});
  for await (const chunk of stream.body) {
    expect(JSON.parse(Buffer.from(chunk).toString())).toMatchObject({type: 'DELETED', object: {metadata: {name: 'a'}}});
    break;
  }
  const older = await server.port.request({method: 'GET', path: `${configMaps}?watch=true&resourceVersion=1`});
  expect(older.body).toContain('Expired');
}

function names({items}: {items: KubeObject[]}): string[] {
  return items.map(({metadata}) => metadata.name);
}
