/** The logs of the demo's databases: what members and the operator say of what happens to them. */
import {afterAll, beforeAll, expect, test} from 'vitest';
import {createApiServer} from '../../../../src/embedded/apiserver/api-server.ts';
import {createNodeRuntime} from '../../../../src/embedded/world/node-runtime.ts';
import {Tenants} from '../../../../src/embedded/world/tenants.ts';
import {startWorld} from '../../../../src/embedded/world/world.ts';
import {WorldClient} from '../../../../src/embedded/world/world-client.ts';
import {FakeClock} from '../../../support/fake-clock.ts';
import {countedChance} from '../../../support/kit-server.ts';

const clock = new FakeClock();
const tenants = new Tenants();
const random = countedChance();
const server = createApiServer({clock, random, runtime: createNodeRuntime(clock, tenants)});
let stop = () => {};

beforeAll(async () => {
  const life = await startWorld({port: server.port, clock, random, tenants});
  stop = () => life.stop();
  await clock.advance(5000);
});

afterAll(() => stop());

async function read(namespace: string, name: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of server.streams.log({pod: {namespace, name}})) text += decoder.decode(bytes, {stream: true});
  return text;
}

test('members have said for a while who leads', async () => {
  const lines = (await read('d8-commander', 'commander-postgres-0')).trim().split('\n');
  expect(lines).toHaveLength(31);
  expect(lines.at(-1)).toBe('2026-01-01 00:00:00,000 INFO: no action. I am (commander-postgres-0), the leader with the lock');
  expect(await read('d8-commander', 'commander-postgres-1')).toContain('a secondary, and following a leader (commander-postgres-0)');
});

test('a lost leader, the copy of a disk, and a change of the class are told as they happen', async () => {
  const world = new WorldClient(server.port);
  const ref = {apiVersion: 'acid.zalan.do/v1', kind: 'postgresql', name: 'shop-postgres', namespace: 'shop'};
  await world.patch(ref, {spec: {volume: {storageClass: 'network-ssd'}, numberOfInstances: 2}});
  await clock.advance(90_000);
  expect(await read('shop', 'shop-postgres-1')).toMatch(/trying to bootstrap from leader 'shop-postgres-0'[\s\S]*bootstrapped from leader/);
  await world.remove({apiVersion: 'v1', kind: 'Pod', name: 'shop-postgres-0', namespace: 'shop'});
  await clock.advance(10_000);
  expect(await read('shop', 'shop-postgres-1')).toContain('promoted self to leader by acquiring session lock');
  const [operator] = await world.list('v1', 'Pod', 'd8-operator-postgres');
  expect(await read('d8-operator-postgres', operator?.metadata.name ?? '')).toContain('"msg":"cluster has been updated"');
});
