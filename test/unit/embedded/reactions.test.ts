import {afterEach, beforeEach, expect, test} from 'vitest';
import {readField, readList, readString} from '../../../src/domain/fields.ts';
import {createApiServer} from '../../../src/embedded/apiserver/api-server.ts';
import type {Life} from '../../../src/embedded/world/life.ts';
import {startWorld} from '../../../src/embedded/world/world.ts';
import {type Ref, WorldClient} from '../../../src/embedded/world/world-client.ts';
import {FakeClock} from '../../support/fake-clock.ts';

const api = 'deckhouse.io/v1alpha1';

let clock: FakeClock;
let client: WorldClient;
let life: Life;
beforeEach(async () => {
  clock = new FakeClock();
  let seed = 7;
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const server = createApiServer({clock, random});
  life = await startWorld({port: server.port, clock, random});
  client = new WorldClient(server.port);
});
afterEach(() => life.stop());

function ref(apiVersion: string, kind: string, name: string, namespace?: string): Ref {
  return {apiVersion, kind, name, ...(namespace !== undefined && {namespace})};
}

async function read(of: Ref, path: string): Promise<unknown> {
  return readField(await client.find(of), path);
}

test('a scene leaves alone what somebody has touched', async () => {
  const config = ref(api, 'ModuleConfig', 'secrets-store-integration');
  const module = ref(api, 'Module', 'secrets-store-integration');
  for (let waited = 0; (await read(module, 'status.phase')) !== 'Ready'; waited += 1) {
    expect(waited).toBeLessThan(120);
    await clock.advance(1000);
  }
  await client.patch(config, {spec: {maintenance: 'NoResourceReconciliation'}});
  await clock.advance(5 * 60_000);
  expect(await read(config, 'spec')).toMatchObject({enabled: true, maintenance: 'NoResourceReconciliation'});
  expect(await read(module, 'status.phase')).toBe('Ready');
});

test('a module comes up with the one that it needs, and goes down with it', async () => {
  const phase = () => read(ref(api, 'Module', 'neuvector'), 'status.phase');
  expect(await phase()).toBe('Downloaded');
  await client.patch(ref(api, 'ModuleConfig', 'istio'), {spec: {enabled: true}});
  await clock.advance(40_000);
  expect(await phase()).toBe('Ready');
  await client.patch(ref(api, 'ModuleConfig', 'istio'), {spec: {enabled: false}});
  await clock.advance(40_000);
  expect(await read(ref(api, 'Module', 'neuvector'), 'status.conditions')).toContainEqual(
    expect.objectContaining({type: 'EnabledByModuleManager', status: 'False', reason: 'ModuleDependencyExtender'}),
  );
});

test('settings for a module that nobody knows are kept, with a word about it', async () => {
  const config = ref(api, 'ModuleConfig', 'no-such-module');
  await client.create({apiVersion: api, kind: 'ModuleConfig', metadata: {name: 'no-such-module'}, spec: {enabled: true}});
  await clock.advance(3000);
  expect(await read(config, 'status.message')).toBe('Ignored: unknown module name');
});

test('a newer release makes the ones that wait below it go on in their order', async () => {
  const release = (version: string) => ref(api, 'ModuleRelease', `console-v${version}`);
  await client.patch(release('1.35.0'), {metadata: {annotations: {'modules.deckhouse.io/apply-now': 'true'}}});
  await clock.advance(40_000);
  expect(await read(release('1.34.2'), 'status.phase')).toBe('Superseded');
  expect(await read(release('1.35.0'), 'status.phase')).toBe('Deployed');
  expect(await read(release('1.36.0'), 'status.message')).toMatch(/^Release is waiting for the update window until/);
});

test('a node that is deleted is replaced with its machine, and its pods run elsewhere', async () => {
  const name = 'prod-worker-b-79b5c-qr8vb';
  const before = await client.list('v1', 'Pod', undefined, {fieldSelector: `spec.nodeName=${name}`});
  expect(before.length).toBeGreaterThan(2);
  await client.remove(ref('v1', 'Node', name));
  await clock.advance(90_000);
  expect(await client.find(ref(api, 'Instance', name))).toBeUndefined();
  const pods = await client.list('v1', 'Pod');
  expect(pods.filter(pod => readString(pod, 'spec.nodeName') === name)).toEqual([]);
  const [cart] = await client.list('apps/v1', 'Deployment', 'shop').then(all => all.filter(({metadata}) => metadata.name === 'cart'));
  expect(readField(cart, 'spec.replicas')).toBe(pods.filter(({metadata}) => metadata.labels?.app === 'cart').length);
  const nodes = await client.list('v1', 'Node', undefined, {labelSelector: 'node.deckhouse.io/group=worker'});
  expect(await read(ref('deckhouse.io/v1', 'NodeGroup', 'worker'), 'status.desired')).toBe(nodes.length);
});

test('a host that nobody can reach waits with the reason; one that is deleted leaves the cluster', async () => {
  const host = (name: string) => ref('deckhouse.io/v1alpha2', 'StaticInstance', name);
  await client.create({
    apiVersion: 'deckhouse.io/v1alpha2',
    kind: 'StaticInstance',
    metadata: {name: 'bm-far', labels: {role: 'bare-metal'}},
    spec: {
      address: '203.0.113.9',
      credentialsRef: {apiVersion: 'deckhouse.io/v1alpha2', kind: 'SSHCredentials', name: 'rack-admin'},
    },
  });
  await client.patch(ref('deckhouse.io/v1', 'NodeGroup', 'bare-metal'), {spec: {staticInstances: {count: 5}}});
  await clock.advance(15_000);
  expect(await read(host('bm-far'), 'status.currentStatus.phase')).toBe('Bootstrapping');
  expect(await read(host('bm-far'), 'status.conditions')).toContainEqual(
    expect.objectContaining({type: 'CheckTcpConnection', status: 'False', message: 'dial tcp 203.0.113.9:22: i/o timeout'}),
  );
  await client.remove(host('bm-rack1-01'));
  await clock.advance(40_000);
  expect(await client.find(ref('v1', 'Node', 'bm-rack1-01'))).toBeUndefined();
});

test('a pod that is made by hand finds a node and runs', async () => {
  const spec = {containers: [{name: 'shell', image: 'registry.example.com/default/shell:1.37'}]};
  await client.create({apiVersion: 'v1', kind: 'Pod', metadata: {name: 'probe', namespace: 'default'}, spec});
  await clock.advance(8000);
  const pod = await client.find(ref('v1', 'Pod', 'probe', 'default'));
  expect(readString(pod, 'status.phase')).toBe('Running');
  expect(readList(pod, 'status.containerStatuses')).toHaveLength(1);
});

test('an image that the registry has not leaves the old pods standing', async () => {
  const cart = ref('apps/v1', 'Deployment', 'cart', 'shop');
  const [container] = readList(await client.find(cart), 'spec.template.spec.containers');
  await client.patch(cart, {
    spec: {template: {spec: {containers: [{...(container as object), image: 'registry.example.com/shop/cart:missing'}]}}},
  });
  await clock.advance(60_000);
  expect(await read(cart, 'status')).toMatchObject({readyReplicas: 2, updatedReplicas: 1});
});

test('settings of a group reach its nodes one after another', async () => {
  const group = ref('deckhouse.io/v1', 'NodeGroup', 'frontend');
  const upToDate = () => read(group, 'status.upToDate');
  await client.patch(ref('v1', 'Node', 'prod-frontend-b-84d9b-wv4kp'), {
    metadata: {annotations: {'update.node.deckhouse.io/disruption-approved': ''}},
  });
  await clock.advance(30_000);
  expect(await upToDate()).toBe(2);
  await client.patch(group, {spec: {kubelet: {maxPods: 100}}});
  await clock.advance(8000);
  expect(await upToDate()).toBe(0);
  await clock.advance(60_000);
  expect(await upToDate()).toBe(2);
  await client.patch(group, {spec: {cri: {type: 'ContainerdV2'}}});
  await clock.advance(60_000);
  expect(await read(group, 'status.conditions')).toContainEqual(
    expect.objectContaining({type: 'WaitingForDisruptiveApproval', status: 'True'}),
  );
});

test('a drain that cannot end says which pods are left, and ends when it is withdrawn', async () => {
  const node = ref('v1', 'Node', 'bm-rack1-02');
  const mark = (value: string | null) => client.patch(node, {metadata: {annotations: {'update.node.deckhouse.io/draining': value}}});
  await mark('user');
  await clock.advance(70_000);
  expect(await read(node, 'metadata.annotations')).toMatchObject({
    'update.node.deckhouse.io/draining': 'user',
    'update.node.deckhouse.io/drain-failed': 'drain timed out: still on the node: batch/warehouse-0',
  });
  await mark(null);
  await clock.advance(40_000);
  expect(await read(node, 'metadata.annotations')).not.toHaveProperty(['update.node.deckhouse.io/drained']);
});
