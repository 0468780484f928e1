/** The control plane that the cluster tier stands on: it starts, can be broken and mended, and leaves nothing behind. */
import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFile, stat} from 'node:fs/promises';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {promisify} from 'node:util';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {ApiClient} from '../support/control-plane/api-client.ts';
import type {CustomResourceDefinition} from '../support/control-plane/apply-crds.ts';
import {findControlPlane, readAssetsFolder} from '../support/control-plane/binaries.ts';
import type {KubernetesObject} from '../support/control-plane/kubernetes-object.ts';
import {loadObjects} from '../support/control-plane/load-objects.ts';
import type {ControlPlane} from '../support/control-plane/start.ts';
import {startControlPlane} from '../support/control-plane/start.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';

const crdFolder = join(import.meta.dirname, '../../deploy/crds/platform');
const deadlineMs = 30_000;
const found = findControlPlane();
const hasKwok = 'kwok' in found && found.kwok !== undefined;

let cluster: ControlPlane;
let definitions: CustomResourceDefinition[];

beforeAll(async () => {
  cluster = await startControlPlane({components: hasKwok ? ['kwok'] : [], auditLog: true, users: [{name: 'poor', groups: ['guests']}]});
  definitions = await cluster.applyCrds(crdFolder);
});

afterAll(() => cluster?.stop());

test.skipIf(readAssetsFolder() !== undefined)('the server is the version that go.mod pins', async () => {
  const version = await cluster.api.send({path: '/version'});
  expect(version).toMatchObject({gitVersion: 'v1.36.3', major: '1', minor: '36'});
});

test('every definition of the platform is established, structural, and can be replaced by its next version', async () => {
  expect(definitions).toHaveLength(17);
  for (const {metadata, status} of definitions) {
    const isTrue = (status?.conditions ?? []).filter(condition => condition.status === 'True').map(condition => condition.type);
    expect.soft(isTrue.sort(), metadata.name).toEqual(['Established', 'NamesAccepted']);
  }
  const [instances] = await cluster.applyCrds(join(crdFolder, 'next'));
  expect(instances?.spec.versions.map(version => version.name)).toEqual(['v1alpha1', 'v1alpha2']);
});

test('objects are loaded with their status, namespaces before what is in them', async () => {
  const releases = Array.from({length: 50}, (_, index) => ({
    apiVersion: 'deckhouse.io/v1alpha1',
    kind: 'ModuleRelease',
    metadata: {name: `prometheus-v1.0.${index}`},
    spec: {moduleName: 'prometheus', version: `1.0.${index}`, weight: 901},
    status: {phase: 'Pending', message: `waits for approval ${index}`},
  }));
  const configMap = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'inside', namespace: 'loaded'}};
  const namespace = {apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'loaded'}};
  const loaded = await loadObjects(cluster, [configMap, namespace, ...releases]);
  expect(loaded.map(object => object.metadata.name)).toEqual([configMap, namespace, ...releases].map(object => object.metadata.name));
  const read = await cluster.api.send({path: '/apis/deckhouse.io/v1alpha1/modulereleases/prometheus-v1.0.49'});
  expect(read).toMatchObject({status: {phase: 'Pending', message: 'waits for approval 49'}});
});

test.skipIf(!hasKwok)('an imitated kubelet makes a node Ready, holds its lease and runs the pod on it', async () => {
  await loadObjects(cluster, [
    {apiVersion: 'v1', kind: 'Node', metadata: {name: 'worker-0'}},
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {name: 'web', namespace: 'default'},
      spec: {nodeName: 'worker-0', containers: [{name: 'web', image: 'web'}]},
    },
  ]);
  await waitUntil('the node is Ready', () => hasCondition('/api/v1/nodes/worker-0', 'Ready'), {deadlineMs});
  await cluster.api.send({path: '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/worker-0'});
  await waitUntil('the pod is Ready', () => hasCondition('/api/v1/namespaces/default/pods/web', 'Ready'), {deadlineMs});
  await cluster.api.send({method: 'DELETE', path: '/api/v1/namespaces/default/pods/web'});
  await waitUntil('the pod is gone', async () => !(await podNames()).includes('web'), {deadlineMs});
});

test('a user has the rights that a test binds and no others, by API and by kubectl of both ages', async () => {
  const poor = new ApiClient(cluster.connectionOf('poor'));
  await expect(poor.send({path: '/api/v1/namespaces'})).rejects.toMatchObject({status: 403, reason: 'Forbidden'});
  poor.close();
  const {kubeconfig} = cluster.user('poor');
  expect((await stat(kubeconfig)).mode & 0o777).toBe(0o600);
  for (const kubectl of [cluster.binaries.kubectl, cluster.binaries.kubectl132]) {
    if (kubectl === undefined) continue;
    const {stdout} = await promisify(execFile)(kubectl, ['--kubeconfig', kubeconfig, 'auth', 'whoami', '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({status: {userInfo: {username: 'poor', groups: ['guests', 'system:authenticated']}}});
  }
});

test('a paused server answers nothing until it is resumed', async () => {
  cluster.apiserver.pause();
  await expect(cluster.api.send({path: '/readyz', timeoutMs: 300})).rejects.toThrow('no answer within 300 ms');
  const askedWhilePaused = cluster.api.send({path: '/readyz'});
  cluster.apiserver.resume();
  await expect(askedWhilePaused).resolves.toBe('ok');
});

test('killed and restarted, the API server and etcd come back with the same address and data', async () => {
  const [before] = await loadObjects(cluster, [{apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'survivor', namespace: 'default'}}]);
  const pid = cluster.apiserver.pid;
  await cluster.apiserver.kill();
  await expect(cluster.api.send({path: '/readyz'})).rejects.toThrow();
  await cluster.etcd.restart();
  await cluster.apiserver.restart();
  expect(cluster.apiserver.pid).not.toBe(pid);
  const after = await cluster.api.send<KubernetesObject>({path: '/api/v1/namespaces/default/configmaps/survivor'});
  expect(after.metadata.uid).toBe(before?.metadata.uid);
});

test('after compaction a page cannot be continued, and after a restart a watch cannot either', async () => {
  const namespaces = '/api/v1/namespaces';
  const page = await cluster.api.send<{metadata: {continue: string; resourceVersion: string}}>({path: `${namespaces}?limit=1`});
  const secondPage = `${namespaces}?limit=1&continue=${page.metadata.continue}`;
  await cluster.api.send({path: secondPage});
  await cluster.compact();
  const answer = await waitUntil('the page is too old', () => refusalOf(secondPage), {deadlineMs});
  expect(answer).toMatchObject({status: 410, reason: 'Expired'});
  await cluster.apiserver.restart();
  const watch = `${namespaces}?watch=1&timeoutSeconds=5&resourceVersion=${page.metadata.resourceVersion}`;
  expect(await cluster.api.send({path: watch})).toMatchObject({type: 'ERROR', object: {code: 410, reason: 'Expired'}});
});

test('the audit log has one line for a request, with user, verb, address and code', async () => {
  const path = '/api/v1/namespaces/default/configmaps/audited';
  await expect(cluster.api.send({path})).rejects.toMatchObject({status: 404});
  const lines = (await readFile(cluster.auditLog ?? '', 'utf8')).trimEnd().split('\n');
  const events = lines.map(line => JSON.parse(line)).filter(event => event.requestURI === path);
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({verb: 'get', user: {username: 'admin'}, responseStatus: {code: 404}});
});

test('a program that cannot start is reported at once with the end of its log', async () => {
  await cluster.apiserver.kill();
  const squatter = createServer().listen(Number(new URL(cluster.server).port), '127.0.0.1');
  await once(squatter, 'listening');
  await expect(cluster.apiserver.restart()).rejects.toThrow(/kube-apiserver is ready: it ended .+address already in use/s);
  squatter.close();
  await cluster.apiserver.restart();
});

test('when the test process is killed, its programs end and its folder goes', async () => {
  const script = `
    import {startControlPlane} from ${JSON.stringify(join(import.meta.dirname, '../support/control-plane/start.ts'))};
    const {etcd, apiserver} = await startControlPlane();
    apiserver.pause();
    console.log(JSON.stringify({pids: [etcd.pid, apiserver.pid], log: etcd.logPath}));
    setInterval(() => {}, 1_000);
  `;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {stdio: ['ignore', 'pipe', 'inherit']});
  const [line] = await once(createInterface(owner.stdout), 'line');
  const {pids, log}: {pids: number[]; log: string} = JSON.parse(line);
  expect(pids.every(isAlive)).toBe(true);
  owner.kill('SIGKILL');
  await waitUntil('the programs have ended', () => !pids.some(isAlive), {deadlineMs});
  await waitUntil(
    'the folder is gone',
    () =>
      stat(log).then(
        () => undefined,
        () => true,
      ),
    {deadlineMs},
  );
});

async function hasCondition(path: string, type: string): Promise<boolean> {
  const {status} = await cluster.api.send<{status: {conditions?: {type: string; status: string}[]}}>({path});
  return status.conditions?.some(condition => condition.type === type && condition.status === 'True') === true;
}

async function podNames(): Promise<string[]> {
  const {items} = await cluster.api.send<{items: KubernetesObject[]}>({path: '/api/v1/namespaces/default/pods'});
  return items.map(pod => pod.metadata.name);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function refusalOf(path: string): Promise<unknown> {
  return cluster.api.send({path}).then(
    () => undefined,
    error => error,
  );
}
