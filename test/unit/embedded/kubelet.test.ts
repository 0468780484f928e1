import {expect, test} from 'vitest';
import {readString} from '../../../src/domain/fields.ts';
import type {KubeObject} from '../../../src/domain/kube-object.ts';
import {createApiServer} from '../../../src/embedded/apiserver/api-server.ts';
import {startWorld} from '../../../src/embedded/world/world.ts';
import {WorldClient} from '../../../src/embedded/world/world-client.ts';
import {FakeClock} from '../../support/fake-clock.ts';

async function startDemo() {
  const clock = new FakeClock();
  let seed = 7;
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const server = createApiServer({clock, random});
  const life = await startWorld({port: server.port, clock, random});
  const client = new WorldClient(server.port);
  const podsOf = async (namespace: string, app: string) =>
    (await client.list('v1', 'Pod', namespace)).filter(({metadata}) => metadata.labels?.app === app);
  return {clock, client, podsOf, life, port: server.port};
}

function nodesOf(pods: readonly KubeObject[]): (string | undefined)[] {
  return pods.map(pod => readString(pod, 'spec.nodeName'));
}

test('a pod that is deleted stops in its time, and its owner gets another', async () => {
  const {clock, client, podsOf, life} = await startDemo();
  const [first] = await podsOf('shop', 'cart');
  if (first === undefined) throw new Error('the demo has no cart');
  const {name} = first.metadata;
  await client.remove({apiVersion: 'v1', kind: 'Pod', name, namespace: 'shop'});
  const marked = await client.find({apiVersion: 'v1', kind: 'Pod', name, namespace: 'shop'});
  expect(marked?.metadata.deletionTimestamp).toBeDefined();
  await clock.advance(10_000);
  const pods = await podsOf('shop', 'cart');
  expect(pods).toHaveLength(2);
  expect(pods.map(pod => pod.metadata.name)).not.toContain(name);
  expect(pods.map(pod => readString(pod, 'status.phase'))).toEqual(['Running', 'Running']);
  life.stop();
});

test('a node that is cordoned and evicted from is left, one pod of a budget at a time', async () => {
  const {clock, client, podsOf, life, port} = await startDemo();
  const [first] = await podsOf('shop', 'cart');
  const node = readString(first, 'spec.nodeName') ?? '';
  await client.patch({apiVersion: 'v1', kind: 'Node', name: node}, {spec: {unschedulable: true}});
  const evict = async (pod: KubeObject) => {
    const body = {apiVersion: 'policy/v1', kind: 'Eviction', metadata: {name: pod.metadata.name, namespace: 'shop'}};
    const path = `/api/v1/namespaces/shop/pods/${pod.metadata.name}/eviction`;
    return (await port.request({method: 'POST', path, body: JSON.stringify(body)})).status;
  };
  const [one, other] = await podsOf('shop', 'cart');
  if (one === undefined || other === undefined) throw new Error('the demo has too few carts');
  expect([await evict(one), await evict(other)]).toEqual([201, 429]);
  await clock.advance(10_000);
  expect(nodesOf(await podsOf('shop', 'cart'))).not.toContain(node);
  life.stop();
});

test('what a finalizer holds stays', async () => {
  const {clock, client, life} = await startDemo();
  const held = (await client.list('v1', 'Pod')).filter(({metadata}) => metadata.deletionTimestamp !== undefined);
  await clock.advance(30_000);
  for (const {metadata} of held) {
    expect(await client.find({apiVersion: 'v1', kind: 'Pod', name: metadata.name, namespace: metadata.namespace ?? ''})).toBeDefined();
  }
  expect(held.length).toBeGreaterThan(0);
  life.stop();
});
