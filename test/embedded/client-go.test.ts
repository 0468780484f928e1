/** kube-scheduler, kwok and kubectl, which are client-go with its informers and leader election, at work on the embedded server. */
import {basename} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {ClientGo, findClientGo, leaseDurationSeconds} from '../support/client-go.ts';
import {ApiClient} from '../support/control-plane/api-client.ts';
import type {Program} from '../support/control-plane/program.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import {describeWhere} from '../support/describe-where.ts';
import {type EmbeddedServer, startEmbeddedServer} from '../support/embedded-server.ts';
import {kubectlClients} from '../support/kubectl.ts';
import {countStarts, countWatches, isWatch, RequestLog} from '../support/request-log.ts';

type Node = {readonly status?: {readonly conditions?: readonly {readonly type: string; readonly status: string}[]}};
type Pod = {readonly spec: {readonly nodeName?: string}; readonly status: {readonly phase: string; readonly podIP?: string}};
type Lease = {readonly spec: {readonly holderIdentity: string; readonly leaseTransitions: number}};
type List<Item> = {readonly items: readonly Item[]};

const podsPath = '/api/v1/namespaces/default/pods';
const leasePath = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler';
const nodeNames = ['worker-0', 'worker-1', 'worker-2'];
const deadlineMs = 30_000;

const programs = findClientGo();
const requests = new RequestLog();
let embedded: EmbeddedServer;
let api: ApiClient;
let clients: ClientGo;
let leader: Program;

describeWhere('missing' in programs ? programs.missing : undefined, 'kube-scheduler and kwok', () => {
  if ('missing' in programs) return;

  beforeAll(async () => {
    embedded = await startEmbeddedServer({wrap: requests.wrap});
    api = new ApiClient({server: embedded.url, certificateAuthority: embedded.caPem, token: embedded.token});
    clients = new ClientGo(embedded.kubeconfigPath);
    [leader] = await Promise.all([clients.startScheduler(programs.scheduler, 'scheduler'), clients.startKwok(programs.kwok)]);
  });
  afterAll(async () => {
    api?.close();
    await clients?.stop();
    await embedded?.close();
  });

  test('the scheduler takes the lease', async () => {
    const {spec} = await waitForLease(lease => lease.spec.holderIdentity !== '');
    expect(spec).toMatchObject({leaseDurationSeconds, leaseTransitions: 0});
  });

  test('nodes become Ready; pods are bound to them and run', async () => {
    for (const name of nodeNames) await create('/api/v1/nodes', {apiVersion: 'v1', kind: 'Node', metadata: {name}});
    await waitFor('all nodes are Ready', async () => (await list<Node>('/api/v1/nodes')).every(isReady));
    await runPods('plain', 12);
    const pods = await list<Pod>(podsPath);
    expect(new Set(pods.map(pod => pod.spec.nodeName))).toEqual(new Set(nodeNames));
    for (const {status} of pods) expect(status.podIP).toMatch(/^10\.\d+\.\d+\.\d+$/);
    const bindings = requests.of('kube-scheduler').filter(({path}) => path.endsWith('/binding'));
    expect(bindings.map(({method, status}) => `${method} ${status}`)).toEqual(pods.map(() => 'POST 201'));
    await deletePods();
  });

  for (const {name, path} of kubectlClients()) {
    describeWhere(path === undefined ? `${name} is not here` : undefined, name, () => {
      test('get -w shows a pod from its beginning to its end', async () => {
        const log = name.replace(/\W+/g, '-');
        const countKubectlWatches = () => requests.of(basename(path ?? '')).filter(isWatch).length;
        const before = countKubectlWatches();
        const kubectl = await clients.startKubectl(path ?? '', log, ['get', 'pods', '-w'], () => countKubectlWatches() > before);
        await runPods('watched', 1);
        await deletePods();
        for (const state of [/0\/1 +Pending/, /1\/1 +Running/, /1\/1 +Terminating/]) {
          const row = new RegExp(`^watched-0 +${state.source}`, 'm');
          await waitFor(`a row says ${state.source}`, () => row.test(clients.readLog(log)));
        }
        await kubectl.kill();
      });
    });
  }

  test('while pods come and go, every informer keeps the one watch that it opened', async () => {
    await keepBusy(15);
    const {starts, watches} = schedulerSources();
    expect(Object.keys(starts).length).toBeGreaterThanOrEqual(17);
    expect(new Set(Object.values(starts))).toEqual(new Set([1]));
    expect(watches).toEqual(starts);
    const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
    expect(countWatches(requests.of('kwok'))).toEqual({'/api/v1/nodes': 1, '/api/v1/pods': 1, [leases]: 1});
    expect(clients.complaints()).toEqual([]);
  });

  test('a watch that ends is taken up where it ended, and after too long an absence the informer begins anew', async () => {
    // A watch that ended within its first second without an event is not taken up by client-go: it begins anew.
    await keepBusy(2);
    const {starts: before} = schedulerSources();
    const collections = Object.keys(before);
    requests.endStreams();
    await waitFor('every watch is open again', () => collections.every(path => schedulerSources().watches[path] === 2));
    await runPods('resumed', 5);
    await deletePods();
    expect(schedulerSources().starts).toEqual(before);
    await create('/api/v1/namespaces/default/configmaps', {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'unwatched'}});
    embedded.server.compact();
    requests.endStreams();
    await waitFor('every collection is read again', () => collections.every(path => schedulerSources().starts[path] === 2));
    await runPods('relisted', 5);
    await deletePods();
    expect(clients.complaints()).toEqual([]);
  });

  test('a second scheduler waits for the lease, and takes it when the first is killed', async () => {
    const {spec: before} = await readLease();
    const questions = countLeaseReads();
    await clients.startScheduler(programs.scheduler, 'second-scheduler');
    await waitFor('the second one has asked for the lease', () => countLeaseReads() >= questions + 3);
    expect((await readLease()).spec).toMatchObject({holderIdentity: before.holderIdentity, leaseTransitions: 0});
    await leader.kill();
    const {spec: after} = await waitForLease(lease => lease.spec.holderIdentity !== before.holderIdentity);
    expect(after.leaseTransitions).toBe(1);
    await runPods('later', 3);
    expect(clients.complaints()).toEqual([]);
  });
});

/** Pods in waves, for as long as the scheduler takes to renew its lease so often, once a second. */
async function keepBusy(renewals: number): Promise<void> {
  const before = countRenewals();
  for (let round = 0; countRenewals() < before + renewals; round++) {
    await runPods(`round-${round}`, 10);
    await deletePods();
  }
}

async function runPods(prefix: string, count: number): Promise<void> {
  const names = Array.from({length: count}, (_, index) => `${prefix}-${index}`);
  const spec = {containers: [{name: 'main', image: 'registry.example/main:1'}]};
  for (const name of names) await create(podsPath, {apiVersion: 'v1', kind: 'Pod', metadata: {name}, spec});
  await waitFor(`all pods ${prefix} run`, async () => (await list<Pod>(podsPath)).every(({status}) => status.phase === 'Running'));
}

async function deletePods(): Promise<void> {
  await api.send({method: 'DELETE', path: podsPath});
  await waitFor('all pods are gone', async () => (await list(podsPath)).length === 0);
}

function create(path: string, body: object): Promise<unknown> {
  return api.send({method: 'POST', path, body});
}

async function list<Item>(path: string): Promise<readonly Item[]> {
  return (await api.send<List<Item>>({path})).items;
}

function readLease(): Promise<Lease> {
  return api.send<Lease>({path: leasePath});
}

function waitForLease(isExpected: (lease: Lease) => boolean): Promise<Lease> {
  return waitFor('the lease is held as expected', async () => {
    const lease = await readLease();
    return isExpected(lease) && lease;
  });
}

/** By collection. */
function schedulerSources(): {readonly starts: Record<string, number>; readonly watches: Record<string, number>} {
  const asked = requests.of('kube-scheduler');
  return {starts: countStarts(asked), watches: countWatches(asked)};
}

function countRenewals(): number {
  return requests.of('kube-scheduler').filter(({method, path}) => method === 'PUT' && path === leasePath).length;
}

/** Only whoever does not hold the lease reads it: the holder writes. */
function countLeaseReads(): number {
  return requests.of('kube-scheduler').filter(({method, path}) => method === 'GET' && path === leasePath).length;
}

function isReady({status}: Node): boolean {
  return status?.conditions?.some(condition => condition.type === 'Ready' && condition.status === 'True') === true;
}

function waitFor<Answer>(what: string, probe: () => Promise<Answer | false> | Answer | false): Promise<Answer> {
  return waitUntil(what, probe, {deadlineMs, explain: () => clients.complaints().join('\n')});
}
